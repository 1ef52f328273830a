/** `join.concat`: channels side by side, the feature so far first. */
import { concat as concatValues } from '../../ops/layout.js';
import { add, type Add } from '../dimensions/dimension.js';
import { optionless, type Form } from '../form.js';
import { joinOf, type Join, type JoinRule } from './join.js';

interface ConcatRule extends JoinRule {
  readonly out: Add<this['left']['c'], this['right']['c']>;
}

/** Channel concatenation. */
export interface ConcatJoin extends Join<ConcatRule> {
  readonly name: 'concat';
}

/** How `join.concat` stands in a spec. */
export const concatForm: Form = optionless(() => concatJoin, 'join', 'concat');

/** Channels side by side: c₁ + c₂. */
export const concatJoin: ConcatJoin = joinOf<ConcatJoin>({
  name: 'concat',
  form: concatForm,
  channels: (left, right) => add(left.c, right.c),
  lower: (left, right) => concatValues([left, right], 3),
});
