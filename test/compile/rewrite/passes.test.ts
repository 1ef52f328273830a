/** Every pass on random plans around what it looks for. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../../src/backend/index.js';
import { foldConstants } from '../../../src/compile/rewrite/fold-constants.js';
import { foldNorms } from '../../../src/compile/rewrite/fold-norms.js';
import { pointwiseBeforeUpsample } from '../../../src/compile/rewrite/pointwise-before-upsample.js';
import { dropUnread, share } from '../../../src/compile/rewrite/share.js';
import { simplify } from '../../../src/compile/rewrite/simplify.js';
import { splitConcat } from '../../../src/compile/rewrite/split-concat.js';
import { conv2d, conv2dTranspose, matMul } from '../../../src/ops/convolution.js';
import * as ops from '../../../src/ops/elementwise.js';
import * as layout from '../../../src/ops/layout.js';
import * as leaves from '../../../src/ops/leaves.js';
import { reduceMax, reduceMean, reduceSum } from '../../../src/ops/reduction.js';
import type { Value } from '../../../src/ops/value.js';
import type { Plan } from '../../../src/compile/index.js';
import { outputsOf } from '../../dsl/plans.js';
import {
  describeRewrite,
  distance,
  drawing,
  feedsOf,
  operations,
  planWith,
  type Draw,
} from './random-plans.js';

const opsOf = (plan: Plan): readonly string[] =>
  plan.nodes.filter(({ operands }) => operands.length > 0).map(({ op }) => op);
const extents = ({ shape }: Value): readonly [number, number, number] => [Number(shape[1]), Number(shape[2]), Number(shape[3])]; // prettier-ignore
const still = { strides: [1, 1], padding: [[0, 0], [0, 0]] } as const; // prettier-ignore

/** Operations that stand between parameters, on a constant of three extents. */
const editsOf = (draw: Draw, value: Value): readonly (() => Value)[] => {
  const [a, b, c] = value.shape.map(Number) as [number, number, number];
  return [
    ...[ops.relu, ops.elu, ops.tanh, ops.sigmoid, ops.square, ops.abs, ops.negate, ops.floor, ops.stopGradient].map((apply) => () => apply(value)),
    ...[ops.add, ops.subtract, ops.multiply].map((apply) => () => apply(draw.constant([draw.pick(1, b), c]), value)),
    ...[reduceSum, reduceMean, reduceMax].map((reduce) => () => reduce(value, draw.pick([0], [1, 2], [2, 0]), true)),
    () => ops.exp(ops.minimum(value, 2)),
    () => ops.log(ops.add(ops.abs(value), 0.5)),
    () => ops.sqrt(ops.maximum(value, 1e-12)),
    () => ops.leakyRelu(value, 0.2),
    () => ops.divide(value, ops.add(ops.square(draw.constant([a, 1, 1])), 0.5)),
    () => ops.cast(draw.pick(ops.greater, ops.greaterEqual)(value, 0), 'float32'),
    () => ops.select(ops.greater(value, 0), draw.constant([a, b, c]), draw.pick<Value | number>(0, value)),
    () => ops.cast(ops.cast(value, 'int32'), 'float32'),
    () => layout.reshape(value, [c, a, b]),
    () => layout.transpose(value, draw.pick([2, 0, 1], [1, 0, 2], [0, 2, 1])),
    () => layout.tile(value, [1, draw.integer(1, 2), 2]),
    () => layout.slice(value, 1, draw.integer(0, b - 1), 1),
    () => layout.concat([value, draw.constant([a, b, 2])], 2),
    () => layout.pad(value, [[0, 1], [1, 0], [0, 0]]),
    () => layout.mirrorPad(value, [[0, 0], [b - 1, 0], [0, c - 1]]),
    () => layout.reshape(layout.resizeNearest(layout.reshape(value, [1, a, b, c]), 3, 5), [3, 5, c]),
  ]; // prettier-ignore
};
/** An input plus something of constants, by one edit after another. */
const ofConstants = (draw: Draw, edits: number, pick: (from: readonly (() => Value)[]) => () => Value): Plan => {
  let value = draw.constant([draw.integer(1, 3), draw.integer(2, 3), draw.integer(2, 4)]);
  for (let i = 0; i < edits; i++) value = pick(editsOf(draw, value))();
  const x = leaves.input('x', ['n', 1, 1, Number(value.shape[2])]);
  return planWith({ y: ops.add(x, layout.reshape(value, [1, ...(value.shape as number[])])) });
}; // prettier-ignore

