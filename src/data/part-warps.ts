/**
 * Def-GAN's ten parts: which pixels of the target each covers, and the affine map that fetches them from the source.
 *
 * The parts are the body, the head, and right and left of the upper legs, lower legs, upper arms and forearms. A limb is
 * a quadrilateral about its two joints, longer than the limb and two fifths of the torso's length wide. Points that
 * fall together or on one line have no such map; where scikit-image takes any that fits, ours is then `nowhere`.
 *
 * Source: AliaksandrSiarohin/pose-gan, `pose_transform.py`.
 */
import { estimateAffine, type Affine } from './affine.js';
import type { PoseEncoding } from './encoding.js';
import type { SizedFeed } from './feed.js';
import { defganJoints, placesIn, type DefganJoint } from './joint-orders.js';
import { hasTorso, torso, type Keypoint, type Keypoints } from './joints.js';
import { eachConvexPixel } from './raster.js';

/** A limb: its joints, and by how much it is lengthened at its end in masks and in maps. */
interface Limb {
  readonly joints: readonly [from: DefganJoint, to: DefganJoint];
  readonly maskBeyond: number;
  readonly mapBeyond: number;
}

const near = { maskBeyond: 0.1, mapBeyond: 0.1 };
const far = { maskBeyond: 0.5, mapBeyond: 0.3 };

/** Parts 2 to 9; each even one is a right limb, the next one its left counterpart. */
const limbParts: readonly Limb[] = [
  { joints: ['Rhip', 'Rkne'], ...near },
  { joints: ['Lhip', 'Lkne'], ...near },
  { joints: ['Rkne', 'Rank'], ...far },
  { joints: ['Lkne', 'Lank'], ...far },
  { joints: ['Rsho', 'Relb'], ...near },
  { joints: ['Lsho', 'Lelb'], ...near },
  { joints: ['Relb', 'Rwri'], ...far },
  { joints: ['Lelb', 'Lwri'], ...far },
];

const place = placesIn(defganJoints);
const head = (['Leye', 'Reye', 'Lear', 'Rear', 'nose'] as const).map(place);
const shoulders = (['Lsho', 'Rsho'] as const).map(place);
const knees = (['Rkne', 'Lkne'] as const).map(place);

/** How many parts there are. */
export const partCount = 10;

/**
 * A part that is fetched from nowhere: everything comes from 1000 pixels off the picture, where there is nothing.
 */
export const nowhere: Affine = [1, 0, 1000, 0, 1, 1000];

/**
 * The ten parts' masks in the target: height × width × 10 of 0 and 1, the body all ones. A part whose joints are not
 * known is empty; without the torso's four joints, which measure all others, every part but the body is.
 *
 * Use: `pose('target', partMasks())` for Def-GAN's input `masks`.
 */
export const partMasks = (): PoseEncoding<typeof partCount> => ({
  name: "Def-GAN's part masks",
  channels: partCount,
  finite: true,
  encode: (keypoints, size, out, offset) => {
    const end = offset + size.height * size.width * partCount;
    out.fill(0, offset, end);
    for (let i = offset; i < end; i += partCount) out[i] = 1;
    if (!hasTorso(keypoints)) return;
    const set =
      (part: number) =>
      (y: number, x: number): void => {
        out[offset + (y * size.width + x) * partCount + part] = 1;
      };
    const length = torsoLength(keypoints);
    const seen = known(keypoints, head);
    if (seen.length > 0) {
      const centre = { y: Math.trunc(mean(seen, 'y')), x: Math.trunc(mean(seen, 'x')) };
      const half = Math.trunc(0.4 * length);
      // Rows and columns from −half on and before +half.
      const last = { y: centre.y + half - 1, x: centre.x + half - 1 };
      const first = { y: centre.y - half, x: centre.x - half };
      if (half > 0) {
        eachConvexPixel([first, { y: first.y, x: last.x }, last, { y: last.y, x: first.x }], size, set(1));
      }
    }
    limbParts.forEach(({ joints, maskBeyond }, index) => {
      const corners = quadrilateral(keypoints, joints, length, maskBeyond);
      if (corners !== undefined) eachConvexPixel(corners, size, set(index + 2));
    });
  },
});

/**
 * The ten parts' affine maps from the target's pixels (x, y) to the source's, by total least squares. A limb that the
 * source lacks is fetched from its other side; a part that cannot be fetched is `nowhere`.
 */
