/** The divergence of two normal distributions of unit variance. */
import * as ops from '../../ops/elementwise.js';
import { reduceMean, reduceSum } from '../../ops/reduction.js';
import type { Value } from '../../ops/value.js';

/**
 * KL(N(q, 1) ‖ N(p, 1)) of two means of one shape: ½ Σ (q − p)² over all but the batch, mean over the batch. Vari-UNet
 * adds it up over its two latent scales, weighted by `klWeight(step)`.
 */
export const klBetweenMeans = (q: Value, p: Value): Value => {
  const squares = ops.square(ops.subtract(q, p));
  const within = squares.shape.map((_, axis) => axis).slice(1);
  return ops.multiply(reduceMean(reduceSum(squares, within)), 0.5);
};
