/**
 * Vari-UNet's appearance: eight parts of a person, each straightened into a crop.
 *
 * The parts are the torso, the head, left upper arm and forearm, right upper arm and forearm, left and right upper leg.
 * A part is a quadrilateral; the crop shows it by the perspective map that takes its corners to the crop's.
 *
 * Source: CompVis/vunet, `batches.py`. OpenCV samples there with places rounded to 1/32 pixel; ours are not rounded.
 */
import { brightness, type Person, type SizedFeed, type Who } from './feed.js';
import { placesIn, variunetJoints, type VariunetJoint } from './joint-orders.js';
import type { Keypoint, Keypoints } from './joints.js';
import type { Size } from './size.js';

/** The corners that become a crop's upper left, lower left, lower right and upper right. */
export type Quadrilateral = readonly [Keypoint, Keypoint, Keypoint, Keypoint];

const place = placesIn(variunetJoints);

const limbs: readonly (readonly [VariunetJoint, VariunetJoint])[] = [
  ['lshoulder', 'lelbow'],
  ['lelbow', 'lwrist'],
  ['rshoulder', 'relbow'],
  ['relbow', 'rwrist'],
  ['lhip', 'lknee'],
  ['rhip', 'rknee'],
];

/**
 * The eight parts' quadrilaterals; `undefined` for a part that cannot be placed. An upper leg without its knee goes
 * straight down from the hip to the last row; a head without its nose is the square above the shoulders.
 */
export const partQuadrilaterals = (
  keypoints: Keypoints,
  size: Size,
): readonly (Quadrilateral | undefined)[] => {
  const at = (name: VariunetJoint): Keypoint | undefined => keypoints[place(name)] ?? undefined;
  const [leftShoulder, leftHip, rightHip, rightShoulder, nose] = (
    ['lshoulder', 'lhip', 'rhip', 'rshoulder', 'cnose'] as const
  ).map(at);
  const torso: Quadrilateral | undefined =
    leftShoulder && leftHip && rightHip && rightShoulder
      ? [leftShoulder, leftHip, rightHip, rightShoulder]
      : undefined;
  return [
    torso,
    leftShoulder && rightShoulder && headOf(leftShoulder, rightShoulder, nose),
    ...limbs.map(([first, second]) => {
      const [from, to] = [at(first), at(second)];
      if (from && to) return aboutLine(from, to, 0.25);
      const hip = second.endsWith('knee') ? from : undefined;
      return hip && aboutLine(hip, { y: size.height - 1, x: hip.x }, 0.25);
    }),
  ];
};

/** The four points beside a line's ends, `share` of its length away: from's two, then to's two. */
const aboutLine = (from: Keypoint, to: Keypoint, share: number): Quadrilateral => {
  const normal = { y: (to.x - from.x) * share, x: -(to.y - from.y) * share };
  return [plus(from, normal), plus(from, normal, -1), plus(to, normal, -1), plus(to, normal)];
};

/** A box from the neck to twice as far as the nose; without a nose the square above the line of the shoulders. */
const headOf = (left: Keypoint, right: Keypoint, nose: Keypoint | undefined): Quadrilateral => {
  if (nose === undefined) {
    const normal = { y: right.x - left.x, x: -(right.y - left.y) };
    const up = normal.y > 0 ? -1 : 1;
    return [plus(left, normal, up), left, right, plus(right, normal, up)];
  }
  const neck = { y: (left.y + right.y) / 2, x: (left.x + right.x) / 2 };
  const top = { y: 2 * nose.y - neck.y, x: 2 * nose.x - neck.x };
  const [a, b, c, d] = aboutLine(top, neck, 0.5);
  return [b, c, d, a];
};

const plus = (point: Keypoint, step: Keypoint, times = 1): Keypoint => ({
  y: point.y + times * step.y,
  x: point.x + times * step.x,
});

