/** Every primitive in the forms that it takes, as values over inputs `a`, `b`, `c` … and constants. */
import { random } from '../../../src/base/random.js';
import * as convolution from '../../../src/ops/convolution.js';
import * as elementwise from '../../../src/ops/elementwise.js';
import * as layout from '../../../src/ops/layout.js';
import * as leaves from '../../../src/ops/leaves.js';
import * as pooling from '../../../src/ops/pooling.js';
import * as reduction from '../../../src/ops/reduction.js';
import type { Value } from '../../../src/ops/value.js';

const image = leaves.input('image', ['n', 6, 5, 2]);
const other = leaves.input('other', ['n', 6, 5, 2]);
const small = leaves.input('small', ['n', 3, 2, 2]);
const square = leaves.input('square', ['n', 3, 3, 2]);
const rows = leaves.input('rows', ['n', 4]);
const matrices = leaves.input('matrices', ['n', 2, 4]);
const more = leaves.input('more', ['n', 4, 3]);
const map = leaves.input('map', ['n', 2, 3, 2]);

/** Numbers off 0, no two alike. */
const drawn = (name: string, shape: readonly number[]): Value => {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const order = random(3, name, size).permutation(size);
  return leaves.constant(Float32Array.from(order, (rank, i) => (i % 2 === 0 ? 1 : -1) * (0.1 + rank / size)), shape); // prettier-ignore
};
const channels = drawn('channels', [2]);
const positive = elementwise.add(elementwise.abs(image), 0.25);

const none = [[0, 0], [0, 0]] as const; // prettier-ignore
const one = [[1, 1], [1, 1]] as const; // prettier-ignore
const convolved = (stride: number, padding: convolution.Padding, dilation = 1, kernel = 3): Value =>
  convolution.conv2d(image, drawn(`kernel${stride}${dilation}${kernel}`, [kernel, kernel, 2, 3]), {
    strides: [stride, stride],
    padding,
    dilations: [dilation, dilation],
  });
const transposed = (
  from: Value,
  size: readonly [number, number],
  stride: number,
  kernel: number,
  padding: convolution.Padding,
): Value =>
  // prettier-ignore
  convolution.conv2dTranspose(from, drawn(`back${stride}${kernel}`, [kernel, kernel, 3, 2]), {
    strides: [stride, stride],
    padding,
    size,
  });
const pooled = (by: typeof pooling.maxPool): readonly Value[] => [
  by(image, { window: [2, 2], strides: [2, 2], padding: none }),
  by(image, { window: [3, 3], strides: [1, 1], padding: one }),
  by(image, { window: [3, 3], strides: [2, 2], padding: [[2, 1], [0, 2]] }), // prettier-ignore
  by(image, { window: [2, 1], strides: [3, 2], padding: [[1, 0], [0, 0]] }), // prettier-ignore
];
const reduced = (by: typeof reduction.reduceSum): readonly Value[] => [
  by(image, [1]),
  by(image, [1, 2], true),
  by(image, [3], true),
];
const elementwiseOf = (by: (a: Value, b: Value) => Value): readonly Value[] => [
  by(image, other),
  by(image, channels),
  by(drawn('whole', [6, 5, 2]), image),
];
const asFloat = (value: Value): Value => elementwise.cast(value, 'float32');
const above = elementwise.greater(image, channels);
const biased = (bias: Value, from: Value = convolved(1, one)): Value => elementwise.add(from, bias);
const shared = convolved(2, none, 1, 1);

