/**
 * Where branches meet: features joined, their taps and inputs united. Rules S08, S14, S15.
 *
 * Branches must agree: one input name has one shape, and one encoder name comes from one feature. What one branch has
 * already taken from an encoder stays taken.
 */
import type { Dimension, Size } from './dimensions/dimension.js';
import type { Feature, Inputs, Level, Sizes, Taps } from './feature.js';
import type { ApplyJoin, Join, NotAJoin } from './joins/join.js';
import {
  differs,
  differsInSpace,
  showLevel,
  type Differs,
  type DiffersInSpace,
  type ShowShape,
} from './message.js';
import { outputName, outputTwice, type OutputKey, type OutputTwice } from './layers/output.js';
import { flawed, type Flaw, type Outcome, type State } from './rule.js';

/** Two features joined, or a message. `Op` is what the message calls the place. */
export type Joined<Op extends string, J, A, B> =
  A extends Feature<infer H1, infer W1, infer C1, infer T1, infer I1>
    ? B extends Feature<infer H2, infer W2, infer C2, infer T2, infer I2>
      ? DiffersInSpace<H1, W1, H2, W2> extends infer D
        ? [D] extends [never]
          ? J extends Join<infer R>
            ? ApplyJoin<R, Level<H1, W1, C1>, Level<H2, W2, C2>> extends infer C
              ? C extends `✗ ${string}`
                ? C
                : [Clash<I1, I2> | TapClash<T1, T2>] extends [never]
                  ? Feature<
                      Known<H1, H2>,
                      Known<W1, W2>,
                      C extends Dimension ? C : number,
                      Open<T1, T2>,
                      From<I1, I2>
                    >
                  : Clash<I1, I2> | TapClash<T1, T2>
              : never
            : NotAJoin<Op>
          : `✗ S08 ${Op}: ${D & string} (${ShowShape<H1, W1, C1>} ⊕ ${ShowShape<H2, W2, C2>}); give both the same height and width`
        : never
      : B
    : A;

/** Of two sizes that may be equal, the one that says more. */
type Known<A extends Dimension, B extends Dimension> = number extends A ? B : A;
const known = (a: Size, b: Size): Size => (a === '?' ? b : a);

/** S14: the inputs of one name whose shapes certainly differ. */
export type Clash<I1 extends Inputs, I2 extends Inputs> = string extends keyof I1 | keyof I2
  ? never
  : { [K in keyof I1 & keyof I2]: InputClash<K & string, I1[K], I2[K]> }[keyof I1 & keyof I2];
type InputClash<Name extends string, A, B> =
  A extends Level<infer H1, infer W1, infer C1>
    ? B extends Level<infer H2, infer W2, infer C2>
      ? Differs<H1, W1, C1, H2, W2, C2> extends infer D
        ? [D] extends [never]
          ? never
          : `✗ S14 input '${Name}': ${ShowShape<H1, W1, C1>} in one branch, ${ShowShape<H2, W2, C2>} in another (${D & string}); one name has one shape`
        : never
      : never
    : never;

/** S15: the encoders of one name whose levels certainly differ. */
export type TapClash<T1 extends Taps, T2 extends Taps> = string extends keyof T1 | keyof T2
  ? never
  : {
      [K in keyof T1 & keyof T2]: IsPrefix<T1[K], T2[K]> extends false
        ? K extends OutputKey<infer Name>
          ? OutputTwice<Name>
          : `✗ S15 encoder '${K & string}': two encoders of this name meet; rename one`
        : never;
    }[keyof T1 & keyof T2];

/** Whether the shorter of two level lists may be the beginning of the longer. */
type IsPrefix<A extends readonly unknown[], B extends readonly unknown[]> = A extends readonly [
  infer X,
  ...infer As,
]
  ? B extends readonly [infer Y, ...infer Bs]
    ? [X, Y] extends [Level<infer H1, infer W1, infer C1>, Level<infer H2, infer W2, infer C2>]
      ? [Differs<H1, W1, C1, H2, W2, C2>] extends [never]
        ? IsPrefix<As, Bs>
        : false
      : true
    : true
  : true;

type Shorter<A extends readonly Level[], B extends readonly Level[]> = A extends readonly [...B, ...unknown[]]
  ? B
  : A;
