/** Poses and examples for tests of feeds, also such as no annotation should hold. */
import fc from 'fast-check';
import type { AnyFeed, Example, Keypoints } from '../../src/data/index.js';
import { feedShape } from '../../src/data/feed.js';
import { a, b, size } from './golden.js';

/** A pair of people of one shade each. */
export const exampleOf = (
  source: Keypoints,
  target: Keypoints,
  frame = size,
  shade: (index: number) => number = () => 100,
): Example => {
  const image = Uint8Array.from({ length: frame.height * frame.width * 3 }, (_, i) => shade(i));
  const mask = new Uint8Array(0);
  return {
    size: frame,
    source: { name: 'a', keypoints: source, image, mask },
    target: { name: 'b', keypoints: target, image, mask },
  };
};

export const published = exampleOf(a, b);

/** What a feed writes; entries that it leaves out stay NaN. */
export const written = (feed: AnyFeed, example: Example): Float32Array => {
  const [height, width, channels] = feedShape(feed, example.size);
  const out = new Float32Array(height * width * channels).fill(NaN);
  feed.fill(example, out, 0);
  return out;
};

export const frames = fc.record({
  height: fc.integer({ min: 1, max: 24 }),
  width: fc.integer({ min: 1, max: 24 }),
});

/** Whole places in and out of the frame, near each other, on one line, or all the same; any may be missing. */
export const oddPoses: fc.Arbitrary<Keypoints> = fc.oneof(
  poseOf(fc.integer({ min: -40, max: 60 }), fc.integer({ min: -40, max: 60 })),
  poseOf(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
  poseOf(fc.integer({ min: 0, max: 23 }), fc.constant(4)),
  poseOf(fc.constant(7), fc.constant(7)),
  poseOf(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.double({ min: 0, max: 1e-6, noNaN: true })),
);

function poseOf(y: fc.Arbitrary<number>, x: fc.Arbitrary<number>): fc.Arbitrary<Keypoints> {
  return fc.array(fc.option(fc.record({ y, x }), { freq: 6 }), { minLength: 18, maxLength: 18 });
}

export const examples = fc
  .tuple(oddPoses, oddPoses, frames)
  .map(([source, target, frame]) => exampleOf(source, target, frame, (i) => (i * 37) % 256));
