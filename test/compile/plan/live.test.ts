/** What a plan's outputs rest on. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { buildPlan } from '../../../src/compile/plan/build.js';
import { liveNodes, reached } from '../../../src/compile/plan/live.js';
import { batchNorm, conv, input, model, seq, unsafeElaborate } from '../../../src/dsl/index.js';

describe('what is read', () => {
  it('is what roots rest on, through any number of steps, and the roots', () => {
    const steps = [['a', []], ['b', ['a']], ['c', ['a']], ['d', ['b', 'b']], ['e', ['c', 'd']]] as const; // prettier-ignore
    assert.deepEqual([...reached<string>(steps, ['d'])].sort(), ['a', 'b', 'd']);
    assert.deepEqual([...reached<string>(steps, ['c', 'b'])].sort(), ['a', 'b', 'c']);
    assert.deepEqual([...reached<string>(steps, [])], []);
  });

  it('of a plan is what its outputs, its next state and other nodes read', () => {
    const built = buildPlan(unsafeElaborate(model(seq(input('x', 4, 4, 1), conv(2), batchNorm()))), { mode: 'train' }); // prettier-ignore
    assert.ok(E.isRight(built));
    const plan = built.right;
    assert.ok(Object.keys(plan.nextState).length > 0);
    const bare = { ...plan, outputs: {}, nextState: {} };
    const all = plan.nodes.map(({ id }) => id);
    assert.deepEqual(
      [...liveNodes(plan)].sort((a, b) => a - b),
      all,
    );
    assert.deepEqual([...liveNodes(bare)], []);
    const { id } = plan.inputs['x']!;
    assert.deepEqual([...liveNodes(bare, [id])], [id]);
    const state = liveNodes({ ...plan, outputs: {} });
    for (const one of Object.values(plan.nextState)) assert.ok(state.has(one));
    assert.ok(state.size < all.length && state.has(id));
  });
});
