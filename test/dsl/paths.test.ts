/** Parameters' names are their paths: renaming one breaks users' checkpoints, so they are written down here. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import {
  batchNorm,
  concat,
  conv,
  decoder,
  dense,
  dropout,
  encoder,
  flatten,
  fuse,
  input,
  join,
  model,
  named,
  psi,
  relu,
  residual,
  seq,
  shared,
  skip,
  tap,
  through,
  unsafeElaborate,
  upsample,
  withPsi,
  type AnyModel,
} from '../../src/dsl/index.js';
import { buildPlan, type Plan } from '../../src/compile/index.js';
import { vdgStage1 } from '../../src/models/vdg.js';
import { unsafePlan } from './plans.js';

const image = input('x', 8, 8, 4);
const paths = (declared: AnyModel): readonly string[] =>
  unsafePlan(declared, 'train').parameters.map(({ path, shape }) => `${path} ${shape.join('×')}`);
const kernels = (declared: AnyModel): readonly string[] =>
  unsafePlan(declared, 'train').parameters.filter(({ path }) => !path.endsWith('/bias')).map(({ path }) => path); // prettier-ignore

describe('parameter paths', () => {
  it('of VDG Stage I with dense masks', () => {
    const level = (name: string, k: number): readonly string[] => [
      ...(k === 1 ? [] : [`${name}/level${k}/conv1/kernel`]),
      `${name}/level${k}/residual1/conv1/kernel`,
      `${name}/level${k}/residual1/conv2/kernel`,
    ];
    const levels = [1, 2, 3, 4, 5];
    assert.deepEqual(kernels(model(vdgStage1(32, 32, 2, psi.dense()))), [
      'conv1/kernel',
      ...levels.flatMap((k) => level('image', k)),
      'dense1/kernel',
      'conv2/kernel',
      ...levels.flatMap((k) => level('pose', k)),
      'dense2/kernel',
      'dense3/kernel',
      ...levels.flatMap((k) => [
        `decoder/image/level${k}/psi/mask`,
        `decoder/image/level${k}/residual1/conv1/kernel`,
        `decoder/image/level${k}/residual1/conv2/kernel`,
        ...(k === 5 ? [] : [`decoder/image/level${k}/conv1/kernel`]),
      ]),
      'conv3/kernel',
    ]);
  });

  it('of every kind of group', () => {
    const declared = seq(
      image,
      seq(conv(4, { bias: false }), seq(conv(4, { bias: false }))),
      residual(conv(4), relu, residual(conv(4, { bias: false }))),
      named('head', conv(4, { bias: false }), batchNorm()),
      named('head', conv(4, { bias: false })),
      shared('twin', named('inner', conv(4, { bias: false })), encoder('t', [conv(4, { bias: false })])),
      shared('twin', named('inner', conv(4, { bias: false })), encoder('t', [conv(4, { bias: false })])),
      fuse(join.add, conv(4, { bias: false })),
      encoder('e', [conv(4), relu]),
      skip('e', psi.one()),
      decoder('e', [flatten], psi.chain(psi.dense(), psi.chain(psi.none, psi.grid(2, 2)))),
      dense(2),
    );
    assert.deepEqual(paths(model(declared)), [
      'conv1/kernel 3×3×4×4',
      'conv2/kernel 3×3×4×4',
      'residual1/conv1/kernel 3×3×4×4',
      'residual1/conv1/bias 4',
      'residual1/residual1/conv1/kernel 3×3×4×4',
      'head/conv1/kernel 3×3×4×4',
      'head/batchNorm1/scale 4',
      'head/batchNorm1/offset 4',
      'head~2/conv1/kernel 3×3×4×4',
      'twin/inner/conv1/kernel 3×3×4×4',
      'twin/t/level1/conv1/kernel 3×3×4×4',
      'conv3/kernel 3×3×4×4',
      'e/level1/conv1/kernel 3×3×4×4',
      'e/level1/conv1/bias 4',
      'skip1/psi/mask 8×8×1',
      'decoder/e/level1/psi/first/mask 8×8×4',
      'decoder/e/level1/psi/then/then/mask 4×4×1',
      'dense1/kernel 768×2',
      'dense1/bias 2',
      'head/batchNorm1/runningMean 4',
      'head/batchNorm1/runningVariance 4',
    ]);
  });

  it('stay where a layer without parameters is inserted anywhere', () => {
    const with0 = model(
      seq(image, conv(4), residual(conv(4)), encoder('e', [conv(4)]), decoder('e', [conv(2)])),
    );
    const with5 = model(
      seq(
        image,
        relu,
        conv(4),
        dropout(0.5),
        residual(relu, conv(4), relu),
        seq(),
        encoder('e', [seq(upsample(1), conv(4))]),
        decoder('e', [seq(relu, conv(2))]),
      ),
    );
    assert.deepEqual(paths(with5), paths(with0));
  });

  it('stay where a mask is put on or taken off', () => {
    const plain = model(vdgStage1(32, 32, 2, psi.none));
    const masked = paths(withPsi(plain, psi.dense())).filter((path) => !path.includes('/mask '));
    assert.deepEqual(masked, paths(plain));
  });

  it('are each of one parameter in every model', () => {
    const all = paths(model(vdgStage1(32, 32, 2, psi.grid(2, 2))));
    assert.equal(new Set(all).size, all.length);
  });

  it("do not clash between a block and a step's own name", () => {
    const declared = model(seq(image, named('conv1', conv(4)), conv(4), named('segment', conv(4)), named('conv', conv(4)))); // prettier-ignore
    assert.deepEqual(kernels(declared), [
      'conv1/conv1/kernel',
      'conv1/kernel',
      'segment/conv1/kernel',
      'conv/conv1/kernel',
    ]);
  });
});

describe('sharing', () => {
  const convolutions = (plan: Plan): number => plan.nodes.filter(({ op }) => op === 'conv2d').length;

  it('shared used twice has one set of weights and is computed twice', () => {
    const twin = shared('twin', conv(4));
    const plan = unsafePlan(model(seq(image, twin, relu, twin)));
    assert.deepEqual(plan.parameters.map(({ path }) => path), ['twin/conv1/kernel', 'twin/conv1/bias']); // prettier-ignore
    assert.equal(convolutions(plan), 2);
  });

  it('a layer used twice has two sets of weights', () => {
    const layer = conv(4);
    assert.deepEqual(kernels(model(seq(image, layer, layer))), ['conv1/kernel', 'conv2/kernel']);
  });

  it('a feature used twice is one computation', () => {
    const once = through(image, conv(4), relu);
    const plan = unsafePlan(model({ twice: concat(once, once), again: through(once, conv(2)) }));
    assert.equal(convolutions(plan), 2);
    assert.equal(plan.nodes.filter(({ op }) => op === 'relu').length, 1);
    assert.equal(plan.nodes.filter(({ op }) => op === 'input').length, 1);
  });

  it('shared under another group is the same block', () => {
    const twin = shared('twin', conv(4), conv(4));
    const declared = model(seq(image, named('a', twin), residual(twin), encoder('e', [twin])));
    assert.deepEqual(kernels(declared), ['twin/conv1/kernel', 'twin/conv2/kernel']);
  });

  it('P02: shared refuses features that need other weights', () => {
    const twin = shared('twin', conv(5));
    const plan = buildPlan(unsafeElaborate(model(seq(image, twin, twin))), { mode: 'infer' });
    assert.deepEqual(E.isLeft(plan) ? plan.left.map(({ text }) => text) : [], [
      '✗ P02 twin/conv1/kernel: got 3×3×5×5, wanted 3×3×4×5; use a shared block only on features of the same channels',
    ]);
  });

  it('withPsi reaches the levels that it names', () => {
    const e = through(image, tap('e'), tap('e'), tap('f'));
    const declared = model(through(e, skip('e'), skip('e'), skip('f')));
    const masks = (m: AnyModel): readonly string[] =>
      unsafePlan(m).parameters.map(({ path, shape }) => `${path} ${shape.join('×')}`);
    assert.deepEqual(masks(declared), []);
    assert.deepEqual(masks(withPsi(declared, psi.one())), ['skip1/psi/mask 8×8×1', 'skip2/psi/mask 8×8×1', 'skip3/psi/mask 8×8×1']); // prettier-ignore
    assert.deepEqual(masks(withPsi(declared, psi.one(), { levels: [2] })), ['skip1/psi/mask 8×8×1']);
    assert.deepEqual(masks(withPsi(declared, psi.one(), { encoder: 'f' })), ['skip3/psi/mask 8×8×1']);
    const twice = withPsi(withPsi(declared, psi.one()), psi.grid(4, 4), { encoder: 'e', levels: [1] });
    assert.deepEqual(masks(twice), ['skip1/psi/mask 8×8×1', 'skip2/psi/mask 2×2×1', 'skip3/psi/mask 8×8×1']);
  });
});
