/** Every primitive in tfjs: the shape that its rule says, and the gradient that finite differences say. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import { unsafeActivate } from '../../src/backend/index.js';
import { random } from '../../src/base/random.js';
import { kernels } from '../../src/compile/tensors/kernels.js';
import { alphabet } from '../../src/ops/alphabet.js';
import { isMisfit, type Primitive } from '../../src/ops/value.js';

interface Case {
  readonly op: keyof typeof kernels;
  readonly shapes: readonly (readonly number[])[];
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Where the operands lie: away from 0 unless said otherwise. */
  readonly positive?: boolean;
  /** A primitive through which no gradient passes. */
  readonly flat?: boolean;
}
const none: readonly [readonly [number, number], readonly [number, number]] = [[0, 0], [0, 0]]; // prettier-ignore
const unary = (op: Case['op'], positive = false): Case => ({ op, shapes: [[2, 3, 4]], positive });
const binary = (op: Case['op'], positive = false): readonly Case[] => [
  { op, shapes: [[2, 3, 4], [2, 3, 4]], positive }, // prettier-ignore
  { op, shapes: [[2, 3, 4], [4]], positive }, // prettier-ignore
  { op, shapes: [[3, 1], [2, 1, 4]], positive }, // prettier-ignore
];
const convolved = (strides: number, padding: unknown, dilations = 1, kernel = 3): Case => ({
  op: 'conv2d',
  shapes: [[2, 6, 5, 2], [kernel, kernel, 2, 3]], // prettier-ignore
  attributes: { strides: [strides, strides], padding, dilations: [dilations, dilations] },
});
const transposed = (
  from: readonly [number, number],
  size: readonly [number, number],
  stride: number,
  kernel: number,
  padding: unknown,
): Case => ({
  op: 'conv2dTranspose',
  shapes: [[2, ...from, 2], [kernel, kernel, 3, 2]], // prettier-ignore
  attributes: { strides: [stride, stride], padding, size },
});
const pooled = (
  op: Case['op'],
  window: readonly [number, number],
  strides: readonly [number, number],
  padding: unknown,
): Case => ({ op, shapes: [[2, 6, 5, 3]], attributes: { window, strides, padding } });
const reduced = (op: Case['op']): readonly Case[] => [
  { op, shapes: [[2, 3, 4]], attributes: { axes: [1], keepDims: false } },
  { op, shapes: [[2, 3, 4]], attributes: { axes: [0, 2], keepDims: true } },
  { op, shapes: [[2, 3, 4]], attributes: { axes: [0, 1, 2], keepDims: false } },
];

