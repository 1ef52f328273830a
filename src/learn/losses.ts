/**
 * Losses, written in the primitives: they train, and later compile, wherever a model does.
 *
 * A loss names the further inputs that it reads (targets) with their channels, so that the compiler can hold a binding
 * against them.
 */
import * as ops from '../ops/elementwise.js';
import { reduceMean } from '../ops/reduction.js';
import type { Value } from '../ops/value.js';

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
  lower: (outputs, read) => reduceMean(ops.abs(ops.subtract(outputs[output]!, read(target)))),
});

/**
 * Mask-L1, PG2's pose mask loss: mean|x̂ − x| + mean(|x̂ − x| · M), both means over every element of the image, not over
 * the mask's area. `weight` scales the second term; 1 in PG2.
 */
export const maskL1Loss = <const Target extends string = 'x_b', const Mask extends string = 'mask_b'>(
  options: {
    readonly target?: Target;
    readonly mask?: Mask;
    readonly weight?: number;
    readonly output?: string;
  } = {},
): Loss<{ readonly [K in Target | Mask]: K extends Mask ? 1 : 0 }> => {
  const target = options.target ?? ('x_b' as Target);
  const mask = options.mask ?? ('mask_b' as Mask);
  const output = options.output ?? 'output';
  return {
    name: 'mask-l1',
    targets: { [target]: 0, [mask]: 1 } as { readonly [K in Target | Mask]: K extends Mask ? 1 : 0 },
    output,
    lower: (outputs, read) => {
      const difference = ops.abs(ops.subtract(outputs[output]!, read(target)));
      const masked = reduceMean(ops.multiply(difference, read(mask)));
      return ops.add(reduceMean(difference), ops.multiply(masked, options.weight ?? 1));
    },
  };
};

/** The losses by name. */
export const loss = { l1: l1Loss, maskL1: maskL1Loss } as const;
