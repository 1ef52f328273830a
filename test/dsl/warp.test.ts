/** `psi.warp` in a model: what it reads, what it refuses, and the mask that comes after it. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../src/backend/index.js';
import {
  bring,
  conv,
  elaborate,
  fromSpec,
  init,
  input,
  join,
  model,
  psi,
  skip,
  tap,
  through,
  toSpec,
  unsafeElaborate,
  withPsi,
  type AnyModel,
  type PsiOverride,
} from '../../src/dsl/index.js';
import { outputsOf, unsafePlan } from './plans.js';

const posed = through(input('x', 4, 4, 2), bring(input('affines', 1, 2, 8)), bring(input('masks', 8, 8, 2)));
const moved = psi.warp({ affines: 'affines', masks: 'masks' });
const warped = model(through(posed, tap('e'), skip('e', moved, { join: join.replace })));

const textsOf = (declared: AnyModel): readonly string[] => {
  const elaborated = elaborate(declared);
  return E.isLeft(elaborated) ? elaborated.left.map(({ text }) => text) : [];
};
/* Part 0 stands still everywhere, part 1 reads two pixels of the masks' frame to the right, in the lower half. */
const still = [1, 0, 0, 0, 1, 0, 0, 0];
const inputs = {
  x: { shape: [1, 4, 4, 2], data: Array.from({ length: 32 }, (_, i) => (i % 2 === 0 ? i : -i)) },
  affines: { shape: [1, 1, 2, 8], data: [...still, 1, 0, 2, 0, 1, 0, 0, 0] },
  masks: {
    shape: [1, 8, 8, 2],
    data: Array.from({ length: 128 }, (_, i) => (i % 2 === 0 || i >= 64 ? 1 : 0)),
  },
};

describe('psi.warp', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('keeps the shape and has no parameters', () => {
    const plan = unsafePlan(warped, 'train');
    assert.deepEqual(plan.nodes[plan.outputs['output']!]!.shape, ['n', 4, 4, 2]);
    assert.deepEqual(plan.parameters, []);
  });

  it('takes the larger of what stands still and what is moved there', () => {
    const got = outputsOf(unsafePlan(warped), inputs)['output']!;
    const wanted = Array.from({ length: 16 }, (_, pixel) => {
      const here = [2 * pixel, -(2 * pixel + 1)] as const;
      if (pixel < 8) return [here[0], Math.max(here[1], 0)];
      const there = pixel % 4 === 3 ? [0, 0] : [2 * pixel + 2, -(2 * pixel + 3)];
      return [Math.max(here[0], there[0]!), Math.max(here[1], there[1]!)];
    });
    assert.deepEqual([...got].map((one) => one + 0), wanted.flat()); // prettier-ignore
  });

  it('without masks moves all by pixels of a frame, or of the level', () => {
    const plan = (frame: { readonly frame?: 'masks' }): readonly number[] => {
      const operator = psi.warp({ affines: 'affines', ...frame });
      const one = through(posed, tap('e'), skip('e', operator, { join: join.replace }));
      const alike = { ...inputs, affines: { shape: [1, 1, 2, 8], data: [1, 0, 2, 0, 1, 0, 0, 0, 1, 0, 2, 0, 1, 0, 0, 0] } }; // prettier-ignore
      return [...outputsOf(unsafePlan(model(one)), alike)['output']!].slice(0, 8).map((value) => value + 0);
    };
    assert.deepEqual(plan({ frame: 'masks' }), [2, -3, 4, -5, 6, -7, 0, 0]);
    assert.deepEqual(plan({}), [4, -5, 6, -7, 0, 0, 0, 0]);
  });

  it('leaves to elaboration what a name of a file stands for', () => {
    const name: string = 'affines';
    assert.deepEqual(textsOf(model(through(posed, tap('e'), skip('e', psi.warp({ affines: name }))))), []);
    const missing: string = 'none';
    assert.deepEqual(textsOf(model(through(posed, tap('e'), skip('e', psi.warp({ affines: missing }))))), [
      "✗ S32 skip 'e' 1 › psi.warp: no input 'none' in reach (in reach: several); bring it first",
    ]);
  });

  it('refuses more parts than a plan should hold, and options that are none', () => {
    const many = through(input('x', 4, 4, 2), bring(input('affines', 1, 65, 8)), tap('e'));
    assert.deepEqual(textsOf(model(through(many, skip('e', psi.warp({ affines: 'affines' }))))), [
      "✗ S33 skip 'e' 1 › psi.warp: 65 parts are more than 64; move fewer parts",
    ]);
    assert.deepEqual(textsOf(model(through(posed, tap('e'), skip('e', psi.warp('affines' as never))))), [
      "✗ S02 skip 'e' 1 › psi.warp: 'affines' is not a record of options; give { … }, or leave it out",
    ]);
    assert.deepEqual(textsOf(model(through(posed, tap('e'), skip('e', psi.warp({} as never))))), [
      "✗ S32 skip 'e' 1 › psi.warp: no input 'undefined' in reach (in reach: several); bring it first",
    ]);
  });
});

