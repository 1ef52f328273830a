/** What `parts` cuts out of a feature: crops as values, and `region({ boxes, height, width })`. Rules S02, S32, S33. */
import { reshape } from '../../ops/layout.js';
import { cutRegions } from '../../ops/region.js';
import { repeated, type Value } from '../../ops/value.js';
import type { Inputs, Level } from '../feature.js';
import { notOptions, notPositive, optionsIn, type NotPositive } from '../message.js';
import { flawed, shaped, unknown, type Flow, type Outcome, type State } from '../rule.js';
import { unfit, type Unfit } from './part-input.js';

/** A type-level function from a feature, the inputs in reach and a count to the level of one cut, or a message. */
export interface CropRule {
  readonly count: number;
  readonly feature: Level;
  /** An `Inputs`; `unknown` here, since an index signature would swallow the names. */
  readonly inputs: unknown;
  readonly out: unknown;
}

/** Applies a crop's rule. */
export type ApplyCrop<R extends CropRule, Count extends number, E extends Level, I> = (R & {
  readonly count: Count;
  readonly feature: E;
  readonly inputs: I;
})['out'];

/** What is cut: its rule is phantom, under the key `'~crop'`, as with layers. */
export interface Crop<R extends CropRule = CropRule> {
  readonly '~crop': R;
  readonly name: string;
  /** The size of one cut, and what is wrong: the run-time twin of the rule. */
  readonly shape: (state: State, count: number) => Outcome;
  /** The cuts of one image after another in the batch (n → count·n), and what their results are multiplied by. */
  readonly lower: (flow: Flow, count: number) => { readonly value: Value; readonly weight?: Value };
}

/** A crop of its parts. The rule exists for the type checker alone. */
export const cropOf = <P extends Crop>(parts: Omit<P, '~crop'>): P => parts as unknown as P; // phantom, as in `layerOf`

/** Where regions come from and how large they become. */
export interface RegionOptions<
  Boxes extends string = string,
  Height extends number = number,
  Width extends number = number,
  Visibility extends string | undefined = string | undefined,
> {
  /** The name of an input of 1×count×4: rows (y1, x1, y2, x2), as shares of the height − 1 and the width − 1. */
  readonly boxes: Boxes;
  readonly height: Height;
  readonly width: Width;
  /** The name of an input of 1×1×count that multiplies each part's result: 1 where the part is seen, else 0. */
  readonly visibility?: Visibility;
}

/** Boxes, resized bilinearly to one size. */
export interface Region<
  Boxes extends string,
  Height extends number,
  Width extends number,
  Visibility extends string | undefined = undefined,
> extends Crop<RegionRule<Boxes, Height, Width, Visibility>> {
  readonly name: 'region';
  readonly boxes: Boxes;
  readonly height: Height;
  readonly width: Width;
  readonly visibility: Visibility;
}
interface RegionRule<
  Boxes extends string,
  Height extends number,
  Width extends number,
  Visibility extends string | undefined,
> extends CropRule {
  readonly out: this['inputs'] extends infer I extends Inputs
    ? RegionFlaw<Boxes, Height, Width, Visibility, this['count'], I> extends infer M
      ? [M] extends [never]
        ? Level<Height, Width, this['feature']['c']>
        : M
      : never
    : never;
}
type RegionFlaw<
  Boxes extends string,
  Height extends number,
  Width extends number,
  Visibility extends string | undefined,
  Count extends number,
  I extends Inputs,
> =
  NotPositive<'region', [['height', Height], ['width', Width]]> extends infer M
    ? [M] extends [never]
      ? Unfit<'region', Boxes, Count, Count, 4, I> extends infer B
        ? [B] extends [never]
          ? Visibility extends string
            ? Unfit<'region', Visibility, Count, 1, Count, I>
            : never
          : B
        : never
      : M
    : never;

/**
 * Boxes that a named input gives, each resized bilinearly to `height`×`width`: n×h×w×c → (count·n)×height×width×c.
 *
 * A box's corners are the centres of its corner entries (TensorFlow's `crop_and_resize`): (0, 0, 1, 1) is the whole
 * feature, what lies outside of it reads 0. Boxes serve features of any size. The gradient in the feature is exact;
 * Mask-R-CNN's and PDIG's cuts (Ma et al., CVPR 2018) are these.
 *
 * @example
 * ```ts
 * through(
 *   input('x', 128, 64, 3),
 *   bring(input('boxes', 1, 7, 4)),
 *   parts(7, region({ boxes: 'boxes', height: 48, width: 48 }), conv(16), flatten, dense(32)),
 * ); // Feature<1, 1, 224, …>
 * ```
 */
export const region = <
  const Boxes extends string,
  const Height extends number,
  const Width extends number,
  const Visibility extends string | undefined = undefined,
>(
  options: RegionOptions<Boxes, Height, Width, Visibility>,
): Region<Boxes, Height, Width, Visibility> => {
  const { boxes, height, width, visibility } = optionsIn(options) as Required<typeof options>;
  return cropOf<Region<Boxes, Height, Width, Visibility>>({
    name: 'region',
    boxes,
    height,
    width,
    visibility,
    shape: (state, count) => {
      const mistaken = notOptions('region', options);
      if (mistaken !== undefined) return flawed(mistaken, unknown(state));
      const bad = notPositive('region', [['height', height], ['width', width]], state); // prettier-ignore
      if (bad !== undefined) return bad;
      return {
        state: shaped(state, height, width, state.c),
        flaws: [
          ...unfit('region', boxes, count, { h: 1, w: count, c: 4 }, state.inputs),
          ...(visibility === undefined
            ? []
            : unfit('region', visibility, count, { h: 1, w: 1, c: count }, state.inputs)),
        ],
      };
    },
    lower: ({ value, inputs }, count) => ({
      value: cutRegions(value, inputs[boxes]!, height, width),
      ...(visibility === undefined
        ? {}
        : { weight: reshape(inputs[visibility]!, [repeated(value.shape[0]!, count), 1, 1, 1]) }),
    }),
  });
};
