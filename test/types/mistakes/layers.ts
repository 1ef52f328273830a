/** Mistakes of pools, crops, borders, blocks of pixels, dense blocks and weight norm. */
import {
  averagePool,
  conv,
  crop,
  denseBlock,
  depthToSpace,
  input,
  maxPool,
  pad,
  relu,
  seq,
  spaceToDepth,
  through,
  weightNorm,
} from '../../../src/dsl/index.js';

const image = input('x', 9, 8, 6);

export const noWindow = through(
  image,
  maxPool(0), // ✗ S02 maxPool: window 0 is not a positive whole number; give 1 or more
);
export const noStride = through(
  image,
  averagePool(2, { stride: 0 }), // ✗ S02 averagePool: stride 0 is not a positive whole number; give 1 or more
);
export const negativePoolPadding = through(
  image,
  averagePool(2, { padding: -1 }), // ✗ S02 averagePool: padding -1 is not a whole number of 0 or more; give 0 or more
);
export const nothingButPadding = through(
  image,
  maxPool(3, { padding: 3 }), // ✗ S03 maxPool: padding 3 is not less than window 3×3; use less padding
);
export const windowTooLarge = through(
  image,
  averagePool(9), // ✗ S03 averagePool: window 9×9 does not fit 9×8×6 with padding valid; use a smaller window or more padding
);
export const noBlock = through(
  image,
  spaceToDepth(0), // ✗ S02 spaceToDepth: block 0 is not a positive whole number; give 1 or more
);
export const channelsOfNoBlock = through(
  image,
  depthToSpace(2), // ✗ S28 depthToSpace: channels 6 of 9×8×6 are not divisible by 4; give a multiple of 4 channels
);
export const oddHeight = through(
  image,
  spaceToDepth(2), // ✗ S28 spaceToDepth: height 9 of 9×8×6 is not divisible by 2; crop or pad to a multiple of 2
);
export const oddWidth = through(
  image,
  spaceToDepth(3), // ✗ S28 spaceToDepth: width 8 of 9×8×6 is not divisible by 3; crop or pad to a multiple of 3
);
export const negativeCrop = through(
  image,
  crop(-1), // ✗ S02 crop: top -1 is not a whole number of 0 or more; give 0 or more
);
export const noRowLeft = through(
  image,
  crop(4, 5, 0, 0), // ✗ S29 crop: top 4 and bottom 5 leave nothing of 9×8×6; cut less than the height
);
export const noColumnLeft = through(
  image,
  crop(4), // ✗ S29 crop: left 4 and right 4 leave nothing of 9×8×6; cut less than the width
);
export const halfBorder = through(
  image,
  pad(1, 0.5, 1, 1), // ✗ S02 pad: bottom 0.5 is not a whole number of 0 or more; give 0 or more
);
export const reflectsTooFar = through(
  image,
  pad(8, { mode: 'reflect' }), // ✗ S03 pad: reflect 8 reaches beyond 9×8×6; reflect less than the height and the width
);
export const denseBlockShrinks = through(
  image,
  denseBlock(conv(4), conv(4, { stride: 2 })), // ✗ S30 denseBlock: layer 2 gives 5×4×4, its input is 9×8×10 (height 5 ≠ 9); keep the height and the width
);
export const inDenseBlock = through(
  image,
  denseBlock(conv(4), seq(relu, maxPool(10))), // ✗ S03 denseBlock[1] › block[1] › maxPool: window 10×10 does not fit 9×8×10 with padding valid; use a smaller window or more padding
);
export const normOfNoKernel = through(
  image,
  weightNorm(relu), // ✗ S31 weightNorm: the layer has no kernel of its own; give it one conv, convTranspose or dense, inside a group each by itself
);
export const normOfGroup = through(
  image,
  seq(relu, weightNorm(seq(conv(4), relu))), // ✗ S31 block[1] › weightNorm: the layer has no kernel of its own; give it one conv, convTranspose or dense, inside a group each by itself
);
export const inWeightNorm = through(
  image,
  weightNorm(conv(4, { stride: 2, dilation: 2 })), // ✗ S04 conv: dilation 2 with stride 2; dilate at stride 1, or stride without dilation
);
