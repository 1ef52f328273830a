/**
 * Stick figures in three channels: right side, left side, torso. Vari-UNet's, and the one of Def-GAN's option.
 *
 * The published figures are drawn by OpenCV and scikit-image; along edges ours may differ by a pixel.
 */
import type { PoseEncoding } from './encoding.js';
import { defganJoints, placesIn, variunetJoints } from './joint-orders.js';
import type { Keypoint, Keypoints } from './joints.js';
import { eachConvexPixel, eachDiscPixel, eachPolygonPixel, strip } from './raster.js';
import type { Size } from './size.js';

/** What the two figures do not share. Places in an array of key points, values as they are fed. */
interface Style {
  readonly name: string;
  readonly none: number;
  readonly half: number;
  readonly full: number;
  readonly eyes: { readonly right: number; readonly left: number; readonly value: number };
  /** Half a line's width in pixels, at a picture's width. */
  readonly reach: (width: number) => number;
  readonly roundEnds: boolean;
}

const inVariunet = placesIn(variunetJoints);
const inDefgan = placesIn(defganJoints);

const torso = (['lhip', 'lshoulder', 'rshoulder', 'rhip'] as const).map(inVariunet);
const sides = [
  ['rankle', 'rknee', 'rhip', 'rshoulder', 'relbow', 'rwrist'] as const,
  ['lankle', 'lknee', 'lhip', 'lshoulder', 'lelbow', 'lwrist'] as const,
].map((names) => names.map(inVariunet));
const [nose, rightShoulder, leftShoulder] = (['cnose', 'rshoulder', 'lshoulder'] as const).map(inVariunet);

/** Lines of 3 pixels at a width of 128, and in proportion, but at least one pixel. */
const thickness = (width: number): number => Math.max(1, Math.trunc((3 * width) / 128));

/**
 * Vari-UNet's stick-man: 3 channels in [−1, 1]. Channel 0 has the right side's lines from ankle to wrist, channel 1 the
 * left side's, channel 2 the filled torso. The line from the middle of the shoulders to the nose is grey (127 of 255) in
 * channels 0 and 1, those from the nose to the eyes stand in their side's channel. Lines and torso that lack a joint are
 * left out; later lines cover earlier ones.
 *
 * Source: CompVis/vunet, `batches.py`.
 */
export const stickMan = (): PoseEncoding<3> =>
  drawnAs({
    name: "Vari-UNet's stick-man",
    none: -1,
    half: 127 / 127.5 - 1,
    full: 1,
    eyes: { right: inVariunet('reye'), left: inVariunet('leye'), value: 1 },
    reach: (width) => thickness(width) / 2,
    roundEnds: true,
  });

/**
 * The stick-man that Def-GAN reads with its option of that name: 3 channels in {0, ½, 1}, laid out as Vari-UNet's. Its
 * lines are twice as wide and without round ends, its eyes' lines are ½, and it calls the joints at 14 and 15 left and
 * right eye, Vari-UNet right and left.
 *
 * Source: AliaksandrSiarohin/pose-gan, `pose_transform.py`.
 */
export const defganStickMan = (): PoseEncoding<3> =>
  drawnAs({
    name: "Def-GAN's stick-man",
    none: 0,
    half: 0.5,
    full: 1,
    eyes: { right: inDefgan('Reye'), left: inDefgan('Leye'), value: 0.5 },
    reach: thickness,
    roundEnds: false,
  });

const drawnAs = (style: Style): PoseEncoding<3> => ({
  name: style.name,
  channels: 3,
  finite: true,
  encode: (keypoints, size, out, offset) => {
    out.fill(style.none, offset, offset + size.height * size.width * 3);
    const ink =
      (channel: number, value: number) =>
      (y: number, x: number): void => {
        out[offset + (y * size.width + x) * 3 + channel] = value;
      };
    const line = (from: Keypoint, to: Keypoint, channel: number, value: number): void =>
      drawLine(from, to, size, style, ink(channel, value));
    const body = torso.flatMap((joint) => keypoints[joint] ?? []);
    if (body.length === torso.length) eachPolygonPixel(body.map(whole), size, ink(2, style.full));
    sides.forEach((joints, channel) => {
      for (let i = 0; i + 1 < joints.length; i++) {
        const [from, to] = [keypoints[joints[i]!], keypoints[joints[i + 1]!]];
        if (from && to) line(whole(from), whole(to), channel, style.full);
      }
    });
    drawFace(keypoints, style, line);
  },
});

/** The lines from the neck to the nose, and from there to the eyes if both are known. */
const drawFace = (
  keypoints: Keypoints,
  { half, eyes }: Style,
  line: (from: Keypoint, to: Keypoint, channel: number, value: number) => void,
): void => {
  const [tip, right, left] = [keypoints[nose!], keypoints[rightShoulder!], keypoints[leftShoulder!]];
  if (!tip) return;
  if (right && left) {
    const neck = whole({ y: (right.y + left.y) / 2, x: (right.x + left.x) / 2 });
    line(neck, whole(tip), 0, half);
    line(neck, whole(tip), 1, half);
  }
  const [rightEye, leftEye] = [keypoints[eyes.right], keypoints[eyes.left]];
  if (!rightEye || !leftEye) return;
  line(whole(tip), whole(rightEye), 0, eyes.value);
  line(whole(tip), whole(leftEye), 1, eyes.value);
};

const drawLine = (
  from: Keypoint,
  to: Keypoint,
  size: Size,
  { reach, roundEnds }: Style,
  visit: (y: number, x: number) => void,
): void => {
  const half = reach(size.width);
  eachConvexPixel(strip(from, to, half), size, visit);
  if (!roundEnds) return;
  eachDiscPixel(from, half * half, size, visit);
  eachDiscPixel(to, half * half, size, visit);
};

const whole = ({ y, x }: Keypoint): Keypoint => ({ y: Math.trunc(y), x: Math.trunc(x) });
