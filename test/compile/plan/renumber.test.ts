import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { buildPlan } from '../../../src/compile/plan/build.js';
import { liveNodes } from '../../../src/compile/plan/live.js';
import { renumbered } from '../../../src/compile/plan/renumber.js';
import { verify } from '../../../src/compile/plan/verify.js';
import { batchNorm, conv, input, model, seq, unsafeElaborate } from '../../../src/dsl/index.js';

describe('a plan renumbered', () => {
  const built = buildPlan(unsafeElaborate(model(seq(input('x', 4, 4, 1), conv(2), batchNorm()))), {
    mode: 'train',
  });
  assert.ok(E.isRight(built));
  const plan = built.right;

  it('is the same plan where all nodes stay', () => {
    assert.deepEqual(renumbered(plan, plan.nodes).plan, plan);
  });

  it('is sound again with fewer nodes, and says where each went', () => {
    const stateless = { ...plan, nextState: {} };
    const live = liveNodes(stateless);
    const kept = plan.nodes.filter(({ id }) => live.has(id));
    assert.ok(kept.length < plan.nodes.length);
    const of = { ...stateless, parameters: plan.parameters.filter(({ id }) => live.has(id)) };
    const { plan: fewer, idOf } = renumbered(of, kept);
    assert.ok(E.isRight(verify(fewer)));
    for (const [place, node] of kept.entries()) {
      assert.equal(idOf(node.id), place);
      assert.equal(fewer.nodes[place]!.op, node.op);
    }
  });
});
