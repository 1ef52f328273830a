import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  affines,
  bodyAffine,
  estimateAffine,
  partAffines,
  partMasks,
  wholeAffine,
  type Affine,
  type Keypoint,
  type Keypoints,
} from '../../src/data/index.js';
import { nowhere } from '../../src/data/part-warps.js';
import { oddPoses, published, written } from './examples.js';
import { a, b, size, sum } from './golden.js';

/** The published digits of the maps that take target B to source A. */
const golden: readonly (readonly [part: number, map: Affine])[] = [
  [0, [1.3245, -0.1057, -5.2232, 0.025, 0.9886, -3.0168]],
  [1, [1.58, 1.707, -64.59, 0.0781, 1.2485, -11.7574]],
  [2, [0.9452, 0.3097, -20.6357, -0.3085, 0.9339, 9.5165]],
  [5, [0.9941, -0.038, -5.1641, 0.0383, 0.9971, -3.6815]],
  [6, [0.9571, -0.3374, 6.6443, 0.2761, 1.0739, -10.6654]],
  [8, [0.4642, -0.869, 42.0926, 0.8472, 0.3991, 12.7945]],
];

const lacking = (keypoints: Keypoints, ...joints: readonly number[]): Keypoints =>
  keypoints.map((point, joint) => (joints.includes(joint) ? null : point));

const areas = (keypoints: Keypoints, frame = size): readonly number[] => {
  const out = new Float32Array(frame.height * frame.width * 10);
  partMasks().encode(keypoints, frame, out, 0);
  return Array.from({ length: 10 }, (_, part) => sum(out.filter((_, i) => i % 10 === part)));
};

const close = (got: readonly number[], wanted: readonly number[], within: number): void => {
  assert.equal(got.length, wanted.length);
  got.forEach((one, i) => assert.ok(Math.abs(one - wanted[i]!) <= within, `${got} for ${wanted}`));
};

describe('data/part-warps: the maps of the parts', () => {
  it('have the published digits', () => {
    const maps = partAffines(a, b);
    for (const [part, wanted] of golden) close(maps[part]!, wanted, 0.5e-4);
  });

  it('are those of total least squares, not of ordinary ones', () => {
    assert.ok(Math.abs(partAffines(a, b)[0]![0] - 1.2984) > 0.02);
  });

  it('for the whole body are what scikit-image 0.26 estimates from torso and common knees', () => {
    close(
      bodyAffine(a, b),
      [0.88151442, -0.0199436, 5.23568578, 0.02482232, 1.01209525, -4.26626235],
      0.5e-7,
    );
  });

  it('of a pose to itself change nothing', () => {
    for (const map of partAffines(a, a)) {
      if (map !== nowhere) close(map, [1, 0, 0, 0, 1, 0], 1e-9);
    }
  });

  it('fetch a limb that the source lacks from its other side', () => {
    const [, , right, left] = partAffines(lacking(a, 9), b);
    assert.deepEqual(left, partAffines(a, b)[3]);
    const mirrored = partAffines(
      a.map((point, joint) => (joint === 8 ? a[11]! : joint === 9 ? a[12]! : point)),
      b,
    );
    // The measure of the person comes from both hips, so that only the limb's direction is the same.
    assert.notEqual(right, nowhere);
    assert.ok(Math.abs(right![1] / right![0] - mirrored[2]![1] / mirrored[2]![0]) < 0.05);
  });

  it('fetch nothing for a limb that the target lacks, that no side of the source has, or a head not seen', () => {
    assert.deepEqual(partAffines(a, lacking(b, 9))[2], nowhere);
    assert.deepEqual(partAffines(lacking(a, 9, 12), b)[2], nowhere);
    assert.deepEqual(partAffines(lacking(a, 0, 14), b)[1], nowhere);
    assert.notDeepEqual(partAffines(lacking(a, 0), b)[1], nowhere);
  });

  it('fetch nothing where a torso is missing', () => {
    for (const joint of [2, 5, 8, 11]) {
      assert.ok(partAffines(lacking(a, joint), b).every((map) => map === nowhere));
      assert.ok(partAffines(a, lacking(b, joint)).every((map) => map === nowhere));
      assert.equal(bodyAffine(a, lacking(b, joint)), nowhere);
    }
  });

  it('are fed as rows of eight, the last two 0', () => {
    const out = written(affines(), published);
    assert.deepEqual([out[6], out[7], out[14], out[15]], [0, 0, 0, 0]);
    close([...out.slice(8, 14)], golden[1]![1], 0.5e-4);
    close([...written(wholeAffine(), published)], [...bodyAffine(a, b), 0, 0], 1e-6);
  });

  it('are finite and can be inverted, or fetch nothing, whatever the poses', () =>
    fc.assert(
      fc.property(oddPoses, oddPoses, (source, target) => {
        const maps = partAffines(source, target);
        assert.equal(maps.length, 10);
        for (const [a0, a1, a2, b0, b1, b2] of maps) {
          assert.ok([a0, a1, a2, b0, b1, b2].every((one) => Number.isFinite(Math.fround(one))));
          assert.ok(Math.abs(a0 * b1 - a1 * b0) > 0);
        }
      }),
    ));
});

