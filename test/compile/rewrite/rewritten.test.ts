/** All passes together: on models with every ψ, by name, to a fixpoint. Rules P23, P24. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import { verify, type Plan } from '../../../src/compile/index.js';
import { frozen, rewrites, rewritten, type Rewrite } from '../../../src/compile/rewrite/index.js';
import { batchNorm, conv, convTranspose, decoder, dense, encoder, flatten, input, model, out, psi, relu, reshape, seq, surrogate, tanh, upsample, weightNorm, withPsi, type AnyModel, type Psi } from '../../../src/dsl/index.js'; // prettier-ignore
import { vdgStage1 } from '../../../src/models/vdg.js';
import { outputsOf, unsafePlan } from '../../dsl/plans.js';
import { distance, drawing, feedsOf, frozenAtRandom, operations, right } from './random-plans.js';

const operators: Readonly<Record<string, Psi>> = {
  none: psi.none,
  closed: psi.closed,
  dense: psi.dense(),
  one: psi.one(),
  grouped: psi.grouped(2),
  grid: psi.grid(2, 1),
  chain: psi.chain(psi.grid(1, 1), psi.dense({ surrogate: surrogate.soft(2) })),
};
const vdg: AnyModel = model(vdgStage1(32, 16, 4, psi.none));
const normed = (operator: Psi): AnyModel =>
  withPsi(model(
    seq(
      input('x', 12, 8, 3),
      encoder('image', [
        seq(conv(4), batchNorm()),
        seq(weightNorm(conv(6, { stride: 2 })), batchNorm(), relu),
      ]),
      flatten,
      dense(5),
      relu,
      dense(6 * 4 * 6),
      reshape(6, 4, 6),
      decoder('image', [seq(convTranspose(4, { stride: 2 }), batchNorm(), relu), seq(conv(4), tanh)], psi.none),
      upsample(3),
      conv(2, { kernel: 1 }),
      tanh,
      out(36, 24, 2),
    ),
  ), operator); // prettier-ignore

describe('rewritten', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });
  for (const [name, operator] of Object.entries(operators)) {
    for (const [of, declared] of [['vdg-stage1', withPsi(vdg, operator)], ['a normed network', normed(operator)]] as const) {
      it(`${of} with psi.${name} computes the same to 1e-5 with fewer operations`, () => {
        const draw = drawing(of, name);
        const plan = frozenAtRandom(unsafePlan(declared), draw);
        const { plan: after } = right(rewritten(plan));
        assert.equal(E.isRight(verify(after)), true);
        const feeds = feedsOf(plan, draw, false);
        const apart = distance(outputsOf(plan, feeds), outputsOf(after, feeds));
        assert.ok(apart <= 1e-5, `differ by ${apart}`);
        assert.ok(operations(after) < operations(plan));
      });
    } // prettier-ignore
  }
  const plan = frozenAtRandom(unsafePlan(normed(psi.dense())), drawing('passes'));
  const opsOf = (of: Plan): readonly string[] => of.nodes.map(({ op }) => op);

  it('leaves no norm, no mask product and no bias of its own behind', () => {
    const ops = opsOf(right(rewritten(plan)).plan);
    for (const gone of ['sqrt', 'divide', 'subtract', 'greaterEqual', 'cast', 'square', 'parameter'])
      assert.ok(!ops.includes(gone), gone);
  });
  it('comes to an end: a second time nothing is found', () => {
    const once = right(rewritten(plan)).plan;
    assert.equal(right(rewritten(once)).plan, once);
  });
  it('says what each pass did, in order', () => {
    const { plan: after, trail } = right(rewritten(plan));
    assert.deepEqual(trail.slice(0, rewrites.length).map(({ name }) => name), rewrites.map(({ name }) => name)); // prettier-ignore
    trail.forEach((step, i) => assert.equal(step.before, i === 0 ? plan : trail[i - 1]!.after));
    assert.equal(trail.at(-1)!.after, after);
  });
  it('leaves out what is named', () => {
    const names = rewrites.map(({ name }) => name);
    const { plan: same, trail } = right(rewritten(plan, { without: [...names, 'split-concat'] }));
    assert.equal(same, plan);
    assert.deepEqual(trail, []);
    const masked = right(rewritten(plan, { without: ['freeze-masks'] })).plan;
    assert.ok(opsOf(masked).includes('greaterEqual'));
  });
  it('works without weights: what needs numbers waits', () => {
    const bare = unsafePlan(normed(psi.one()));
    const after = right(rewritten(bare)).plan;
    assert.deepEqual(after.parameters.map(({ path }) => path).sort(), bare.parameters.map(({ path }) => path).sort()); // prettier-ignore
    assert.ok(opsOf(after).lastIndexOf('resizeNearest') > opsOf(after).lastIndexOf('tanh'));
  });
  it('shares the arrays of weights that no pass changes', () => {
    const bare = unsafePlan(model(seq(input('x', 4, 4, 2), conv(3), relu)));
    const weights = Object.fromEntries(bare.parameters.map(({ path, shape }) => [path, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1) }])); // prettier-ignore
    const after = right(rewritten(right(frozen(bare, weights)))).plan;
    const kernel = after.nodes.find(({ shape }) => shape.length === 4 && shape[3] === 3 && shape[0] === 3);
    assert.equal(kernel!.data, weights['conv1/kernel']!.data);
  });
  it('stops at a pass that breaks the plan', () => {
    const breaks: Rewrite = { name: 'breaks', about: '', bitExact: true, apply: (one) => ({ ...one, outputs: { y: 10_000 } }) }; // prettier-ignore
    const result = rewritten(plan, { passes: [breaks] });
    assert.deepEqual(E.isLeft(result) && result.left.map(({ rule }) => rule), ['P08']);
  });
});

describe('P23, P24: what may be rewritten, and without what', () => {
  const texts = (plan: Plan, without: readonly string[]): readonly string[] => {
    const result = rewritten(plan, { without });
    return E.isLeft(result) ? result.left.map(({ text }) => text) : [];
  };
  it('P23: training plans stay as they are', () =>
    assert.deepEqual(texts(unsafePlan(normed(psi.none), 'train'), []), ["✗ P23 rewrites: got a training plan, wanted a plan for inference; build the plan with mode 'infer'"])); // prettier-ignore
  it('P24: names are those of passes', () =>
    assert.deepEqual(texts(unsafePlan(normed(psi.none)), ['share', 'constructor']), [
      "✗ P24 without: got 'constructor', wanted passes: drop-unread, freeze-masks, fold-constants, simplify, fold-norms, pointwise-before-upsample, share, split-concat; name one of them",
    ]));
});