describeRewrite(foldConstants, (draw) => ofConstants(draw, draw.integer(1, 5), (from) => draw.pick(...from)));
describe('fold-constants', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });
  it('computes each operation as the backend does', () => {
    const sample = drawing('each');
    for (const i of editsOf(sample, sample.constant([2, 2, 2])).keys()) {
      const draw = drawing('each', i);
      const plan = ofConstants(draw, 1, (from) => from[i]!);
      const after = foldConstants.apply(plan);
      assert.deepEqual(opsOf(after), ['add']);
      const feeds = feedsOf(plan, draw);
      const apart = distance(outputsOf(plan, feeds), outputsOf(after, feeds));
      assert.ok(apart <= 1e-6, `${opsOf(plan).join(', ')} differ by ${apart}`);
    }
  });
  const x = leaves.input('x', ['n', 4, 4, 2]);
  it('leaves nothing of what rests on constants', () => {
    const plan = planWith({ y: ops.multiply(x, ops.sqrt(ops.add(leaves.constant([1, 2], [2]), 1))) });
    assert.deepEqual(opsOf(foldConstants.apply(plan)), ['multiply']);
  });
  it('does not store a long array where a short one and an operation do', () => {
    const long = leaves.input('long', ['n', 200, 200, 2]);
    const tiled = layout.tile(leaves.constant([1, 2], [1, 1, 2]), [200, 200, 1]);
    const plan = planWith({ y: ops.multiply(long, ops.relu(tiled)) });
    assert.equal(foldConstants.apply(plan), plan);
  });
  it('computes the reduction of a long array all the same', () => {
    const tiled = layout.tile(leaves.constant([1, 2], [1, 1, 2]), [200, 200, 1]);
    const plan = planWith({ y: ops.multiply(x, reduceSum(tiled, [0, 1])) });
    assert.deepEqual(opsOf(foldConstants.apply(plan)), ['multiply']);
  });
});

/** Steps on an image; some change nothing, some undo the one before. */
const idle: readonly ((draw: Draw, x: Value) => Value)[] = [
  (_draw, x) => ops.add(x, 0),
  (_draw, x) => ops.add(0, x),
  (_draw, x) => ops.subtract(x, 0),
  (_draw, x) => ops.multiply(x, leaves.constant([1], [1, 1, 1])),
  (_draw, x) => ops.divide(x, 1),
  (_draw, x) => ops.cast(x, 'float32'),
  (_draw, x) => ops.relu(ops.relu(x)),
  (_draw, x) => ops.relu(ops.abs(x)),
  (_draw, x) => ops.abs(ops.sigmoid(x)),
  (_draw, x) => ops.negate(ops.negate(x)),
  (_draw, x) => ops.maximum(ops.tanh(x), -1.5),
  (_draw, x) => ops.minimum(ops.relu(x), -0.5),
  (_draw, x) => ops.stopGradient(x),
  (_draw, x) => layout.tile(x, [1, 1, 1, 1]),
  (_draw, x) => layout.pad(x, [[0, 0], [0, 0], [0, 0], [0, 0]]),
  (_draw, x) => layout.resizeNearest(x, extents(x)[0], extents(x)[1]),
  (_draw, x) => layout.resizeBilinear(x, extents(x)[0], extents(x)[1]),
  (_draw, x) => layout.slice(x, 1, 0, extents(x)[0]),
  (draw, x) => layout.slice(layout.slice(layout.pad(x, [[0, 0], [2, 2], [0, 0], [0, 0]]), 1, 1, extents(x)[0] + 1), 1, draw.integer(0, 1), extents(x)[0]),
  (_draw, x) => layout.slice(layout.concat([ops.tanh(x), x, ops.relu(x)], 3), 3, extents(x)[2], extents(x)[2]),
  (_draw, x) => layout.concat([layout.concat([x, ops.tanh(x)], 3), x], 3),
  (_draw, x) => layout.transpose(layout.transpose(x, [0, 2, 3, 1]), [0, 3, 1, 2]),
  (_draw, x) => layout.transpose(layout.transpose(x, [0, 2, 3, 1]), [0, 2, 3, 1]),
  (_draw, x) => layout.reshape(layout.reshape(x, ['n', extents(x)[0] * extents(x)[1] * extents(x)[2]]), x.shape),
]; // prettier-ignore
describeRewrite(simplify, (draw) => {
  let value = draw.image('x', draw.integer(1, 2));
  for (let i = draw.integer(1, 5); i > 0; i--) value = draw.chance(0.3) ? ops.tanh(value) : draw.pick(...idle)(draw, value); // prettier-ignore
  return planWith({ y: value });
});
describe('simplify', () => {
  const x = leaves.input('x', ['n', 4, 4, 2]);
  it('keeps what broadcasts', () => {
    const small = leaves.input('small', ['n', 1, 1, 1]);
    const plan = planWith({ y: ops.add(leaves.constant([0, 0], [1, 2]), small) });
    assert.equal(simplify.apply(plan), plan);
  });
  it('does not copy twice what is joined for two readers', () => {
    const joined = layout.concat([x, ops.tanh(x)], 3);
    const plan = planWith({ y: layout.concat([joined, x], 3), z: ops.relu(joined) });
    assert.equal(simplify.apply(plan), plan);
  });
  it('keeps stopGradient where gradients may be taken', () => {
    const plan: Plan = { ...planWith({ y: ops.stopGradient(x) }), mode: 'train' };
    assert.equal(simplify.apply(plan), plan);
  });
});