/**
 * The eight crops as a feed of height×width×24, square if no width is given: channels 3k to 3k + 2 are part k's, in
 * [−1, 1], bilinear, the picture's border repeated outside of it. A part that cannot be placed is 0, a middle grey.
 * Vari-UNet's crops are 64×64.
 */
export function partCrops<const Side extends number>(who: Who, side: Side): SizedFeed<Side, Side, 24>;
export function partCrops<const Height extends number, const Width extends number>(
  who: Who,
  height: Height,
  width: Width,
): SizedFeed<Height, Width, 24>;
export function partCrops(who: Who, height: number, width: number = height): SizedFeed<number, number, 24> {
  return {
    name: `part crops of the ${who}, ${height}×${width}`,
    channels: 24,
    size: { height, width },
    needs: [`${who} image`],
    finite: true,
    fill: (example, out, offset) => {
      const person = example[who];
      out.fill(0, offset, offset + height * width * 24);
      partQuadrilaterals(person.keypoints, example.size).forEach((corners, part) => {
        const map = corners && perspective(corners);
        if (map !== undefined) cut(person, example.size, map, { height, width }, out, offset + 3 * part);
      });
    },
  };
}

/** From (u, v) in the unit square: x = (x0 + xu·u + xv·v) / (1 + du·u + dv·v), y likewise. */
interface Perspective {
  readonly origin: Keypoint;
  readonly u: Keypoint;
  readonly v: Keypoint;
  readonly du: number;
  readonly dv: number;
}

/** The perspective map from the unit square; `undefined` where three corners lie on a line. */
const perspective = ([p0, p3, p2, p1]: Quadrilateral): Perspective | undefined => {
  const cross = (a: Keypoint, b: Keypoint): number => a.x * b.y - b.x * a.y;
  const [e, f] = [plus(p1, p2, -1), plus(p3, p2, -1)];
  const g = { y: p0.y - p1.y + p2.y - p3.y, x: p0.x - p1.x + p2.x - p3.x };
  const area = cross(e, f);
  const [du, dv] = [cross(g, f) / area, cross(e, g) / area];
  const map: Perspective = {
    origin: p0,
    u: { y: p1.y - p0.y + du * p1.y, x: p1.x - p0.x + du * p1.x },
    v: { y: p3.y - p0.y + dv * p3.y, x: p3.x - p0.x + dv * p3.x },
    du,
    dv,
  };
  return Math.abs(area) > 1e-9 && Number.isFinite(du) && Number.isFinite(dv) ? map : undefined;
};

const cut = (
  { image }: Person,
  size: Size,
  { origin, u, v, du, dv }: Perspective,
  crop: Size,
  out: Float32Array,
  offset: number,
): void => {
  const { height, width } = size;
  for (let row = 0; row < crop.height; row++) {
    for (let column = 0; column < crop.width; column++) {
      const s = column / crop.width;
      const t = row / crop.height;
      const depth = 1 + du * s + dv * t;
      const y = inside((origin.y + u.y * s + v.y * t) / depth, height);
      const x = inside((origin.x + u.x * s + v.x * t) / depth, width);
      const top = Math.floor(y);
      const left = Math.floor(x);
      const below = y - top;
      const beside = x - left;
      const right = left + 1 < width ? 3 : 0;
      const upper = (top * width + left) * 3;
      const lower = top + 1 < height ? upper + width * 3 : upper;
      const at = offset + (row * crop.width + column) * 24;
      for (let channel = 0; channel < 3; channel++) {
        const a = brightness[image[upper + channel]!]!;
        const b = brightness[image[upper + right + channel]!]!;
        const c = brightness[image[lower + channel]!]!;
        const d = brightness[image[lower + right + channel]!]!;
        const above = a + (b - a) * beside;
        out[at + channel] = above + (c + (d - c) * beside - above) * below;
      }
    }
  }
};

/** A place kept in the picture; the horizon, where there is none, is read at 0. */
const inside = (at: number, length: number): number =>
  Number.isNaN(at) ? 0 : Math.min(length - 1, Math.max(0, at));
