/**
 * Joins: how two features become one, as values.
 *
 * A join carries a rule of its own under the phantom key `'~join'`: given the feature so far (`this['left']`) and the
 * one that arrives (`this['right']`), of equal height and width, its `out` is the channels that result, or a message.
 */
import type { Value } from '../../ops/value.js';
import type { Size } from '../dimensions/dimension.js';
import type { Level, Sizes } from '../feature.js';
import type { Form } from '../form.js';
import type { Lowering } from '../lowering.js';
import type { Flaw } from '../rule.js';

/** A type-level function from two levels to channels (a dimension) or a message (a string that begins with ✗). */
export interface JoinRule {
  readonly left: Level;
  readonly right: Level;
  readonly out: unknown;
}

/** Applies a join's rule. */
export type ApplyJoin<R extends JoinRule, Left extends Level, Right extends Level> = (R & {
  readonly left: Left;
  readonly right: Right;
})['out'];

/** A join. */
export interface Join<R extends JoinRule = JoinRule> {
  readonly '~join': R;
  readonly name: string;
  /** How the join stands in a spec; a join without one works in every other way. */
  readonly form?: Form;
  /** The channels of the result, or what is wrong: the run-time twin of the rule. */
  readonly channels: (left: Sizes, right: Sizes) => Size | Omit<Flaw, 'within'>;
  /** The join in primitives. */
  readonly lower: (left: Value, right: Value, lowering: Lowering) => Value;
}

/** Whether a value is a join. */
export const isJoin = (value: unknown): value is Join =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<Join>).channels === 'function' &&
  typeof (value as Partial<Join>).lower === 'function';

/** S08 for what is no join; `Place` is where it stands. */
export type NotAJoin<Place extends string> =
  `✗ S08 ${Place}: not a join; pass join.concat, join.add or your own`;
export const notAJoin = (place: string): Omit<Flaw, 'within'> => ({
  rule: 'S08',
  body: `${place}: not a join`,
  got: 'a value that is not a join',
  wanted: 'a join',
  fix: 'pass join.concat, join.add or your own',
});

/** A join of its parts; the rule is phantom, as with layers. */
export const joinOf = <J extends Join>(parts: Omit<J, '~join'>): J => parts as unknown as J;
