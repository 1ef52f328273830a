/**
 * Person masks drawn from key points, for data sets that come without any: PG2's (limbs of stamped discs) and
 * Def-GAN's (limbs of quadrilaterals, a disc on every joint). Both are closed by a 5×5 square.
 */
import { limbs, type Keypoint, type Keypoints } from './joints.js';
import { close, eachConvexPixel, eachDiscPixel } from './raster.js';
import type { Size } from './size.js';

/** A rule that draws a person's mask from key points. Users write their own. */
export interface PoseMask {
  readonly name: string;
  /** One byte per pixel, row by row: 1 where the person is taken to be, else 0. Pure. */
  readonly draw: (keypoints: Keypoints, size: Size) => Uint8Array;
}

/**
 * PG2's mask: discs of `radius` pixels stamped along every limb with both ends known, then closed. Joints that end
 * no complete limb are not drawn. The discs stand `radius` pixels apart, at least one. PG2 trains with radius 4.
 *
 * Source: charliememory/Pose-Guided-Person-Image-Generation, `datasets/convert_market.py`.
 */
export const poseMask = (radius = 4): PoseMask => ({
  name: `pose mask of radius ${radius}`,
  draw: (keypoints, size) => {
    const mask = new Uint8Array(size.height * size.width);
    const stamp = (centre: Keypoint): void =>
      eachDiscPixel(centre, radius * radius, size, (y, x) => {
        mask[y * size.width + x] = 1;
      });
    for (const [from, to] of completeLimbs(keypoints)) {
      const steps = Math.trunc(Math.hypot(to.y - from.y, to.x - from.x) / Math.max(1, radius));
      stamp(from);
      stamp(to);
      for (let i = 1; i < steps; i++) {
        stamp({
          y: from.y + ((to.y - from.y) * i) / steps,
          x: from.x + ((to.x - from.x) * i) / steps,
        });
      }
    }
    return close(mask, size, 2);
  },
});

/**
 * Def-GAN's mask, the one of its mask-SSIM: a quadrilateral of half-width `radius` pixels about every limb with both
 * ends known and a disc nearer than `radius` on every known joint, then closed.
 *
 * Source: AliaksandrSiarohin/pose-gan, `pose_utils.py`.
 */
export const personMask = (radius = 4): PoseMask => ({
  name: `person mask of radius ${radius}`,
  draw: (keypoints, size) => close(openPersonMask(keypoints, size, radius), size, 2),
});

/** Def-GAN's mask before it is closed. */
export const openPersonMask = (keypoints: Keypoints, size: Size, radius: number): Uint8Array => {
  const mask = new Uint8Array(size.height * size.width);
  const set = (y: number, x: number): void => {
    mask[y * size.width + x] = 1;
  };
  for (const [from, to] of completeLimbs(keypoints)) {
    const length = Math.hypot(to.y - from.y, to.x - from.x);
    if (length === 0) continue;
    const across = { y: (-(from.x - to.x) * radius) / length, x: ((from.y - to.y) * radius) / length };
    const corners = [
      { y: from.y + across.y, x: from.x + across.x },
      { y: from.y - across.y, x: from.x - across.x },
      { y: to.y - across.y, x: to.x - across.x },
      { y: to.y + across.y, x: to.x + across.x },
    ];
    eachConvexPixel(corners, size, set);
  }
  // The disc leaves out the pixels at a distance of exactly the radius.
  for (const point of keypoints) if (point !== null) eachDiscPixel(point, radius * radius - 1, size, set);
  return mask;
};

const completeLimbs = (keypoints: Keypoints): readonly (readonly [Keypoint, Keypoint])[] =>
  limbs.flatMap(([a, b]) => {
    const [from, to] = [keypoints[a], keypoints[b]];
    return from && to ? [[from, to] as const] : [];
  });
