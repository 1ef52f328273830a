import assert from 'node:assert/strict';
import { partCrops, partQuadrilaterals, type Keypoints } from '../../src/data/index.js';
import { exampleOf, written } from './examples.js';
import { a, b, size, sum } from './golden.js';

/** A picture with something to see everywhere: (7y + 13x + 29c + 5·(y·x mod 17)) mod 256. */
const texture = (i: number): number => {
  const [channel, x, y] = [i % 3, Math.floor(i / 3) % 64, Math.floor(i / 192)];
  return (7 * y + 13 * x + 29 * channel + 5 * ((y * x) % 17)) % 256;
};

/** Sum, sum of squares, and channel 1 at row 10, column 50, of each part: by numpy and scipy, perspective solved anew. */
const golden: readonly (readonly [Keypoints, readonly (readonly number[])[]])[] = [
  [
    a,
    [
      [29.5741, 2675.7312, 0.0568],
      [161.441, 3117.3147, 0.2065],
      [423.7441, 2842.3201, -0.5363],
      [679.2166, 1991.9273, 0.1494],
      [1609.4599, 3203.5081, 0.2557],
      [349.9124, 3690.3621, 0.518],
      [82.6329, 2552.0711, -0.2689],
      [174.4026, 2875.0649, 0.6794],
    ],
  ],
  [
    b,
    [
      [-50.2791, 2742.9887, 0.1122],
      [496.9366, 3043.2743, 0.0199],
      [-123.6849, 2811.1106, 0.6702],
      [1593.8712, 2804.7647, 0.4102],
      [-1553.1701, 2824.3849, -0.404],
      [162.5217, 2317.0179, -0.3064],
      [-107.6918, 2937.0137, -0.8577],
      [652.98, 2636.0203, 0.0219],
    ],
  ],
];

const lacking = (keypoints: Keypoints, ...joints: readonly number[]): Keypoints =>
  keypoints.map((point, joint) => (joints.includes(joint) ? null : point));

const crops = (keypoints: Keypoints, side = 64): readonly Float32Array[] => {
  const out = written(partCrops('source', side), exampleOf(keypoints, b, size, texture));
  return Array.from({ length: 8 }, (_, part) => out.filter((_, i) => Math.floor((i % 24) / 3) === part));
};

describe('data/part-crops', () => {
  it('show what an independent program shows', () => {
    for (const [keypoints, wanted] of golden) {
      crops(keypoints).forEach((crop, part) => {
        const got = [sum(crop), sum(crop.map((one) => one * one)), crop[(10 * 64 + 50) * 3 + 1]!];
        got.forEach((one, i) => assert.ok(Math.abs(one - wanted[part]![i]!) < [5e-3, 5e-3, 1e-4][i]!, `${part}: ${got}`)); // prettier-ignore
      });
    }
  });

  it('are the picture itself where the torso is its frame', () => {
    const framed = a.map(
      (_, joint) =>
        ({ 5: { y: 0, x: 0 }, 11: { y: 64, x: 0 }, 8: { y: 64, x: 64 }, 2: { y: 0, x: 64 } })[joint] ?? null,
    );
    const torso = crops(framed)[0]!;
    for (const i of [0, 100, 64 * 63 * 3 + 2]) {
      assert.ok(Math.abs(torso[i]! - (texture(i) / 127.5 - 1)) < 1e-6);
    }
  });

  it('are grey where a part cannot be placed', () => {
    const grey = (keypoints: Keypoints): readonly boolean[] =>
      crops(keypoints, 8).map((crop) => crop.every((one) => one === 0));
    assert.deepEqual(grey(a.map(() => null)), Array.from({ length: 8 }, () => true)); // prettier-ignore
    assert.deepEqual(grey(lacking(a, 5)), [true, true, true, false, false, false, false, false]);
    assert.deepEqual(grey(lacking(a, 4, 6)), [false, false, true, true, false, true, false, false]);
    const heap = a.map(() => ({ y: 3, x: 3 }));
    assert.deepEqual(grey(heap).slice(0, 6), Array.from({ length: 6 }, () => true)); // prettier-ignore
  });

  it('look straight down from a hip whose knee is missing, and above the shoulders without a nose', () => {
    const [, head, , , , , left, right] = partQuadrilaterals(lacking(a, 0, 9, 12), size);
    assert.deepEqual(right, [
      { y: 65, x: 25 - 15.5 },
      { y: 65, x: 25 + 15.5 },
      { y: 127, x: 25 + 15.5 },
      { y: 127, x: 25 - 15.5 },
    ]);
    assert.equal(left![2].y, 127);
    // The left shoulder is at (26, 47), the right one at (26, 16).
    assert.deepEqual(head, [
      { y: -5, x: 47 },
      { y: 26, x: 47 },
      { y: 26, x: 16 },
      { y: -5, x: 16 },
    ]);
    assert.equal(partQuadrilaterals(lacking(a, 8, 9), size)[7], undefined);
  });
});
