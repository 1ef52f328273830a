/** What primitives and plans cost, computed by hand. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { planOf } from '../../../src/compile/plan/build.js';
import { nodeCost, planCost, type Cost } from '../../../src/compile/plan/cost.js';
import { frozen } from '../../../src/compile/rewrite/freeze.js';
import { conv, input, model, psi, relu, seq, skip, tap } from '../../../src/dsl/index.js';
import { vdgStage1 } from '../../../src/models/index.js';
import { alphabet } from '../../../src/ops/alphabet.js';
import * as convolution from '../../../src/ops/convolution.js';
import * as ops from '../../../src/ops/elementwise.js';
import { glorotUniform } from '../../../src/ops/initialiser.js';
import * as layout from '../../../src/ops/layout.js';
import * as leaves from '../../../src/ops/leaves.js';
import * as pooling from '../../../src/ops/pooling.js';
import * as reduction from '../../../src/ops/reduction.js';
import type { Value } from '../../../src/ops/value.js';
import { unsafePlan } from '../../dsl/plans.js';

/** The cost of the last operation that makes a value. */
const costOf = (output: Value, batch = 1): Cost => {
  const plan = planOf({ mode: 'infer', inputs: {}, outputs: { output }, steps: [], nextState: [] });
  assert.ok(E.isRight(plan));
  return nodeCost(plan.right, plan.right.nodes[plan.right.outputs['output']!]!, batch);
};

/* At batch 3: x has 3·4·6·2 = 144 entries, v 3·6 = 18, c 2. */
const x = leaves.input('x', ['n', 4, 6, 2]);
const v = leaves.input('v', ['n', 6]);
const c = leaves.constant([1, 2], [2]);
const weight = (...shape: readonly number[]) => leaves.parameter('w', shape, 'weight', glorotUniform);
const strides = [2, 2] as const;
const padding = [[0, 0], [0, 0]] as const; // prettier-ignore
const window = [2, 3] as const;
const kernel = weight(3, 3, 2, 5);

/** By primitive: a value, its operations, and how many four-byte entries are read and written. */
const byHand: Readonly<Record<string, readonly [Value, number, number, number]>> = {
  input: [x, 0, 0, 0],
  parameter: [kernel, 0, 0, 0],
  noise: [leaves.noise('z', ['n', 5], 'normal'), 0, 0, 15],
  scalar: [leaves.scalar('s', 1), 0, 0, 0],
  constant: [c, 0, 0, 0],
  ...Object.fromEntries(
    (
      ['relu', 'elu', 'tanh', 'sigmoid', 'exp', 'log', 'sqrt', 'square', 'abs', 'negate', 'floor'] as const
    ).map((name) => [name, [ops[name](x), 144, 144, 144]]),
  ),
  stopGradient: [ops.stopGradient(x), 0, 0, 0],
  ...Object.fromEntries(
    (['add', 'subtract', 'multiply', 'divide', 'maximum', 'minimum'] as const).map((name) => [
      name,
      [ops[name](x, c), 144, 144 + 2, 144],
    ]),
  ),
  // 144 bools are written: 36 times four bytes.
  greaterEqual: [ops.greaterEqual(x, c), 144, 146, 36],
  greater: [ops.greater(x, 0), 144, 145, 36],
  leakyRelu: [ops.leakyRelu(x, 0.2), 144, 144, 144],
  cast: [ops.cast(ops.greater(x, 0), 'float32'), 0, 36, 144],
  select: [ops.select(ops.greater(x, 0), x, c), 144, 36 + 144 + 2, 144],
  // 1×2 positions, 5 filters, windows of 3·3·2 products.
  conv2d: [convolution.conv2d(x, kernel, { strides, padding }), 2 * 3 * 2 * 5 * 18, 144 + 90, 30],
  // Each of 144 entries meets 3·3·5 products; 9×13 with the stride of 2.
  conv2dTranspose: [
    convolution.conv2dTranspose(x, weight(3, 3, 5, 2), { strides, padding, size: [9, 13] }),
    2 * 144 * 45,
    144 + 90,
    3 * 9 * 13 * 5,
  ],
  matMul: [convolution.matMul(v, weight(6, 7)), 2 * 3 * 6 * 7, 18 + 42, 21],
  batchMatMul: [
    convolution.batchMatMul(layout.reshape(x, ['n', 6, 8]), layout.reshape(x, ['n', 8, 6])),
    2 * 3 * 6 * 8 * 6,
    288,
    3 * 36,
  ],
  concat: [layout.concat([x, x, x], 3), 0, 3 * 144, 3 * 144],
  slice: [layout.slice(x, 1, 1, 2), 0, 72, 72],
  pad: [layout.pad(x, [[0, 0], [1, 0], [0, 0], [0, 0]]), 0, 144, 180], // prettier-ignore
  mirrorPad: [layout.mirrorPad(x, [[0, 0], [1, 0], [0, 0], [0, 0]]), 0, 144, 180], // prettier-ignore
  reshape: [layout.reshape(x, ['n', 48]), 0, 0, 0],
  transpose: [layout.transpose(x, [0, 2, 1, 3]), 0, 144, 144],
  resizeNearest: [layout.resizeNearest(x, 8, 12), 0, 144, 576],
  resizeBilinear: [layout.resizeBilinear(x, 8, 12), 9 * 576, 144, 576],
  tile: [layout.tile(x, [2, 1, 1, 1]), 0, 144, 288],
  // Five of six rows of eight are read, and five numbers.
  gather: [layout.gather(layout.reshape(x, ['n', 6, 8]), ops.cast(leaves.input('i', ['n', 5]), 'int32')), 0, 135, 120], // prettier-ignore
  // 2×2 positions of two channels; windows of six entries: five comparisons, or five additions and a division.
  maxPool: [pooling.maxPool(x, { window, strides: [2, 3], padding }), 3 * 8 * 5, 144, 24],
  averagePool: [pooling.averagePool(x, { window, strides: [2, 3], padding }), 3 * 8 * 6, 144, 24],
  reduceSum: [reduction.reduceSum(x, [1, 2]), 144 - 6, 144, 6],
  reduceMean: [reduction.reduceMean(x, [1, 2]), 144, 144, 6],
  reduceMax: [reduction.reduceMax(x, [3]), 72, 144, 72],
};

