import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  allParts,
  keypointsOf,
  partBox,
  partBoxes,
  partVisibility,
  poseCoordinates,
  poseVector,
  poseVectorOf,
  poseVisibilities,
  sevenParts,
  type Keypoints,
} from '../../src/data/index.js';
import { exampleOf, examples, published, written } from './examples.js';
import { a, size } from './golden.js';

const only = (...joints: readonly number[]): Keypoints =>
  a.map((point, joint) => (joints.includes(joint) ? point : null));

describe('data/part-boxes', () => {
  it('are 37, of which the first seven are cut out', () => {
    assert.equal(allParts.length, 37);
    assert.deepEqual(allParts.slice(0, 7), sevenParts);
    assert.ok(allParts.flat().every((joint) => joint >= 0 && joint < 18));
    assert.equal(new Set(allParts.map(String)).size, 37);
  });

  it('lie 6 pixels about several joints, 10 about one, inside of the frame', () => {
    // Left arm of A: (26, 47), (46, 54), (61, 57).
    assert.deepEqual(partBox(a, sevenParts[3], size), { y1: 20, x1: 41, y2: 67, x2: 63, seen: true });
    assert.deepEqual(partBox(only(6), sevenParts[3], size), { y1: 36, x1: 44, y2: 56, x2: 63, seen: true });
    assert.deepEqual(partBox(only(), sevenParts[3], size), { y1: 0, x1: 0, y2: 1, x2: 1, seen: false });
    const tall = { height: 256, width: 256 };
    const low = only(10).map((point) => point && { y: 250, x: 200 });
    assert.deepEqual(partBox(low, sevenParts[6], tall), { y1: 240, x1: 190, y2: 255, x2: 210, seen: true });
    // The source's clamp, whatever the picture.
    assert.deepEqual(partBox(low, sevenParts[6], size), { y1: 127, x1: 63, y2: 127, x2: 63, seen: true });
  });

  it('are fed as shares of height and width, with what is seen beside them', () => {
    const boxes = written(partBoxes('source'), published);
    assert.deepEqual([...boxes.slice(12, 16)], [20 / 128, 41 / 64, 67 / 128, 63 / 64]);
    assert.deepEqual([...written(partVisibility('source'), published)], [1, 1, 1, 1, 1, 1, 1]);
    const arms = exampleOf(only(6, 2), a);
    assert.deepEqual([...written(partVisibility('source'), arms)], [1, 1, 0, 1, 1, 0, 0]);
    const single = written(partBoxes('source', { parts: [[6]], clampTo: { height: 50, width: 50 } }), arms);
    assert.deepEqual([...single], [36 / 128, 44 / 64, 49 / 128, 49 / 64]);
  });

  it('hold their joints, inside of the frame', () =>
    fc.assert(
      fc.property(examples, fc.constantFrom(...allParts), ({ source, size: frame }, part) => {
        const box = partBox(source.keypoints, part, frame);
        assert.equal(box.seen, part.some((joint) => source.keypoints[joint] !== null)); // prettier-ignore
        if (!box.seen) return;
        assert.ok(0 <= box.y1 && box.y1 <= box.y2 && box.y2 < frame.height);
        assert.ok(0 <= box.x1 && box.x1 <= box.x2 && box.x2 < frame.width);
        for (const point of part.flatMap((joint) => source.keypoints[joint] ?? [])) {
          if (point.y >= 0 && point.y < frame.height - 1) assert.ok(box.y1 <= point.y && point.y <= box.y2);
          if (point.x >= 0 && point.x < frame.width - 1) assert.ok(box.x1 <= point.x && point.x <= box.x2);
        }
      }),
    ));
});

describe('data/pose-vector', () => {
  it('has row, column and visibility of each joint, −1 −1 0 for an absent one', () => {
    const vector = written(poseVector('source'), published);
    assert.equal(vector.length, 54);
    assert.deepEqual([...vector.slice(0, 3)], [18 / 128 - 1, 52 / 64 - 1, 1].map(Math.fround));
    assert.deepEqual([...vector.slice(48, 51)], [-1, -1, 0]);
  });

  it('falls apart into places and visibilities', () => {
    const vector = [...written(poseVector('target'), published)];
    const places = [...written(poseCoordinates('target'), published)];
    const seen = [...written(poseVisibilities('target'), published)];
    assert.deepEqual([places.length, seen.length], [36, 18]);
    assert.deepEqual(
      vector,
      seen.flatMap((one, joint) => [places[2 * joint], places[2 * joint + 1], one]),
    );
  });

  it('gives the key points back', () =>
    fc.assert(
      fc.property(examples, ({ source, size: frame }) => {
        const back = keypointsOf(poseVectorOf(source.keypoints, frame), frame);
        back.forEach((point, joint) => {
          const wanted = source.keypoints[joint]!;
          assert.equal(point === null, wanted === null);
          if (point && wanted) assert.ok(Math.hypot(point.y - wanted.y, point.x - wanted.x) < 1e-6);
        });
      }),
    ));

  it('of a network’s making may hold anything', () => {
    const odd = [NaN, 0, 1, 0, 0, 0.49, 0, Infinity, 1, 0.5, -0.5, 0.5];
    assert.deepEqual(keypointsOf(odd, size).slice(0, 5), [null, null, null, { y: 96, x: 16 }, null]);
  });
});
