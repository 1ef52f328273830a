/**
 * Losses of one model, written in the primitives: they train, and later compile, wherever a model does.
 *
 * A loss names the further inputs that it reads (targets) with their channels, so that the compiler can hold a binding
 * against them. What it computes is a term of the catalogue.
 */
import type { Value } from '../../ops/value.js';
import type { EnhancedWeightingOptions } from './enhanced-weighting.js';
import { term } from './term.js';

/** Target names and their channels; 0 stands for as many as the output has. */
export type TargetChannels = Readonly<Record<string, number>>;

/** A loss: a scalar of a model's outputs and of targets. */
export interface Loss<Targets extends TargetChannels = TargetChannels> {
  readonly name: string;
  /** The channels of each target; its height and width are the output's. */
  readonly targets: Targets;
  /** The output that targets are like; the model's first if absent. */
  readonly output?: string;
  /** The scalar; `target(name)` is the input of that name. */
  readonly lower: (outputs: Readonly<Record<string, Value>>, target: (name: string) => Value) => Value;
}

/** Mean absolute difference: mean|x̂ − x| over every element. */
export const l1Loss = <const Target extends string = 'x_b'>(
  target: Target = 'x_b' as Target,
  output = 'output',
): Loss<{ readonly [K in Target]: 0 }> => ({
  name: 'l1',
  targets: { [target]: 0 } as { readonly [K in Target]: 0 },
  output,
  lower: (outputs, read) => term.l1(outputs[output]!, read(target)),
});

/** What a loss with a mask reads, and how much its masked part counts. */
export interface MaskLossOptions<Target extends string, Mask extends string> {
  readonly target?: Target;
  readonly mask?: Mask;
  readonly weight?: number;
  readonly output?: string;
}

/** The targets of a loss with a mask: an image like the output, and a mask of one channel. */
export type MaskTargets<Target extends string, Mask extends string> = {
  readonly [K in Target | Mask]: K extends Mask ? 1 : 0;
};

/**
 * Mask-L1, PG2's pose mask loss: mean|x̂ − x| + mean(|x̂ − x| · M), both means over every element of the image, not over
 * the mask's area. `weight` scales the second term; 1 in PG2.
 */
export const maskL1Loss = <const Target extends string = 'x_b', const Mask extends string = 'mask_b'>(
  options: MaskLossOptions<Target, Mask> = {},
): Loss<MaskTargets<Target, Mask>> =>
  withMask('mask-l1', options, (generated, real, mask) => term.maskL1(generated, real, mask, options.weight));

/**
 * A candidate for VDG's enhanced weighting loss, *inferred*: its formula is not public. `'a'` is mask-L1 and how unlike
 * the masked images are (1 − SSIM), `weight` scaling mask-L1's second term; `'b'` is the unlikeness at each place, twice
 * within the mask. Images are in [−1, 1] and at least as large as the window, 11×11. See `term.enhancedWeightingA` and
 * `B`.
 */
export const enhancedWeightingLoss = <
  const Target extends string = 'x_b',
  const Mask extends string = 'mask_b',
>(
  candidate: 'a' | 'b',
  options: MaskLossOptions<Target, Mask> & Omit<EnhancedWeightingOptions, 'maskWeight'> = {},
): Loss<MaskTargets<Target, Mask>> => {
  const { weight, target: _target, mask: _mask, output: _output, ...rest } = options;
  const weights = weight === undefined ? rest : { ...rest, maskWeight: weight };
  return withMask(`enhanced-weighting-${candidate}`, options, (generated, real, mask) =>
    candidate === 'a'
      ? term.enhancedWeightingA(generated, real, mask, weights)
      : term.enhancedWeightingB(generated, real, mask, rest),
  );
};

/** The losses by name. */
export const loss = { l1: l1Loss, maskL1: maskL1Loss, enhancedWeighting: enhancedWeightingLoss } as const;

const withMask = <const Target extends string, const Mask extends string>(
  name: string,
  options: MaskLossOptions<Target, Mask>,
  lower: (generated: Value, real: Value, mask: Value) => Value,
): Loss<MaskTargets<Target, Mask>> => {
  const target = options.target ?? ('x_b' as Target);
  const mask = options.mask ?? ('mask_b' as Mask);
  const output = options.output ?? 'output';
  return {
    name,
    targets: { [target]: 0, [mask]: 1 } as MaskTargets<Target, Mask>,
    output,
    lower: (outputs, read) => lower(outputs[output]!, read(target), read(mask)),
  };
};