const cases: readonly Case[] = [
  ...(['relu', 'elu', 'tanh', 'sigmoid', 'exp', 'square', 'abs', 'negate'] as const).map((op) => unary(op)),
  unary('log', true),
  unary('sqrt', true),
  { op: 'stopGradient', shapes: [[2, 3]], flat: true },
  { op: 'floor', shapes: [[2, 3]], flat: true },
  ...(['add', 'subtract', 'multiply', 'maximum', 'minimum'] as const).flatMap((op) => binary(op)),
  ...binary('divide', true),
  { op: 'leakyRelu', shapes: [[2, 3, 4]], attributes: { slope: 0.3 } },
  { op: 'cast', shapes: [[2, 3]], attributes: { dtype: 'float32' } },
  convolved(1, none),
  convolved(1, [[1, 1], [1, 1]]), // prettier-ignore
  convolved(2, [[0, 1], [1, 1]]), // prettier-ignore
  convolved(2, [[1, 1], [1, 1]]), // prettier-ignore
  convolved(2, [[0, 0], [2, 1]]), // prettier-ignore
  convolved(1, [[2, 2], [2, 2]], 2), // prettier-ignore
  convolved(1, [[1, 0], [3, 2]], 2), // prettier-ignore
  convolved(1, none, 1, 1),
  convolved(2, none, 1, 1),
  transposed([3, 2], [6, 4], 2, 4, [[1, 1], [1, 1]]), // prettier-ignore
  transposed([3, 2], [6, 4], 2, 3, [[0, 1], [0, 1]]), // prettier-ignore
  transposed([3, 2], [8, 6], 2, 4, none),
  transposed([3, 2], [6, 4], 2, 3, [[1, 1], [1, 1]]), // prettier-ignore
  transposed([3, 3], [7, 7], 3, 3, [[1, 1], [1, 1]]), // prettier-ignore
  { op: 'matMul', shapes: [[2, 3], [3, 4]] }, // prettier-ignore
  { op: 'batchMatMul', shapes: [[3, 2, 4], [3, 4, 5]] }, // prettier-ignore
  { op: 'batchMatMul', shapes: [[1, 3, 1], [1, 1, 2]] }, // prettier-ignore
  { op: 'concat', shapes: [[2, 3, 1], [2, 3, 2], [2, 3, 4]], attributes: { axis: 2 } }, // prettier-ignore
  { op: 'concat', shapes: [[2, 3]], attributes: { axis: 1 } },
  { op: 'slice', shapes: [[2, 5, 3]], attributes: { axis: 1, begin: 1, size: 3 } },
  { op: 'pad', shapes: [[2, 3, 3, 1]], attributes: { paddings: [[0, 0], [1, 2], [0, 3], [0, 0]] } }, // prettier-ignore
  { op: 'mirrorPad', shapes: [[2, 3, 4, 2]], attributes: { paddings: [[0, 0], [2, 1], [3, 3], [0, 0]] } }, // prettier-ignore
  { op: 'mirrorPad', shapes: [[1, 2, 2, 1]], attributes: { paddings: [[0, 0], [1, 1], [0, 1], [0, 0]] } }, // prettier-ignore
  { op: 'reshape', shapes: [[2, 3, 4]], attributes: { shape: [4, 6] } },
  { op: 'transpose', shapes: [[2, 3, 4]], attributes: { permutation: [2, 0, 1] } },
  { op: 'resizeNearest', shapes: [[2, 2, 3, 2]], attributes: { height: 4, width: 9 } },
  { op: 'resizeBilinear', shapes: [[2, 2, 3, 2]], attributes: { height: 4, width: 9 } },
  { op: 'tile', shapes: [[2, 3]], attributes: { repetitions: [2, 3] } },
  ...(['maxPool', 'averagePool'] as const).flatMap((op) => [
    pooled(op, [2, 2], [2, 2], none),
    pooled(op, [3, 3], [1, 1], [[1, 1], [1, 1]]), // prettier-ignore
    pooled(op, [3, 3], [2, 2], [[0, 1], [1, 1]]), // prettier-ignore
    pooled(op, [3, 3], [2, 2], [[2, 1], [0, 2]]), // prettier-ignore
    pooled(op, [3, 2], [1, 2], none),
    pooled(op, [2, 1], [3, 2], [[1, 0], [0, 0]]), // prettier-ignore
    pooled(op, [6, 5], [1, 1], none),
  ]),
  ...reduced('reduceSum'),
  ...reduced('reduceMean'),
  ...reduced('reduceMax'),
];

const leaves = ['input', 'parameter', 'noise', 'scalar', 'constant'];
/* They take or give what is no float. */
const apart = ['greaterEqual', 'greater', 'select', 'gather'];

type Run = (operands: readonly tf.Tensor[], attributes: unknown) => tf.Tensor;
const kernelOf = (op: Case['op']): Run => kernels[op] as Run;
const typeOf = (op: Case['op']): Primitive['type'] => (alphabet[op] as Primitive).type;
/* Off 0 by at least 0.1, and no two entries closer than 0.01: no kink or tie lies within a step. */
const operandOf = (shape: readonly number[], which: number, positive: boolean): tf.Tensor => {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const order = random(which, 'operand', size).permutation(size);
  const spread = Array.from(order, (rank) => 0.1 + (1.5 * (rank + 0.37 * which)) / size);
  return tf.tensor(
    Float32Array.from(spread, (x, i) => (positive || (i + which) % 2 === 0 ? x : -x)),
    [...shape],
  );
};