describeRewrite(share, (draw) => {
  const x = draw.image('x');
  const chain = (value: Value, steps: readonly number[]): Value =>
    steps.reduce((one, step) => [ops.relu, ops.tanh, (z: Value) => ops.add(z, 0.5), (z: Value) => layout.reshape(z, x.shape)][step]!(one), value); // prettier-ignore
  const steps = Array.from({ length: draw.integer(1, 6) }, () => draw.integer(0, 3));
  const other = steps.map((step, i) => (draw.chance(0.2) && i > 0 ? 3 - step : step));
  return planWith({ y: ops.multiply(chain(x, steps), chain(x, other)) });
});
describe('share', () => {
  it('tells constants apart by their numbers', () => {
    const x = leaves.input('x', ['n', 1, 1, 20]);
    const of = (scale: number): Value => leaves.constant(Float32Array.from({ length: 20 }, (_, i) => i * scale), [20]); // prettier-ignore
    const plan = planWith({ y: ops.add(ops.multiply(x, of(1)), ops.multiply(x, of(2))) });
    assert.equal(share.apply(plan), plan);
  });
});

describeRewrite(dropUnread, (draw) => {
  const x = draw.image('x');
  const y = ops.tanh(x);
  return planWith({ y }, [ops.relu(draw.pick(x, y))]);
});

/** Arithmetic by one number for each channel, or one for all. */
const perChannel = (draw: Draw, value: Value): Value => {
  const channels = Number(value.shape.at(-1));
  const constant = draw.constant(draw.pick<readonly number[]>([channels], [1, channels], [], [1]));
  return draw.pick<() => Value>(
    () => ops.add(value, constant),
    () => ops.add(constant, value),
    () => ops.subtract(value, constant),
    () => ops.subtract(constant, value),
    () => ops.multiply(value, constant),
    () => ops.divide(value, leaves.constant(0.7 + draw.integer(0, 9))),
  )();
};
const convolved = (draw: Draw): Value => {
  const x = draw.image('x');
  const [h, w, c] = extents(x);
  const filters = draw.integer(1, 4);
  return draw.pick<() => Value>(
    () => matMul(leaves.input('x', ['n', c]), draw.constant([c, filters])),
    () => conv2dTranspose(x, draw.constant([2, 3, filters, c]), { ...still, strides: [2, 2], size: [2 * h, 2 * w + 1] }),
    () => conv2d(x, draw.constant([1, 2, c, filters]), { ...still, padding: [[0, 0], [1, 1]] }),
  )(); // prettier-ignore
};
describeRewrite(foldNorms, (draw) => {
  let value = convolved(draw);
  for (let i = draw.integer(1, 5); i > 0; i--) value = perChannel(draw, value);
  return planWith({ y: draw.chance(0.5) ? ops.relu(value) : value });
});
describe('fold-norms', () => {
  const x = leaves.input('x', ['n', 4, 4, 2]);
  const convolution = conv2d(x, leaves.constant([1, 2, 3, 4], [1, 1, 2, 2]), still);
  it('ends at a convolution and its bias', () => {
    const scaled = ops.multiply(ops.divide(ops.subtract(convolution, 1), 3), leaves.constant([1, 2], [2]));
    assert.deepEqual(opsOf(foldNorms.apply(planWith({ y: ops.add(scaled, 1) }))), ['conv2d', 'add']);
  });
  it('does not convolve twice for two readers', () => {
    const plan = planWith({ y: ops.multiply(convolution, 2), z: convolution });
    assert.equal(foldNorms.apply(plan), plan);
  });
  it('leaves what is not per channel, and what would be infinite', () => {
    for (const factor of [leaves.constant(new Float32Array(16).fill(2), [4, 4, 1]), leaves.constant(Infinity)]) {
      const plan = planWith({ y: ops.multiply(convolution, factor) });
      assert.equal(foldNorms.apply(plan), plan);
    } // prettier-ignore
  });
});

