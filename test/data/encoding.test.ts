import assert from 'node:assert/strict';
import fc from 'fast-check';
import { discs, gaussians, skeleton, type Keypoints, type PoseEncoding } from '../../src/data/index.js';
import { a, b, size, sum } from './golden.js';

const encoded = (
  encoding: PoseEncoding<number>,
  keypoints: Keypoints,
  frame: { readonly height: number; readonly width: number } = size,
): Float32Array => {
  const out = new Float32Array(frame.height * frame.width * encoding.channels).fill(NaN);
  encoding.encode(keypoints, frame, out, 0);
  return out;
};

const frames = fc.record({ height: fc.integer({ min: 1, max: 12 }), width: fc.integer({ min: 1, max: 12 }) });

const poses = fc.array(
  fc.option(fc.record({ y: fc.integer({ min: 0, max: 11 }), x: fc.integer({ min: 0, max: 11 }) })),
  { minLength: 18, maxLength: 18 },
);

describe('data/encoding: Gaussians', () => {
  it('sum to the published numbers', () => {
    const of = (keypoints: Keypoints): readonly [number, number] => {
      const out = encoded(gaussians(), keypoints);
      return [sum(out), sum(out.filter((_, i) => i % 18 === 0))];
    };
    const [sumA, noseA] = of(a);
    const [sumB, noseB] = of(b);
    assert.ok(Math.abs(sumA - 3580.278) < 1e-3 && Math.abs(noseA - 213.4218) < 1e-4, `${sumA} ${noseA}`);
    assert.ok(Math.abs(sumB - 3489.387) < 1e-3 && Math.abs(noseB - 224.2098) < 1e-4, `${sumB} ${noseB}`);
  });

  it('are 1 at the joint and 0 in an absent joint’s channel', () => {
    const out = encoded(gaussians(), a);
    assert.equal(out[(9 * 64 + 26) * 18], 1);
    assert.ok(out.every((value, i) => i % 18 !== 16 || value === 0));
  });
});

describe('data/encoding: discs', () => {
  it('are +1 where i² + j² ≤ r² and −1 elsewhere', () =>
    fc.assert(
      fc.property(frames, poses, fc.integer({ min: 0, max: 4 }), (frame, keypoints, radius) => {
        const out = encoded(discs(radius), keypoints, frame);
        out.forEach((value, i) => {
          const point = keypoints[i % 18];
          const x = Math.floor(i / 18) % frame.width;
          const y = Math.floor(i / 18 / frame.width);
          const near = !!point && (y - point.y) ** 2 + (x - point.x) ** 2 <= radius ** 2;
          assert.equal(value, near ? 1 : -1);
        });
      }),
    ));

  it('hold 49 pixels at radius 4 and write from their offset on alone', () => {
    const keypoints = a.map((point, joint) => (joint === 1 ? point : null));
    const out = new Float32Array(128 * 64 * 18 + 2).fill(5);
    discs(4).encode(keypoints, size, out, 1);
    assert.equal(out.filter((value) => value === 1).length, 49);
    assert.deepEqual([out[0], out.at(-1)], [5, 5]);
  });
});

describe('data/encoding: the skeleton', () => {
  it('is black without a pose and coloured along a limb', () => {
    assert.ok(
      encoded(
        skeleton(),
        a.map(() => null),
      ).every((value) => value === -1),
    );
    const arm = encoded(
      skeleton(3),
      a.map((point, joint) => (joint === 2 || joint === 3 ? point : null)),
    );
    assert.ok(arm.filter((value) => value > -1).length > 22 * 3);
    assert.ok(arm.every((value) => value >= -1 && value <= 1));
  });

  it('draws joints that fall together', () => {
    const dot = encoded(
      skeleton(3),
      a.map(() => ({ y: 5, x: 5 })),
    );
    assert.ok(dot.some((value) => value > -1));
  });

  it('gives limbs OpenPose’s colours in order', () => {
    const colour = (joints: readonly [number, number]): readonly number[] => {
      const place = (joint: number) => (joint === joints[0] ? { y: 5, x: 2 } : joint === joints[1] ? { y: 5, x: 12 } : null); // prettier-ignore
      const out = encoded(skeleton(1), a.map((_, joint) => place(joint)), { height: 10, width: 15 }); // prettier-ignore
      return [...out.slice((5 * 15 + 7) * 3, (5 * 15 + 7) * 3 + 3)].map((one) =>
        Math.round((one + 1) * 127.5),
      );
    };
    assert.deepEqual(colour([1, 2]), [255, 0, 0]);
    assert.deepEqual(colour([1, 5]), [255, 85, 0]);
    assert.deepEqual(colour([2, 3]), [255, 170, 0]);
    assert.deepEqual(colour([6, 7]), [85, 255, 0]);
    assert.deepEqual(colour([1, 11]), [0, 255, 255]);
    assert.deepEqual(colour([15, 17]), [255, 0, 170]);
  });
});
