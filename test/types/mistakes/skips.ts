/** Mistakes of skips and of ψ. */
import {
  conv,
  cropTo,
  decoder,
  encoder,
  input,
  join,
  psi,
  skip,
  tap,
  through,
  upsample,
} from '../../../src/dsl/index.js';

const encoded = through(input('x', 8, 8, 3), encoder('image', [conv(4), conv(8, { stride: 2 })]));

// example
export const otherEncoder = through(
  encoded,
  skip('pose'), // ✗ S10 skip 'pose': no such encoder (open: 'image'); name one that is open, or open it with encoder or tap
);
export const otherOfSeveral = through(
  encoded,
  tap('middle'),
  tap('last'),
  skip('pose'), // ✗ S10 skip 'pose': no such encoder (open: several); name one that is open, or open it with encoder or tap
);
export const cropToOther = through(
  encoded,
  cropTo('pose'), // ✗ S10 cropTo 'pose': no such encoder (open: 'image'); name one that is open, or open it with encoder or tap
);
export const noEncoder = through(
  input('x', 8, 8, 3),
  skip('image'), // ✗ S10 skip 'image': no such encoder (open: none); name one that is open, or open it with encoder or tap
);
export const oneSkipTooMany = through(
  encoded,
  skip('image'),
  upsample(2),
  skip('image'),
  skip('image'), // ✗ S11 skip 'image': no encoder level left; take as many skips as the encoder has levels
);
export const cropToNothing = through(
  encoded,
  skip('image'),
  upsample(2),
  skip('image'),
  cropTo('image'), // ✗ S11 cropTo 'image': no encoder level left; take as many skips as the encoder has levels
);
export const cropToLarger = through(
  encoded,
  skip('image'),
  cropTo('image'), // ✗ S16 cropTo 'image': the level is 8×8×4, larger than 4×4×16; upsample first
);
// example
export const notUpsampled = through(
  encoded,
  skip('image'),
  skip('image', psi.dense()), // ✗ S12 skip 'image' 1: encoder gives 8×8×4, decoder expects 4×4 (height 8 ≠ 4); upsample before the skip, or cropTo
);
export const upsampledTwice = through(
  encoded,
  upsample(4),
  skip('image'), // ✗ S12 skip 'image' 2: encoder gives 4×4×8, decoder expects 16×16 (height 4 ≠ 16); skip before the upsampling, or downsample once less
);
export const oddSize = through(
  input('x', 15, 16, 3),
  tap('e'),
  conv(4, { stride: 2 }),
  upsample(2),
  skip('e'), // ✗ S12 skip 'e' 1: encoder gives 15×16×3, decoder expects 16×16 (height 15 ≠ 16); declare 16 instead of 15, or cropTo
);
export const oddWidthOfTwoInputs = through(
  input('x', 16, 15, 3),
  tap('e'),
  conv(4, { stride: 2 }),
  upsample(2),
  skip('e', psi.one()), // ✗ S12 skip 'e' 1: encoder gives 16×15×3, decoder expects 16×16 (width 15 ≠ 16); declare 16 instead of 15, or cropTo
);
export const symbolicSkip = through(
  input('x', '64*h', '64*w', 3),
  tap('e'),
  conv(4, { stride: 2 }),
  skip('e'), // ✗ S12 skip 'e' 1: encoder gives 64*h×64*w×3, decoder expects 32*h×32*w (height 64*h ≠ 32*h); make the two sizes equal, or cropTo
);
export const levelNotThere = through(
  encoded,
  skip('image', psi.none, { level: 3 }), // ✗ S22 skip 'image' 3: the encoder has levels 1 to 2 open; give one of them
);
export const levelZero = through(
  encoded,
  skip('image', psi.none, { level: 0 }), // ✗ S22 skip 'image' 0: the encoder has levels 1 to 2 open; give one of them
);
export const noLevels = through(
  encoded,
  skip('image', psi.resize(), { level: [] }), // ✗ S22 skip 'image': level [] names no level; give one or more
);
export const levelOfNone = through(
  input('x', 8, 8, 3),
  tap('e'),
  skip('e'),
  skip('e', psi.none, { level: 1 }), // ✗ S11 skip 'e': no encoder level left; take as many skips as the encoder has levels
);
// example
export const cellTooLarge = through(
  encoded,
  skip('image', psi.grid(8, 2)), // ✗ S13 skip 'image' 2 › psi.grid: cell 8×2 is larger than the feature 4×4×8; use a smaller cell
);
export const chainedCellTooLarge = through(
  encoded,
  skip('image', psi.chain(psi.dense(), psi.grid(2, 5))), // ✗ S13 skip 'image' 2 › psi.grid: cell 2×5 is larger than the feature 4×4×8; use a smaller cell
);
export const notAPsi = through(
  encoded,
  skip('image', 'dense'), // ✗ S13 skip 'image' 2: not a ψ; pass psi.none, psi.dense(), … or your own
);
export const psiUncalled = through(
  encoded,
  skip('image', psi.dense), // ✗ S13 skip 'image' 2: not a ψ; pass psi.none, psi.dense(), … or your own
);
export const notAJoin = through(
  encoded,
  skip('image', psi.none, { join: 'add' }), // ✗ S08 skip 'image' 2: not a join; pass join.concat, join.add or your own
);
export const addedChannels = through(
  encoded,
  conv(4),
  skip('image', psi.dense(), { join: join.add }), // ✗ S09 skip 'image' 2 › add: channels 4 ≠ 8; make them equal with conv(…, { kernel: 1 }), or use join.concat
);
export const psiCount = through(
  encoded,
  decoder('image', [upsample(2), conv(4)], [psi.dense(), psi.one(), psi.none]), // ✗ S19 decoder 'image': 3 ψ for 2 levels; give one for all, or one for each level
);
