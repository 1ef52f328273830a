/** Mistakes of one layer: options and sizes. The text after each ✗ is what both levels must say. */
import {
  conv,
  convTranspose,
  dense,
  flatten,
  input,
  known,
  out,
  psi,
  reshape,
  skip,
  tap,
  through,
  upsample,
} from '../../../src/dsl/index.js';

const image = input('x', 8, 8, 3);

export const noFilters = through(
  image,
  conv(0), // ✗ S02 conv: filters 0 is not a positive whole number; give 1 or more
);
export const negativeStride = through(
  image,
  conv(4, { stride: -2 }), // ✗ S02 conv: stride -2 is not a positive whole number; give 1 or more
);
export const halfFilters = through(
  image,
  convTranspose(2.5), // ✗ S02 convTranspose: filters 2.5 is not a positive whole number; give 1 or more
);
export const outputPaddingTooLarge = through(
  image,
  convTranspose(4, { padding: 1, outputPadding: 2 }), // ✗ S02 convTranspose: outputPadding 2 is not less than stride 2; give less
);
export const filtersAndDilationWrong = through(
  image,
  conv(0, { stride: 2, dilation: 2 }), // ✗ S02 conv: filters 0 is not a positive whole number; give 1 or more
);
export const noUnits = through(
  image,
  flatten,
  dense(0), // ✗ S02 dense: units 0 is not a positive whole number; give 1 or more
);
export const noFactor = through(
  image,
  upsample(0), // ✗ S02 upsample: factor 0 is not a positive whole number; give 1 or more
);
export const noRows = through(
  image,
  reshape(0, 4, 4), // ✗ S02 reshape: height 0 is not a positive whole number; give 1 or more
);
export const noCell = through(
  image,
  tap('e'),
  skip('e', psi.grid(0, 2)), // ✗ S02 skip 'e' 1 › psi.grid: cell height 0 is not a positive whole number; give 1 or more
);
export const negativePadding = through(
  image,
  conv(4, { padding: -1 }), // ✗ S02 conv: padding -1 is not a whole number of 0 or more; give 0 or more
);
export const reflectTooWide = through(
  image,
  conv(4, { padding: { reflect: 8 } }), // ✗ S03 conv: padding reflect 8 reaches beyond 8×8×3; reflect less than the height and the width
);
// example
export const kernelTooLarge = through(
  image,
  conv(4, { kernel: 9, padding: 'valid' }), // ✗ S03 conv: kernel 9×9 does not fit 8×8×3 with padding valid; use a smaller kernel or more padding
);
export const dilatedKernelTooLarge = through(
  image,
  conv(4, { kernel: 5, dilation: 3, padding: 1 }), // ✗ S03 conv: kernel 5×5 (dilation 3) does not fit 8×8×3 with padding 1; use a smaller kernel or more padding
);
const wide = [[0, 0], [4, 4]] as const; // prettier-ignore
export const paddedPerSide = through(
  image,
  conv(4, { kernel: 9, padding: wide }), // ✗ S03 conv: kernel 9×9 does not fit 8×8×3 with padding 0,0|4,4; use a smaller kernel or more padding
);
export const nothingLeft = through(
  input('x', 1, 1, 3),
  convTranspose(4, { kernel: 2, padding: 1 }), // ✗ S03 convTranspose: padding 1 leaves nothing of 1×1×3; use less padding
);
export const dilatedStride = through(
  image,
  conv(4, { stride: 2, dilation: 2 }), // ✗ S04 conv: dilation 2 with stride 2; dilate at stride 1, or stride without dilation
);
export const reshapeProduct = through(
  image,
  reshape(4, 4, 13), // ✗ S05 reshape: 8×8×3 has 192 entries, 4×4×13 has 208 (192 ≠ 208); make the products equal
);
// example
export const declaredWrong = through(
  image,
  conv(3, { stride: 2 }),
  out(8, 8, 3), // ✗ S06 out: got 4×4×3, declared 8×8×3 (height 4 ≠ 8); change the layers before it or the declaration
);
export const declaredSymbolic = through(
  input('x', '64*h', '64*w', 3),
  conv(3, { stride: 2 }),
  out('64*h', '64*w', 3), // ✗ S06 out: got 32*h×32*w×3, declared 64*h×64*w×3 (height 32*h ≠ 64*h); change the layers before it or the declaration
);
export const denseOnImage = through(
  image,
  dense(10), // ✗ S24 dense: expects a vector 1×1×n, got 8×8×3; flatten first
);
export const widthsUnknown = known(
  through(image, conv(4 as number)), // static ✗ S17 known: the channels are not known at compile time; declare sizes as literals ('as const' for arrays)
);
export const knownAfterAMistake = known(
  through(
    image,
    conv(0), // ✗ S02 conv: filters 0 is not a positive whole number; give 1 or more
  ),
);
