/** Where a parameter's projection stands in a plan: from the lowering that asks for it to the text and back. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { buildPlan, parse, print, verify } from '../../../src/compile/index.js';
import { input, join, model, psi, skip, tap, through, unsafeElaborate, type Psi } from '../../../src/dsl/index.js'; // prettier-ignore
import { multiply } from '../../../src/ops/elementwise.js';
import { constant } from '../../../src/ops/initialiser.js';
import { unsafePlan } from '../../dsl/plans.js';

const kept = (least: number, most: number): Psi =>
  psi.define<Psi>({ name: 'kept' }, {
    forward: ({ feature }, { lowering }) =>
      multiply(feature, lowering.parameter({
        name: 'scale',
        shape: [2],
        initialiser: constant(1),
        projection: { clip: [least, most] },
      })),
  }); // prettier-ignore
const modelOf = (operator: Psi) =>
  model(through(input('x', 2, 2, 2), tap('e'), skip('e', operator, { join: join.replace })));
const plan = unsafePlan(modelOf(kept(-0.5, 2)), 'train');
const text = print(plan);
const rulesOf = (given: string): readonly string[] => {
  const parsed = parse(given);
  return E.isLeft(parsed) ? parsed.left.map(({ rule }) => rule) : [];
};

describe('projections in a plan', () => {
  it('stand in the row and in the node', () => {
    assert.deepEqual(plan.parameters.map(({ projection }) => projection), [{ clip: [-0.5, 2] }]); // prettier-ignore
    assert.deepEqual(plan.nodes[plan.parameters[0]!.id]!.attributes['clip'], [-0.5, 2]);
  });

  it('are printed and read back', () => {
    assert.match(text, /role="weight" clip=\[-0.5,2\]/);
    const back = parse(text);
    assert.ok(E.isRight(back));
    assert.deepEqual(back.right.parameters[0]!.projection, { clip: [-0.5, 2] });
    assert.equal(print(back.right), text);
  });

  it('of other parameters are none, in the plan and in its text', () => {
    const plain = unsafePlan(modelOf(psi.dense()), 'train');
    assert.ok(plain.parameters.length > 0 && plain.parameters.every((one) => !('projection' in one)));
    assert.doesNotMatch(print(plain), /clip/);
  });

  it('P03, P07: from more to less, or to what is no number', () => {
    for (const [least, most] of [[1, 0], [0, Infinity], [NaN, 1]] as const) {
      const built = buildPlan(unsafeElaborate(modelOf(kept(least, most))), { mode: 'train' });
      assert.deepEqual(E.isLeft(built) ? built.left.map(({ rule }) => rule) : [], ['P03']);
    } // prettier-ignore
    assert.deepEqual(rulesOf(text.replace('clip=[-0.5,2]', 'clip=[2,-0.5]')), ['P07']);
    const nodes = plan.nodes.map((node) => node.op === 'parameter' ? { ...node, attributes: { ...node.attributes, clip: [2, 1] } } : node); // prettier-ignore
    const verified = verify({ ...plan, nodes });
    assert.deepEqual(E.isLeft(verified) ? verified.left.map(({ rule }) => rule) : [], ['P07']);
  });

  it('P13: what is no pair of numbers', () => {
    for (const wrong of ['clip=[1]', 'clip=0.5', 'clip=["0","1"]'])
      assert.deepEqual(rulesOf(text.replace('clip=[-0.5,2]', wrong)), ['P13'], wrong);
  });
});
