/** Mistakes where branches meet. */
import {
  concat,
  conv,
  encoder,
  fuse,
  input,
  join,
  relu,
  residual,
  tap,
  through,
} from '../../../src/dsl/index.js';

const image = input('x', 8, 8, 3);
const half = through(image, conv(8, { stride: 2 }));

// example
export const otherHeight = concat(
  image,
  half, // ✗ S08 concat: height 8 ≠ 4 (8×8×3 ⊕ 4×4×8); give both the same height and width
);
export const thirdOfThree = concat(
  image,
  through(image, relu),
  half, // ✗ S08 concat: height 8 ≠ 4 (8×8×6 ⊕ 4×4×8); give both the same height and width
);
export const branchChangesChannels = through(
  image,
  residual(conv(4)), // ✗ S07 residual: branch gives 8×8×4, input is 8×8×3 (channels 4 ≠ 3); give both the same shape
);
export const branchChangesSize = through(
  image,
  residual(conv(3, { stride: 2 })), // ✗ S07 residual: branch gives 4×4×3, input is 8×8×3 (height 4 ≠ 8); give both the same shape
);
export const fusedSizes = through(
  image,
  fuse(join.concat, half), // ✗ S08 fuse: height 8 ≠ 4 (8×8×3 ⊕ 4×4×8); give both the same height and width
);
export const fusedNoJoin = through(
  image,
  fuse('concat', image), // ✗ S08 fuse: not a join; pass join.concat, join.add or your own
);
export const fusedChannels = through(
  image,
  fuse(join.add, conv(4)), // ✗ S09 add: channels 3 ≠ 4; make them equal with conv(…, { kernel: 1 }), or use join.concat
);
export const subtractedChannels = through(
  image,
  fuse(join.subtract, conv(4)), // ✗ S09 subtract: channels 3 ≠ 4; make them equal with conv(…, { kernel: 1 }), or use join.concat
);
export const oneNameTwoShapes = concat(
  image,
  input('x', 8, 8, 18), // ✗ S14 input 'x': 8×8×3 in one branch, 8×8×18 in another (channels 3 ≠ 18); one name has one shape
);
export const oneNameTwoEncoders = concat(
  through(image, conv(4), tap('e')),
  through(image, conv(6), tap('e'), conv(4)), // ✗ S15 encoder 'e': two encoders of this name meet; rename one
);
export const fusedTwoEncoders = through(
  image,
  encoder('e', [conv(4)]),
  fuse(join.concat, image, encoder('e', [conv(5)])), // ✗ S15 encoder 'e': two encoders of this name meet; rename one
);
