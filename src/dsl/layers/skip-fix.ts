/** What to do about a skip whose level does not fit: the last clause of S12, at both levels. */
import * as Dim from '../dimensions/dimension.js';
import type * as Natural from '../dimensions/natural.js';
import type { Dimension, Size } from '../dimensions/dimension.js';
import type { Inputs, Level, Sizes } from '../feature.js';
import type { State } from '../rule.js';

/** By the first size that differs: of the level, and of the feature that it joins. */
export type SkipFix<E extends Level, H extends Dimension, W extends Dimension, I extends Inputs> =
  Dim.Different<E['h'], H> extends true ? SizeFix<E['h'], H, I, 'h'> : SizeFix<E['w'], W, I, 'w'>;
type SizeFix<
  E extends Dimension,
  D extends Dimension,
  I extends Inputs,
  Axis extends 'h' | 'w',
> = E extends number
  ? D extends number
    ? Natural.Less<D, E> extends true
      ? 'upsample before the skip, or cropTo'
      : Natural.Less<D, Natural.Multiply<E, 2>> extends true
        ? Declare<E, D, InputSize<I, Axis>>
        : 'skip before the upsampling, or downsample once less'
    : 'make the two sizes equal, or cropTo'
  : 'make the two sizes equal, or cropTo';
type Declare<E extends number, D extends number, A> = [A] extends [never]
  ? 'declare a size that halves evenly, or cropTo'
  : IsUnion<A> extends true
    ? 'declare a size that halves evenly, or cropTo'
    : A extends number
      ? number extends A
        ? 'declare a size that halves evenly, or cropTo'
        : `declare ${Natural.FloorDivide<Natural.Multiply<A, D>, E>} instead of ${A}, or cropTo`
      : 'declare a size that halves evenly, or cropTo';
type InputSize<I extends Inputs, Axis extends 'h' | 'w'> = {
  [K in keyof I]: I[K] extends Level ? I[K][Axis] : never;
}[keyof I];
type IsUnion<A, B = A> = A extends unknown ? ([B] extends [A] ? false : true) : never;

/** The run-time twin of `SkipFix`. */
export const skipFix = (found: Sizes, state: State): string =>
  Dim.different(found.h, state.h)
    ? sizeFix(found.h, state.h, state, 'h')
    : sizeFix(found.w, state.w, state, 'w');
const sizeFix = (e: Size, d: Size, state: State, axis: 'h' | 'w'): string => {
  if (typeof e !== 'number' || typeof d !== 'number') return 'make the two sizes equal, or cropTo';
  if (d < e) return 'upsample before the skip, or cropTo';
  if (d >= 2 * e) return 'skip before the upsampling, or downsample once less';
  const sizes = [...new Set(Object.values(state.inputs).map((level) => level[axis]))];
  const [size] = sizes;
  return sizes.length === 1 && typeof size === 'number'
    ? `declare ${Math.floor((size * d) / e)} instead of ${size}, or cropTo`
    : 'declare a size that halves evenly, or cropTo';
};
