/**
 * Weighted sums along one axis of a plane, the inner loop of every windowed measure.
 *
 * A plane is one long array; `step` is 1 to go along its rows and its number of columns to go down its columns. Sums
 * along rows run on over the rows' ends; whoever reads the result skips those places.
 */

/** A symmetric window along one axis, of weights with sum 1. */
export interface Window {
  readonly taps: number;
  /** Element i of the result weighs the elements i, i + step, … of `plane`; it is (taps − 1)·step shorter. */
  readonly along: (plane: Float64Array, step: number) => Float64Array;
}

/** Equal weights. A running sum: three operations for each element, however long the window. */
export const uniformWindow = (taps: number): Window => ({
  taps,
  along: (plane, step) => {
    const out = new Float64Array(plane.length - (taps - 1) * step);
    const reach = taps * step;
    for (let i = 0; i < step && i < out.length; i++) {
      let sum = 0;
      for (let at = i; at < i + reach; at += step) sum += plane[at]!;
      out[i] = sum;
    }
    for (let i = step; i < out.length; i++)
      out[i] = out[i - step]! + plane[i - step + reach]! - plane[i - step]!;
    for (let i = 0; i < out.length; i++) out[i]! /= taps;
    return out;
  },
});

/**
 * Thirteen weights of a normal distribution, those farther than `radius` (6 at most) from the middle 0. Written
 * without an inner loop: it is called for every pixel of a test set, and this is the fastest form that JavaScript has for it.
 */
export const gaussianWindow = (radius: number, sigma: number): Window => {
  const raw = Array.from({ length: 7 }, (_, i) => (i > radius ? 0 : Math.exp(-(i ** 2) / (2 * sigma ** 2))));
  const sum = raw.reduce((total, one) => total + 2 * one, -1);
  const weights = Float64Array.from(raw, (one) => one / sum);
  return { taps: 13, along: (plane, step) => weighThirteen(plane, step, weights) };
};

const weighThirteen = (plane: Float64Array, step: number, weights: Float64Array): Float64Array => {
  const w0 = weights[0]!;
  const w1 = weights[1]!;
  const w2 = weights[2]!;
  const w3 = weights[3]!;
  const w4 = weights[4]!;
  const w5 = weights[5]!;
  const w6 = weights[6]!;
  const two = 2 * step;
  const three = 3 * step;
  const four = 4 * step;
  const five = 5 * step;
  const six = 6 * step;
  const length = plane.length - 2 * six;
  const out = new Float64Array(length);
  for (let i = 0, at = six; i < length; i++, at++) {
    out[i] =
      w0 * plane[at]! +
      w1 * (plane[at - step]! + plane[at + step]!) +
      w2 * (plane[at - two]! + plane[at + two]!) +
      w3 * (plane[at - three]! + plane[at + three]!) +
      w4 * (plane[at - four]! + plane[at + four]!) +
      w5 * (plane[at - five]! + plane[at + five]!) +
      w6 * (plane[at - six]! + plane[at + six]!);
  }
  return out;
};
