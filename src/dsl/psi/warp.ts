/** Skips that are deformed: `psi.warp({ affines, masks })` (Siarohin et al., CVPR 2018). Rules S02, S32, S33. */
import { warpParts } from '../../ops/warp.js';
import type { Size } from '../dimensions/dimension.js';
import type { Inputs, Level, Sizes } from '../feature.js';
import { formOf } from '../form.js';
import { notInReach, unfit, type NotInReach, type Unfit } from '../layers/part-input.js';
import { notOptions, optionsIn } from '../message.js';
import type { Flaw } from '../rule.js';
import { extents } from './gate.js';
import { psiOf, type Psi, type PsiRule, type PsiState } from './psi.js';

/** Where affines and masks come from. */
export interface WarpOptions<
  Affines extends string = string,
  Masks extends string | undefined = string | undefined,
  Frame extends string | undefined = string | undefined,
> {
  /** The name of an input of 1×parts×8: rows (a0, a1, a2, b0, b1, b2, …), of which the last two are not read. */
  readonly affines: Affines;
  /** The name of an input of height×width×parts: where each part may stand in the result. Everywhere by default. */
  readonly masks?: Masks;
  /** The name of an input in whose pixels the affines are; the masks by default, or the level itself. */
  readonly frame?: Frame;
}

/** Moves the parts of a level and takes the largest. */
export interface Warp<
  Affines extends string,
  Masks extends string | undefined = undefined,
  Frame extends string | undefined = undefined,
> extends Psi<WarpRule<Affines, Masks, Frame>> {
  readonly name: 'warp';
  readonly affines: Affines;
  readonly masks: Masks;
  readonly frame: Frame;
}
interface WarpRule<
  Affines extends string,
  Masks extends string | undefined,
  Frame extends string | undefined,
> extends PsiRule {
  readonly out: this['inputs'] extends infer I extends Inputs
    ? WarpFlaw<Affines, Masks, Frame, I> extends infer M
      ? [M] extends [never]
        ? this['feature']
        : M
      : never
    : never;
}
type WarpFlaw<
  Affines extends string,
  Masks extends string | undefined,
  Frame extends string | undefined,
  I extends Inputs,
> =
  Missing<Masks, I> extends infer A
    ? [A] extends [never]
      ? Missing<Frame, I> extends infer B
        ? [B] extends [never]
          ? Missing<Affines, I> extends infer C
            ? [C] extends [never]
              ? Unfit<'psi.warp', Affines, Parts<Affines, Masks, I>, Parts<Affines, Masks, I>, 8, I>
              : C
            : never
          : B
        : never
      : A
    : never;
type Missing<Name extends string | undefined, I extends Inputs> = Name extends string
  ? NotInReach<'psi.warp', Name, 'bring it first', I>
  : never;
/** How many parts there are: as many as masks, else as many as affines. */
type Parts<Affines extends string, Masks extends string | undefined, I extends Inputs> = Masks extends string
  ? Along<I[Masks], 'c'>
  : Along<I[Affines], 'w'>;
type Along<L, Axis extends 'w' | 'c'> = L extends Level ? L[Axis] : number;
const partsOf = (affines: Sizes, masks: Sizes | undefined): Size =>
  masks === undefined ? affines.w : masks.c;

/* Each part is a few operations on each level. */
const most = 64;

/**
 * Def-GAN's deformable skip: each part of the level is moved by an affine of its own, multiplied by its mask, and the
 * largest of the parts is taken. Keeps the shape; no parameters.
 *
 * An affine maps pixels of the result (the target pose) to pixels of the level (the source pose): part k at (x, y)
 * reads (a0·x + a1·y + a2, b0·x + b1·y + b2), rounded to the nearest pixel, half away from zero, and 0 outside. The
 * translations are pixels of the picture that the affines were made for and are scaled to the level's width and
 * height; masks are resized to nearest neighbours. Where some mask is 0 the result is at least 0. The gradient in the
 * level is exact: it is added up where it was read (TensorFlow's transform warps it with the inverse affine instead).
 *
 * @example
 * ```ts
 * through(
 *   input('x_a', 128, 64, 3),
 *   bring(input('affines', 1, 10, 8)),
 *   bring(input('masks', 128, 64, 10)),
 *   tap('appearance'),
 *   skip('appearance', psi.chain(psi.warp({ affines: 'affines', masks: 'masks' }), psi.dense())),
 * ); // Feature<128, 64, 6, …>: the level is warped, then masked
 * ```
 */
export const warp = <
  const Affines extends string,
  const Masks extends string | undefined = undefined,
  const Frame extends string | undefined = undefined,
>(
  options: WarpOptions<Affines, Masks, Frame>,
): Warp<Affines, Masks, Frame> => {
  const { affines, masks, frame } = optionsIn(options) as Required<typeof options>;
  return psiOf<Warp<Affines, Masks, Frame>>({
    name: 'warp',
    form: warpForm,
    affines,
    masks,
    frame,
    options: { affines, masks, frame },
    shape: (at) => {
      const bad = notOptions('psi.warp', options);
      return { level: at.feature, flaws: bad === undefined ? flawsOf({ affines, masks, frame }, at) : [bad] };
    },
    lower: ({ feature, inputs }) => {
      const picture = frame ?? masks;
      const [height, width] = extents(picture === undefined ? feature : inputs[picture]!);
      return warpParts(feature, inputs[affines]!, {
        frame: [height, width],
        ...(masks === undefined ? {} : { masks: inputs[masks]! }),
      });
    },
  });
};

/** How `psi.warp` stands in a spec. */
export const warpForm = formOf<{
  readonly affines: string;
  readonly masks: string | undefined;
  readonly frame: string | undefined;
}>({
  builtIn: 'warp',
  kind: 'psi',
  fields: (f) => ({ affines: f.text, masks: f.optional(f.text), frame: f.optional(f.text) }),
  make: (options) => warp(options),
});

const flawsOf = (
  { affines, masks, frame }: WarpOptions,
  { inputs }: PsiState,
): readonly Omit<Flaw, 'within'>[] => {
  const named = [masks, frame].filter((name) => name !== undefined);
  const missing = [...named, affines].flatMap((name) =>
    notInReach('psi.warp', name, 'bring it first', inputs),
  );
  if (missing.length > 0) return missing.slice(0, 1);
  const parts = partsOf(inputs[affines]!, masks === undefined ? undefined : inputs[masks]!);
  const wrong = unfit('psi.warp', affines, parts, { h: 1, w: parts, c: 8 }, inputs);
  return wrong.length > 0 || typeof parts !== 'number' || parts <= most
    ? wrong
    : [
        {
          rule: 'S33',
          body: `psi.warp: ${parts} parts are more than ${most}`,
          got: `${parts} parts`,
          wanted: `at most ${most}`,
          fix: 'move fewer parts',
        },
      ];
};
