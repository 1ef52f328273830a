/** One sub-network for many regions: `parts(count, crop, ...layers)`. Rules S02, S32, S33, S34. */
import { multiply as multiplyValues } from '../../ops/elementwise.js';
import { reshape, transpose } from '../../ops/layout.js';
import type { Extent, Value } from '../../ops/value.js';
import { multiply, type Multiply, type Show } from '../dimensions/dimension.js';
import type { Feature, Inputs, Level, Taps } from '../feature.js';
import { formOf } from '../form.js';
import { notPositive, type NotPositive } from '../message.js';
import {
  flawed,
  layerOf,
  shaped,
  unknown,
  within,
  type Definition,
  type Flaw,
  type FoldWithin,
  type Layer,
  type Rule,
  type State,
  type Within,
} from '../rule.js';
import { outputsIn, type OutputsIn } from './output.js';
import { region, type ApplyCrop, type Crop, type Region, type RegionOptions } from './region.js';
import { allNames, names, type Names } from './tap.js';

/** Regions through one sub-network. */
export interface Parts<Count extends number, P, Layers extends readonly unknown[]> extends Layer<
  PartsRule<Count, P, Layers>
> {
  readonly op: 'parts';
  readonly count: Count;
  readonly crop: P;
  readonly layers: Layers;
}
interface PartsRule<Count extends number, P, Layers extends readonly unknown[]> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? NotPositive<'parts', [['count', Count]]> extends infer M
      ? [M] extends [never]
        ? P extends Crop<infer R>
          ? ApplyCrop<R, Count, Level<H, W, C>, I> extends infer E
            ? E extends Level<infer H1, infer W1, infer C1>
              ? Together<Count, FoldWithin<Layers, Feature<H1, W1, C1, {}, {}>, 'parts'>, T, I>
              : Within<E, 'parts'>
            : never
          : '✗ S33 parts: not a crop; pass region({ boxes, height, width }) or your own'
        : M
      : never
    : never;
}
type Together<Count extends number, F, T extends Taps, I extends Inputs> =
  F extends Feature<infer H, infer W, infer C, infer Opened, infer Inside>
    ? [keyof Inside] extends [never]
      ? [keyof OutputsIn<Opened>] extends [never]
        ? Feature<H, W, Multiply<C, Count>, T, I>
        : `✗ S34 parts: an output is named inside (${Names<OutputsIn<Opened>>}), where the batch is ${Show<Count>}·n; name it after the parts`
      : `✗ S34 parts: an input comes in inside (${Names<Inside>}), where the batch is ${Show<Count>}·n; join it before the parts`
    : F;

/**
 * Cuts `count` regions out of the feature, sends each through the same layers (one set of weights), and lays the
 * results side by side in channels, part 0's first: h×w×c → h′×w′×(count·c′).
 *
 * Inside, the parts of all examples are one batch of count·n, so that a batch norm sees them all; inputs and encoder
 * levels from outside have another batch and are out of reach there. Parameters: those of the layers, under
 * `parts1/…`. PDIG's part branch: Ma et al., CVPR 2018.
 *
 * @example
 * ```ts
 * through(
 *   input('x', 128, 64, 3),
 *   bring(input('boxes', 1, 7, 4)),
 *   bring(input('seen', 1, 1, 7)),
 *   parts(7, region({ boxes: 'boxes', height: 48, width: 48, visibility: 'seen' }), conv(16), flatten, dense(32)),
 * ); // Feature<1, 1, 224, …>
 * ```
 */
export const parts = <const Count extends number, P, const Layers extends readonly unknown[]>(
  count: Count,
  crop: P,
  ...layers: Layers
): Parts<Count, P, Layers> =>
  layerOf<Parts<Count, P, Layers>>({
    op: 'parts',
    count,
    crop,
    layers,
    definition: define(count, crop, layers),
  });

/** How parts stand in a spec: the region's options in one record. */
export const partsForm = formOf<{
  readonly count: number;
  readonly crop: RegionOptions;
  readonly layers: readonly unknown[];
}>({
  builtIn: 'parts',
  fields: (f) => ({
    count: f.number,
    crop: f.record<RegionOptions>({
      boxes: f.text,
      height: f.number,
      width: f.number,
      visibility: f.optional(f.text),
    }),
    layers: f.layers,
  }),
  make: ({ count, crop, layers }) => parts(count, region(crop) as Region<string, number, number>, ...layers),
});

const define = (count: number, crop: unknown, layers: readonly unknown[]): Definition => ({
  name: 'parts',
  form: partsForm,
  shape: (state, walk) => {
    const bad = notPositive('parts', [['count', count]], state);
    if (bad !== undefined) return bad;
    if (!isCrop(crop)) return flawed(notACrop, unknown(state));
    const cut = within(crop.shape(state, count), 'parts');
    const each = walk.fold(
      layers,
      { ...cut.state, taps: {}, inputs: {} },
      { label: (index) => `parts[${index}]` },
    );
    return {
      state: shaped(state, each.state.h, each.state.w, multiply(each.state.c, count)),
      flaws: [...cut.flaws, ...each.flaws, ...crossing(each.state, count)],
    };
  },
  lower: (flow, lowering) => {
    const { value, weight } = (crop as Crop).lower(flow, count);
    const each = lowering.fold(layers, { ...flow, value, taps: {}, inputs: {} }).value;
    const weighted = weight === undefined ? each : multiplyValues(each, weight);
    return { ...flow, value: sideBySide(weighted, flow.value.shape[0]!, count) };
  },
});

/** (count·n)×h×w×c → n×h×w×(count·c). */
const sideBySide = (each: Value, batch: Extent, count: number): Value => {
  const [h, w, c] = each.shape.slice(1).map(Number) as [number, number, number];
  const apart = transpose(reshape(each, [batch, count, h * w, c]), [0, 2, 1, 3]);
  return reshape(apart, [batch, h, w, count * c]);
};

const isCrop = (value: unknown): value is Crop =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<Crop>).shape === 'function' &&
  typeof (value as Partial<Crop>).lower === 'function';
const notACrop = {
  rule: 'S33',
  body: 'parts: not a crop',
  got: 'a value that is not a crop',
  wanted: 'a crop',
  fix: 'pass region({ boxes, height, width }) or your own',
};

/** S34: outside of the parts the batch is n. */
const crossing = ({ inputs, taps }: State, count: number): readonly Flaw[] => {
  const batch = `where the batch is ${count}·n`;
  const named = outputsIn(taps);
  const flaw = (body: string, got: string, wanted: string, fix: string): Flaw => ({ rule: 'S34', within: [], body: `parts: ${body}, ${batch}`, got, wanted, fix }); // prettier-ignore
  return Object.keys(inputs).length > 0
    ? [flaw(`an input comes in inside (${names(inputs)})`, allNames(inputs), 'no input inside of the parts', 'join it before the parts')] // prettier-ignore
    : Object.keys(named).length > 0
      ? [flaw(`an output is named inside (${names(named)})`, allNames(named), 'no output inside of the parts', 'name it after the parts')] // prettier-ignore
      : [];
};
