import assert from 'node:assert/strict';
import { defganStickMan, stickMan, type Keypoints, type PoseEncoding } from '../../src/data/index.js';
import { a, b, size, sum } from './golden.js';

const drawn = (encoding: PoseEncoding<3>, keypoints: Keypoints, frame = size): Float32Array => {
  const out = new Float32Array(frame.height * frame.width * 3);
  encoding.encode(keypoints, frame, out, 0);
  return out;
};

const only = (...joints: readonly number[]): Keypoints =>
  a.map((point, joint) => (joints.includes(joint) ? point : null));

/** How often each value stands in each channel, sorted by value. */
const counts = (out: Float32Array): readonly (readonly (readonly [number, number])[])[] =>
  [0, 1, 2].map((channel) => {
    const found = new Map<number, number>();
    out.forEach((value, i) => i % 3 === channel && found.set(value, (found.get(value) ?? 0) + 1));
    return [...found].sort(([one], [other]) => one - other);
  });

const grey = Math.fround(127 / 127.5 - 1);

describe('data/stick-man: Vari-UNet’s', () => {
  it('has lines one pixel wide at a width of 64, three at 128, six at 256', () => {
    const arm: Keypoints = a.map((_, joint) =>
      joint === 2 ? { y: 20, x: 10 } : joint === 3 ? { y: 40, x: 10 } : null,
    );
    for (const [width, across] of [
      [64, 1],
      [128, 3],
      [256, 7],
    ] as const) {
      const out = drawn(stickMan(), arm, { height: 64, width });
      const row = Array.from({ length: width }, (_, x) => out[(30 * width + x) * 3]!);
      assert.equal(row.filter((one) => one === 1).length, across);
    }
  });

  it('puts each side in its channel and the torso in the third', () => {
    const right = counts(drawn(stickMan(), only(2, 3, 4, 8, 9, 10)));
    assert.deepEqual(right.map((channel) => channel.length), [2, 1, 1]); // prettier-ignore
    const left = counts(drawn(stickMan(), only(5, 6, 7, 11, 12, 13)));
    assert.deepEqual(left.map((channel) => channel.length), [1, 2, 1]); // prettier-ignore
    const torso = counts(drawn(stickMan(), only(2, 5, 8, 11)));
    // The area that scikit-image fills, and the edges that OpenCV adds.
    const filled = torso[2]!.find(([value]) => value === 1)![1];
    assert.ok(filled >= 964 && filled < 964 + 140, `${filled}`);
  });

  it('draws the neck in grey in both sides’ channels and the eyes in white, the eyes last', () => {
    const neck = drawn(stickMan(), only(0, 2, 5));
    assert.deepEqual(counts(neck)[0]!.map(([value]) => value), [-1, grey]); // prettier-ignore
    assert.deepEqual(counts(neck)[0], counts(neck)[1]);
    const face = drawn(stickMan(), only(0, 2, 5, 14, 15));
    assert.deepEqual(counts(face)[1]!.map(([value]) => value), [-1, grey, 1]); // prettier-ignore
    assert.equal(face[(9 * 64 + 26) * 3], 1);
    // Vari-UNet's right eye is joint 14, at (7, 25), its left one joint 15, at (7, 30).
    assert.deepEqual([face[(7 * 64 + 25) * 3], face[(7 * 64 + 25) * 3 + 1]], [1, -1]);
    assert.deepEqual([face[(7 * 64 + 30) * 3], face[(7 * 64 + 30) * 3 + 1]], [-1, 1]);
  });

  it('leaves out the eyes if one is missing, and everything that lacks a joint', () => {
    assert.deepEqual(drawn(stickMan(), only(0, 14)), drawn(stickMan(), only()));
    assert.deepEqual(drawn(stickMan(), only(2, 4, 5, 8)).filter((_, i) => i % 3 > 0).every((one) => one === -1), true); // prettier-ignore
  });

  it('fills a torso seen from the side, whose outline crosses itself', () => {
    const turned = a.map(
      (_, joint) =>
        ({ 11: { y: 60, x: 40 }, 5: { y: 20, x: 20 }, 2: { y: 20, x: 40 }, 8: { y: 60, x: 20 } })[joint] ??
        null,
    );
    const out = drawn(stickMan(), turned);
    const at = (y: number, x: number): number => out[(y * 64 + x) * 3 + 2]!;
    assert.deepEqual([at(25, 30), at(55, 30), at(40, 22), at(40, 38)], [1, 1, -1, -1]);
  });
});

describe('data/stick-man: Def-GAN’s', () => {
  it('has the areas that scikit-image draws, within its edges', () => {
    for (const [keypoints, areas] of [
      [a, [264, 259, 964]],
      [b, [256, 247, 750]],
    ] as const) {
      const bare = keypoints.map((point, joint) => ([0, 14, 15].includes(joint) ? null : point));
      const out = drawn(defganStickMan(), bare);
      [0, 1, 2].forEach((channel) => {
        const area = sum(out.filter((_, i) => i % 3 === channel));
        assert.ok(Math.abs(area - areas[channel]!) <= 0.14 * areas[channel]!, `${channel}: ${area}`);
      });
    }
  });

  it('has 0, ½ and 1, and calls the eyes by Def-GAN’s names', () => {
    const out = drawn(defganStickMan(), only(0, 2, 5, 14, 15));
    assert.deepEqual(new Set(out), new Set([0, 0.5]));
    assert.equal(out[(7 * 64 + 25) * 3 + 1], 0.5);
    assert.ok(drawn(defganStickMan(), a).includes(1));
  });
});
