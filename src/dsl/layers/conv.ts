/** Convolution: `conv(filters | 'same', { kernel, stride, padding, dilation, bias })`. Rules S02, S03, S04, S38. */
import { add } from '../../ops/elementwise.js';
import { conv2d } from '../../ops/convolution.js';
import { constant, glorotUniform, type Initialiser } from '../../ops/initialiser.js';
import type { Dimension } from '../dimensions/dimension.js';
import type { Feature } from '../feature.js';
import { formOf } from '../form.js';
import {
  initialiserFlaws,
  notOptions,
  notPositive,
  notWhole,
  optionsIn,
  showLevel,
  type NotPositive,
  type NotWhole,
  type ShowShape,
} from '../message.js';
import { flawed, layerOf, shaped, unknown, type Definition, type Layer, type Rule } from '../rule.js';
import type { HasKernel } from './kernel.js';
import {
  notAPadding,
  padded,
  paddingField,
  paddingNumbers,
  reflectsBeyond,
  showPadding,
  windowed,
  type PaddingNumbers,
  type PaddingOption,
  type ReflectsBeyond,
  type ShowPadding,
  type Windowed,
} from './padding.js';

/** Options of a convolution; those that can change a shape are literals in its type. */
export interface ConvOptions<
  Kernel extends number,
  Stride extends number,
  Padding extends PaddingOption,
  Dilation extends number,
> {
  /** Height and width of the kernel; 3 by default. */
  readonly kernel?: Kernel;
  readonly stride?: Stride;
  readonly padding?: Padding;
  readonly dilation?: Dilation;
  /** Whether a bias is added; true by default. */
  readonly bias?: boolean;
  /** How the kernel starts; Glorot uniform by default. The bias starts at 0. */
  readonly initialiser?: Initialiser;
}

/** A 2-D convolution. */
export interface Conv<
  Filters extends number | 'same',
  Kernel extends number = 3,
  Stride extends number = 1,
  Padding extends PaddingOption = 'same',
  Dilation extends number = 1,
>
  extends Layer<ConvRule<Filters, Kernel, Stride, Padding, Dilation>>, HasKernel {
  readonly op: 'conv';
  readonly filters: Filters;
  readonly kernel: Kernel;
  readonly stride: Stride;
  readonly padding: Padding;
  readonly dilation: Dilation;
  readonly bias: boolean;
  readonly initialiser: Initialiser;
}

interface ConvRule<
  Filters extends number | 'same',
  Kernel extends number,
  Stride extends number,
  Padding extends PaddingOption,
  Dilation extends number,
> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? [OptionFlaw<Filters, Kernel, Stride, Padding, Dilation>] extends [never]
      ? Windowed<H, Kernel, Stride, Padding, Dilation, 0> extends infer OutH extends Dimension
        ? Windowed<W, Kernel, Stride, Padding, Dilation, 1> extends infer OutW extends Dimension
          ? true extends ReflectsBeyond<Padding, H> | ReflectsBeyond<Padding, W>
            ? ReflectionTooWide<H, W, C, Padding>
            : [OutH] extends [never]
              ? DoesNotFit<Kernel, Dilation, H, W, C, Padding>
              : [OutW] extends [never]
                ? DoesNotFit<Kernel, Dilation, H, W, C, Padding>
                : Feature<OutH, OutW, Filters extends number ? Filters : C, T, I>
          : never
        : never
      : OptionFlaw<Filters, Kernel, Stride, Padding, Dilation>
    : never;
}

/* S02 for the options, then S04 for dilation with stride: the first that is wrong. */
type OptionFlaw<
  Filters,
  Kernel extends number,
  Stride extends number,
  Padding extends PaddingOption,
  Dilation extends number,
> =
  NotPositive<
    'conv',
    [['filters', Filters], ['kernel', Kernel], ['stride', Stride], ['dilation', Dilation]]
  > extends infer M
    ? [M] extends [never]
      ? NotWhole<'conv', PaddingNumbers<Padding>> extends infer P
        ? [P] extends [never]
          ? DilatedStride<Stride, Dilation>
          : P
        : never
      : M
    : never;
type DilatedStride<Stride extends number, Dilation extends number> = 1 extends Dilation | Stride
  ? never
  : `✗ S04 conv: dilation ${Dilation} with stride ${Stride}; dilate at stride 1, or stride without dilation`;

/** S03: the reflection reads beyond the image. */
type ReflectionTooWide<
  H extends Dimension,
  W extends Dimension,
  C extends Dimension,
  Padding extends PaddingOption,
> = `✗ S03 conv: padding ${ShowPadding<Padding>} reaches beyond ${ShowShape<H, W, C>}; reflect less than the height and the width`;

/** S03: the window does not fit. */
type DoesNotFit<
  Kernel extends number,
  Dilation extends number,
  H extends Dimension,
  W extends Dimension,
  C extends Dimension,
  Padding extends PaddingOption,
> = `✗ S03 conv: kernel ${Kernel}×${Kernel}${Dilation extends 1 ? '' : ` (dilation ${Dilation})`} does not fit ${ShowShape<H, W, C>} with padding ${ShowPadding<Padding>}; use a smaller kernel or more padding`;

