/** What is said of measured times: medians, extremes, and paired ratios with bootstrap intervals. */
import { random } from '../../src/base/random.js';

/** The middle value; the mean of the two middle ones of an even count. NaN of none. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** A ratio of times and the interval that holds it. */
export interface Ratio {
  readonly ratio: number;
  /** 95 %, by bootstrap. */
  readonly interval: readonly [low: number, high: number];
}

const resamples = 2000;

/**
 * The median of row/base over rounds, each ratio out of one round, so that what slows a whole round cancels; and its
 * 95 % percentile bootstrap interval over rounds (Efron & Tibshirani 1993, chapter 13). The same times give the same
 * interval. The lists are as long as each other, and not empty.
 */
export const pairedRatio = (row: readonly number[], base: readonly number[]): Ratio => {
  const ratios = row.map((one, round) => one / base[round]!);
  const count = ratios.length;
  const stream = random(0, 'bootstrap', count);
  const medians = Array.from({ length: resamples }, (_, at) =>
    median(Array.from(stream.uniforms(count, at * count), (u) => ratios[Math.floor(u * count)]!)),
  ).sort((a, b) => a - b);
  const at = (share: number): number => medians[Math.round(share * (resamples - 1))]!;
  return { ratio: median(ratios), interval: [at(0.025), at(0.975)] };
};