export const partAffines = (source: Keypoints, target: Keypoints): readonly Affine[] => {
  if (!hasTorso(source) || !hasTorso(target)) return Array.from({ length: partCount }, () => nowhere);
  const [sourceLength, targetLength] = [torsoLength(source), torsoLength(target)];
  const faces = both(source, target, head);
  const limbs = limbParts.map(({ joints, mapBeyond }, index) => {
    const corners = quadrilateral(target, joints, targetLength, mapBeyond);
    if (corners === undefined) return nowhere;
    const other = limbParts[index % 2 === 0 ? index + 1 : index - 1]!.joints;
    const fetched =
      quadrilateral(source, joints, sourceLength, mapBeyond) ??
      quadrilateral(source, other, sourceLength, mapBeyond);
    return fetched === undefined ? nowhere : (estimateAffine(corners, fetched) ?? nowhere);
  });
  return [
    mapOf(source, target, torso),
    faces.length === 0 ? nowhere : mapOf(source, target, [...faces, ...shoulders]),
    ...limbs,
  ];
};

/** One affine map for the whole person: from the torso's joints and the knees that both poses show. */
export const bodyAffine = (source: Keypoints, target: Keypoints): Affine =>
  hasTorso(source) && hasTorso(target)
    ? mapOf(source, target, [...torso, ...both(source, target, knees)])
    : nowhere;

/**
 * The part maps as a feed of 1×10×8: rows (a0, a1, a2, b0, b1, b2, 0, 0) that take a target pixel (x, y) to the source
 * pixel (a0·x + a1·y + a2, b0·x + b1·y + b2). Pixels of the example's size.
 */
export const affines = (): SizedFeed<1, typeof partCount, 8> => ({
  name: "Def-GAN's part maps",
  channels: 8,
  size: { height: 1, width: partCount },
  needs: [],
  finite: true,
  fill: ({ source, target }, out, offset) => {
    writeAffines(partAffines(source.keypoints, target.keypoints), out, offset);
  },
});

/** The one map of Def-GAN's option `full` as a feed of 1×1×8, laid out as those of `affines`. */
export const wholeAffine = (): SizedFeed<1, 1, 8> => ({
  name: "Def-GAN's whole-body map",
  channels: 8,
  size: { height: 1, width: 1 },
  needs: [],
  finite: true,
  fill: ({ source, target }, out, offset) => {
    writeAffines([bodyAffine(source.keypoints, target.keypoints)], out, offset);
  },
});

const writeAffines = (maps: readonly Affine[], out: Float32Array, offset: number): void => {
  maps.forEach((map, index) => out.set([...map, 0, 0], offset + index * 8));
};

const known = (keypoints: Keypoints, joints: readonly number[]): readonly Keypoint[] =>
  joints.flatMap((joint) => keypoints[joint] ?? []);

const both = (source: Keypoints, target: Keypoints, joints: readonly number[]): readonly number[] =>
  joints.filter((joint) => source[joint] && target[joint]);

const mapOf = (source: Keypoints, target: Keypoints, joints: readonly number[]): Affine =>
  estimateAffine(known(target, joints), known(source, joints)) ?? nowhere;

const mean = (points: readonly Keypoint[], axis: 'y' | 'x'): number =>
  points.reduce((sum, point) => sum + point[axis], 0) / points.length;

/** The root mean square of the distances from hip to shoulder on the two sides: the measure of the person. */
const torsoLength = (keypoints: Keypoints): number => {
  const [rightHip, leftHip, leftShoulder, rightShoulder] = known(keypoints, torso);
  return Math.sqrt((squared(rightHip!, rightShoulder!) + squared(leftHip!, leftShoulder!)) / 2);
};

const squared = (a: Keypoint, b: Keypoint): number => (a.y - b.y) ** 2 + (a.x - b.x) ** 2;

/** The corners of a limb's quadrilateral, `length` the torso's; `undefined` if a joint is not known. */
const quadrilateral = (
  keypoints: Keypoints,
  [first, second]: readonly [DefganJoint, DefganJoint],
  length: number,
  beyond: number,
): readonly Keypoint[] | undefined => {
  const [joint, end] = [keypoints[place(first)], keypoints[place(second)]];
  if (!joint || !end) return undefined;
  const from = { y: joint.y + 0.1 * (joint.y - end.y), x: joint.x + 0.1 * (joint.x - end.x) };
  // The end moves away from the joint that has moved already.
  const to = { y: end.y + beyond * (end.y - from.y), x: end.x + beyond * (end.x - from.x) };
  const along = Math.hypot(from.y - to.y, from.x - to.x);
  if (along === 0) {
    return [from, from, to, to].map(({ y, x }, i) => {
      const step = i === 0 || i === 3 ? 1 : -1;
      return { y: y + step, x: x + step };
    });
  }
  const y = ((from.x - to.x) / along) * 0.2 * length;
  const x = (-(from.y - to.y) / along) * 0.2 * length;
  return [
    { y: from.y + y, x: from.x + x },
    { y: from.y - y, x: from.x - x },
    { y: to.y - y, x: to.x - x },
    { y: to.y + y, x: to.x + x },
  ];
};
