/** Pooling: `maxPool(window, { stride, padding })`, `averagePool(…)`, `globalAveragePool`. Rules S02, S03. */
import * as pooling from '../../ops/pooling.js';
import { reduceMean } from '../../ops/reduction.js';
import type * as Natural from '../dimensions/natural.js';
import type { Dimension } from '../dimensions/dimension.js';
import type { Feature } from '../feature.js';
import { formOf, type Form } from '../form.js';
import {
  notOptions,
  notPositive,
  notWhole,
  optionsIn,
  showLevel,
  type NotPositive,
  type NotWhole,
  type ShowShape,
} from '../message.js';
import { fine, flawed, layerOf, shaped, unknown, type Definition, type Layer, type Rule } from '../rule.js';
import {
  notAPlainPadding,
  padded,
  paddingNumbers,
  windowed,
  type PaddingNumbers,
  type ShowPadding,
  type Windowed,
} from './padding.js';

/** TensorFlow's `'same'` and `'valid'`, or so many entries that are not there on every side. */
export type PoolPadding = 'same' | 'valid' | number;

/** Options of a pool. */
export interface PoolOptions<Stride extends number, Padding extends PoolPadding> {
  /** The window's size by default: windows side by side. */
  readonly stride?: Stride;
  /** `'valid'` by default. */
  readonly padding?: Padding;
}

interface PoolRule<
  Op extends string,
  Window extends number,
  Stride extends number,
  Padding extends PoolPadding,
> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? OptionFlaw<Op, Window, Stride, Padding> extends infer M
      ? [M] extends [never]
        ? Windowed<H, Window, Stride, Padding, 1, 0> extends infer OutH extends Dimension
          ? Windowed<W, Window, Stride, Padding, 1, 1> extends infer OutW extends Dimension
            ? [OutH] extends [never]
              ? DoesNotFit<Op, Window, H, W, C, Padding>
              : [OutW] extends [never]
                ? DoesNotFit<Op, Window, H, W, C, Padding>
                : Feature<OutH, OutW, C, T, I>
            : never
          : never
        : M
      : never
    : never;
}

/* S02 for the options, then S03 for a padding as wide as the window: the first that is wrong. */
type OptionFlaw<
  Op extends string,
  Window extends number,
  Stride extends number,
  Padding extends PoolPadding,
> =
  NotPositive<Op, [['window', Window], ['stride', Stride]]> extends infer M
    ? [M] extends [never]
      ? NotWhole<Op, PaddingNumbers<Padding>> extends infer P
        ? [P] extends [never]
          ? NothingButPadding<Op, Window, Padding>
          : P
        : never
      : M
    : never;
type NothingButPadding<Op extends string, Window extends number, Padding extends PoolPadding> = [
  Padding,
] extends [number]
  ? Natural.Less<Padding, Window> extends false
    ? `✗ S03 ${Op}: padding ${Padding} is not less than window ${Window}×${Window}; use less padding`
    : never
  : never;
type DoesNotFit<
  Op extends string,
  Window extends number,
  H extends Dimension,
  W extends Dimension,
  C extends Dimension,
  Padding extends PoolPadding,
> = `✗ S03 ${Op}: window ${Window}×${Window} does not fit ${ShowShape<H, W, C>} with padding ${ShowPadding<Padding>}; use a smaller window or more padding`;

/** The greatest entry of each window. */
export interface MaxPool<
  Window extends number = 2,
  Stride extends number = Window,
  Padding extends PoolPadding = 'valid',
> extends Layer<PoolRule<'maxPool', Window, Stride, Padding>> {
  readonly op: 'maxPool';
  readonly window: Window;
  readonly stride: Stride;
  readonly padding: Padding;
}

/**
 * The greatest entry of each window, channel by channel; entries of the padding are never the greatest.
 *
 * Shapes: h×w×c → ⌊(h + 2·padding − window)/stride⌋ + 1 by likewise, ⌈h/stride⌉ under `'same'`; c stays. No
 * parameters. In training the gradient goes to the first greatest entry, as in TensorFlow.
 *
 * @example
 * ```ts
 * through(input('x', 64, 48, 8), maxPool()); // Feature<32, 24, 8, …>
 * ```
 */
export const maxPool = <
  const Window extends number = 2,
  const Stride extends number = Window,
  const Padding extends PoolPadding = 'valid',
>(
  window: Window = 2 as Window,
  options: PoolOptions<Stride, Padding> = {},
): MaxPool<Window, Stride, Padding> => {
  const given = optionsIn(options);
  const stride = (given.stride ?? window) as Stride;
  const padding = (given.padding ?? 'valid') as Padding;
  return layerOf<MaxPool<Window, Stride, Padding>>({
    op: 'maxPool',
    window,
    stride,
    padding,
    definition: { ...define('maxPool', window, stride, padding, options), form: maxPoolForm },
  });
};

/** The mean of each window. */
export interface AveragePool<
  Window extends number = 2,
  Stride extends number = Window,
  Padding extends PoolPadding = 'valid',
> extends Layer<PoolRule<'averagePool', Window, Stride, Padding>> {
  readonly op: 'averagePool';
  readonly window: Window;
  readonly stride: Stride;
  readonly padding: Padding;
}

