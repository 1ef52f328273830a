/** A forward convolution's sizes, as its two gradients need them. */
import type { Core } from '../core.js';

/** Sizes in entries; `top` and `left` are the padding before the image. */
export interface ConvolutionGeometry {
  readonly outHeight: number;
  readonly outWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly top: number;
  readonly left: number;
}

/** The sizes of the convolution of `imageShape` (n, h, w, c) by `filterShape` that the attributes describe. */
export const convolutionGeometry = (
  tf: Core,
  imageShape: readonly number[],
  filterShape: readonly number[],
  attributes: Readonly<Record<string, unknown>>,
): ConvolutionGeometry => {
  const information = tf.backend_util.computeConv2DInfo(
    [...imageShape] as [number, number, number, number],
    [...filterShape] as [number, number, number, number],
    attributes['strides'] as number | [number, number],
    1,
    attributes['pad'] as 'same' | 'valid' | number,
    attributes['dimRoundingMode'] as 'floor' | 'round' | 'ceil',
  );
  return {
    outHeight: information.outHeight,
    outWidth: information.outWidth,
    strideHeight: information.strideHeight,
    strideWidth: information.strideWidth,
    top: information.padInfo.top,
    left: information.padInfo.left,
  };
};
