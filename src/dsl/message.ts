/**
 * The pieces that messages share, at both levels: shapes, pairs that differ, options that must be positive; and what
 * only the run time looks at: numbers that change no shape, words, and values of another kind than the signature's.
 */
import type { Initialiser } from '../ops/initialiser.js';
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

/** A value that was given, as a message shows it: on one line, whatever it is. */
export const showGiven = (value: unknown): string =>
  typeof value === 'string'
    ? `'${value}'`
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'function'
        ? 'a function'
        : typeof value === 'object' && value !== null
          ? 'an object'
          : String(value);

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
/** The run-time twin of `NotPositive`; it refuses words too, so a layer that allows one leaves that option out. */
export const notPositive = (op: string, options: readonly Named[], state: State): Outcome | undefined => {
  const bad = options.find(([, value]) => !(Number.isSafeInteger(value) && Number(value) > 0));
  return bad === undefined
    ? undefined
    : flawed(
        {
          rule: 'S02',
          body: `${op}: ${bad[0]} ${showGiven(bad[1])} is not a positive whole number`,
          got: showGiven(bad[1]),
          wanted: 'a positive whole number',
          fix: 'give 1 or more',
        },
        unknown(state),
      );
};

/** S02 for a value that is no size, along one axis; of those, the compiler sees only what is no `Dimension`. */
export const notASize = (op: string, axis: keyof Sizes, value: unknown): Omit<Flaw, 'within'> => {
  const name = { h: 'height', w: 'width', c: 'channels' }[axis];
  const got = showGiven(value);
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
          body: `${op}: ${bad[0]} ${showGiven(bad[1])} is not a whole number of 0 or more`,
          got: showGiven(bad[1]),
          wanted: 'a whole number of 0 or more',
          fix: 'give 0 or more',
        },
        unknown(state),
      );
};

/* S02 for what the signatures refuse already, where they were not asked. */

/** S02 for the first option that is none of its words; `undefined` if there is none. */
export const notOneOf = (
  op: string,
  options: readonly (readonly [name: string, value: unknown, words: readonly string[]])[],
  fix = 'give one of them',
): Omit<Flaw, 'within'> | undefined => {
  const bad = options.find(([, value, words]) => typeof value !== 'string' || !words.includes(value));
  if (bad === undefined) return undefined;
  const [name, value, words] = bad;
  const known = words.map((word) => `'${word}'`).join(', ');
  return {
    rule: 'S02',
    body: `${op}: ${name} ${showGiven(value)} is not one of ${known}`,
    got: showGiven(value),
    wanted: `one of ${known}`,
    fix,
  };
};

const isOptions = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The options that were given; none where something else stands in their place, which `notOptions` tells later. */
export const optionsIn = <Options extends object>(given: Options): Partial<Options> =>
  isOptions(given) ? given : {};

/** S02 for what stands where options should; `undefined` for options. */
export const notOptions = (op: string, given: unknown): Omit<Flaw, 'within'> | undefined =>
  isOptions(given)
    ? undefined
    : {
        rule: 'S02',
        body: `${op}: ${showGiven(given)} is not a record of options`,
        got: showGiven(given),
        wanted: 'a record of options',
        fix: 'give { … }, or leave it out',
      };

/* S38: numbers that change no shape. They are no part of a type: only the run time sees them. */

const ranges = {
  'a finite number': () => true,
  'a finite number greater than 0': (one) => one > 0,
  'a finite number of 0 or more': (one) => one >= 0,
  'a number from 0 to 1': (one) => one >= 0 && one <= 1,
  'a whole number from 0 to 64': (one) => Number.isInteger(one) && one >= 0 && one <= 64,
} as const satisfies Readonly<Record<string, (one: number) => boolean>>;

/** What a number that changes no shape must be, in the words of the message. */
export type NumberRange = keyof typeof ranges;

/** S38 for each option that is not a finite number within its range. */
export const notInRange = (
  op: string,
  options: readonly (readonly [name: string, value: unknown, range: NumberRange])[],
): readonly Flaw[] =>
  options.flatMap(([name, value, range]) =>
    typeof value === 'number' && Number.isFinite(value) && ranges[range](value)
      ? []
      : [
          {
            rule: 'S38',
            within: [],
            body: `${op}: ${name} ${showGiven(value)} is not ${range}`,
            got: showGiven(value),
            wanted: range,
            fix: 'give one',
          },
        ],
  );

/* Of an initialiser's or a surrogate's options these have a sign; any other is finite. */
const rangeOf: Readonly<Partial<Record<string, NumberRange>>> = {
  deviation: 'a finite number of 0 or more',
  limit: 'a finite number of 0 or more',
  temperature: 'a finite number greater than 0',
};

/** S38 for the numbers of an initialiser or a surrogate; `what` is the option that holds it. */
export const optionsNotInRange = (
  op: string,
  what: string,
  options: Readonly<Record<string, unknown>>,
): readonly Flaw[] =>
  notInRange(
    op,
    Object.entries(options).map(([name, value]) => [
      `${what} ${name}`,
      value,
      (Object.hasOwn(rangeOf, name) ? rangeOf[name] : undefined) ?? 'a finite number',
    ]),
  );

/** S38 for what is no initialiser, or one whose numbers are not in range; `what` is the option that holds it. */
export const initialiserFlaws = (op: string, initialiser: unknown, what = 'initialiser'): readonly Flaw[] =>
  isInitialiser(initialiser)
    ? optionsNotInRange(op, what, initialiser.options)
    : [
        {
          rule: 'S38',
          within: [],
          body: `${op}: ${what} ${showGiven(initialiser)} is not an initialiser`,
          got: showGiven(initialiser),
          wanted: 'an initialiser',
          fix: 'pass constant(0), normal(0.02), … or your own',
        },
      ];
const isInitialiser = (value: unknown): value is Initialiser =>
  isOptions(value) &&
  typeof (value as Partial<Initialiser>).values === 'function' &&
  isOptions((value as Partial<Initialiser>).options);
