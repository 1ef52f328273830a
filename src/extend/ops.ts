/** The primitives: every target computes them; nothing is computed while they are written down. */
export { batchMatMul, conv2d, conv2dTranspose, matMul } from '../ops/convolution.js';
export {
  abs,
  add,
  cast,
  divide,
  elu,
  exp,
  floor,
  greater,
  greaterEqual,
  leakyRelu,
  log,
  maximum,
  minimum,
  multiply,
  negate,
  relu,
  select,
  sigmoid,
  sqrt,
  square,
  stopGradient,
  subtract,
  tanh,
} from '../ops/elementwise.js';
export {
  concat,
  gather,
  mirrorPad,
  pad,
  reshape,
  resizeBilinear,
  resizeNearest,
  slice,
  tile,
  transpose,
} from '../ops/layout.js';
export { constant } from '../ops/leaves.js';
export { averagePool, maxPool } from '../ops/pooling.js';
export { reduceMax, reduceMean, reduceSum } from '../ops/reduction.js';
