/** `join.replace`: what arrives takes the place of the feature so far. */
import { joinOf, type Join, type JoinRule } from './join.js';

interface ReplaceRule extends JoinRule {
  readonly out: this['right']['c'];
}

/** The right side alone. */
export interface ReplaceJoin extends Join<ReplaceRule> {
  readonly name: 'replace';
}

/**
 * The right side alone, of the left side's height and width: `fuse(join.concat, skip('pose', mask, { join:
 * join.replace }), elu, conv(64, { kernel: 1 }))` sends a skipped level through layers before it is joined.
 */
export const replaceJoin: ReplaceJoin = joinOf<ReplaceJoin>({
  name: 'replace',
  channels: (_left, right) => right.c,
  lower: (_left, right) => right,
});
