/** A pose as a coloured stick figure: for pictures that people look at, or as a 3-channel encoding. */
import type { PoseEncoding } from './encoding.js';
import { limbs, type Keypoint } from './joints.js';
import { eachConvexPixel, eachDiscPixel } from './raster.js';

/** The limbs that are drawn: those along the body, not the ones that only fill out a mask. */
const drawn = limbs.slice(0, 17);

/**
 * An RGB picture of the limbs with both joints known, each in its own hue, and a dot on every known joint, on black;
 * 3 channels in [−1, 1]. `thickness` in pixels.
 */
export const skeleton = (thickness = 3): PoseEncoding<3> => ({
  name: `skeleton of thickness ${thickness}`,
  channels: 3,
  finite: true,
  encode: (keypoints, size, out, offset) => {
    out.fill(-1, offset, offset + size.height * size.width * 3);
    const ink =
      (colour: readonly number[]) =>
      (y: number, x: number): void =>
        colour.forEach((value, channel) => {
          out[offset + (y * size.width + x) * 3 + channel] = value;
        });
    drawn.forEach(([a, b], index) => {
      const [from, to] = [keypoints[a], keypoints[b]];
      if (!from || !to) return;
      eachConvexPixel(strip(from, to, thickness / 2), size, ink(hue(index / drawn.length)));
    });
    keypoints.forEach((point, joint) => {
      if (point !== null)
        eachDiscPixel(point, (thickness / 2) ** 2, size, ink(hue(joint / keypoints.length)));
    });
  },
});

/** The corners of a strip about a line. */
const strip = (from: Keypoint, to: Keypoint, half: number): readonly Keypoint[] => {
  const length = Math.hypot(to.y - from.y, to.x - from.x);
  if (length === 0) return [from];
  const y = ((to.x - from.x) * half) / length;
  const x = (-(to.y - from.y) * half) / length;
  return [
    { y: from.y + y, x: from.x + x },
    { y: from.y - y, x: from.x - x },
    { y: to.y - y, x: to.x - x },
    { y: to.y + y, x: to.x + x },
  ];
};

/** The fully saturated colour of a hue in [0, 1): red, green, blue in [−1, 1]. */
const hue = (turn: number): readonly number[] =>
  [0, 2 / 3, 1 / 3].map((shift) => {
    const away = Math.abs(((((turn + shift) % 1) + 1) % 1) - 0.5) * 6;
    return Math.min(1, Math.max(0, away - 1)) * 2 - 1;
  });
