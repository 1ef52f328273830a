/** Layers that a source has and nothing reads: `unused(reason, ...layers)`. */
import type { AnyFeature } from '../feature.js';
import { formOf } from '../form.js';
import { layerOf, type FoldWithin, type Layer, type Rule } from '../rule.js';

/** Layers on the side. */
export interface Unused<Layers extends readonly unknown[]> extends Layer<UnusedRule<Layers>> {
  readonly op: 'unused';
  readonly reason: string;
  readonly layers: Layers;
}
interface UnusedRule<Layers extends readonly unknown[]> extends Rule {
  readonly out: this['in'] extends AnyFeature
    ? FoldWithin<Layers, this['in'], 'unused'> extends infer G
      ? G extends string
        ? G
        : this['in']
      : never
    : never;
}

/**
 * Applies layers on the side and goes on with what came in: their parameters exist, are counted and saved, and stay as
 * they start. For systems whose published code builds layers that nothing reads; `reason` says so where parameters
 * without a gradient are listed.
 *
 * @example
 * ```ts
 * unused('the published code never reads this block', conv(128)); // h×w×c → h×w×c, its kernel and bias are inert
 * ```
 */
export const unused = <const Layers extends readonly unknown[]>(
  reason: string,
  ...layers: Layers
): Unused<Layers> =>
  layerOf<Unused<Layers>>({
    op: 'unused',
    reason,
    layers,
    definition: {
      name: 'unused',
      group: true,
      form: unusedForm,
      shape: (state, walk) => ({
        state,
        flaws: walk.fold(layers, state, { label: (index) => `unused[${index}]` }).flaws,
      }),
      lower: (flow, lowering) => {
        lowering.fold(layers, flow, { inert: reason });
        return flow;
      },
    },
  });

/** How `unused` stands in a spec. */
export const unusedForm = formOf<{ readonly reason: string; readonly layers: readonly unknown[] }>({
  builtIn: 'unused',
  fields: (f) => ({ reason: f.text, layers: f.layers }),
  make: ({ reason, layers }) => unused(reason, ...layers),
});
