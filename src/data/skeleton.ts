/**
 * A pose as a coloured stick figure: for pictures that people look at, or as PN-GAN's 3-channel pose.
 */
import type { PoseEncoding } from './encoding.js';
import { limbs } from './joints.js';
import { eachConvexPixel, eachDiscPixel, strip } from './raster.js';

/** The limbs that are drawn: those along the body, not the ones that only fill out a mask. */
const drawn = limbs.slice(0, 17);

/** OpenPose's colours are the full hues, eighteen of them round the circle. */
const hues = 18;

/**
 * An RGB picture of the limbs with both joints known, each in its own of OpenPose's colours, and a dot on every known
 * joint, on black; 3 channels in [−1, 1]. `thickness` in pixels.
 *
 * PN-GAN reads pictures that a pose detector drew; where there are none this is a minimal stand-in, which is inferred:
 * PN-GAN's code holds no renderer.
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
      eachConvexPixel(strip(from, to, thickness / 2), size, ink(hue(index / hues)));
    });
    keypoints.forEach((point, joint) => {
      if (point !== null) eachDiscPixel(point, (thickness / 2) ** 2, size, ink(hue(joint / hues)));
    });
  },
});

/** The fully saturated colour of a hue in [0, 1): red, green, blue in [−1, 1]. */
const hue = (turn: number): readonly number[] =>
  [0, 2 / 3, 1 / 3].map((shift) => {
    const away = Math.abs(((((turn + shift) % 1) + 1) % 1) - 0.5) * 6;
    return Math.min(1, Math.max(0, away - 1)) * 2 - 1;
  });
