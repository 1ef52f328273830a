/** Mistakes inside groups: the message says where in the group. */
import {
  conv,
  decoder,
  dense,
  encoder,
  flatten,
  fuse,
  input,
  join,
  named,
  psi,
  relu,
  residual,
  seq,
  shared,
  skip,
  through,
  upsample,
} from '../../../src/dsl/index.js';

const image = input('x', 8, 8, 3);
const encoded = through(image, encoder('image', [conv(4), conv(8, { stride: 2 })]));
const rise = <Filters extends number>(filters: Filters) =>
  seq(residual(conv(filters), relu), upsample(2), conv(4, { kernel: 1 }));

export const inSeq = through(
  image,
  seq(conv(4), relu, conv(4, { kernel: 9, padding: 'valid' })), // ✗ S03 block[2] › conv: kernel 9×9 does not fit 8×8×4 with padding valid; use a smaller kernel or more padding
);
export const inNestedSeq = through(
  image,
  seq(conv(4), seq(relu, dense(5))), // ✗ S24 block[1] › block[1] › dense: expects a vector 1×1×n, got 8×8×4; flatten first
);
export const inNamed = through(
  image,
  named('head', conv(4), conv(-1)), // ✗ S02 head[1] › conv: filters -1 is not a positive whole number; give 1 or more
);
export const inShared = through(
  image,
  shared('block', relu, dense), // ✗ S01 block[1] › not a layer (a combinator left uncalled?); call it, or pass a layer
);
export const inResidual = through(
  image,
  residual(conv(3), conv(3, { kernel: 11, padding: 2 }), relu), // ✗ S07 residual: branch gives 2×2×3, input is 8×8×3 (height 2 ≠ 8); give both the same shape
);
export const residualInResidual = through(
  image,
  residual(conv(4), residual(conv(5)), conv(3)), // ✗ S07 residual[1] › residual: branch gives 8×8×5, input is 8×8×4 (channels 5 ≠ 4); give both the same shape
);
export const inEncoder = through(
  image,
  encoder('image', [conv(4), seq(conv(8, { stride: 2 }), residual(conv(9)))]), // ✗ S07 encoder level 2 › block[1] › residual: branch gives 4×4×9, input is 4×4×8 (channels 9 ≠ 8); give both the same shape
);
export const inEncoderDirectly = through(
  image,
  encoder('image', [conv(4), conv(8, { kernel: 9, padding: 'valid' })]), // ✗ S03 encoder level 2 › conv: kernel 9×9 does not fit 8×8×4 with padding valid; use a smaller kernel or more padding
);
export const inDecoderResidual = through(
  encoded,
  decoder('image', [rise(12), conv(4)]), // ✗ S07 decoder level 1 › block[0] › residual: branch gives 4×4×12, input is 4×4×16 (channels 12 ≠ 16); give both the same shape
);
export const inDecoderSkip = through(
  encoded,
  decoder('image', [conv(4), conv(4)], psi.dense()), // ✗ S12 decoder level 2 › skip 'image' 1: encoder gives 8×8×4, decoder expects 4×4 (height 8 ≠ 4); upsample before the skip, or cropTo
);
export const inDecoderPsi = through(
  encoded,
  decoder('image', [upsample(2), conv(4)], [psi.dense(), psi.grid(16, 16)]), // ✗ S13 decoder level 2 › skip 'image' 1 › psi.grid: cell 16×16 is larger than the feature 8×8×4; use a smaller cell
);
export const inDecoderJoin = through(
  encoded,
  decoder('image', [upsample(2), conv(4)], psi.one(), { join: join.add }), // ✗ S09 decoder level 2 › skip 'image' 1 › add: channels 8 ≠ 4; make them equal with conv(…, { kernel: 1 }), or use join.concat
);
export const inFuse = through(
  image,
  fuse(join.concat, conv(4), conv(4, { stride: 2, dilation: 3 })), // ✗ S04 fuse[1] › conv: dilation 3 with stride 2; dilate at stride 1, or stride without dilation
);
export const inFuseWithInput = through(
  image,
  fuse(join.concat, input('p', 16, 8, 18), conv(4), conv(4, { stride: 2 })), // ✗ S08 fuse: width 8 ≠ 4 (8×8×3 ⊕ 8×4×4); give both the same height and width
);
export const inFuseDeep = through(
  image,
  fuse(join.concat, input('p', 8, 8, 18), seq(conv(4), residual(flatten))), // ✗ S07 fuse[1] › block[1] › residual: branch gives 1×1×256, input is 8×8×4 (height 1 ≠ 8); give both the same shape
);
export const skipInFuse = through(
  encoded,
  fuse(join.concat, upsample(2), skip('image')), // ✗ S12 fuse[1] › skip 'image' 2: encoder gives 4×4×8, decoder expects 8×8 (height 4 ≠ 8); skip before the upsampling, or downsample once less
);