/** The open encoders of two branches. */
export type Open<T1 extends Taps, T2 extends Taps> = [keyof T2] extends [never]
  ? T1
  : [keyof T1] extends [never]
    ? T2
    : {
        readonly [K in keyof T1 | keyof T2]: K extends keyof T1
          ? K extends keyof T2
            ? Shorter<T1[K], T2[K]>
            : T1[K]
          : K extends keyof T2
            ? T2[K]
            : never;
      };
/** The inputs of two branches. */
export type From<I1 extends Inputs, I2 extends Inputs> = [keyof I2] extends [never]
  ? I1
  : [keyof I1] extends [never]
    ? I2
    : {
        readonly [K in keyof I1 | keyof I2]: K extends keyof I1 ? I1[K] : K extends keyof I2 ? I2[K] : never;
      };

/** The run-time twin of `Joined`. */
export const joined = (op: string, join: Join, a: State, b: State): Outcome => {
  const flaws = clashes(a, b);
  const state: State = { h: known(a.h, b.h), w: known(a.w, b.w), c: '?', ...merged(a, b) };
  const pair = differsInSpace(a, b);
  if (pair !== undefined) {
    const body = `${op}: ${pair} (${showLevel(a)} ⊕ ${showLevel(b)})`;
    const first = flawed(
      {
        rule: 'S08',
        body,
        got: showLevel(a),
        wanted: showLevel(b),
        fix: 'give both the same height and width',
      },
      { ...state, h: '?', w: '?' },
    );
    return { state: first.state, flaws: [...first.flaws, ...flaws] };
  }
  const channels = join.channels(a, b);
  return typeof channels === 'object'
    ? { state, flaws: [{ within: [], ...channels }, ...flaws] }
    : { state: { ...state, c: channels }, flaws };
};

/** What two branches say of one name and do not agree on: S14 and S15. */
export const clashes = (a: State, b: State): readonly Flaw[] => [...inputFlaws(a, b), ...tapFlaws(a, b)];

/** S14 for inputs of one name. */
export const inputFlaws = (a: Pick<State, 'inputs'>, b: Pick<State, 'inputs'>): readonly Flaw[] =>
  Object.entries(a.inputs).flatMap(([name, one]) => {
    const other: Sizes | undefined = Object.hasOwn(b.inputs, name) ? b.inputs[name] : undefined;
    const pair = other === undefined ? undefined : differs(one, other);
    return pair === undefined || other === undefined
      ? []
      : [
          {
            rule: 'S14',
            within: [],
            body: `input '${name}': ${showLevel(one)} in one branch, ${showLevel(other)} in another (${pair})`,
            got: showLevel(one),
            wanted: showLevel(other),
            fix: 'one name has one shape',
          },
        ];
  });

/** Two lists of taps agree when the shorter is the beginning of the longer: the same levels, not just equal ones. */
const tapFlaws = (a: State, b: State): readonly Flaw[] =>
  Object.entries(a.taps).flatMap(([name, one]) => {
    const other = Object.hasOwn(b.taps, name) ? b.taps[name]! : [];
    const agree = one.slice(0, other.length).every((tap, i) => tap.origin === other[i]!.origin);
    return agree
      ? []
      : outputName(name) !== undefined
        ? [{ within: [], ...outputTwice(outputName(name)!) }]
        : [
            {
              rule: 'S15',
              within: [],
              body: `encoder '${name}': two encoders of this name meet`,
              got: 'two encoders',
              wanted: 'one encoder for one name',
              fix: 'rename one',
            },
          ];
  });

/** The taps and inputs of two branches. */
export const merged = <A, B>(
  a: { readonly taps: Readonly<Record<string, readonly A[]>>; readonly inputs: Readonly<Record<string, B>> },
  b: { readonly taps: Readonly<Record<string, readonly A[]>>; readonly inputs: Readonly<Record<string, B>> },
) => ({ taps: mergeTaps(a.taps, b.taps), inputs: { ...a.inputs, ...b.inputs } });

/** What one branch has taken stays taken. */
const mergeTaps = <A>(
  a: Readonly<Record<string, readonly A[]>>,
  b: Readonly<Record<string, readonly A[]>>,
): Readonly<Record<string, readonly A[]>> => ({
  ...b,
  ...Object.fromEntries(
    Object.entries(a).map(([name, open]) => {
      const other = Object.hasOwn(b, name) ? b[name]! : undefined;
      return [name, other !== undefined && other.length < open.length ? other : open];
    }),
  ),
});
