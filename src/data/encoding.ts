/**
 * How a pose becomes the entries of a tensor. An encoding is a value: a user's own stands beside these.
 */
import { joints, type Keypoints } from './joints.js';
import { eachDiscPixel } from './raster.js';
import type { Size } from './size.js';

/** A pure rule that writes a pose into a tensor of shape height × width × channels. */
export interface PoseEncoding<Channels extends number> {
  readonly name: string;
  readonly channels: Channels;
  /** A promise that the numbers are finite whatever the pose: they are not looked through. */
  readonly finite?: true;
  /** Writes height · width · channels numbers into `out` from `offset` on, every one of them. */
  readonly encode: (keypoints: Keypoints, size: Size, out: Float32Array, offset: number) => void;
}

/**
 * PG2's encoding: one channel a joint, +1 on a disc about it (i² + j² ≤ radius², pixels) and −1 elsewhere. An
 * absent joint's channel is −1 throughout. The centre is truncated to whole pixels, discs are clipped at the frame.
 *
 * Source: charliememory/Pose-Guided-Person-Image-Generation.
 */
export const discs = (radius = 4): PoseEncoding<18> => ({
  name: `discs of radius ${radius}`,
  channels: joints.length,
  finite: true,
  encode: (keypoints, size, out, offset) => {
    out.fill(-1, offset, offset + size.height * size.width * joints.length);
    keypoints.forEach((point, joint) => {
      if (point === null) return;
      eachDiscPixel(point, radius * radius, size, (y, x) => {
        out[offset + (y * size.width + x) * joints.length + joint] = 1;
      });
    });
  },
});

/**
 * Def-GAN's encoding: one channel a joint, exp(−d²/(2σ²)) of the distance d to it, σ in pixels, not truncated, in
 * [0, 1]. An absent joint's channel is 0 throughout.
 *
 * Source: AliaksandrSiarohin/pose-gan, `pose_utils.py`.
 */
export const gaussians = (sigma = 6): PoseEncoding<18> => ({
  name: `Gaussians of σ ${sigma}`,
  channels: joints.length,
  finite: true,
  encode: (keypoints, size, out, offset) => {
    const rows = bells(size.height, keypoints, 'y', sigma);
    const columns = bells(size.width, keypoints, 'x', sigma);
    let at = offset;
    for (let row = 0; row < rows.length; row += joints.length) {
      for (let column = 0; column < columns.length; column += joints.length) {
        for (let joint = 0; joint < joints.length; joint++) {
          out[at++] = rows[row + joint]! * columns[column + joint]!;
        }
      }
    }
  },
});

/** Each joint's bell curve along one axis, joints last: the two axes' product is the Gaussian of the distance. */
const bells = (length: number, keypoints: Keypoints, axis: 'y' | 'x', sigma: number): Float64Array => {
  const curves = new Float64Array(length * joints.length);
  keypoints.forEach((point, joint) => {
    if (point === null) return;
    for (let i = 0; i < length; i++) {
      curves[i * joints.length + joint] = Math.exp(-((i - point[axis]) ** 2) / (2 * sigma * sigma));
    }
  });
  return curves;
};
