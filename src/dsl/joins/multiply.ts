/** `join.multiply`: entry by entry. Rule S09. */
import { multiply as multiplyValues } from '../../ops/elementwise.js';
import { different, show, type Different, type Dimension, type Show } from '../dimensions/dimension.js';
import { optionless, type Form } from '../form.js';
import { joinOf, type Join, type JoinRule } from './join.js';

interface MultiplyRule extends JoinRule {
  readonly out: Product<this['left']['c'], this['right']['c']>;
}
/* A single channel is spread over all channels of the other side; of a choice of sizes, one may be 1. */
type Product<A extends Dimension, B extends Dimension> = [B] extends [1]
  ? A
  : [A] extends [1]
    ? B
    : 1 extends A
      ? number extends A
        ? A
        : A | B
      : Different<A, 1 extends B ? A : B> extends true
        ? `✗ S09 multiply: channels ${Show<A>} ≠ ${Show<B>}; make them equal with conv(…, { kernel: 1 }), or give one side a single channel`
        : A;

/** Multiplication; both sides have the same channels, or one of them a single one. */
export interface MultiplyJoin extends Join<MultiplyRule> {
  readonly name: 'multiply';
}

/** How `join.multiply` stands in a spec. */
export const multiplyForm: Form = optionless(() => multiplyJoin, 'join', 'multiply');

/**
 * Entry by entry; a side with a single channel is spread over the other's channels: gating by a given mask, an
 * attention map, a visibility.
 */
export const multiplyJoin: MultiplyJoin = joinOf<MultiplyJoin>({
  name: 'multiply',
  form: multiplyForm,
  channels: (left, right) =>
    right.c === 1
      ? left.c
      : left.c === 1
        ? right.c
        : different(left.c, right.c)
          ? {
              rule: 'S09',
              body: `multiply: channels ${show(left.c)} ≠ ${show(right.c)}`,
              got: show(left.c),
              wanted: show(right.c),
              fix: 'make them equal with conv(…, { kernel: 1 }), or give one side a single channel',
            }
          : left.c,
  lower: (left, right) => multiplyValues(left, right),
});
