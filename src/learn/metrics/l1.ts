/** The mean absolute difference of two images. */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import { wrong } from './image.js';

/**
 * The mean of |a − b| over all elements, in the unit of the elements. Faults: M01 for arrays of different lengths,
 * M06 for empty ones.
 */
export const l1 = (
  a: Float32Array | Uint8Array,
  b: Float32Array | Uint8Array,
): E.Either<readonly Fault[], number> => {
  if (a.length !== b.length) {
    return E.left([
      wrong(
        'M01',
        'l1',
        `${a.length} and ${b.length} elements`,
        'images of one size',
        'compare images of one size',
      ),
    ]);
  }
  if (a.length === 0) return E.left([wrong('M06', 'l1', 'no elements', 'one at least', 'compare images')]);
  let total = 0;
  for (let i = 0; i < a.length; i++) total += Math.abs(a[i]! - b[i]!);
  return E.right(total / a.length);
};

/**
 * The mean absolute difference of two images of bytes after both are brought to [−1, 1], which is how Def-GAN reports
 * it: mean |2(a/255 − ½) − 2(b/255 − ½)|. Faults as `l1`.
 */
export const l1OfBytes = (a: Uint8Array, b: Uint8Array): E.Either<readonly Fault[], number> =>
  E.map((mean: number) => (mean * 2) / 255)(l1(a, b));
