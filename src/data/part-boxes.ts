/**
 * PDIG's body parts as boxes: which rectangle of a picture each part fills, and whether it is seen at all.
 *
 * Source: charliememory/Disentangled-Person-Image-Generation and the data sets' conversion in
 * charliememory/Pose-Guided-Person-Image-Generation. There the boxes are clamped to 128×64 whatever the picture's size,
 * which cuts DeepFashion's; ours are clamped to the frame unless `clampTo` says otherwise.
 */
import type { SizedFeed, Who } from './feed.js';
import { joints, type Keypoints } from './joints.js';
import type { Size } from './size.js';

/** Rows and columns in pixels, both ends included. */
export interface Box {
  readonly y1: number;
  readonly x1: number;
  readonly y2: number;
  readonly x2: number;
  /** Whether a joint of the part is known. */
  readonly seen: boolean;
}

/** The joints of the seven parts that PDIG's encoder cuts out: head, upper and lower body, arms and legs, left first. */
export const sevenParts = [
  [0, 1, 2, 5, 14, 15, 16, 17],
  [2, 3, 4, 5, 6, 7, 8, 11],
  [8, 9, 10, 11, 12, 13],
  [5, 6, 7],
  [2, 3, 4],
  [11, 12, 13],
  [8, 9, 10],
] as const;

/** The joints of all 37 parts that the data set's files have boxes for; the first seven are `sevenParts`. */
export const allParts: readonly (readonly number[])[] = [
  ...sevenParts,
  [2, 5, 8, 11],
  ...[[5, 6], [6, 7], [2, 3], [3, 4], [11, 12], [12, 13], [8, 9], [9, 10]], // prettier-ignore
  joints.map((_, joint) => joint),
  ...joints.map((_, joint) => [joint]),
  [2, 3, 4, 8, 9, 10],
  [5, 6, 7, 11, 12, 13],
];

/**
 * The box about a part's known joints: 6 pixels wider on every side, 10 about a single joint, truncated to whole pixels
 * and clamped. A part with no known joint has the box (0, 0, 1, 1) and is not seen.
 */
export const partBox = (keypoints: Keypoints, part: readonly number[], { height, width }: Size): Box => {
  const points = part.flatMap((joint) => keypoints[joint] ?? []);
  if (points.length === 0) return { y1: 0, x1: 0, y2: 1, x2: 1, seen: false };
  const margin = points.length === 1 ? 10 : 6;
  const ys = points.map(({ y }) => y);
  const xs = points.map(({ x }) => x);
  const inside = (at: number, end: number): number => Math.min(end - 1, Math.max(0, Math.trunc(at)));
  return {
    y1: inside(Math.min(...ys) - margin, height),
    x1: inside(Math.min(...xs) - margin, width),
    y2: inside(Math.max(...ys) + margin, height),
    x2: inside(Math.max(...xs) + margin, width),
    seen: true,
  };
};

/** Which parts, and the frame that boxes are clamped to. */
export interface PartOptions<Parts extends readonly (readonly number[])[]> {
  readonly parts: Parts;
  readonly clampTo?: Size;
}

const seven: PartOptions<typeof sevenParts> = { parts: sevenParts };

/**
 * The parts' boxes, 1×7×4 unless `parts` are others: rows (y1, x1, y2, x2) as `region` reads them. As in the source,
 * pixels are divided by the height and the width, not by one less.
 */
export function partBoxes(who: Who): SizedFeed<1, 7, 4>;
export function partBoxes<const Parts extends readonly (readonly number[])[]>(
  who: Who,
  options: PartOptions<Parts>,
): SizedFeed<1, Parts['length'], 4>;
export function partBoxes(
  who: Who,
  { parts, clampTo }: PartOptions<readonly (readonly number[])[]> = seven,
): SizedFeed<1, number, 4> {
  return {
    name: `part boxes of the ${who}`,
    channels: 4,
    size: { height: 1, width: parts.length },
    needs: [],
    finite: true,
    fill: (example, out, offset) => {
      const { height, width } = example.size;
      parts.forEach((part, index) => {
        const { y1, x1, y2, x2 } = partBox(example[who].keypoints, part, clampTo ?? example.size);
        out.set([y1 / height, x1 / width, y2 / height, x2 / width], offset + 4 * index);
      });
    },
  };
}

/** Whether each part is seen, 1×1×7 of 0 and 1 unless `parts` are others: what multiplies the parts' codes. */
export function partVisibility(who: Who): SizedFeed<1, 1, 7>;
export function partVisibility<const Parts extends readonly (readonly number[])[]>(
  who: Who,
  options: PartOptions<Parts>,
): SizedFeed<1, 1, Parts['length']>;
export function partVisibility(
  who: Who,
  { parts }: PartOptions<readonly (readonly number[])[]> = seven,
): SizedFeed<1, 1, number> {
  return {
    name: `visible parts of the ${who}`,
    channels: parts.length,
    size: { height: 1, width: 1 },
    needs: [],
    finite: true,
    fill: (example, out, offset) => {
      parts.forEach((part, index) => {
        out[offset + index] = partBox(example[who].keypoints, part, example.size).seen ? 1 : 0;
      });
    },
  };
}
