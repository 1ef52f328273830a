/** Mistakes of learned connections and soft masks: more pass than there are, and what a mask looks at is in reach. */
import { bring, conv, encoder, input, join, psi, skip, through } from '../../../src/dsl/index.js';

const image = input('x', 8, 8, 3);
const encoded = through(image, encoder('image', [conv(4), conv(8, { stride: 2 })]));

export const moreChannels = through(
  encoded,
  skip('image', psi.maskConnectChannel({ fanIn: 9 })), // ✗ S13 skip 'image' 2 › psi.maskConnectChannel: fanIn 9 is more than 8 channels; let fewer pass
);
export const noChannel = through(
  encoded,
  skip('image', psi.maskConnectChannel({ fanIn: 0 })), // ✗ S02 skip 'image' 2 › psi.maskConnectChannel: fanIn 0 is not a positive whole number; give 1 or more
);
export const channelsOfSeveral = through(
  encoded,
  skip('image', psi.maskConnectChannel({ fanIn: 2 }), { level: 'all' }), // ✗ S13 skip 'image' all: this ψ takes one level, the skip reads 2; give { level: 1 }, or a ψ of several such as psi.resize()
);
export const moreLevels = through(
  encoded,
  skip('image', psi.maskConnectLevel({ fanIn: 3 }), { level: 'all' }), // ✗ S13 skip 'image' all › psi.maskConnectLevel: fanIn 3 is more than 2 levels; let fewer pass
);
export const twoOfOne = through(
  encoded,
  skip('image', psi.maskConnectLevel({ fanIn: 2 })), // ✗ S13 skip 'image' 2 › psi.maskConnectLevel: fanIn 2 is more than 1 levels; let fewer pass
);
export const halfALevel = through(
  encoded,
  skip('image', psi.maskConnectLevel({ fanIn: 1.5 }), { level: 'all' }), // ✗ S02 skip 'image' all › psi.maskConnectLevel: fanIn 1.5 is not a positive whole number; give 1 or more
);
export const chainedChannels = through(
  encoded,
  skip('image', psi.chain(psi.maskConnectLevel(), psi.maskConnectChannel({ fanIn: 13 })), { level: 'all' }), // ✗ S13 skip 'image' all › psi.maskConnectChannel: fanIn 13 is more than 12 channels; let fewer pass
);
export const otherSize = through(
  encoded,
  skip('image', psi.maskConnectLevel(), { level: 1 }), // ✗ S12 skip 'image' 1: encoder gives 8×8×4, decoder expects 4×4 (height 8 ≠ 4); upsample before the skip, or cropTo
);
export const noPose = through(
  encoded,
  bring(input('p_a', 8, 8, 18)),
  skip('image', psi.modularSoft({ input: 'p_b' })), // ✗ S32 skip 'image' 2 › psi.modularSoft: no input 'p_b' in reach (in reach: several); bring it first
);
export const noAttributes = through(
  encoded,
  skip('image', psi.modularBlend({ input: 'attributes' }), { join: join.add }), // ✗ S32 skip 'image' 2 › psi.modularBlend: no input 'attributes' in reach (in reach: 'x'); bring it first
);
