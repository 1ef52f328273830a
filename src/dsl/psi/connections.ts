/** Connections drawn from a mask of chances: MaskConnect's binary mask, in primitives. */
import * as ops from '../../ops/elementwise.js';
import { constant } from '../../ops/leaves.js';
import { reshape } from '../../ops/layout.js';
import { reduceSum } from '../../ops/reduction.js';
import type { Value } from '../../ops/value.js';
import type { Lowering } from '../lowering.js';

/* Chances below this count as this, so that a race has a finite end; uniform noise comes in steps of 2⁻²⁴. */
const leastChance = 2 ** -20;
const leastNoise = 2 ** -25;

/**
 * 0 or 1 for each entry of a mask, a vector of numbers from 0 to 1.
 *
 * In training entry i is 1 with chance mᵢ, or `fanIn` entries are, drawn one after another without replacement with
 * chances in proportion to m: those that end an exponential race first, −ln(u)/m with u uniform (Efraimidis &
 * Spirakis, 2006). The gradient in m is that in the draw. At inference those of at least ½, or the `fanIn` largest.
 */
export const connections = (mask: Value, fanIn: number | undefined, lowering: Lowering): Value => {
  const chances = ops.stopGradient(mask);
  if (lowering.mode === 'infer') {
    return fanIn === undefined
      ? ops.cast(ops.greaterEqual(chances, 0.5), 'float32')
      : largest(chances, fanIn);
  }
  const noise = lowering.noise('draw', mask.shape, 'uniform');
  const drawn =
    fanIn === undefined
      ? ops.cast(ops.greater(chances, noise), 'float32')
      : largest(
          ops.divide(ops.log(ops.maximum(noise, leastNoise)), ops.maximum(chances, leastChance)),
          fanIn,
        );
  return ops.add(drawn, ops.subtract(mask, chances));
};

/** 1 for the `count` largest entries of a vector, the first ones where they tie, and 0 for the others. */
const largest = (scores: Value, count: number): Value => {
  const size = Number(scores.shape[0]);
  const places = constant(
    Float32Array.from({ length: size }, (_, i) => i),
    [size],
  );
  const [mine, others] = [reshape(scores, [size, 1]), reshape(scores, [1, size])];
  const before = ops.greater(reshape(places, [size, 1]), reshape(places, [1, size]));
  /* Whole numbers below 2²⁴ are exact, so that exactly `count` entries are left. */
  const ahead = ops.select(
    before,
    asNumber(ops.greaterEqual(others, mine)),
    asNumber(ops.greater(others, mine)),
  );
  return asNumber(ops.greater(count, reduceSum(ahead, [1])));
};

const asNumber = (condition: Value): Value => ops.cast(condition, 'float32');