describe('kernels', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('are all looked at', () => {
    const looked = new Set([...cases.map(({ op }) => op), ...apart, ...leaves]);
    assert.deepEqual([...looked].sort(), Object.keys(alphabet).sort());
  });

  cases.forEach(({ op, shapes, attributes = {}, positive = false, flat = false }) => {
    it(`${op} of ${shapes.map((shape) => shape.join('×')).join(', ')} ${JSON.stringify(attributes)}`, () => {
      tf.tidy(() => {
        const operands = shapes.map((shape, which) => operandOf(shape, which, positive));
        const value = kernelOf(op)(operands, attributes);
        const type = typeOf(op)(operands.map(({ shape }) => ({ shape, dtype: 'float32' })), attributes as never); // prettier-ignore
        assert.ok(!isMisfit(type));
        assert.deepEqual(value.shape, type.shape);

        const weights = tf.tensor(random(9, op).normals(value.size), value.shape);
        const loss = (...given: tf.Tensor[]): tf.Tensor =>
          tf.sum(tf.mul(kernelOf(op)(given, attributes), weights));
        const gradients = flat ? operands.map((one) => tf.zerosLike(one)) : tf.grads(loss)(operands);
        const weighted = (given: readonly tf.Tensor[]): number => {
          const values = Float32Array.from(kernelOf(op)(given, attributes).dataSync());
          const by = weights.dataSync();
          return values.reduce((sum: number, x: number, i: number) => sum + x * by[i]!, 0);
        };
        const step = 2e-3;
        operands.forEach((operand, which) => {
          const data = operand.dataSync();
          const got = gradients[which]!.dataSync();
          for (let i = 0; i < data.length; i++) {
            const moved = (by: number): number => {
              const copy = Float32Array.from(data);
              copy[i]! += by;
              return weighted(operands.map((one, k) => (k === which ? tf.tensor(copy, operand.shape) : one)));
            };
            const wanted = flat ? 0 : (moved(step) - moved(-step)) / (2 * step);
            const off = Math.abs(got[i]! - wanted) / Math.max(1, Math.abs(wanted));
            assert.ok(off < 1e-2, `operand ${which}, entry ${i}: ${got[i]}, not ${wanted}`);
          }
        });
      });
    });
  });

  it('leave their result and nothing else, for a run frees nothing before its end', () => {
    const indices = tf.tensor2d([1, 0, 2, 2], [2, 2], 'int32');
    const left = (op: Case['op'], operands: readonly tf.Tensor[], attributes: unknown): number => {
      const before = tf.memory().numTensors;
      const value = kernelOf(op)(operands, attributes);
      const made = tf.memory().numTensors - before;
      value.dispose();
      return made;
    };
    tf.tidy(() => {
      for (const { op, shapes, attributes = {}, positive = false } of cases) {
        const operands = shapes.map((shape, which) => operandOf(shape, which, positive));
        assert.equal(left(op, operands, attributes), 1, `${op} ${JSON.stringify(attributes)}`);
      }
      const [a, b] = [operandOf([2, 3, 4], 0, false), operandOf([2, 3, 4], 1, false)];
      for (const op of ['greater', 'greaterEqual'] as const) assert.equal(left(op, [a, b], {}), 1, op);
      assert.equal(left('gather', [a, indices], {}), 1, 'gather');
    });
    indices.dispose();
  }); // prettier-ignore

  it('stopGradient keeps the value and stops the gradient', () =>
    tf.tidy(() => {
      const x = tf.tensor1d([1, -2, 3]);
      const [run, square] = [kernelOf('stopGradient'), kernelOf('square')];
      assert.deepEqual([...run([x], {}).dataSync()], [1, -2, 3]);
      const gradient = tf.grad((y: tf.Tensor) => tf.sum(tf.add(y, run([square([y], {})], {}))))(x);
      assert.deepEqual([...gradient.dataSync()], [1, 1, 1]);
    }));

  it('gather reads rows of each example, the nearest where there is none, and adds up the gradient', () =>
    tf.tidy(() => {
      const rows = tf.tensor3d([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60], [2, 3, 2]);
      const indices = tf.tensor2d([2, 0, 0, -5, 1, 9, 1, 1], [2, 4], 'int32');
      const read = (x: tf.Tensor): tf.Tensor => kernelOf('gather')([x, indices], {});
      assert.deepEqual(read(rows).arraySync(), [
        [[5, 6], [1, 2], [1, 2], [1, 2]],
        [[30, 40], [50, 60], [30, 40], [30, 40]],
      ]); // prettier-ignore
      const weights = tf.tensor3d([1, 0, 10, 0, 100, 0, 1000, 2, 1, 0, 10, 0, 100, 0, 1000, 3], [2, 4, 2]);
      const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.mul(read(x), weights)))(rows);
      assert.deepEqual(gradient.arraySync(), [
        [[1110, 2], [0, 0], [1, 0]],
        [[0, 0], [1101, 3], [10, 0]],
      ]); // prettier-ignore
    }));

  it('comparisons and select: ties, broadcasting, and the gradient of the chosen one', () =>
    tf.tidy(() => {
      const a = tf.tensor2d([[1, 2], [3, 4]]); // prettier-ignore
      const b = tf.tensor1d([2, 2]);
      const greaterEqual = kernelOf('greaterEqual')([a, b], {});
      assert.deepEqual([greaterEqual.dtype, ...greaterEqual.dataSync()], ['bool', 0, 1, 1, 1]);
      assert.deepEqual([...kernelOf('greater')([a, b], {}).dataSync()], [0, 0, 1, 1]);
      assert.deepEqual([...kernelOf('cast')([greaterEqual], { dtype: 'float32' }).dataSync()], [0, 1, 1, 1]);
      const chosen = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => {
        const condition = kernelOf('greater')([x, b], {});
        return tf.sum(tf.mul(kernelOf('select')([condition, x, y], {}), tf.tensor2d([[1, 10], [100, 1000]]))); // prettier-ignore
      };
      const [ofA, ofOther] = tf.grads(chosen)([a, tf.neg(a)]);
      assert.deepEqual([...ofA!.dataSync()], [0, 0, 100, 1000]);
      assert.deepEqual([...ofOther!.dataSync()], [1, 10, 0, 0]);
    }));
});
