/**
 * How far a mean over test pairs can be trusted.
 *
 * Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 13: the percentile interval. Given the
 * differences of two systems on the same pairs it is the paired bootstrap: an interval without 0 is a difference
 * that the choice of pairs does not explain.
 */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import { random } from '../../base/random.js';
import { wrong } from './image.js';

/** How the pairs are drawn again. */
export interface BootstrapOptions {
  readonly seed: number;
  /** How often; 10,000 unless told. */
  readonly resamples?: number;
  /** The share of the resampled means that the interval holds; 0.95 unless told. */
  readonly level?: number;
}

/** A mean and its interval. */
export interface BootstrapInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The mean of `differences` and the percentile interval of the means of resamples, the same for the same seed.
 * Faults: M06 for no differences, M07 for one that is not finite, M08 for an option out of range.
 *
 * @example
 * ```ts
 * bootstrap([0.1, 0.3, 0.2], { seed: 1 }); // Right({ mean: 0.2, low: 0.1…, high: 0.3 })
 * ```
 */
export const bootstrap = (
  differences: readonly number[] | Float64Array,
  { seed, resamples = 10_000, level = 0.95 }: BootstrapOptions,
): E.Either<readonly Fault[], BootstrapInterval> => {
  const count = differences.length;
  const faults: Fault[] = [];
  if (count === 0)
    faults.push(wrong('M06', 'bootstrap', 'no differences', 'one at least', 'evaluate some pairs'));
  const odd = differences.findIndex((one) => !Number.isFinite(one));
  if (odd >= 0) {
    const got = String(differences[odd]);
    faults.push(wrong('M07', `difference ${odd}`, got, 'a finite number', 'look at that pair'));
  }
  if (!Number.isSafeInteger(resamples) || resamples < 1) {
    faults.push(wrong('M08', 'resamples', String(resamples), 'a whole number from 1', 'use 10000'));
  }
  if (!(level > 0 && level < 1)) {
    faults.push(wrong('M08', 'level', String(level), 'a number between 0 and 1', 'use 0.95'));
  }
  if (faults.length > 0) return E.left(faults);
  const values = Float64Array.from(differences);
  const { word } = random(seed, 'bootstrap');
  const means = new Float64Array(resamples);
  let index = 0;
  for (let resample = 0; resample < resamples; resample++) {
    let total = 0;
    for (let draw = 0; draw < count; draw++) total += values[Math.floor((word(index++) / 2 ** 32) * count)]!;
    means[resample] = total / count;
  }
  means.sort();
  return E.right({
    mean: values.reduce((total, one) => total + one, 0) / count,
    low: quantile(means, (1 - level) / 2),
    high: quantile(means, (1 + level) / 2),
  });
};

/** The quantile of sorted values, linear between neighbours. */
const quantile = (sorted: Float64Array, share: number): number => {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
};