describe('a ψ after the one that stands there', () => {
  const plain = through(posed, tap('e'), conv(2), tap('e'), skip('e', psi.none), skip('e', moved));
  const with2 = (operator = psi.dense(), where: Omit<PsiOverride, 'psi'> = { after: true }): AnyModel =>
    withPsi(model(plain), operator, where);
  const masksOf = (declared: AnyModel): readonly string[] =>
    unsafePlan(declared).parameters.flatMap(({ path, role }) => (role === 'mask' ? [path] : []));
  const standing = (declared: AnyModel): readonly string[] =>
    unsafePlan(declared).nodes.flatMap(({ op }) => (op === 'gather' ? [op] : []));

  it('comes after a warp, and takes the place of no mask', () => {
    assert.deepEqual(masksOf(with2()), ['skip1/psi/mask', 'skip2/psi/then/mask']);
    assert.equal(standing(with2()).length, 2);
  });

  it('is the chain that one would write', () => {
    const written = through(posed, tap('e'), conv(2), tap('e'), skip('e', psi.dense()), skip('e', psi.chain(moved, psi.dense()))); // prettier-ignore
    assert.deepEqual(unsafePlan(with2()).nodes, unsafePlan(model(written)).nodes);
  });

  it('takes its place otherwise', () => {
    assert.deepEqual(masksOf(with2(psi.dense(), {})), ['skip1/psi/mask', 'skip2/psi/mask']);
    assert.equal(standing(with2(psi.dense(), {})).length, 0);
  });

  it('comes after those before it, in their order', () => {
    const twice = withPsi(with2(psi.dense(), { levels: [2] }), psi.one(), { levels: [2], after: true });
    assert.deepEqual(masksOf(twice), ['skip1/psi/first/mask', 'skip1/psi/then/mask']);
    assert.deepEqual(masksOf(withPsi(twice, psi.one())), ['skip1/psi/mask', 'skip2/psi/mask']);
  });

  it('masks what was warped', async () => {
    await unsafeActivate({ backend: 'cpu' });
    const shut = withPsi(warped, psi.dense({ init: init.normal(1) }), { after: true });
    const plan = unsafePlan(shut);
    const mask = { shape: [4, 4, 2], data: Array.from({ length: 32 }, (_, i) => (i % 3 === 0 ? -1 : 1)) };
    const got = outputsOf(plan, inputs, { 'skip1/psi/then/mask': mask })['output']!;
    const before = outputsOf(unsafePlan(warped), inputs)['output']!;
    assert.deepEqual([...got].map((one) => one + 0), [...before].map((one, i) => (one * mask.data[i]! >= 0 ? one + 0 : 0))); // prettier-ignore
  });

  it('stands in a spec and comes back', () => {
    const spec = toSpec(with2());
    assert.ok(E.isRight(spec));
    assert.deepEqual(spec.right.psis, [{ psi: { op: 'dense' }, after: true }]);
    const back = fromSpec(JSON.parse(JSON.stringify(spec.right)));
    assert.ok(E.isRight(back));
    assert.deepEqual(toSpec(back.right), spec);
    assert.deepEqual(unsafePlan(back.right).nodes, unsafePlan(with2()).nodes);
    assert.deepEqual(unsafeElaborate(back.right).outputs, unsafeElaborate(with2()).outputs);
  });
});
