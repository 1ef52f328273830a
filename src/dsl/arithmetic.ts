/** Typed twins of * and +, for families of models: `times`, `plus`, `ceilDivide`, `widths`. */
import type * as Natural from './dimensions/natural.js';

/** a · b, as a literal where both are. */
export const times = <A extends number, B extends number>(a: A, b: B): Natural.Multiply<A, B> =>
  (a * b) as Natural.Multiply<A, B>;

/** a + b, as a literal where both are. */
export const plus = <A extends number, B extends number>(a: A, b: B): Natural.Add<A, B> =>
  (a + b) as Natural.Add<A, B>;

/** ⌈a / b⌉, as a literal where both are: the size after strides whose product is b. */
export const ceilDivide = <A extends number, B extends number>(a: A, b: B): Natural.CeilDivide<A, B> =>
  Math.ceil(a / b) as Natural.CeilDivide<A, B>;

/** filters, 2·filters, …, levels·filters: the ramp of PG2 and VDG. */
export type Widths<
  Filters extends number,
  Levels extends number,
  Seen extends readonly number[] = readonly [],
> = number extends Levels
  ? readonly number[]
  : Seen['length'] extends Levels
    ? Seen
    : Widths<Filters, Levels, readonly [...Seen, Natural.Multiply<Filters, [...Seen, 0]['length'] & number>]>;

/** The widths of a ramp: `widths(128, 5)` is 128, 256, 384, 512, 640. */
export const widths = <Filters extends number, Levels extends number>(
  filters: Filters,
  levels: Levels,
): Widths<Filters, Levels> =>
  Array.from({ length: levels }, (_, level) => filters * (level + 1)) as unknown as Widths<Filters, Levels>; // the tuple's length is the type level's to know