describe('the cost of a primitive', () => {
  it('is computed by hand for each', () =>
    assert.deepEqual(Object.keys(byHand).toSorted(), Object.keys(alphabet).toSorted()));
  for (const [name, [value, flops, read, written]] of Object.entries(byHand)) {
    it(`${name}`, () => {
      assert.equal(value.op, name);
      assert.equal(value.flaw, undefined);
      const { flops: got, bytesRead, bytesWritten, operations } = costOf(value, 3);
      assert.deepEqual([got, bytesRead, bytesWritten], [flops, 4 * read, 4 * written]);
      assert.equal(operations, value.operands.length > 0 ? 1 : 0);
    });
  }
  it('a picture made smaller is not read whole', () => {
    const { bytesRead, bytesWritten } = costOf(layout.resizeNearest(x, 2, 3), 1);
    assert.deepEqual([bytesRead, bytesWritten], [48, 48]);
  });
  it('counts parameters and constants once, whatever the batch', () => {
    assert.deepEqual([costOf(kernel, 7).parameters, costOf(kernel, 7).constants], [90, 0]);
    assert.deepEqual([costOf(c, 7).parameters, costOf(c, 7).constants], [0, 2]);
  });
});

describe('the cost of a plan', () => {
  const small = unsafePlan(
    model(seq(input('x', 4, 4, 2), tap('e'), conv(2), relu, skip('e', psi.dense()))),
    'infer',
  );

  it('is the sum of its layers', () => {
    for (const batch of [1, 5]) {
      const { total, layers } = planCost(small, batch);
      for (const key of ['operations', 'flops', 'bytesRead', 'bytesWritten', 'parameters'] as const)
        assert.equal(layers.reduce((sum, one) => sum + one[key], 0), total[key], key); // prettier-ignore
      const [convolved, rectified] = ['conv1', 'relu1'].map((path) =>
        layers.find((one) => one.path === path)!,
      );
      // The convolution and its bias.
      assert.equal(convolved!.flops, batch * (2 * 16 * 2 * 18 + 32));
      assert.equal(convolved!.parameters, 3 * 3 * 2 * 2 + 2);
      assert.deepEqual([rectified!.op, rectified!.flops, rectified!.operations], ['relu', batch * 32, 1]);
    }
  });

  it('counts the parameters that the plan has; frozen, they are constants', () => {
    const { parameters, constants } = planCost(small).total;
    assert.equal(parameters, 3 * 3 * 2 * 2 + 2 + 32);
    const weights = small.parameters.map(({ path, shape }) => [path, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }] as const); // prettier-ignore
    const held = frozen(small, Object.fromEntries(weights));
    assert.ok(E.isRight(held));
    const after = planCost(held.right).total;
    assert.deepEqual([after.parameters, after.constants], [0, parameters + constants]);
  });

  it('of the convolutions of VDG, Stage I, is that of its formula', () => {
    const [f, h, w] = [128, 128, 64];
    const size = (k: number): number => (h * w) / 4 ** (k - 1);
    const conv3 = (k: number, from: number, to: number): number => 2 * size(k) * 9 * from * to;
    const block = (k: number, channels: number): number => 2 * conv3(k, channels, channels);
    const encoder = [1, 2, 3, 4, 5].reduce(
      (sum, k) => sum + block(k, k * f) + (k > 1 ? conv3(k, (k - 1) * f, k * f) : 0),
      0,
    );
    // Each level's skip joins what comes from below; the lowest has f channels from the latent vector.
    const channels = (k: number): number => (k === 5 ? 6 * f : 2 * k * f);
    const decoder = [1, 2, 3, 4, 5].reduce(
      (sum, k) => sum + block(k, channels(k)) + (k < 5 ? 2 * size(k) * channels(k + 1) * k * f : 0),
      0,
    );
    const wanted = conv3(1, 21, f) + conv3(1, 18, f) + 2 * encoder + decoder + conv3(1, 2 * f, 3);
    const plan = unsafePlan(model(vdgStage1(h, w, f, psi.none)), 'infer');
    for (const batch of [1, 16]) {
      const got = plan.nodes
        .filter(({ op }) => op === 'conv2d')
        .reduce((sum, node) => sum + nodeCost(plan, node, batch).flops, 0);
      assert.equal(got, batch * wanted);
    }
    assert.equal(planCost(plan).total.parameters, 94_512_899);
  });
});
