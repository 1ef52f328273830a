/** `join.add`: entry by entry. Rule S09. */
import { add as addValues } from '../../ops/elementwise.js';
import { different, show, type Different, type Show } from '../dimensions/dimension.js';
import { optionless, type Form } from '../form.js';
import { joinOf, type Join, type JoinRule } from './join.js';

interface AddRule extends JoinRule {
  readonly out: Different<this['left']['c'], this['right']['c']> extends true
    ? `✗ S09 add: channels ${Show<this['left']['c']>} ≠ ${Show<this['right']['c']>}; make them equal with conv(…, { kernel: 1 }), or use join.concat`
    : this['left']['c'];
}

/** Addition; both sides have the same channels. */
export interface AddJoin extends Join<AddRule> {
  readonly name: 'add';
}

/** How `join.add` stands in a spec. */
export const addForm: Form = optionless(() => addJoin, 'join', 'add');

/** Entry by entry; both sides have the same channels. */
export const addJoin: AddJoin = joinOf<AddJoin>({
  name: 'add',
  form: addForm,
  channels: (left, right) =>
    different(left.c, right.c)
      ? {
          rule: 'S09',
          body: `add: channels ${show(left.c)} ≠ ${show(right.c)}`,
          got: show(left.c),
          wanted: show(right.c),
          fix: 'make them equal with conv(…, { kernel: 1 }), or use join.concat',
        }
      : left.c,
  lower: (left, right) => addValues(left, right),
});