/**
 * The mean of each window, channel by channel, over the entries that are there: padding does not count, as in
 * TensorFlow (PyTorch's `count_include_pad=False`).
 *
 * Shapes: as `maxPool`. No parameters.
 *
 * @example
 * ```ts
 * through(input('x', 7, 7, 8), averagePool(3, { stride: 2, padding: 'same' })); // Feature<4, 4, 8, …>
 * ```
 */
export const averagePool = <
  const Window extends number = 2,
  const Stride extends number = Window,
  const Padding extends PoolPadding = 'valid',
>(
  window: Window = 2 as Window,
  options: PoolOptions<Stride, Padding> = {},
): AveragePool<Window, Stride, Padding> => {
  const given = optionsIn(options);
  const stride = (given.stride ?? window) as Stride;
  const padding = (given.padding ?? 'valid') as Padding;
  return layerOf<AveragePool<Window, Stride, Padding>>({
    op: 'averagePool',
    window,
    stride,
    padding,
    definition: { ...define('averagePool', window, stride, padding, options), form: averagePoolForm },
  });
};

const define = (
  op: 'maxPool' | 'averagePool',
  window: number,
  stride: number,
  padding: PoolPadding,
  options: unknown,
): Definition => ({
  name: op,
  shape: (state) => {
    const bad = notPositive(op, [['window', window], ['stride', stride]], state); // prettier-ignore
    if (bad !== undefined) return bad;
    const mistaken = notOptions(op, options) ?? notAPlainPadding(op, padding);
    if (mistaken !== undefined) return flawed(mistaken, unknown(state));
    const badPadding = notWhole(op, paddingNumbers(padding), state);
    if (badPadding !== undefined) return badPadding;
    if (typeof padding === 'number' && padding >= window) {
      return flawed(
        {
          rule: 'S03',
          body: `${op}: padding ${padding} is not less than window ${window}×${window}`,
          got: `padding ${padding}`,
          wanted: `less than ${window}`,
          fix: 'use less padding',
        },
        unknown(state),
      );
    }
    const h = windowed(state.h, window, stride, padding, 1, 0);
    const w = windowed(state.w, window, stride, padding, 1, 1);
    return h === 'none' || w === 'none'
      ? flawed(
          {
            rule: 'S03',
            body: `${op}: window ${window}×${window} does not fit ${showLevel(state)} with padding ${padding}`,
            got: `window ${window}×${window}`,
            wanted: `a window that fits ${showLevel(state)}`,
            fix: 'use a smaller window or more padding',
          },
          unknown(state),
        )
      : fine(shaped(state, h, w, state.c));
  },
  lower: (flow) => ({
    ...flow,
    value: pooling[op](flow.value, {
      window: [window, window],
      strides: [stride, stride],
      padding: padded(flow.value, padding, window, stride, 1).padding,
    }),
  }),
});

/** What a pool's spec holds; the stride is left out where it is the window's size. */
export interface PoolFields {
  readonly window: number;
  readonly stride: number | undefined;
  readonly padding: PoolPadding;
}
const poolForm = (
  builtIn: string,
  make: (window: number, options: PoolOptions<number, PoolPadding>) => PoolFields,
): Form<PoolFields, PoolFields> => ({
  builtIn,
  kind: 'layer',
  fields: (f) => ({
    window: f.standard(f.number, 2),
    stride: f.optional(f.number),
    padding: f.standard(f.either(f.word('same', 'valid'), f.number), 'valid'),
  }),
  make: ({ window, stride, padding }) =>
    make(window, { ...(stride === undefined ? {} : { stride }), padding }),
  options: ({ window, stride, padding }) => ({
    window,
    stride: stride === window ? undefined : stride,
    padding,
  }),
});

/** How `maxPool` stands in a spec. */
export const maxPoolForm = poolForm('maxPool', maxPool);
/** How `averagePool` stands in a spec. */
export const averagePoolForm = poolForm('averagePool', averagePool);

/** The mean of each channel. */
export interface GlobalAveragePool extends Layer<GlobalAveragePoolRule> {
  readonly op: 'globalAveragePool';
}
interface GlobalAveragePoolRule extends Rule {
  readonly out: this['in'] extends Feature<infer _H, infer _W, infer C, infer T, infer I>
    ? Feature<1, 1, C, T, I>
    : never;
}

/** How `globalAveragePool` stands in a spec. */
export const globalAveragePoolForm = formOf<Readonly<Record<string, never>>>({
  builtIn: 'globalAveragePool',
  fields: () => ({}),
  make: () => globalAveragePool,
});

/** The mean of each channel over height and width: h×w×c → 1×1×c. No parameters. Lin et al., arXiv 1312.4400. */
export const globalAveragePool: GlobalAveragePool = layerOf<GlobalAveragePool>({
  op: 'globalAveragePool',
  definition: {
    name: 'globalAveragePool',
    shape: (state) => fine(shaped(state, 1, 1, state.c)),
    lower: (flow) => ({ ...flow, value: reduceMean(flow.value, [1, 2], true) }),
    form: globalAveragePoolForm,
  },
});
