/** Def-GAN's nearest-neighbour loss: an image may be a little off its place. */
import * as ops from '../../ops/elementwise.js';
import { pad, slice } from '../../ops/layout.js';
import { constant } from '../../ops/leaves.js';
import { reduceMean, reduceSum } from '../../ops/reduction.js';
import type { Value } from '../../ops/value.js';
import { flawed } from './flaw.js';

/* Farther from every feature than any of them is from another, so that no neighbour beyond the border is nearest. */
const beyond = -10_000;

/**
 * The nearest-neighbour loss (Siarohin et al., CVPR 2018): for each place p of the generated features the least
 * Σ_c|φ_real(q) − φ_generated(p)| over the places q of a window × window square around p, mean over places and batch.
 *
 * Features are n×h×w×c, in Def-GAN those of VGG-19's block1_conv2; the sum is over channels, not their mean. `window` is
 * odd: 3 for Market-1501, 5 for DeepFashion. Def-GAN weighs the term 0.01.
 */
export const nearestNeighbour = (generated: Value, real: Value, window: number): Value => {
  if (!Number.isInteger(window) || window < 1 || window % 2 === 0)
    return flawed('nearestNeighbour', `window ${window} is not an odd number`);
  const [, h, w] = real.shape.map(Number);
  const reach = (window - 1) / 2;
  // The padding primitive pads zeros: the border is added where they are, and nothing elsewhere, exactly.
  const around = ops.add(
    pad(real, [[0, 0], [reach, reach], [reach, reach], [0, 0]]), // prettier-ignore
    border(h!, w!, reach),
  );
  const offsets = Array.from({ length: window }, (_, offset) => offset);
  const distances = offsets.flatMap((row) =>
    offsets.map((column) => {
      const neighbour = slice(slice(around, 1, row, h!), 2, column, w!);
      return reduceSum(ops.abs(ops.subtract(neighbour, generated)), [3]);
    }),
  );
  return reduceMean(distances.reduce((least, one) => ops.minimum(least, one)));
};

const border = (height: number, width: number, reach: number): Value => {
  const [rows, columns] = [height + 2 * reach, width + 2 * reach];
  const inside = (at: number, size: number): boolean => at >= reach && at < size + reach;
  const values = Array.from({ length: rows * columns }, (_, i) =>
    inside(Math.floor(i / columns), height) && inside(i % columns, width) ? 0 : beyond,
  );
  return constant(values, [1, rows, columns, 1]);
};
