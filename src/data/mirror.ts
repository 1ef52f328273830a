/**
 * Left and right exchanged: a pair of images seen in a mirror, as PG2 doubles its training set.
 *
 * A person's left hand is the right hand of the mirror's person, so the joints of the two sides change places.
 */
import { joints, type Keypoints } from './joints.js';
import type { Example, Person } from './feed.js';
import type { Size } from './size.js';

/** Where each joint's place in the mirror is found: `left wrist` for `right wrist`; the nose and neck stay. */
const counterpart: readonly number[] = joints.map((name) => {
  const other = name.startsWith('left ') ? `right ${name.slice(5)}` : `left ${name.slice(6)}`;
  const found = joints.findIndex((one) => one === other);
  return found < 0 ? joints.indexOf(name) : found;
});

/**
 * Key points of the mirrored picture, whose width is given: columns count from the other side, sides change places.
 *
 * @example
 * ```ts
 * mirrorKeypoints(mirrorKeypoints(keypoints, 64), 64); // keypoints
 * ```
 */
export const mirrorKeypoints = (keypoints: Keypoints, width: number): Keypoints =>
  counterpart.map((joint) => {
    const point = keypoints[joint] ?? null;
    return point && { y: point.y, x: width - 1 - point.x };
  });

/** Bytes of a picture, row by row and channels last, with each row turned round. */
export const mirrorPicture = (bytes: Uint8Array, { height, width }: Size): Uint8Array => {
  const channels = bytes.length / (height * width);
  const out = new Uint8Array(bytes.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      const to = (y * width + width - 1 - x) * channels;
      for (let c = 0; c < channels; c++) out[to + c] = bytes[from + c]!;
    }
  }
  return out;
};

/** An example seen in a mirror: both pictures, masks and poses. The names stay. */
export const mirrorExample = ({ size, source, target }: Example): Example => {
  const mirrored = (person: Person): Person => ({
    name: person.name,
    keypoints: mirrorKeypoints(person.keypoints, size.width),
    image: mirrorPicture(person.image, size),
    mask: mirrorPicture(person.mask, size),
  });
  return { size, source: mirrored(source), target: mirrored(target) };
};