const upsampled = (draw: Draw): Value => {
  const x = draw.image('x');
  const [h, w] = extents(x);
  return layout.resizeNearest(x, h * draw.integer(1, 3), w * draw.integer(1, 3));
};
describeRewrite(pointwiseBeforeUpsample, (draw) => {
  let value = draw.chance(0.8) ? perChannel(draw, upsampled(draw)) : upsampled(draw);
  for (let i = draw.integer(1, 4); i > 0; i--) {
    const filters = draw.integer(1, 4);
    value = draw.pick<() => Value>(
      () => conv2d(value, draw.constant([1, 1, extents(value)[2], filters]), still),
      () => conv2d(value, draw.constant([3, 3, extents(value)[2], filters]), { ...still, padding: [[1, 1], [1, 1]] }),
      () => extents(value)[1] === 1 ? ops.abs(value) : conv2d(value, draw.constant([1, 2, extents(value)[2], filters]), still),
      () => perChannel(draw, value),
      () => draw.pick(ops.relu, ops.tanh, ops.sigmoid, ops.elu)(value),
      () => ops.multiply(value, draw.constant([...extents(value)])),
    )(); // prettier-ignore
  }
  return planWith({ y: value });
});
describe('pointwise-before-upsample', () => {
  const x = leaves.input('x', ['n', 4, 4, 2]);
  it('moves a 1×1 convolution, its bias and its relu', () => {
    const value = conv2d(layout.resizeNearest(x, 8, 8), leaves.constant([1, 2], [1, 1, 2, 1]), still);
    const plan = planWith({ y: ops.relu(ops.add(value, 1)) });
    assert.deepEqual(opsOf(pointwiseBeforeUpsample.apply(plan)), ['conv2d', 'add', 'relu', 'resizeNearest']);
  });
  it('leaves what drops pixels, other factors and other readers', () => {
    for (const [h, w] of [[2, 2], [6, 8]] as const) {
      const plan = planWith({ y: ops.relu(layout.resizeNearest(x, h, w)) });
      assert.equal(pointwiseBeforeUpsample.apply(plan), plan);
    } // prettier-ignore
    const up = layout.resizeNearest(x, 8, 8);
    const plan = planWith({ y: ops.relu(up), z: up });
    assert.equal(pointwiseBeforeUpsample.apply(plan), plan);
  });
});

describeRewrite(
  splitConcat(({ attributes, op }) => (op === 'input' ? Number(String(attributes['name']).slice(1)) : 0)),
  (draw) => {
    const [h, w] = [draw.integer(1, 6), draw.integer(1, 6)];
    const parts = Array.from({ length: draw.integer(2, 4) }, (_, i) =>
      leaves.input(`x${(i * 2) % 3}${i}`, ['n', h, w, draw.integer(1, 3)]),
    );
    const joined = layout.concat(draw.chance(0.5) ? parts.toReversed() : parts, 3);
    const kernel = draw.constant([draw.integer(1, h), 1, extents(joined)[2], draw.integer(1, 3)]);
    const value = conv2d(joined, kernel, { ...still, padding: [[0, 0], [0, 1]] }); // prettier-ignore
    const biased = draw.chance(0.7) ? ops.add(value, draw.constant([extents(value)[2]])) : value;
    const activated = draw.chance(0.3) ? ops.add(biased, ops.tanh(value)) : ops.relu(biased);
    return planWith({ y: activated });
  },
  { longer: 6 },
);
describe('split-concat', () => {
  it('leaves parts of one stage together, and gives the bias to the earliest', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => leaves.input(name, ['n', 2, 2, 1]));
    const kernel = leaves.constant([1, 2, 3], [1, 1, 3, 1]);
    const plan = planWith({ y: ops.add(conv2d(layout.concat([a!, b!, c!], 3), kernel, still), 7) });
    assert.equal(splitConcat(() => 1).apply(plan), plan);
    const after = splitConcat(({ attributes }) => Number(attributes['name'] === 'b')).apply(plan);
    assert.deepEqual(opsOf(after), ['concat', 'conv2d', 'add', 'conv2d', 'add']);
    assert.equal(operations(after), 5);
  });
});
