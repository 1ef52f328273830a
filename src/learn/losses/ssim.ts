/**
 * Structural similarity as a term: differentiable, and on images equal to the metric of variant `tf`.
 *
 * Wang, Bovik, Sheikh and Simoncelli, IEEE TIP 2004, equation 13, with the window and padding of `tf.image.ssim`.
 */
import { conv2d } from '../../ops/convolution.js';
import * as ops from '../../ops/elementwise.js';
import { constant } from '../../ops/leaves.js';
import { reduceMean } from '../../ops/reduction.js';
import type { Value } from '../../ops/value.js';
import { flawed } from './flaw.js';
import { apart, besides } from './side-by-side.js';

/** The window of structural similarity and what steadies its quotients. */
export interface SsimOptions {
  /** Rows and columns of the window: 11. */
  readonly window?: number;
  /** The deviation of its weights, in pixels: 1.5. */
  readonly sigma?: number;
  /** 0.01; the range of values is 1. */
  readonly k1?: number;
  /** 0.03. */
  readonly k2?: number;
}

/**
 * The similarity at each place of two images n×h×w×c in [0, 1], channel by channel. Only windows that lie wholly inside
 * count: n×(h − window + 1)×(w − window + 1)×c. 1 where both are alike.
 */
export const ssimMap = (
  generated: Value,
  real: Value,
  { window = 11, sigma = 1.5, k1 = 0.01, k2 = 0.03 }: SsimOptions = {},
): Value => {
  const products = ops.multiply(generated, real);
  const squares = ops.add(ops.square(generated), ops.square(real));
  if (products.flaw !== undefined) return products;
  const [, h, w, c] = products.shape.map(Number);
  if (products.shape.length !== 4 || h! < window || w! < window)
    return flawed('ssim', `window ${window}×${window} does not fit ${products.shape.join('×')}`);
  // The formula takes the two variances only as their sum, so four weighted means are enough: one run for all.
  const [meanA, meanB, meanSquares, meanProducts] = apart(
    weightedMeans(besides([generated, real, squares, products]), weights(window, sigma), c!),
    4,
  );
  const product = ops.multiply(meanA!, meanB!);
  const power = ops.add(ops.square(meanA!), ops.square(meanB!));
  const [c1, c2] = [k1 ** 2, k2 ** 2];
  const covariance = ops.multiply(ops.subtract(meanProducts!, product), 2);
  const variances = ops.subtract(meanSquares!, power);
  return ops.divide(
    ops.multiply(ops.add(ops.multiply(product, 2), c1), ops.add(covariance, c2)),
    ops.multiply(ops.add(power, c1), ops.add(variances, c2)),
  );
};

/** The mean structural similarity of two images n×h×w×c in [0, 1]: at most 1. As a loss, take 1 − ssim. */
export const ssim = (generated: Value, real: Value, options: SsimOptions = {}): Value =>
  reduceMean(ssimMap(generated, real, options));

const weights = (window: number, sigma: number): readonly number[] => {
  const raw = Array.from({ length: window }, (_, i) =>
    Math.exp(-((i - (window - 1) / 2) ** 2) / (2 * sigma ** 2)),
  );
  const sum = raw.reduce((total, one) => total + one, 0);
  return raw.map((one) => one / sum);
};

/** Down the columns, then along the rows, each channel by itself: kernels that are diagonal in the channels. */
const weightedMeans = (image: Value, line: readonly number[], channels: number): Value => {
  const diagonal = line.flatMap((weight) =>
    Array.from({ length: channels ** 2 }, (_, i) => (i % (channels + 1) === 0 ? weight : 0)),
  );
  const whole = { strides: [1, 1], padding: [[0, 0], [0, 0]] } as const; // prettier-ignore
  const down = conv2d(image, constant(diagonal, [line.length, 1, channels, channels]), whole);
  return conv2d(down, constant(diagonal, [1, line.length, channels, channels]), whole);
};
