/** A pass of one's own: what the entry points give is enough to write, run, print and count it. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { conv, input, model, seq, tanh, unsafeElaborate } from 'maskskip';
import { buildPlan, edited, frozen, initialParameters, parse, planCost, print, rewrites, rewritten, splitConcat, stages, type Plan, type Rewrite } from 'maskskip/compile'; // prettier-ignore
import { ops } from 'maskskip/extend';
import { right } from './random-plans.js';

/** tanh(x) = 2σ(2x) − 1, for a target that has no tanh. */
const withoutTanh: Rewrite = {
  name: 'without-tanh',
  about: 'tanh in terms of the sigmoid',
  bitExact: false,
  apply: (plan) =>
    plan.nodes.some(({ op }) => op === 'tanh')
      ? edited(plan, ({ op }, same, [x]) =>
          op === 'tanh' ? ops.subtract(ops.multiply(ops.sigmoid(ops.multiply(x!, 2)), 2), 1) : same,
        )
      : plan,
};

describe('a pass of your own', () => {
  const declared = unsafeElaborate(model(seq(input('x', 4, 4, 2), conv(3), tanh)));
  const plan = right(buildPlan(declared, { mode: 'infer' }));
  it('runs among ours, is printed, read back and counted', () => {
    const numbers = right(frozen(plan, initialParameters(plan, 1)));
    const { plan: after, trail } = right(rewritten(numbers, { passes: [...rewrites, withoutTanh] }));
    assert.ok(trail.some(({ name, before, after: made }) => name === 'without-tanh' && before !== made));
    assert.ok(after.nodes.every(({ op }) => op !== 'tanh'));
    assert.deepEqual(print(right(parse(print(after)))), print(after));
    assert.ok(planCost(after).total.flops > 0);
  });
  it('has the stages and the pass that they use at hand', () => {
    assert.equal(right(stages(plan, [['x']])).length, 1);
    assert.equal(splitConcat(() => 0).apply(plan), plan);
    assert.equal(E.isRight(stages(plan, [['y']])), false);
  });
  it('is a value of the public type', () => {
    const apply: (of: Plan) => Plan = withoutTanh.apply;
    assert.notEqual(apply(plan), plan);
  });
});