describe('data/part-warps: the masks of the parts', () => {
  it('have the published areas, polygons within 1 %', () => {
    const wanted = [8192, 840, 546, 512, 467, 584, 396, 366, 518, 392];
    const got = areas(b);
    assert.deepEqual(got.slice(0, 2), wanted.slice(0, 2));
    got.forEach((area, i) => assert.ok(Math.abs(area / wanted[i]! - 1) <= 0.01, `${got}`));
  });

  it('are empty where joints are missing, but for the body', () => {
    assert.deepEqual(
      areas(lacking(b, 9, 4)).map((area) => area > 0),
      [true, true, false, true, false, true, true, true, false, true],
    );
    assert.equal(areas(lacking(b, 0, 14, 16))[1], 0);
    assert.deepEqual(areas(lacking(b, 8)), [8192, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('of a person outside of the frame are empty, but for the body', () => {
    const away = b.map((point) => point && { y: point.y + 500, x: point.x - 700 });
    assert.deepEqual(areas(away), [8192, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('hold the head’s box from −half on and before +half', () => {
    const small = b.map((point, joint) =>
      [0, 14, 15, 16, 17].includes(joint) ? (joint === 0 ? { y: 20, x: 30 } : null) : point,
    );
    // 0.4 of 39.3 pixels is 15: thirty rows and columns.
    assert.equal(areas(small)[1], 30 * 30);
  });
});

describe('data/affine', () => {
  const points = fc.array(
    fc.record({ y: fc.integer({ min: -99, max: 99 }), x: fc.integer({ min: -99, max: 99 }) }),
    { minLength: 3, maxLength: 8 },
  );
  const maps = fc.tuple(...Array.from({ length: 6 }, () => fc.integer({ min: -9, max: 9 })));
  const apply = ([a0, a1, a2, b0, b1, b2]: readonly number[], { y, x }: Keypoint): Keypoint => ({
    x: a0! * x + a1! * y + a2!,
    y: b0! * x + b1! * y + b2!,
  });
  const area = (three: readonly Keypoint[]): number =>
    (three[1]!.x - three[0]!.x) * (three[2]!.y - three[0]!.y) -
    (three[1]!.y - three[0]!.y) * (three[2]!.x - three[0]!.x);

  it('finds the map where there is one exactly', () =>
    fc.assert(
      fc.property(points, maps, (from, map) => {
        fc.pre(Math.abs(area(from)) > 50 && Math.abs(map[0]! * map[4]! - map[1]! * map[3]!) > 0);
        const found = estimateAffine(
          from,
          from.map((point) => apply(map, point)),
        );
        close(found ?? [], map, 1e-5);
      }),
    ));

  it('is the singular vector of the least singular value', () =>
    fc.assert(
      fc.property(points, points, (first, second) => {
        const count = Math.min(first.length, second.length);
        const [from, to] = [first.slice(0, count), second.slice(0, count)];
        const found = estimateAffine(from, to);
        if (found === undefined) return;
        // No other map near it has a smaller quotient Σ (A·p − p′)² / (|A|² + 1), in the scaled coordinates.
        const scaled = (points: readonly Keypoint[]) => {
          const mean = { y: 0, x: 0 };
          for (const { y, x } of points) [mean.y, mean.x] = [mean.y + y / count, mean.x + x / count];
          const away = points.map(({ y, x }) => ({ y: y - mean.y, x: x - mean.x }));
          const scale = Math.SQRT2 / Math.sqrt(sum(away.map(({ y, x }) => y * y + x * x)) / count);
          return { scale, points: away.map(({ y, x }) => ({ y: y * scale, x: x * scale })) };
        };
        const [p, q] = [scaled(from), scaled(to)];
        const ratio = q.scale / p.scale;
        const quotient = (m: readonly number[]): number =>
          sum(
            p.points.map((point, i) => {
              const at = apply([m[0]!, m[1]!, 0, m[2]!, m[3]!, 0], point);
              return (at.x - q.points[i]!.x) ** 2 + (at.y - q.points[i]!.y) ** 2;
            }),
          ) /
          (sum(m.map((one) => one * one)) + 1);
        const best = [found[0], found[1], found[3], found[4]].map((one) => one * ratio);
        for (let i = 0; i < 4; i++) {
          for (const step of [-1e-3, 1e-3]) {
            const other = best.map((one, j) => (i === j ? one * (1 + step) + step : one));
            assert.ok(quotient(best) <= quotient(other) + 1e-9);
          }
        }
      }),
    ));

  it('finds none for points on a line, that fall together, or are too few', () => {
    const line = [0, 1, 2, 5].map((t) => ({ y: 3 * t, x: 2 * t + 1 }));
    const square = [0, 1, 2, 3].map((t) => ({ y: t >> 1, x: t & 1 }));
    assert.equal(estimateAffine(line, square), undefined);
    assert.equal(estimateAffine(square, line), undefined);
    assert.equal(estimateAffine(square, square.map(() => ({ y: 1, x: 1 }))), undefined); // prettier-ignore
    assert.equal(estimateAffine(square.slice(2), square.slice(2)), undefined);
    assert.equal(estimateAffine(square.map(() => ({ y: NaN, x: 0 })), square), undefined); // prettier-ignore
  });
});
