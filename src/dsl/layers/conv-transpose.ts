/** Transposed convolution: `convTranspose(filters, { kernel, stride, padding, outputPadding })`. Rules S02, S03, S38. */
import { add } from '../../ops/elementwise.js';
import { conv2dTranspose, samePadding } from '../../ops/convolution.js';
import { constant, glorotUniform, type Initialiser } from '../../ops/initialiser.js';
import * as Dim from '../dimensions/dimension.js';
import type * as Natural from '../dimensions/natural.js';
import type { Dimension, Size } from '../dimensions/dimension.js';
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
import { notAPlainPadding } from './padding.js';

/** How much of the full transposed convolution is cut off: `'same'` gives size · stride, `'valid'` all, n that many a side. */
export type TransposePadding = 'same' | 'valid' | number;

/** Options of a transposed convolution. */
export interface ConvTransposeOptions<
  Kernel extends number,
  Stride extends number,
  Padding extends TransposePadding,
  OutputPadding extends number,
> {
  /** 4 by default. */
  readonly kernel?: Kernel;
  /** 2 by default. */
  readonly stride?: Stride;
  readonly padding?: Padding;
  /** Rows and columns added at the bottom and right, as in PyTorch; without effect under `'same'`. */
  readonly outputPadding?: OutputPadding;
  readonly bias?: boolean;
  readonly initialiser?: Initialiser;
}

/** A transposed 2-D convolution. */
export interface ConvTranspose<
  Filters extends number,
  Kernel extends number = 4,
  Stride extends number = 2,
  Padding extends TransposePadding = 'same',
  OutputPadding extends number = 0,
>
  extends Layer<ConvTransposeRule<Filters, Kernel, Stride, Padding, OutputPadding>>, HasKernel {
  readonly op: 'convTranspose';
  readonly filters: Filters;
  readonly kernel: Kernel;
  readonly stride: Stride;
  readonly padding: Padding;
  readonly outputPadding: OutputPadding;
  readonly bias: boolean;
  readonly initialiser: Initialiser;
}

interface ConvTransposeRule<
  Filters extends number,
  Kernel extends number,
  Stride extends number,
  Padding extends TransposePadding,
  OutputPadding extends number,
> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? OptionFlaw<Filters, Kernel, Stride, Padding, OutputPadding> extends infer M
      ? [M] extends [never]
        ? Grown<H, Kernel, Stride, Padding, OutputPadding> extends infer OutH extends Dimension
          ? Grown<W, Kernel, Stride, Padding, OutputPadding> extends infer OutW extends Dimension
            ? [OutH] extends [never]
              ? CutsTooMuch<Padding & number, H, W, C>
              : [OutW] extends [never]
                ? CutsTooMuch<Padding & number, H, W, C>
                : Feature<OutH, OutW, Filters, T, I>
            : never
          : never
        : M
      : never
    : never;
}

/* S02 for the options: the first that is wrong. */
type OptionFlaw<Filters, Kernel, Stride extends number, Padding, OutputPadding extends number> =
  NotPositive<'convTranspose', [['filters', Filters], ['kernel', Kernel], ['stride', Stride]]> extends infer M
    ? [M] extends [never]
      ? NotWhole<'convTranspose', [['padding', Padding], ['outputPadding', OutputPadding]]> extends infer P
        ? [P] extends [never]
          ? OutputPaddingFlaw<Stride, OutputPadding>
          : P
        : never
      : M
    : never;
type OutputPaddingFlaw<Stride extends number, OutputPadding extends number> = [OutputPadding] extends [0]
  ? never
  : Natural.Less<OutputPadding, Stride> extends false
    ? `✗ S02 convTranspose: outputPadding ${OutputPadding} is not less than stride ${Stride}; give less`
    : never;

/** A size after the transpose; `never` where the padding cuts everything off. */
type Grown<
  A extends Dimension,
  Kernel extends number,
  Stride extends number,
  Padding extends TransposePadding,
  OutputPadding extends number,
> = Padding extends 'same'
  ? Dim.Multiply<A, Stride>
  : A extends number
    ? Natural.Add<
        Natural.Add<Natural.Multiply<Natural.Subtract<A, 1>, Stride>, Kernel>,
        OutputPadding
      > extends infer Full extends number
      ? Padding extends number
        ? Natural.Less<Natural.Multiply<Padding, 2>, Full> extends false
          ? never
          : Natural.Subtract<Full, Natural.Multiply<Padding, 2>>
        : Full
      : never
    : Natural.Add<Kernel, OutputPadding> extends Natural.Add<
          Stride,
          Padding extends number ? Natural.Multiply<Padding, 2> : 0
        >
      ? Dim.Multiply<A, Stride>
      : number;
const grown = (
  a: Size,
  kernel: number,
  stride: number,
  padding: TransposePadding,
  outputPadding: number,
): Size | 'none' => {
  if (padding === 'same') return Dim.multiply(a, stride);
  if (a === '?') return '?';
  const cut = padding === 'valid' ? 0 : 2 * padding;
  if (typeof a !== 'number') return kernel + outputPadding === stride + cut ? Dim.multiply(a, stride) : '?';
  const size = (a - 1) * stride + kernel + outputPadding - cut;
  return size < 1 ? 'none' : size;
};

/** S03: nothing is left. */
type CutsTooMuch<
  Padding extends number,
  H extends Dimension,
  W extends Dimension,
  C extends Dimension,
> = `✗ S03 convTranspose: padding ${Padding} leaves nothing of ${ShowShape<H, W, C>}; use less padding`;

