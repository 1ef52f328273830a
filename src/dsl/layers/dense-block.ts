/** Dense blocks: `denseBlock(...layers)`. Rule S30. */
import { concat } from '../../ops/layout.js';
import { add, type Add } from '../dimensions/dimension.js';
import type { Feature } from '../feature.js';
import { formOf } from '../form.js';
import { differsInSpace, showLevel, type DiffersInSpace, type ShowShape } from '../message.js';
import { layerOf, shaped, type Flaw, type Layer, type Lost, type Rule, type State, type Step, type Within } from '../rule.js'; // prettier-ignore

/** Layers of which each sees the results of all before it. */
export interface DenseBlock<Layers extends readonly unknown[]> extends Layer<DenseBlockRule<Layers>> {
  readonly op: 'denseBlock';
  readonly layers: Layers;
}
interface DenseBlockRule<Layers extends readonly unknown[]> extends Rule {
  readonly out: this['in'] extends Feature ? Grow<Layers, this['in']> : never;
}
type Grow<
  Layers extends readonly unknown[],
  F,
  Seen extends readonly unknown[] = [],
> = number extends Layers['length']
  ? Lost<F>
  : Layers extends readonly [infer L, ...infer Rest]
    ? Step<L, F> extends infer G
      ? G extends string
        ? Within<G, `denseBlock[${Seen['length']}]`>
        : Beside<F, G, [...Seen, 0]['length']> extends infer Both
          ? Both extends string
            ? Both
            : Grow<Rest, Both, readonly [...Seen, 0]>
          : never
      : never
    : F;
/** What came in and what a layer made of it, side by side. */
type Beside<F, G, Layer extends number> =
  F extends Feature<infer H, infer W, infer C, infer _T, infer _I>
    ? G extends Feature<infer H2, infer W2, infer C2, infer T2, infer I2>
      ? DiffersInSpace<H2, W2, H, W> extends infer D
        ? [D] extends [never]
          ? Feature<H, W, Add<C, C2>, T2, I2>
          : `✗ S30 denseBlock: layer ${Layer} gives ${ShowShape<H2, W2, C2>}, its input is ${ShowShape<H, W, C>} (${D & string}); keep the height and the width`
        : never
      : never
    : never;

/**
 * Layers of which each sees the block's input and the results of all layers before it, side by side in channels.
 *
 * Shapes: h×w×c → h×w×(c + c₁ + c₂ + …), cₖ the channels of layer k; the input's channels come first. Layers must
 * keep height and width. Parameters lie under `denseBlock1/…`. Source: Huang et al., CVPR 2017, equation 2.
 *
 * @example
 * ```ts
 * through(input('x', 8, 8, 16), denseBlock(seq(conv(4), relu), seq(conv(4), relu))); // Feature<8, 8, 24, …>
 * ```
 */
export const denseBlock = <const Layers extends readonly unknown[]>(...layers: Layers): DenseBlock<Layers> =>
  layerOf<DenseBlock<Layers>>({
    op: 'denseBlock',
    layers,
    definition: {
      name: 'denseBlock',
      shape: (start, walk) => {
        let state: State = start;
        const flaws: Flaw[] = [];
        layers.forEach((layer, index) => {
          const after = walk.fold([layer], state, { label: () => `denseBlock[${index}]` });
          const pair = differsInSpace(after.state, state);
          flaws.push(...after.flaws);
          if (pair !== undefined) {
            flaws.push({
              rule: 'S30',
              within: [],
              body: `denseBlock: layer ${index + 1} gives ${showLevel(after.state)}, its input is ${showLevel(state)} (${pair})`,
              got: showLevel(after.state),
              wanted: `${state.h}×${state.w}`,
              fix: 'keep the height and the width',
            });
          }
          state = shaped(after.state, state.h, state.w, add(state.c, after.state.c));
        });
        return { state, flaws };
      },
      lower: (start, lowering) =>
        layers.reduce<typeof start>((flow, layer) => {
          const after = lowering.fold([layer], flow);
          return { ...after, value: concat([flow.value, after.value], 3) };
        }, start),
      form: denseBlockForm,
    },
  });

/** How `denseBlock` stands in a spec. */
export const denseBlockForm = formOf<{ readonly layers: readonly unknown[] }>({
  builtIn: 'denseBlock',
  fields: (f) => ({ layers: f.layers }),
  make: ({ layers }) => denseBlock(...layers),
});