/** Values by the primitive that they look at. */
export const primitiveCases: Readonly<Record<string, readonly Value[]>> = {
  input: [image],
  constant: [elementwise.add(image, drawn('gateless', [6, 5, 2])), elementwise.multiply(image, leaves.constant([1, 0, 0, 1, 1, 0, 1, 1, 0, 1], [5, 2]))], // prettier-ignore
  scalar: [elementwise.multiply(image, leaves.scalar('temperature', 1.5))],
  noise: [elementwise.add(small, leaves.noise('latent/noise', ['n', 3, 2, 2], 'normal'))],
  relu: [elementwise.relu(image)],
  elu: [elementwise.elu(image)],
  tanh: [elementwise.tanh(image)],
  sigmoid: [elementwise.sigmoid(image)],
  exp: [elementwise.exp(image)],
  log: [elementwise.log(positive)],
  sqrt: [elementwise.sqrt(positive)],
  square: [elementwise.square(image)],
  abs: [elementwise.abs(image)],
  negate: [elementwise.negate(image)],
  floor: [elementwise.floor(elementwise.multiply(image, 3))],
  stopGradient: [elementwise.stopGradient(image)],
  add: elementwiseOf(elementwise.add),
  subtract: elementwiseOf(elementwise.subtract),
  multiply: elementwiseOf(elementwise.multiply),
  divide: [elementwise.divide(other, positive), elementwise.divide(image, channels)],
  maximum: elementwiseOf(elementwise.maximum),
  minimum: elementwiseOf(elementwise.minimum),
  greaterEqual: elementwiseOf(elementwise.greaterEqual).map(asFloat),
  greater: elementwiseOf(elementwise.greater).map(asFloat),
  leakyRelu: [elementwise.leakyRelu(image, 0.3)],
  cast: [asFloat(elementwise.cast(elementwise.multiply(image, 4), 'int32')), asFloat(above)],
  select: [elementwise.select(above, image, other), elementwise.select(above, channels, 0)],
  conv2d: [
    convolved(1, none),
    convolved(1, one),
    convolved(2, one),
    convolved(2, [[0, 1], [1, 1]]), // prettier-ignore
    convolved(2, [[0, 0], [2, 1]]), // prettier-ignore
    convolved(1, [[2, 2], [2, 2]], 2), // prettier-ignore
    convolved(1, [[1, 0], [3, 2]], 2), // prettier-ignore
    convolved(1, none, 1, 1),
    shared,
    // What follows a convolution and may be computed with it.
    biased(drawn('bias', [3])),
    biased(drawn('bias4', [1, 1, 1, 3])),
    biased(drawn('bias', [3]), shared),
    biased(drawn('notBias', [5, 3])),
    biased(drawn('scalarBias', [1])),
    elementwise.relu(biased(drawn('bias', [3]))),
    elementwise.relu(elementwise.add(drawn('bias', [3]), convolved(2, [[0, 0], [2, 1]]))), // prettier-ignore
    elementwise.leakyRelu(biased(drawn('bias', [3])), 0.2),
    elementwise.elu(biased(drawn('bias', [3]))),
  ],
  conv2dTranspose: [
    transposed(small, [6, 4], 2, 4, one),
    transposed(small, [6, 4], 2, 3, [[0, 1], [0, 1]]), // prettier-ignore
    transposed(small, [8, 6], 2, 4, none),
    transposed(small, [6, 4], 2, 3, one),
    transposed(square, [7, 7], 3, 3, one),
  ],
  matMul: [
    convolution.matMul(rows, drawn('weights', [4, 3])),
    elementwise.relu(elementwise.add(convolution.matMul(rows, drawn('weights', [4, 3])), drawn('bias', [3]))),
  ],
  batchMatMul: [convolution.batchMatMul(matrices, more)],
  concat: [layout.concat([image, other, image], 3), layout.concat([image, other], 1), layout.concat([image], 3)], // prettier-ignore
  slice: [layout.slice(image, 1, 2, 3), layout.slice(image, 3, 1, 1)],
  pad: [layout.pad(image, [[0, 0], [1, 2], [0, 3], [0, 1]])], // prettier-ignore
  mirrorPad: [layout.mirrorPad(image, [[0, 0], [2, 1], [3, 3], [0, 0]])], // prettier-ignore
  reshape: [layout.reshape(image, ['n', 60]), layout.reshape(image, ['6*n', 10]), layout.reshape(rows, ['n', 2, 1, 2])], // prettier-ignore
  transpose: [layout.transpose(image, [0, 2, 1, 3]), layout.transpose(matrices, [1, 2, 0])],
  resizeNearest: [layout.resizeNearest(map, 4, 9), layout.resizeNearest(image, 3, 3)],
  resizeBilinear: [layout.resizeBilinear(map, 4, 9), layout.resizeBilinear(image, 3, 3)],
  tile: [layout.tile(map, [1, 2, 1, 3]), layout.tile(map, [2, 1, 1, 1])],
  gather: [layout.gather(matrices, elementwise.cast(elementwise.multiply(rows, 2), 'int32'))],
  maxPool: pooled(pooling.maxPool),
  averagePool: pooled(pooling.averagePool),
  reduceSum: reduced(reduction.reduceSum),
  reduceMean: reduced(reduction.reduceMean),
  reduceMax: reduced(reduction.reduceMax),
};
