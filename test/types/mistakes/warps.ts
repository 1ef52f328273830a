/** Mistakes of warps: what they read is in reach and has an affine for each part. */
import {
  bring,
  conv,
  encoder,
  input,
  parts,
  psi,
  region,
  skip,
  tap,
  through,
} from '../../../src/dsl/index.js';

const image = input('x', 8, 8, 3);
const encoded = through(image, encoder('image', [conv(4), conv(8, { stride: 2 })]));
const posed = through(encoded, bring(input('affines', 1, 10, 8)), bring(input('masks', 8, 8, 10)));
const moved = psi.warp({ affines: 'affines', masks: 'masks' });

export const nothingBrought = through(
  encoded,
  skip('image', moved), // ✗ S32 skip 'image' 2 › psi.warp: no input 'masks' in reach (in reach: 'x'); bring it first
);
export const noAffines = through(
  posed,
  skip('image', psi.warp({ affines: 'affine', masks: 'masks' })), // ✗ S32 skip 'image' 2 › psi.warp: no input 'affine' in reach (in reach: several); bring it first
);
export const noFrame = through(
  posed,
  skip('image', psi.warp({ affines: 'affines', frame: 'x_a' })), // ✗ S32 skip 'image' 2 › psi.warp: no input 'x_a' in reach (in reach: several); bring it first
);
export const tooManyMasks = through(
  posed,
  bring(input('more', 8, 8, 11)),
  skip('image', psi.warp({ affines: 'affines', masks: 'more' })), // ✗ S33 skip 'image' 2 › psi.warp: input 'affines' is 1×10×8, 11 parts need 1×11×8 (width 10 ≠ 11); declare input('affines', 1, 11, 8)
);
export const sixNumbers = through(
  encoded,
  bring(input('affines', 1, 10, 6)),
  skip('image', psi.warp({ affines: 'affines' })), // ✗ S33 skip 'image' 2 › psi.warp: input 'affines' is 1×10×6, 10 parts need 1×10×8 (channels 6 ≠ 8); declare input('affines', 1, 10, 8)
);
export const masksForAffines = through(
  posed,
  skip('image', psi.chain(psi.warp({ affines: 'masks', masks: 'masks' }), psi.dense())), // ✗ S33 skip 'image' 2 › psi.warp: input 'masks' is 8×8×10, 10 parts need 1×10×8 (height 8 ≠ 1); declare input('masks', 1, 10, 8)
);
export const warpInParts = through(
  posed,
  bring(input('boxes', 1, 3, 4)),
  parts(3, region({ boxes: 'boxes', height: 4, width: 4 }), tap('e'), skip('e', moved)), // ✗ S32 parts[1] › skip 'e' 1 › psi.warp: no input 'masks' in reach (in reach: none); bring it first
);
