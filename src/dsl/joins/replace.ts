/** `join.replace`: what arrives takes the place of the feature so far. */
import { optionless, type Form } from '../form.js';
import { joinOf, type Join, type JoinRule } from './join.js';

interface ReplaceRule extends JoinRule {
  readonly out: this['right']['c'];
}

/** The right side alone. */
export interface ReplaceJoin extends Join<ReplaceRule> {
  readonly name: 'replace';
}

/** How `join.replace` stands in a spec. */
export const replaceForm: Form = optionless(() => replaceJoin, 'join', 'replace');

/**
 * The right side alone, of the left side's height and width: `fuse(join.concat, skip('pose', mask, { join:
 * join.replace }), elu, conv(64, { kernel: 1 }))` sends a skipped level through layers before it is joined.
 */
export const replaceJoin: ReplaceJoin = joinOf<ReplaceJoin>({
  name: 'replace',
  form: replaceForm,
  channels: (_left, right) => right.c,
  lower: (_left, right) => right,
});
