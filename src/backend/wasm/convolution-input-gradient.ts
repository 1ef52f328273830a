/**
 * Conv2DBackpropInput (and so conv2dTranspose) as one ordinary convolution for any stride.
 *
 * With u = position + padding = s·q + a, the gradient at u is Σ_t dy[q − t] · w[s·t + a]: each phase a of the
 * stride has its own small kernel. The s·s phases become output channels of one convolution of dy, which are then
 * laid side by side. At stride 1 this is the convolution with the flipped kernel.
 */
import type { Core, KernelConfig } from '../core.js';
import { convolutionGeometry } from './geometry.js';
import { composedKernel, reshaped } from './steps.js';

/** The kernel for `backendName`, from its PadV2, Reverse, Transpose, Conv2D and Slice. */
export const convolutionInputGradient = (tf: Core, backendName: string): KernelConfig =>
  composedKernel(tf, 'Conv2DBackpropInput', backendName, ({ inputs, attributes, step }) => {
    const dy = inputs['dy']!;
    const filter = inputs['filter']!;
    const inputShape = attributes['inputShape'] as [number, number, number, number];
    const [n, h, w, channels] = inputShape;
    const [kh, kw, , filters] = filter.shape as [number, number, number, number];
    const geometry = convolutionGeometry(tf, inputShape, filter.shape, attributes);
    const { outHeight, outWidth, strideHeight: sh, strideWidth: sw, top, left } = geometry;
    const tapsHigh = Math.ceil(kh / sh);
    const tapsWide = Math.ceil(kw / sw);

    const whole =
      kh % sh === 0 && kw % sw === 0
        ? filter
        : step(
            'PadV2',
            { x: filter },
            {
              paddings: [
                [0, tapsHigh * sh - kh],
                [0, tapsWide * sw - kw],
                [0, 0],
                [0, 0],
              ],
              constantValue: 0,
            },
          );
    const flipped = step(
      'Reverse',
      { x: reshaped(whole, [tapsHigh, sh, tapsWide, sw * channels * filters]) },
      { dims: [0, 2] },
    );
    const phases = step(
      'Transpose',
      { x: reshaped(flipped, [tapsHigh, sh, tapsWide, sw, channels, filters]) },
      { perm: [0, 2, 5, 1, 3, 4] },
    );
    const gradient = step(
      'Conv2D',
      { x: dy, filter: reshaped(phases, [tapsHigh, tapsWide, filters, sh * sw * channels]) },
      {
        strides: [1, 1],
        dilations: [1, 1],
        pad: [
          [0, 0],
          [tapsHigh - 1, tapsHigh - 1],
          [tapsWide - 1, tapsWide - 1],
          [0, 0],
        ],
        dataFormat: 'NHWC',
      },
    );
    const rows = outHeight + tapsHigh - 1;
    const columns = outWidth + tapsWide - 1;
    const full =
      sh === 1 && sw === 1
        ? gradient
        : step(
            'Transpose',
            { x: reshaped(gradient, [n, rows, columns, sh, sw, channels]) },
            { perm: [0, 1, 3, 2, 4, 5] },
          );
    // Entries past the last place that the kernel reached have no gradient.
    const missingRows = Math.max(0, top + h - rows * sh);
    const missingColumns = Math.max(0, left + w - columns * sw);
    const placed = reshaped(full, [n, rows * sh, columns * sw, channels]);
    const reached =
      missingRows === 0 && missingColumns === 0
        ? placed
        : step(
            'PadV2',
            { x: placed },
            {
              paddings: [
                [0, 0],
                [0, missingRows],
                [0, missingColumns],
                [0, 0],
              ],
              constantValue: 0,
            },
          );
    return step('Slice', { x: reached }, { begin: [0, top, left, 0], size: inputShape });
  });
