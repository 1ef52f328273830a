/**
 * The structural similarity of two single-channel images, for any separable window.
 *
 * Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to structural similarity",
 * IEEE TIP 2004, equation 13: ((2μxμy + C1)(2σxy + C2)) / ((μx² + μy² + C1)(σx² + σy² + C2)).
 */

import type { Window } from './window.js';

/** How a plane is compared. */
export interface PlaneRule {
  /** The window along each of the two axes. */
  readonly window: Window;
  /** Pixels left out at each border, at most the radius; beyond the image it is mirrored, edge pixel included. */
  readonly crop: number;
  /** What variances and covariances are multiplied by: n/(n − 1) makes them those of a sample. */
  readonly covarianceScale: number;
}

/** A plane of an image: `at(row, column)` is `values[offset + (row·width + column)·stride]`. */
export interface Plane {
  readonly values: Uint8Array | Float32Array | Float64Array;
  readonly offset: number;
  readonly stride: number;
}

/**
 * The mean structural similarity of planes x and y of height × width, K1 = 0.01 and K2 = 0.03, for values that
 * range over `range`. The plane must be larger than twice the crop along both axes.
 */
export const planeSsim = (
  x: Plane,
  y: Plane,
  height: number,
  width: number,
  range: number,
  { window, crop, covarianceScale }: PlaneRule,
): number => {
  const margin = (window.taps - 1) / 2 - crop;
  const columns = width + 2 * margin;
  const wideX = mirrored(x, height, width, margin);
  const wideY = mirrored(y, height, width, margin);
  // The formula takes the two variances only as their sum, so four filtered planes are enough.
  const squares = new Float64Array(wideX.length);
  const products = new Float64Array(wideX.length);
  for (let i = 0; i < wideX.length; i++) {
    const valueX = wideX[i]!;
    const valueY = wideY[i]!;
    squares[i] = valueX * valueX + valueY * valueY;
    products[i] = valueX * valueY;
  }
  const filter = (plane: Float64Array): Float64Array => window.along(window.along(plane, columns), 1);
  const meansX = filter(wideX);
  const meansY = filter(wideY);
  const meansSquares = filter(squares);
  const meansProducts = filter(products);
  const c1 = (0.01 * range) ** 2;
  const c2 = (0.03 * range) ** 2;
  const outHeight = height - 2 * crop;
  const outWidth = width - 2 * crop;
  let total = 0;
  for (let row = 0; row < outHeight; row++) {
    const start = row * columns;
    for (let at = start; at < start + outWidth; at++) {
      const meanX = meansX[at]!;
      const meanY = meansY[at]!;
      const power = meanX * meanX + meanY * meanY;
      const product = meanX * meanY;
      const variances = covarianceScale * (meansSquares[at]! - power);
      const covariance = covarianceScale * (meansProducts[at]! - product);
      total += ((2 * product + c1) * (2 * covariance + c2)) / ((power + c1) * (variances + c2));
    }
  }
  return total / (outHeight * outWidth);
};

/** A plane with `margin` pixels more on every side, mirrored with the edge pixel included. */
const mirrored = (
  { values, offset, stride }: Plane,
  height: number,
  width: number,
  margin: number,
): Float64Array => {
  const columns = width + 2 * margin;
  const out = new Float64Array((height + 2 * margin) * columns);
  let at = 0;
  for (let row = -margin; row < height + margin; row++) {
    const start = offset + inside(row, height) * width * stride;
    for (let column = -margin; column < width + margin; column++) {
      out[at++] = values[start + inside(column, width) * stride]!;
    }
  }
  return out;
};

const inside = (index: number, size: number): number =>
  index < 0 ? -1 - index : index >= size ? 2 * size - 1 - index : index;
