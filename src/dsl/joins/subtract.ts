/** `join.subtract`: the difference, entry by entry. Rule S09. */
import { subtract as subtractValues } from '../../ops/elementwise.js';
import { different, show, type Different, type Show } from '../dimensions/dimension.js';
import { optionless, type Form } from '../form.js';
import { joinOf, type Join, type JoinRule } from './join.js';

interface SubtractRule extends JoinRule {
  readonly out: Different<this['left']['c'], this['right']['c']> extends true
    ? `✗ S09 subtract: channels ${Show<this['left']['c']>} ≠ ${Show<this['right']['c']>}; make them equal with conv(…, { kernel: 1 }), or use join.concat`
    : this['left']['c'];
}

/** A difference; both sides have the same channels. */
export interface SubtractJoin extends Join<SubtractRule> {
  readonly name: 'subtract';
}

/** How `join.subtract` stands in a spec. */
export const subtractForm: Form = optionless(() => subtractJoin, 'join', 'subtract');

/**
 * Left − right, entry by entry; both sides have the same channels. No parameters.
 *
 * @example
 * ```ts
 * const person = input('person', 64, 64, 1);
 * through(input('x', 64, 64, 3), fuse(join.subtract, fuse(join.multiply, person))); // x − x ⊙ person: all but the person
 * ```
 */
export const subtractJoin: SubtractJoin = joinOf<SubtractJoin>({
  name: 'subtract',
  form: subtractForm,
  channels: (left, right) =>
    different(left.c, right.c)
      ? {
          rule: 'S09',
          body: `subtract: channels ${show(left.c)} ≠ ${show(right.c)}`,
          got: show(left.c),
          wanted: show(right.c),
          fix: 'make them equal with conv(…, { kernel: 1 }), or use join.concat',
        }
      : left.c,
  lower: (left, right) => subtractValues(left, right),
});
