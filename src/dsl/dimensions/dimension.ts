/**
 * Dimensions: a height, a width or a count of channels, at both levels under one name.
 *
 * A dimension is a natural number, `number` (not known to the compiler), or a symbolic size such as `'64*h'`: a
 * coefficient times a symbol. At run time `'?'` stands for what an earlier fault left unknown; it absorbs.
 * Type-level functions and their run-time twins stand side by side.
 */
import type * as Natural from './natural.js';

/** A size the compiler may know: `64`, `number`, or `'64*h'`. */
export type Dimension = number | `${number}*${string}`;

/** A size at run time; `'?'` after a fault. */
export type Size = number | `${number}*${string}` | '?';

/** Whether a value is a size: a whole number of 1 or more, or such a coefficient times a symbol. */
export const isSize = (value: unknown): value is Exclude<Size, '?'> =>
  typeof value === 'number'
    ? Number.isSafeInteger(value) && value > 0
    : typeof value === 'string' && /^[1-9]\d*\*\w+$/.test(value);

type Parsed = { readonly coefficient: number; readonly symbol: string };

const parse = (size: `${number}*${string}`): Parsed => {
  const star = size.indexOf('*');
  return { coefficient: Number(size.slice(0, star)), symbol: size.slice(star + 1) };
};

/** a + b. Symbolic sizes add where they share a symbol; anything else is not known. */
export type Add<A extends Dimension, B extends Dimension> = A extends number
  ? B extends number
    ? Natural.Add<A, B>
    : A extends 0
      ? B
      : number
  : A extends `${infer P extends number}*${infer V}`
    ? B extends 0
      ? A
      : B extends `${infer Q extends number}*${infer W}`
        ? V extends W
          ? number extends Natural.Add<P, Q>
            ? number
            : `${Natural.Add<P, Q>}*${V}`
          : number
        : number
    : number;
export const add = (a: Size, b: Size): Size => {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a === '?' || b === '?') return '?';
  if (a === 0) return b;
  if (b === 0) return a;
  if (typeof a === 'number' || typeof b === 'number') return '?';
  const [p, q] = [parse(a), parse(b)];
  return p.symbol === q.symbol ? `${p.coefficient + q.coefficient}*${p.symbol}` : '?';
};

/** a · n for a plain n. */
export type Multiply<A extends Dimension, B extends number> = A extends number
  ? Natural.Multiply<A, B>
  : number extends B
    ? number
    : A extends `${infer P extends number}*${infer V}`
      ? number extends Natural.Multiply<P, B>
        ? number
        : `${Natural.Multiply<P, B>}*${V}`
      : number;
export const multiply = (a: Size, b: number): Size => {
  if (a === '?') return '?';
  if (typeof a === 'number') return a * b;
  const { coefficient, symbol } = parse(a);
  return `${coefficient * b}*${symbol}`;
};

/** a / n where it divides; `number` for a symbolic size that it does not divide. */
type Exact<A extends Dimension, B extends number> = A extends `${infer P extends number}*${infer V}`
  ? number extends B
    ? number
    : Natural.Modulo<P, B> extends 0
      ? `${Natural.FloorDivide<P, B>}*${V}`
      : number
  : number;
const exact = (a: `${number}*${string}`, b: number): Size => {
  const { coefficient, symbol } = parse(a);
  return b > 0 && coefficient % b === 0 ? `${coefficient / b}*${symbol}` : '?';
};

/** ⌈a / n⌉. */
export type CeilDivide<A extends Dimension, B extends number> = B extends 1
  ? A
  : A extends number
    ? Natural.CeilDivide<A, B>
    : Exact<A, B>;
export const ceilDivide = (a: Size, b: number): Size =>
  b === 1 ? a : a === '?' ? '?' : typeof a === 'number' ? (b > 0 ? Math.ceil(a / b) : '?') : exact(a, b);

/** ⌊a / n⌋. */
export type FloorDivide<A extends Dimension, B extends number> = B extends 1
  ? A
  : A extends number
    ? Natural.FloorDivide<A, B>
    : Exact<A, B>;
export const floorDivide = (a: Size, b: number): Size =>
  b === 1 ? a : a === '?' ? '?' : typeof a === 'number' ? (b > 0 ? Math.floor(a / b) : '?') : exact(a, b);

/**
 * The size after a window slides: ⌊(a + padding − extent) / stride⌋ + 1; `never` where the window does not fit.
 * A symbolic size stays exact where ⌊(padding − extent) / stride⌋ + 1 is 0 (3×3 stride 2 padding 1, 4×4 stride 2
 * padding 1, 7×7 stride 1 padding 3 …).
 */
export type Slide<
  A extends Dimension,
  Extent extends number,
  Stride extends number,
  Padding extends number,
> = A extends number
  ? Natural.Less<Natural.Add<A, Padding>, Extent> extends true
    ? never
    : Natural.Add<Natural.FloorDivide<Natural.Subtract<Natural.Add<A, Padding>, Extent>, Stride>, 1>
  : Natural.Less<Padding, Extent> extends true
    ? Natural.Less<Stride, Natural.Subtract<Extent, Padding>> extends false
      ? CeilDivide<A, Stride>
      : number
    : number;
export const slide = (a: Size, extent: number, stride: number, padding: number): Size | 'none' => {
  if (a === '?') return '?';
  if (typeof a === 'number') {
    return a + padding < extent ? 'none' : stride > 0 ? Math.floor((a + padding - extent) / stride) + 1 : '?';
  }
  return padding < extent && extent - padding <= stride ? ceilDivide(a, stride) : '?';
};

/** `true` only if the two are certainly different. */
export type Different<A extends Dimension, B extends Dimension> = [A & B] extends [never]
  ? [A] extends [number]
    ? [B] extends [number]
      ? true
      : false
    : [B] extends [number]
      ? false
      : A extends `${number}*${infer V}`
        ? B extends `${number}*${V}`
          ? true
          : false
        : false
  : false;
export const different = (a: Size, b: Size): boolean => {
  if (a === '?' || b === '?') return false;
  if (typeof a === 'number') return typeof b === 'number' && a !== b;
  return typeof b !== 'number' && parse(a).symbol === parse(b).symbol && a !== b;
};

/** How a size is written in a message: `?` where it is not known. */
export type Show<A extends Dimension> = A extends number ? (number extends A ? '?' : `${A}`) : A;
export const show = (a: Size): string => `${a}`;

/** Whether a size is known to the compiler as a literal. */
export type IsKnown<A extends Dimension> = number extends A ? false : true;
