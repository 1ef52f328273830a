/** The alphabet in tfjs: one lowering for each primitive, gradients included. */
import * as tf from '@tensorflow/tfjs-core';
import type { AttributesOf, PrimitiveName } from '../../ops/alphabet.js';
import { samePadding, type Padding } from '../../ops/convolution.js';
import type { Leaf } from '../../ops/leaves.js';

/** One primitive on tensors; the batch size is known from the operands. */
type Kernel<Name extends PrimitiveName> = (
  operands: readonly tf.Tensor[],
  attributes: AttributesOf<Name>,
) => tf.Tensor;

/**
 * The same data without a history: gradients stop here, and comparisons, which have none, are kept off the tape.
 */
export const detach = (x: tf.Tensor): tf.Tensor => {
  tf.backend().incRef(x.dataId);
  return tf.engine().makeTensorFromTensorInfo({ dataId: x.dataId, shape: x.shape, dtype: x.dtype });
};

const unary =
  (apply: (x: tf.Tensor) => tf.Tensor) =>
  ([x]: readonly tf.Tensor[]): tf.Tensor =>
    apply(x!);
const binary =
  (apply: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) =>
  ([a, b]: readonly tf.Tensor[]): tf.Tensor =>
    apply(a!, b!);
/** A kernel of several steps, all but its result freed at once: a run is one scope, whose tensors live to its end. */
const tidied =
  <Name extends PrimitiveName>(kernel: Kernel<Name>): Kernel<Name> =>
  (operands, attributes) =>
    tf.tidy(() => kernel(operands, attributes));
const comparison = (apply: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) =>
  tidied<'greater' | 'greaterEqual'>(([a, b]) => apply(detach(a!), detach(b!)));

/** Batch multiples: `'n'` and `'7*n'` as numbers. tfjs infers the one extent of −1 from the others. */
const sized = (shape: AttributesOf<'reshape'>['shape']): number[] =>
  shape.map((extent) => (typeof extent === 'number' ? extent : -1));

const isZero = (padding: Padding): boolean => padding.every(([before, after]) => before === 0 && after === 0);
const isSame = (
  padding: Padding,
  size: readonly [number, number],
  kernel: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
): boolean =>
  padding.every(([before, after], axis) => {
    const [wantedBefore, wantedAfter] = samePadding(
      size[axis]!,
      kernel[axis]!,
      strides[axis]!,
      dilations[axis]!,
    );
    return before === wantedBefore && after === wantedAfter;
  });

const conv2d = tidied<'conv2d'>(([x, kernel], { strides, padding, dilations }) => {
  const image = x as tf.Tensor4D;
  const weights = kernel as tf.Tensor4D;
  const run = (operand: tf.Tensor4D, pad: 'same' | 'valid'): tf.Tensor =>
    tf.conv2d(operand, weights, [...strides], pad, 'NHWC', [...dilations]);
  if (isZero(padding)) return run(image, 'valid');
  if (isSame(padding, [image.shape[1], image.shape[2]], weights.shape, strides, dilations))
    return run(image, 'same');
  // Explicit paddings are not taken by every backend's kernel: pad first.
  return run(tf.pad(image, [[0, 0], [...padding[0]], [...padding[1]], [0, 0]]), 'valid');
});

const conv2dTranspose = tidied<'conv2dTranspose'>(([x, kernel], { strides, padding, size }) => {
  const image = x as tf.Tensor4D;
  const weights = kernel as tf.Tensor4D;
  const run = (height: number, width: number, pad: 'same' | 'valid'): tf.Tensor4D =>
    tf.conv2dTranspose(image, weights, [image.shape[0], height, width, weights.shape[2]], [...strides], pad);
  if (isZero(padding)) return run(size[0], size[1], 'valid');
  if (isSame(padding, size, weights.shape, strides, [1, 1])) return run(size[0], size[1], 'same');
  const full = run(size[0] + padding[0][0] + padding[0][1], size[1] + padding[1][0] + padding[1][1], 'valid');
  return tf.slice(
    full,
    [0, padding[0][0], padding[1][0], 0],
    [full.shape[0], size[0], size[1], full.shape[3]],
  );
});

/* The least float32: finite, because shaders do not promise infinities. */
const least = -3.4028234663852886e38;

const maxPool = tidied<'maxPool'>(([x], { window, strides, padding }) => {
  const image = x as tf.Tensor4D;
  const run = (operand: tf.Tensor4D, pad: 'same' | 'valid'): tf.Tensor =>
    tf.maxPool(operand, [...window], [...strides], pad);
  if (isZero(padding)) return run(image, 'valid');
  if (isSame(padding, [image.shape[1], image.shape[2]], window, strides, [1, 1])) return run(image, 'same');
  return run(tf.pad(image, [[0, 0], [...padding[0]], [...padding[1]], [0, 0]], least), 'valid');
});

