/** Two rows of Market-1501's published test annotations, with numbers computed by other programs. */
import type { Keypoints } from '../../src/data/index.js';

const keypoints = (ys: readonly number[], xs: readonly number[]): Keypoints =>
  ys.map((y, joint) => (y < 0 ? null : { y, x: xs[joint]! }));

export const size = { height: 128, width: 64 };

export const a = keypoints(
  [9, 26, 26, 48, 65, 26, 46, 61, 65, 93, 114, 64, 91, 117, 7, 7, -1, 8],
  [26, 32, 16, 7, 0, 47, 54, 57, 25, 28, 30, 43, 42, 43, 25, 30, -1, 38],
);

export const b = keypoints(
  [14, 28, 29, 50, 65, 28, 41, 27, 68, 96, 112, 67, 93, 119, 12, -1, 14, -1],
  [45, 30, 20, 18, 31, 40, 54, 48, 26, 20, 2, 44, 51, 53, 41, -1, 30, -1],
);

export const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
