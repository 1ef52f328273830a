/** Terms that hold a generated image against the real one, entry by entry. */
import * as ops from '../../ops/elementwise.js';
import { reduceMean } from '../../ops/reduction.js';
import type { Value } from '../../ops/value.js';

/** Mean absolute difference: mean|x̂ − x| over every element. Def-GAN, PN-GAN and PDIG weigh it 100, 10 and 20. */
export const l1 = (generated: Value, real: Value): Value =>
  reduceMean(ops.abs(ops.subtract(generated, real)));

/**
 * Mask-L1, PG2's pose mask loss: mean|x̂ − x| + weight · mean(|x̂ − x| · M). Both means are over every element of the
 * image, not over the mask's area. `mask` is n×h×w×1 of zeros and ones.
 */
export const maskL1 = (generated: Value, real: Value, mask: Value, weight = 1): Value => {
  const difference = ops.abs(ops.subtract(generated, real));
  const masked = reduceMean(ops.multiply(difference, mask));
  return ops.add(reduceMean(difference), ops.multiply(masked, weight));
};

/** Mean squared difference: mean(x̂ − x)² over every element. PDIG's pose auto-encoder weighs it 20. */
export const meanSquares = (generated: Value, real: Value): Value =>
  reduceMean(ops.square(ops.subtract(generated, real)));
