/**
 * The 18 joints of a posed person, in the order that all the data sets' annotation files use.
 *
 * The order is OpenPose's COCO-18. The published code names the indices 14–17 left eye, right eye, left ear, right
 * ear, the detector that made the files emits them the other way round; only the index counts here.
 */

/** The joints' names; a joint's place in this list is its index in every array of key points. */
export const joints = [
  'nose',
  'neck',
  'right shoulder',
  'right elbow',
  'right wrist',
  'left shoulder',
  'left elbow',
  'left wrist',
  'right hip',
  'right knee',
  'right ankle',
  'left hip',
  'left knee',
  'left ankle',
  'left eye',
  'right eye',
  'left ear',
  'right ear',
] as const;

/** A joint's place in the picture: row and column in pixels, (0, 0) the upper left pixel's centre. */
export interface Keypoint {
  readonly y: number;
  readonly x: number;
}

/** One entry per joint; `null` is a joint that the annotation lacks (−1 on disk). */
export type Keypoints = readonly (Keypoint | null)[];

/** A limb: the indices of the two joints that it links. */
export type Limb = readonly [from: number, to: number];

/** The 23 limbs that the person masks of PG2 and Def-GAN are drawn from. */
export const limbs: readonly Limb[] = [
  [1, 2],
  [1, 5],
  [2, 3],
  [3, 4],
  [5, 6],
  [6, 7],
  [1, 8],
  [8, 9],
  [9, 10],
  [1, 11],
  [11, 12],
  [12, 13],
  [1, 0],
  [0, 14],
  [14, 16],
  [0, 15],
  [15, 17],
  [1, 16],
  [1, 17],
  [8, 11],
  [11, 5],
  [8, 2],
  [16, 17],
];

/** Right hip, left hip, left shoulder, right shoulder: an image that lacks one of them is in no pair. */
export const torso: readonly number[] = [8, 11, 5, 2];

/** Whether all four joints of the torso are known. */
export const hasTorso = (keypoints: Keypoints): boolean =>
  torso.every((joint) => keypoints[joint] !== null && keypoints[joint] !== undefined);

/**
 * Key points of an image after it was resized: `(y + 0.5) · ratio − 0.5`, rounded and kept inside the frame, so that
 * a joint stays over the pixel that shows it. Pixels.
 */
export const resizeKeypoints = (
  keypoints: Keypoints,
  from: { readonly height: number; readonly width: number },
  to: { readonly height: number; readonly width: number },
): Keypoints => {
  if (from.height === to.height && from.width === to.width) return keypoints;
  return keypoints.map(
    (point) =>
      point && {
        y: resizeCoordinate(point.y, from.height, to.height),
        x: resizeCoordinate(point.x, from.width, to.width),
      },
  );
};

const resizeCoordinate = (at: number, from: number, to: number): number =>
  Math.min(to - 1, Math.max(0, Math.round(((at + 0.5) * to) / from - 0.5)));
