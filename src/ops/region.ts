/**
 * Regions cut out of images, bilinearly, as matrix products.
 *
 * Sampling is linear in the image: a region is Wy · image · Wxᵀ, where row i of Wy holds max(0, 1 − |row − y_i|) for the
 * position y_i that it reads. Written so, every target gets it, and its gradient in the image is exact.
 */
import { batchMatMul } from './convolution.js';
import * as ops from './elementwise.js';
import { reshape, slice, transpose } from './layout.js';
import { constant } from './leaves.js';
import { repeated, type Value } from './value.js';

/**
 * Cuts `count` boxes out of each image and resizes them bilinearly: image n×h×w×c and boxes n×1×count×4 give
 * (count·n)×height×width×c, an image's regions one after another.
 *
 * A box is (y1, x1, y2, x2), as shares of h − 1 and w − 1: the centres of its corner entries. Entry i of `height` reads
 * y = (h − 1)·(y1 + (y2 − y1)·i / (height − 1)), the middle of the box where `height` is 1; what lies outside of the
 * image is 0. A box may be upside down. These are the semantics of TensorFlow's `crop_and_resize`, but that a box which
 * ends at 1 never falls outside by rounding.
 */
export const cutRegions = (image: Value, boxes: Value, height: number, width: number): Value => {
  const batch = image.shape[0]!;
  const [h, w, c] = [Number(image.shape[1]), Number(image.shape[2]), Number(image.shape[3])];
  const count = Number(boxes.shape[2]);
  const many = repeated(batch, count);
  const side = (index: number): Value => reshape(slice(boxes, 3, index, 1), [batch, count, 1, 1]);
  const rows = reshape(weights(side(0), side(2), height, h), [batch, count * height, h]);
  const columns = reshape(weights(side(1), side(3), width, w), [many, width, w]);
  const cut = batchMatMul(rows, reshape(image, [batch, h, w * c]));
  const turned = transpose(reshape(cut, [many, height, w, c]), [0, 2, 1, 3]);
  const both = batchMatMul(columns, reshape(turned, [many, w, height * c]));
  return transpose(reshape(both, [many, width, height, c]), [0, 2, 1, 3]);
};

/** How much each of `size` entries counts at each of `positions` between `from` and `to`: n×count×positions×size. */
const weights = (from: Value, to: Value, positions: number, size: number): Value => {
  const ends = Float32Array.from({ length: positions }, (_, i) =>
    positions === 1 ? 0.5 : i / (positions - 1),
  );
  // Both shares are constants, so that a box from 1 to 1 reads exactly 1.
  const near = constant(
    ends.map((share) => 1 - share),
    [positions, 1],
  );
  const far = constant(ends, [positions, 1]);
  const at = ops.multiply(ops.add(ops.multiply(from, near), ops.multiply(to, far)), size - 1);
  const entries = constant(
    Array.from({ length: size }, (_, i) => i),
    [1, size],
  );
  const inside = ops.multiply(
    ops.cast(ops.greaterEqual(at, 0), 'float32'),
    ops.cast(ops.greaterEqual(size - 1, at), 'float32'),
  );
  return ops.multiply(ops.relu(ops.subtract(1, ops.abs(ops.subtract(entries, at)))), inside);
};
