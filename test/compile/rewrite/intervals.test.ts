/** Interval analysis: what is computed lies between the bounds, and what must be proven ≥ 0 is. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../../src/backend/index.js';
import { intervalsOf } from '../../../src/compile/rewrite/index.js';
import { conv2d } from '../../../src/ops/convolution.js';
import * as ops from '../../../src/ops/elementwise.js';
import * as layout from '../../../src/ops/layout.js';
import * as leaves from '../../../src/ops/leaves.js';
import { averagePool, maxPool } from '../../../src/ops/pooling.js';
import { reduceMax, reduceMean, reduceSum } from '../../../src/ops/reduction.js';
import type { Value } from '../../../src/ops/value.js';
import { outputsOf } from '../../dsl/plans.js';
import { count, drawing, feedsOf, planWith, type Draw } from './random-plans.js';

const still = { strides: [1, 1], padding: [[0, 0], [0, 0]] } as const; // prettier-ignore
const window = { window: [2, 2], strides: [1, 1], padding: [[1, 1], [1, 1]] } as const; // prettier-ignore
const size = ({ shape }: Value): readonly [number, number, number] => [Number(shape[1]), Number(shape[2]), Number(shape[3])]; // prettier-ignore
const sameSize = (a: Value, b: Value): Value => {
  const [h, w, c] = size(a);
  const resized = layout.resizeNearest(b, h, w);
  return size(b)[2] === c ? resized : reduceMean(resized, [3], true);
};
const step = (draw: Draw, x: Value, other: Value): Value =>
  draw.pick<() => Value>(
    () => draw.pick(ops.relu, ops.elu, ops.tanh, ops.sigmoid, ops.square, ops.abs, ops.negate, ops.floor, ops.stopGradient)(x),
    () => ops.exp(ops.minimum(x, 3)),
    () => ops.sqrt(ops.abs(x)),
    () => ops.leakyRelu(x, draw.pick(0.2, 0, -0.3)),
    () => draw.pick(ops.add, ops.subtract, ops.multiply, ops.maximum, ops.minimum)(x, sameSize(x, other)),
    () => ops.multiply(x, x),
    () => ops.add(draw.constant([size(x)[2]]), x),
    () => ops.multiply(draw.constant([...size(x)]), x),
    () => ops.divide(x, draw.pick<Value | number>(1.3, ops.add(ops.abs(x), 0.1), -0.7)),
    () => ops.cast(ops.greaterEqual(x, 0.2), 'float32'),
    () => ops.cast(ops.cast(ops.minimum(ops.maximum(x, -100), 100), 'int32'), 'float32'),
    () => ops.select(ops.greater(x, 0), x, ops.tanh(x)),
    () => layout.pad(x, [[0, 0], [1, 0], [0, 1], [0, 0]]),
    () => layout.concat([x, ops.relu(x)], 3),
    () => layout.slice(x, 3, 0, 1),
    () => layout.resizeBilinear(x, 4, 3),
    () => layout.resizeNearest(x, 3, 4),
    () => draw.pick(maxPool, averagePool)(x, window),
    () => draw.pick(reduceSum, reduceMean, reduceMax)(x, [1, 2], true),
    () => conv2d(x, draw.constant([1, 1, size(x)[2], 2]), still),
  )(); // prettier-ignore

describe('intervals', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });
  it(`hold for every node of ${count} random plans`, () => {
    let proven = 0;
    for (let seed = 0; seed < count; seed++) {
      const draw = drawing('intervals', seed);
      const values: Value[] = [draw.image('x'), draw.image('y')];
      for (let i = draw.integer(3, 12); i > 0; i--)
        values.push(step(draw, values.at(draw.pick(-1, -1, -2))!, draw.pick(...values)));
      const plan = planWith(Object.fromEntries(values.map((value, i) => [`${i}`, value])));
      const bounds = intervalsOf(plan);
      for (const [name, data] of Object.entries(outputsOf(plan, feedsOf(plan, draw)))) {
        const { lower, upper } = bounds[plan.outputs[name]!]!;
        // Transcendental functions differ in the last bit between backends; their bounds are wider than that.
        const outside = data.find((one) => !(one >= lower && one <= upper));
        assert.equal(outside, undefined, `plan ${seed}: ${plan.nodes[plan.outputs[name]!]!.op} in [${lower}, ${upper}]`); // prettier-ignore
        if (lower === 0) proven += 1;
      }
    }
    assert.ok(proven > count, `only ${proven} values were proven to be at least 0`);
  });

  const x = leaves.input('x', ['n', 4, 4, 2]);
  const kernel = leaves.constant([1, 2, 3, 4], [1, 1, 2, 2]);
  const lowerOf = (value: Value): number => {
    const plan = planWith({ y: value });
    return intervalsOf(plan)[plan.outputs['y']!]!.lower;
  };
  const r = ops.relu(x);
  const positive: Readonly<Record<string, Value>> = {
    relu: r,
    'the sum of two': ops.add(r, ops.relu(conv2d(x, kernel, still))),
    'nearest upsampling': layout.resizeNearest(r, 8, 8),
    'bilinear upsampling': layout.resizeBilinear(r, 8, 8),
    concatenation: layout.concat([r, ops.sigmoid(x)], 3),
    'zero padding': layout.pad(r, [[0, 0], [1, 1], [1, 1], [0, 0]]),
    'a gate': ops.multiply(r, ops.cast(ops.greaterEqual(x, 0), 'float32')),
    'what is left of one': ops.subtract(1, ops.sigmoid(x)),
    'a square by itself': ops.multiply(x, x),
    pooling: averagePool(maxPool(r, window), window),
    'a mean': reduceMean(r, [1, 2]),
  }; // prettier-ignore
  for (const [what, value] of Object.entries(positive))
    it(`proves ≥ 0: ${what}`, () => assert.ok(lowerOf(value) >= 0));
  it('knows what zero padding brings, and what is cut off', () => {
    const one = ops.add(r, 1);
    assert.equal(lowerOf(one), 1);
    assert.equal(lowerOf(layout.pad(one, [[0, 0], [1, 0], [0, 0], [0, 0]])), 0); // prettier-ignore
    assert.equal(lowerOf(maxPool(one, window)), 1);
  });
  it('knows nothing of inputs and convolutions', () => {
    for (const value of [x, conv2d(r, kernel, still), ops.subtract(r, r)])
      assert.equal(lowerOf(value), -Infinity);
  });
});
