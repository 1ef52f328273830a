/** The pieces that messages share, at both levels: shapes, pairs that differ, and options that must be positive. */
import type * as Natural from './dimensions/natural.js';
import { different, show, type Different, type Dimension, type Show } from './dimensions/dimension.js';
import type { Sizes } from './feature.js';
import { flawed, unknown, type Flaw, type Outcome, type State } from './rule.js';

/** `64×32×128`. */
export type ShowShape<
  H extends Dimension,
  W extends Dimension,
  C extends Dimension,
> = `${Show<H>}×${Show<W>}×${Show<C>}`;
export const showLevel = (level: Sizes): string => `${show(level.h)}×${show(level.w)}×${show(level.c)}`;

/** `height 8 ≠ 16`, `width …` or `channels …`: the first that certainly differs; `never` if none does. */
export type Differs<
  H1 extends Dimension,
  W1 extends Dimension,
  C1 extends Dimension,
  H2 extends Dimension,
  W2 extends Dimension,
  C2 extends Dimension,
> =
  Different<H1, H2> extends true
    ? `height ${Show<H1>} ≠ ${Show<H2>}`
    : Different<W1, W2> extends true
      ? `width ${Show<W1>} ≠ ${Show<W2>}`
      : Different<C1, C2> extends true
        ? `channels ${Show<C1>} ≠ ${Show<C2>}`
        : never;
export const differs = (a: Sizes, b: Sizes): string | undefined =>
  differsInSpace(a, b) ?? (different(a.c, b.c) ? `channels ${show(a.c)} ≠ ${show(b.c)}` : undefined);

/** As `Differs`, without channels. */
export type DiffersInSpace<
  H1 extends Dimension,
  W1 extends Dimension,
  H2 extends Dimension,
  W2 extends Dimension,
> = Differs<H1, W1, 1, H2, W2, 1>;
export const differsInSpace = (a: Pick<Sizes, 'h' | 'w'>, b: Pick<Sizes, 'h' | 'w'>): string | undefined =>
  different(a.h, b.h)
    ? `height ${show(a.h)} ≠ ${show(b.h)}`
    : different(a.w, b.w)
      ? `width ${show(a.w)} ≠ ${show(b.w)}`
      : undefined;

/* S02: options that are sizes must be positive whole numbers, options that are paddings whole numbers. */

/** A named option. */
type Named = readonly [name: string, value: unknown];

/** Whether an option is certainly no positive whole number; words such as `'same'` are not numbers and pass. */
type IsBad<A> = A extends number ? (Natural.IsPositive<A> extends false ? true : false) : false;

/** The message for the first option that is certainly not a positive whole number; `never` if there is none. */
export type NotPositive<Op extends string, Options extends readonly Named[]> = Options extends readonly [
  readonly [infer Name extends string, infer A],
  ...infer Rest extends readonly Named[],
]
  ? [IsBad<A>] extends [true]
    ? `✗ S02 ${Op}: ${Name} ${A & number} is not a positive whole number; give 1 or more`
    : NotPositive<Op, Rest>
  : never;
export const notPositive = (op: string, options: readonly Named[], state: State): Outcome | undefined => {
  const bad = options.find(
    ([, value]) => typeof value === 'number' && !(Number.isSafeInteger(value) && value > 0),
  );
  return bad === undefined
    ? undefined
    : flawed(
        {
          rule: 'S02',
          body: `${op}: ${bad[0]} ${String(bad[1])} is not a positive whole number`,
          got: String(bad[1]),
          wanted: 'a positive whole number',
          fix: 'give 1 or more',
        },
        unknown(state),
      );
};

/** S02 for a value that is no size, along one axis; of those, the compiler sees only what is no `Dimension`. */
export const notASize = (op: string, axis: keyof Sizes, value: unknown): Omit<Flaw, 'within'> => {
  const name = { h: 'height', w: 'width', c: 'channels' }[axis];
  const got = typeof value === 'string' ? `'${value}'` : String(value);
  return {
    rule: 'S02',
    body: `${op}: ${name} ${got} is not a positive whole number`,
    got,
    wanted: 'a positive whole number',
    fix:
      typeof value === 'number'
        ? 'give 1 or more'
        : "give 1 or more, or a multiple of a symbol such as '64*h'",
  };
};

/** Whether an option is certainly no whole number of 0 or more. */
type IsNotWhole<A> = A extends number
  ? A extends 0
    ? false
    : Natural.IsPositive<A> extends false
      ? true
      : false
  : false;

/** The message for the first padding that is certainly not a whole number of 0 or more; `never` if there is none. */
export type NotWhole<Op extends string, Options extends readonly Named[]> = Options extends readonly [
  readonly [infer Name extends string, infer A],
  ...infer Rest extends readonly Named[],
]
  ? [IsNotWhole<A>] extends [true]
    ? `✗ S02 ${Op}: ${Name} ${A & number} is not a whole number of 0 or more; give 0 or more`
    : NotWhole<Op, Rest>
  : never;
export const notWhole = (op: string, options: readonly Named[], state: State): Outcome | undefined => {
  const bad = options.find(([, value]) => !(Number.isSafeInteger(value) && Number(value) >= 0));
  return bad === undefined
    ? undefined
    : flawed(
        {
          rule: 'S02',
          body: `${op}: ${bad[0]} ${String(bad[1])} is not a whole number of 0 or more`,
          got: String(bad[1]),
          wanted: 'a whole number of 0 or more',
          fix: 'give 0 or more',
        },
        unknown(state),
      );
};
