/**
 * A pose as a vector: what PDIG's pose auto-encoder reads and writes.
 *
 * Each joint has a row and a column, 2·row/height − 1 and 2·column/width − 1, and a visibility of 0 or 1. An absent joint
 * is stored at (0, 0), so that it reads (−1, −1, 0).
 *
 * Source: charliememory/Disentangled-Person-Image-Generation, `models.py`.
 */
import type { SizedFeed, Who } from './feed.js';
import { joints, type Keypoints } from './joints.js';
import type { Size } from './size.js';

/** The vector's 54 numbers: row, column and visibility of each joint in turn. */
export const poseVectorOf = (keypoints: Keypoints, { height, width }: Size): readonly number[] =>
  joints.flatMap((_, joint) => {
    const point = keypoints[joint] ?? null;
    return point === null ? [-1, -1, 0] : [(2 * point.y) / height - 1, (2 * point.x) / width - 1, 1];
  });

/**
 * The key points of a vector, pixels of `size`: a joint whose visibility is less than ½, or whose numbers are not finite,
 * is absent. Places outside of the frame are kept.
 *
 * @example
 * ```ts
 * keypointsOf(poseVectorOf(keypoints, size), size); // keypoints, but for rounding
 * ```
 */
export const keypointsOf = (vector: ArrayLike<number>, { height, width }: Size): Keypoints =>
  joints.map((_, joint) => {
    const [row, column, visible] = [0, 1, 2].map((part) => vector[3 * joint + part] ?? NaN) as [
      number,
      number,
      number,
    ];
    const point = { y: ((row + 1) * height) / 2, x: ((column + 1) * width) / 2 };
    return visible >= 0.5 && Number.isFinite(point.y) && Number.isFinite(point.x) ? point : null;
  });

/** The whole vector: 1×1×54, joint by joint. */
export const poseVector = (who: Who): SizedFeed<1, 1, 54> => ({
  ...part(who, 'pose vector', () => true),
  channels: 54,
});

/** The places alone: 1×1×36, row and column of each joint in turn. */
export const poseCoordinates = (who: Who): SizedFeed<1, 1, 36> => ({
  ...part(who, 'joint places', (index) => index % 3 !== 2),
  channels: 36,
});

/** The visibilities alone: 1×1×18 of 0 and 1. */
export const poseVisibilities = (who: Who): SizedFeed<1, 1, 18> => ({
  ...part(who, 'visible joints', (index) => index % 3 === 2),
  channels: 18,
});

const part = (
  who: Who,
  what: string,
  keep: (index: number) => boolean,
): Omit<SizedFeed<1, 1, number>, 'channels'> => ({
  name: `${what} of the ${who}`,
  size: { height: 1, width: 1 },
  needs: [],
  finite: true,
  fill: (example, out, offset) => {
    out.set(
      poseVectorOf(example[who].keypoints, example.size).filter((_, index) => keep(index)),
      offset,
    );
  },
});
