/**
 * Images moved part by part, each by an affine of its own, at whole pixels.
 *
 * Every entry of a moved image is an entry of the image, or 0. So the gradient in the image is the exact adjoint: what
 * was read from an entry is added up there. There is none in the affines and in the masks.
 */
import * as ops from './elementwise.js';
import { gather, reshape, resizeNearest, slice } from './layout.js';
import { constant } from './leaves.js';
import type { Value } from './value.js';

/** What a warp is given besides the image and the affines. */
export interface WarpParts {
  /** Where each part may stand: n×H×W×parts, of any height and width; everywhere if absent. */
  readonly masks?: Value;
  /** The height and width of the picture in whose pixels the affines are given. */
  readonly frame: readonly [height: number, width: number];
}

/**
 * The largest of an image's moved parts: image n×h×w×c and affines n×1×parts×8 give n×h×w×c.
 *
 * Row k of the affines holds (a0, a1, a2, b0, b1, b2, …): pixel (x, y) of part k reads the image at
 * (a0·x + a1·y + a2, b0·x + b1·y + b2), rounded half away from zero, and 0 outside of it. The translations a2 and b2
 * are pixels of the frame and are scaled to the image's width and height. A part is multiplied by its mask, which is
 * resized to nearest neighbours (row i reads row ⌊i · H / h⌋), before the largest is taken; of equal parts the first
 * has the gradient.
 */
export const warpParts = (image: Value, affines: Value, { masks, frame }: WarpParts): Value => {
  const batch = image.shape[0]!;
  const [h, w, c] = [Number(image.shape[1]), Number(image.shape[2]), Number(image.shape[3])];
  const count = Number(affines.shape[2]);
  const coefficient = (index: number): Value => reshape(slice(affines, 3, index, 1), [batch, count, 1]);
  const pixels = Array.from({ length: h * w }, (_, pixel) => pixel);
  const x = constant(pixels.map((pixel) => pixel % w), [1, 1, h * w]); // prettier-ignore
  const y = constant(pixels.map((pixel) => Math.floor(pixel / w)), [1, 1, h * w]); // prettier-ignore
  const position = (first: number, scale: number): Value =>
    ops.add(
      ops.add(ops.multiply(coefficient(first), x), ops.multiply(coefficient(first + 1), y)),
      ops.multiply(coefficient(first + 2), scale),
    );
  const [column, row] = [position(0, w / frame[1]), position(3, h / frame[0])];
  const inside = ops.multiply(within(column, w), within(row, h));
  const indices = ops.cast(ops.add(ops.multiply(nearest(row), w), nearest(column)), 'int32');

  const rows = reshape(image, [batch, h * w, c]);
  const sized = masks && resizeNearest(masks, h, w);
  const part = (index: number): Value => {
    const moved = gather(rows, reshape(slice(indices, 1, index, 1), [batch, h * w]));
    const seen = reshape(slice(inside, 1, index, 1), [batch, h, w, 1]);
    const weight = sized === undefined ? seen : ops.multiply(seen, slice(sized, 3, index, 1));
    return ops.multiply(reshape(moved, [batch, h, w, c]), weight);
  };
  // One after another, so that what is equal is counted once and inference holds two parts at a time.
  return Array.from({ length: count }, (_, index) => part(index)).reduce(ops.maximum);
};

/** ⌊x + ½⌋; the sum alone would round what lies just below ½ up to 1. Above −½ it is half away from zero. */
const nearest = (at: Value): Value => {
  const below = ops.floor(at);
  return ops.add(below, ops.cast(ops.greaterEqual(ops.subtract(at, below), 0.5), 'float32'));
};

/** 1 where a position is rounded to one of 0 … size − 1, else 0. */
const within = (at: Value, size: number): Value =>
  ops.multiply(ops.cast(ops.greater(at, -0.5), 'float32'), ops.cast(ops.greater(size - 0.5, at), 'float32'));