const averagePool = tidied<'averagePool'>(([x], { window, strides, padding }) => {
  const image = x as tf.Tensor4D;
  const run = (operand: tf.Tensor4D, pad: 'same' | 'valid'): tf.Tensor =>
    tf.avgPool(operand, [...window], [...strides], pad);
  const size = [image.shape[1], image.shape[2]] as const;
  if (isZero(padding)) return run(image, 'valid');
  if (isSame(padding, size, window, strides, [1, 1])) return run(image, 'same');
  const padded = run(tf.pad(image, [[0, 0], [...padding[0]], [...padding[1]], [0, 0]]), 'valid');
  // The mean over the whole window, scaled to a mean over the entries that are there.
  const scales = [0, 1].map((axis) =>
    Array.from({ length: padded.shape[axis + 1]! }, (_, at) => {
      const from = at * strides[axis]! - padding[axis]![0];
      return window[axis]! / (Math.min(from + window[axis]!, size[axis]!) - Math.max(from, 0));
    }),
  );
  const rows = tf.tensor(scales[0]!, [scales[0]!.length, 1, 1]);
  return tf.mul(tf.mul(padded, rows), tf.tensor(scales[1]!, [scales[1]!.length, 1]));
});

/* One index into the rows of all examples: tfjs' batched gather has no gradient, and a wrong kernel on wasm. */
const gather = tidied<'gather'>(([x, indices]) => {
  const [n, m, c] = x!.shape as [number, number, number];
  const inside = tf.minimum(tf.maximum(detach(indices!), tf.scalar(0, 'int32')), tf.scalar(m - 1, 'int32'));
  const first = Int32Array.from({ length: n }, (_, example) => example * m);
  const rows = n === 1 ? inside : tf.add(inside, tf.tensor(first, [n, 1], 'int32'));
  const read = tf.gather(tf.reshape(x!, [n * m, c]), tf.reshape(rows, [-1]) as tf.Tensor1D);
  return tf.reshape(read, [n, indices!.shape[1]!, c]);
});

const resize =
  (
    method: typeof tf.image.resizeNearestNeighbor | typeof tf.image.resizeBilinear,
    halfPixelCenters: boolean,
  ) =>
  ([x]: readonly tf.Tensor[], { height, width }: AttributesOf<'resizeNearest'>): tf.Tensor =>
    method(x as tf.Tensor4D, [height, width], false, halfPixelCenters);

/** Every primitive that is computed; the type checker holds this list to the alphabet. */
export const kernels: { readonly [Name in Exclude<PrimitiveName, Leaf>]: Kernel<Name> } = {
  relu: unary(tf.relu),
  elu: unary(tf.elu),
  tanh: unary(tf.tanh),
  sigmoid: unary(tf.sigmoid),
  exp: unary(tf.exp),
  log: unary(tf.log),
  sqrt: unary(tf.sqrt),
  square: unary(tf.square),
  abs: unary(tf.abs),
  negate: unary(tf.neg),
  floor: tidied<'floor'>(([x]) => tf.floor(detach(x!))),
  stopGradient: unary(detach),
  add: binary(tf.add),
  subtract: binary(tf.sub),
  multiply: binary(tf.mul),
  divide: binary(tf.div),
  maximum: binary(tf.maximum),
  minimum: binary(tf.minimum),
  greaterEqual: comparison(tf.greaterEqual),
  greater: comparison(tf.greater),
  leakyRelu: ([x], { slope }) => tf.leakyRelu(x!, slope),
  cast: ([x], { dtype }) => tf.cast(x!, dtype),
  select: ([condition, a, b]) => tf.where(condition!, a!, b!),
  conv2d,
  conv2dTranspose,
  matMul: binary((a, b) => tf.matMul(a, b)),
  batchMatMul: binary((a, b) => tf.matMul(a, b)),
  concat: (operands, { axis }) => tf.concat([...operands], axis),
  slice: ([x], { axis, begin, size }) =>
    tf.slice(
      x!,
      x!.shape.map((_, i) => (i === axis ? begin : 0)),
      x!.shape.map((one, i) => (i === axis ? size : one)),
    ),
  pad: ([x], { paddings }) =>
    tf.pad(
      x!,
      paddings.map(([before, after]) => [before, after]),
    ),
  mirrorPad: ([x], { paddings }) =>
    tf.mirrorPad(
      x!,
      paddings.map(([before, after]) => [before, after]),
      'reflect',
    ),
  reshape: ([x], { shape }) => tf.reshape(x!, sized(shape)),
  transpose: ([x], { permutation }) => tf.transpose(x!, [...permutation]),
  resizeNearest: resize(tf.image.resizeNearestNeighbor, false),
  resizeBilinear: resize(tf.image.resizeBilinear, true),
  tile: ([x], { repetitions }) => tf.tile(x!, [...repetitions]),
  gather,
  maxPool,
  averagePool,
  reduceSum: ([x], { axes, keepDims }) => tf.sum(x!, [...axes], keepDims),
  reduceMean: ([x], { axes, keepDims }) => tf.mean(x!, [...axes], keepDims),
  reduceMax: ([x], { axes, keepDims }) => tf.max(x!, [...axes], keepDims),
};
