/** Paddings of windows, at both levels. */
import type * as Natural from '../dimensions/natural.js';
import {
  ceilDivide,
  slide,
  type CeilDivide,
  type Dimension,
  type Size,
  type Slide,
} from '../dimensions/dimension.js';
import { samePadding, type Padding } from '../../ops/convolution.js';
import type { Field, FieldVocabulary } from '../form.js';
import { mirrorPad } from '../../ops/layout.js';
import type { Value } from '../../ops/value.js';
import { notOneOf } from '../message.js';
import type { Flaw } from '../rule.js';

/**
 * How a window's border is filled: TensorFlow's `'same'` and `'valid'`, zeros on every side, zeros per side
 * (`[[top, bottom], [left, right]]`), or a reflection without the border itself.
 */
export type PaddingOption =
  | 'same'
  | 'valid'
  | number
  | readonly [readonly [top: number, bottom: number], readonly [left: number, right: number]]
  | { readonly reflect: number };

/** A padding in a form. */
export const paddingField = (f: FieldVocabulary): Field<PaddingOption> =>
  f.either(
    f.either(f.word('same', 'valid'), f.number),
    f.either(
      f.tuple(f.tuple(f.number, f.number), f.tuple(f.number, f.number)),
      f.record<{ readonly reflect: number }>({ reflect: f.number }),
    ),
  );

/** What a dilated kernel covers: dilation · (kernel − 1) + 1. */
export type Extent<Kernel extends number, Dilation extends number> = Dilation extends 1
  ? Kernel
  : Natural.Add<Natural.Multiply<Dilation, Natural.Subtract<Kernel, 1>>, 1>;
export const extent = (kernel: number, dilation: number): number => dilation * (kernel - 1) + 1;

/** A height (`Axis` 0) or width (1) after a window; `never` where the window does not fit. */
export type Windowed<
  A extends Dimension,
  Kernel extends number,
  Stride extends number,
  Option extends PaddingOption,
  Dilation extends number,
  Axis extends 0 | 1,
> = Option extends 'same'
  ? CeilDivide<A, Stride>
  : Option extends 'valid'
    ? Slide<A, Extent<Kernel, Dilation>, Stride, 0>
    : Option extends number
      ? Slide<A, Extent<Kernel, Dilation>, Stride, Natural.Multiply<Option, 2>>
      : Option extends { readonly reflect: infer Reflect extends number }
        ? Slide<A, Extent<Kernel, Dilation>, Stride, Natural.Multiply<Reflect, 2>>
        : Option extends readonly (readonly [number, number])[]
          ? Slide<A, Extent<Kernel, Dilation>, Stride, Natural.Add<Option[Axis][0], Option[Axis][1]>>
          : number;
export const windowed = (
  a: Size,
  kernel: number,
  stride: number,
  option: PaddingOption,
  dilation: number,
  axis: 0 | 1,
): Size | 'none' =>
  option === 'same' ? ceilDivide(a, stride) : slide(a, extent(kernel, dilation), stride, total(option, axis));

const total = (option: Exclude<PaddingOption, 'same'>, axis: 0 | 1): number =>
  option === 'valid'
    ? 0
    : typeof option === 'number'
      ? 2 * option
      : 'reflect' in option
        ? 2 * option.reflect
        : option[axis][0] + option[axis][1];

/** How a padding is written in a message. */
export type ShowPadding<Option extends PaddingOption> = Option extends 'same' | 'valid'
  ? Option
  : Option extends number
    ? `${Option}`
    : Option extends { readonly reflect: infer Reflect extends number }
      ? `reflect ${Reflect}`
      : Option extends readonly [
            readonly [infer T extends number, infer B extends number],
            readonly [infer L extends number, infer R extends number],
          ]
        ? `${T},${B}|${L},${R}`
        : '?';
export const showPadding = (option: PaddingOption): string =>
  typeof option === 'string' || typeof option === 'number'
    ? `${option}`
    : 'reflect' in option
      ? `reflect ${option.reflect}`
      : option.map((pair) => pair.join(',')).join('|');

/** The numbers of a padding by name, to be checked. */
export type PaddingNumbers<Option extends PaddingOption> = Option extends string
  ? []
  : Option extends number
    ? [['padding', Option]]
    : Option extends { readonly reflect: infer Reflect extends number }
      ? [['reflect', Reflect]]
      : Option extends readonly [
            readonly [infer T extends number, infer B extends number],
            readonly [infer L extends number, infer R extends number],
          ]
        ? [['padding', T], ['padding', B], ['padding', L], ['padding', R]]
        : [];
export const paddingNumbers = (option: PaddingOption): readonly (readonly [string, number])[] =>
  typeof option === 'string'
    ? []
    : typeof option === 'number'
      ? [['padding', option]]
      : 'reflect' in option
        ? [['reflect', option.reflect]]
        : option.flat().map((zeros) => ['padding', zeros]);

/** S02 for what is no padding at all, which the signatures refuse; its numbers are another matter. */
export const notAPadding = (op: string, option: unknown): Omit<Flaw, 'within'> | undefined =>
  isPadding(option)
    ? undefined
    : notOneOf(op, [['padding', option, ['same', 'valid']]], 'give one of them, or zeros by number');
/** As `notAPadding`, for paddings that are a word or a number. */
export const notAPlainPadding = (op: string, option: unknown): Omit<Flaw, 'within'> | undefined =>
  typeof option === 'number'
    ? undefined
    : notOneOf(op, [['padding', option, ['same', 'valid']]], 'give one of them, or a number');
const isPadding = (option: unknown): boolean =>
  option === 'same' ||
  option === 'valid' ||
  typeof option === 'number' ||
  (Array.isArray(option)
    ? option.length === 2 && option.every((pair) => Array.isArray(pair) && pair.length === 2)
    : typeof option === 'object' && option !== null && 'reflect' in option);

/** Whether a reflection certainly reaches beyond a height or width: it has one entry less to read than the size. */
export type ReflectsBeyond<Option extends PaddingOption, A extends Dimension> = [Option] extends [
  { readonly reflect: infer Reflect extends number },
]
  ? [A] extends [number]
    ? Natural.Less<Reflect, A> extends false
      ? true
      : false
    : false
  : false;
export const reflectsBeyond = (option: PaddingOption, a: Size): boolean =>
  typeof option === 'object' && 'reflect' in option && typeof a === 'number' && option.reflect >= a;

/** The image after any reflection, and the zeros that the convolution itself adds. */
export const padded = (
  x: Value,
  option: PaddingOption,
  kernel: number,
  stride: number,
  dilation: number,
): { readonly value: Value; readonly padding: Padding } => {
  const none: Padding = [
    [0, 0],
    [0, 0],
  ];
  const [h, w] = [Number(x.shape[1]), Number(x.shape[2])];
  if (option === 'valid') return { value: x, padding: none };
  if (option === 'same')
    return {
      value: x,
      padding: [samePadding(h, kernel, stride, dilation), samePadding(w, kernel, stride, dilation)],
    };
  if (typeof option === 'number') {
    return { value: x, padding: [[option, option], [option, option]] }; // prettier-ignore
  }
  if ('reflect' in option) {
    const pair = [option.reflect, option.reflect] as const;
    return { value: option.reflect === 0 ? x : mirrorPad(x, [[0, 0], pair, pair, [0, 0]]), padding: none };
  }
  return { value: x, padding: option };
};