/**
 * A transposed 2-D convolution ("deconvolution").
 *
 * Shapes: h×w×c → h·stride × w·stride × filters under `'same'`, (h − 1)·stride + kernel − 2·padding + outputPadding
 * otherwise. Parameters: kernel² · filters · c, plus filters for the bias.
 *
 * @example
 * ```ts
 * through(input('x', 8, 8, 64), convTranspose(32)); // Feature<16, 16, 32, …>
 * ```
 */
export const convTranspose = <
  Filters extends number,
  const Kernel extends number = 4,
  const Stride extends number = 2,
  const Padding extends TransposePadding = 'same',
  const OutputPadding extends number = 0,
>(
  filters: Filters,
  options: ConvTransposeOptions<Kernel, Stride, Padding, OutputPadding> = {},
): ConvTranspose<Filters, Kernel, Stride, Padding, OutputPadding> => {
  const given = optionsIn(options);
  const kernel = (given.kernel ?? 4) as Kernel;
  const stride = (given.stride ?? 2) as Stride;
  const padding = (given.padding ?? 'same') as Padding;
  const outputPadding = (given.outputPadding ?? 0) as OutputPadding;
  const bias = given.bias ?? true;
  const initialiser = given.initialiser ?? glorotUniform;
  return layerOf<ConvTranspose<Filters, Kernel, Stride, Padding, OutputPadding>>({
    op: 'convTranspose',
    kernelOutputs: 'last-but-one',
    filters,
    kernel,
    stride,
    padding,
    outputPadding,
    bias,
    initialiser,
    definition: define(filters, kernel, stride, padding, outputPadding, bias, initialiser, options),
  });
};

/** How `convTranspose` stands in a spec. */
export const convTransposeForm = formOf<{
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: TransposePadding;
  readonly outputPadding: number;
  readonly bias: boolean;
  readonly initialiser: Initialiser;
}>({
  builtIn: 'convTranspose',
  fields: (f) => ({
    filters: f.number,
    kernel: f.standard(f.number, 4),
    stride: f.standard(f.number, 2),
    padding: f.standard(f.either(f.word('same', 'valid'), f.number), 'same'),
    outputPadding: f.standard(f.number, 0),
    bias: f.standard(f.flag, true),
    initialiser: f.standard(f.initialiser, glorotUniform),
  }),
  make: ({ filters, ...options }) => convTranspose(filters, options),
});

const define = (
  filters: number,
  kernel: number,
  stride: number,
  padding: TransposePadding,
  outputPadding: number,
  bias: boolean,
  initialiser: Initialiser,
  options: unknown,
): Definition => ({
  name: 'convTranspose',
  form: convTransposeForm,
  shape: (state) => {
    const bad = notPositive('convTranspose', [['filters', filters], ['kernel', kernel], ['stride', stride]], state); // prettier-ignore
    if (bad !== undefined) return bad;
    const mistaken = notOptions('convTranspose', options) ?? notAPlainPadding('convTranspose', padding);
    if (mistaken !== undefined) return flawed(mistaken, unknown(state));
    const zeros = typeof padding === 'number' ? ([['padding', padding]] as const) : [];
    const badPadding = notWhole('convTranspose', [...zeros, ['outputPadding', outputPadding]], state);
    if (badPadding !== undefined) return badPadding;
    if (outputPadding > 0 && outputPadding >= stride) {
      return flawed(
        {
          rule: 'S02',
          body: `convTranspose: outputPadding ${outputPadding} is not less than stride ${stride}`,
          got: String(outputPadding),
          wanted: `less than ${stride}`,
          fix: 'give less',
        },
        unknown(state),
      );
    }
    const h = grown(state.h, kernel, stride, padding, outputPadding);
    const w = grown(state.w, kernel, stride, padding, outputPadding);
    return h === 'none' || w === 'none'
      ? flawed(
          {
            rule: 'S03',
            body: `convTranspose: padding ${padding} leaves nothing of ${showLevel(state)}`,
            got: `padding ${padding}`,
            wanted: 'an output of at least one row and column',
            fix: 'use less padding',
          },
          unknown(state),
        )
      : {
          state: shaped(state, h, w, filters),
          flaws: initialiserFlaws('convTranspose', initialiser),
        };
  },
  lower: (flow, lowering) => {
    const [h, w, channels] = [
      Number(flow.value.shape[1]),
      Number(flow.value.shape[2]),
      Number(flow.value.shape[3]),
    ];
    const size = [
      Number(grown(h, kernel, stride, padding, outputPadding)),
      Number(grown(w, kernel, stride, padding, outputPadding)),
    ] as const;
    const weights = lowering.parameter({
      name: 'kernel',
      shape: [kernel, kernel, filters, channels],
      initialiser,
    });
    const value = conv2dTranspose(flow.value, weights, {
      strides: [stride, stride],
      padding: [
        transposePads(size[0], kernel, stride, padding),
        transposePads(size[1], kernel, stride, padding),
      ],
      size,
    });
    return {
      ...flow,
      value: bias
        ? add(value, lowering.parameter({ name: 'bias', shape: [filters], initialiser: constant(0) }))
        : value,
    };
  },
});

/** The padding of the forward convolution whose transpose this is. */
const transposePads = (
  out: number,
  kernel: number,
  stride: number,
  padding: TransposePadding,
): readonly [number, number] =>
  padding === 'same'
    ? samePadding(out, kernel, stride, 1)
    : padding === 'valid'
      ? [0, 0]
      : [padding, padding];
