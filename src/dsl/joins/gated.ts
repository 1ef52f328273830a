/** `join.gated`: a learned mixture of both sides. Rule S09. */
import { conv2d } from '../../ops/convolution.js';
import * as ops from '../../ops/elementwise.js';
import { constant, glorotUniform } from '../../ops/initialiser.js';
import { concat } from '../../ops/layout.js';
import { different, show, type Different, type Show } from '../dimensions/dimension.js';
import { optionless, type Form } from '../form.js';
import { joinOf, type Join, type JoinRule } from './join.js';

interface GatedRule extends JoinRule {
  readonly out: Different<this['left']['c'], this['right']['c']> extends true
    ? `✗ S09 gated: channels ${Show<this['left']['c']>} ≠ ${Show<this['right']['c']>}; make them equal with conv(…, { kernel: 1 }), or use join.concat`
    : this['left']['c'];
}

/** A learned mixture; both sides have the same channels. */
export interface GatedJoin extends Join<GatedRule> {
  readonly name: 'gated';
}

/** How `join.gated` stands in a spec. */
export const gatedForm: Form = optionless(() => gatedJoin, 'join', 'gated');

/**
 * g ⊙ left + (1 − g) ⊙ right with g = σ(conv1×1(left ⊕ right)): gated fusion, as in highway networks (Srivastava et
 * al. 2015) with a gate that sees both sides. Parameters: 2c·c + c.
 */
export const gatedJoin: GatedJoin = joinOf<GatedJoin>({
  name: 'gated',
  form: gatedForm,
  channels: (left, right) =>
    different(left.c, right.c)
      ? {
          rule: 'S09',
          body: `gated: channels ${show(left.c)} ≠ ${show(right.c)}`,
          got: show(left.c),
          wanted: show(right.c),
          fix: 'make them equal with conv(…, { kernel: 1 }), or use join.concat',
        }
      : left.c,
  lower: (left, right, lowering) => {
    const channels = Number(left.shape[3]);
    const kernel = lowering.parameter({
      name: 'kernel',
      shape: [1, 1, 2 * channels, channels],
      initialiser: glorotUniform,
    });
    const bias = lowering.parameter({ name: 'bias', shape: [channels], initialiser: constant(0) });
    const both = conv2d(concat([left, right], 3), kernel, {
      strides: [1, 1],
      padding: [
        [0, 0],
        [0, 0],
      ],
    });
    const gate = ops.sigmoid(ops.add(both, bias));
    return ops.add(right, ops.multiply(gate, ops.subtract(left, right)));
  },
});