/**
 * A 2-D convolution (cross-correlation) with `filters` output channels; `'same'` keeps the channels that come in.
 *
 * Shapes: h×w×c → ⌈h/stride⌉×⌈w/stride⌉×filters under `'same'` padding, ⌊(h + padding − extent)/stride⌋ + 1 otherwise,
 * extent = dilation·(kernel − 1) + 1. Parameters: kernel² · c · filters, plus filters for the bias.
 *
 * @example
 * ```ts
 * through(input('x', 64, 64, 3), conv(32), conv(64, { stride: 2 })); // Feature<32, 32, 64, …>
 * ```
 */
export const conv = <
  Filters extends number | 'same',
  const Kernel extends number = 3,
  const Stride extends number = 1,
  const Padding extends PaddingOption = 'same',
  const Dilation extends number = 1,
>(
  filters: Filters,
  options: ConvOptions<Kernel, Stride, Padding, Dilation> = {},
): Conv<Filters, Kernel, Stride, Padding, Dilation> => {
  const given = optionsIn(options);
  const kernel = (given.kernel ?? 3) as Kernel;
  const stride = (given.stride ?? 1) as Stride;
  const padding = (given.padding ?? 'same') as Padding;
  const dilation = (given.dilation ?? 1) as Dilation;
  const bias = given.bias ?? true;
  const initialiser = given.initialiser ?? glorotUniform;
  return layerOf<Conv<Filters, Kernel, Stride, Padding, Dilation>>({
    op: 'conv',
    kernelOutputs: 'last',
    filters,
    kernel,
    stride,
    padding,
    dilation,
    bias,
    initialiser,
    definition: define(filters, kernel, stride, padding, dilation, bias, initialiser, options),
  });
};

/** How `conv` stands in a spec. */
export const convForm = formOf<{
  readonly filters: number | 'same';
  readonly kernel: number;
  readonly stride: number;
  readonly padding: PaddingOption;
  readonly dilation: number;
  readonly bias: boolean;
  readonly initialiser: Initialiser;
}>({
  builtIn: 'conv',
  fields: (f) => ({
    filters: f.either(f.number, f.word('same')),
    kernel: f.standard(f.number, 3),
    stride: f.standard(f.number, 1),
    padding: f.standard(paddingField(f), 'same'),
    dilation: f.standard(f.number, 1),
    bias: f.standard(f.flag, true),
    initialiser: f.standard(f.initialiser, glorotUniform),
  }),
  make: ({ filters, ...options }) => conv(filters, options),
});

const define = (
  filters: number | 'same',
  kernel: number,
  stride: number,
  padding: PaddingOption,
  dilation: number,
  bias: boolean,
  initialiser: Initialiser,
  options: unknown,
): Definition => ({
  name: 'conv',
  form: convForm,
  shape: (state) => {
    const count = filters === 'same' ? [] : [['filters', filters] as const];
    const bad = notPositive('conv', [...count, ['kernel', kernel], ['stride', stride], ['dilation', dilation]], state); // prettier-ignore
    if (bad !== undefined) return bad;
    const mistaken = notOptions('conv', options) ?? notAPadding('conv', padding);
    if (mistaken !== undefined) return flawed(mistaken, unknown(state));
    const badPadding = notWhole('conv', paddingNumbers(padding), state);
    if (badPadding !== undefined) return badPadding;
    if (dilation > 1 && stride > 1) {
      return flawed(
        {
          rule: 'S04',
          body: `conv: dilation ${dilation} with stride ${stride}`,
          got: `dilation ${dilation}, stride ${stride}`,
          wanted: 'one of them 1',
          fix: 'dilate at stride 1, or stride without dilation',
        },
        unknown(state),
      );
    }
    if (reflectsBeyond(padding, state.h) || reflectsBeyond(padding, state.w)) {
      return flawed(
        {
          rule: 'S03',
          body: `conv: padding ${showPadding(padding)} reaches beyond ${showLevel(state)}`,
          got: showPadding(padding),
          wanted: `less than ${showLevel(state)}`,
          fix: 'reflect less than the height and the width',
        },
        unknown(state),
      );
    }
    const h = windowed(state.h, kernel, stride, padding, dilation, 0);
    const w = windowed(state.w, kernel, stride, padding, dilation, 1);
    if (h === 'none' || w === 'none') {
      const shown = `kernel ${kernel}×${kernel}${dilation === 1 ? '' : ` (dilation ${dilation})`}`;
      return flawed(
        {
          rule: 'S03',
          body: `conv: ${shown} does not fit ${showLevel(state)} with padding ${showPadding(padding)}`,
          got: shown,
          wanted: `a kernel that fits ${showLevel(state)}`,
          fix: 'use a smaller kernel or more padding',
        },
        unknown(state),
      );
    }
    return {
      state: shaped(state, h, w, filters === 'same' ? state.c : filters),
      flaws: initialiserFlaws('conv', initialiser),
    };
  },
  lower: (flow, lowering) => {
    const channels = Number(flow.value.shape[3]);
    const count = filters === 'same' ? channels : filters;
    const weights = lowering.parameter({
      name: 'kernel',
      shape: [kernel, kernel, channels, count],
      initialiser,
    });
    const { value, padding: zeros } = padded(flow.value, padding, kernel, stride, dilation);
    const convolved = conv2d(value, weights, {
      strides: [stride, stride],
      padding: zeros,
      dilations: [dilation, dilation],
    });
    return {
      ...flow,
      value: bias
        ? add(convolved, lowering.parameter({ name: 'bias', shape: [count], initialiser: constant(0) }))
        : convolved,
    };
  },
});
