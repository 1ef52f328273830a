/** Borders cut off and added. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { unsafeActivate } from '../../../src/backend/index.js';
import { crop, pad } from '../../../src/dsl/index.js';
import type { Numbers } from '../plans.js';
import { computed, drawn, gradientsAgree, parametersOf, says } from './runs.js';

/** An image read through a map of places; zero where the map leads outside. */
const read = (
  { shape, data }: Numbers,
  [height, width]: readonly [number, number],
  from: (row: number, column: number) => readonly [row: number, column: number],
): readonly number[] => {
  const [n, h, w, c] = shape as readonly [number, number, number, number];
  return Array.from({ length: n * height * width * c }, (_, i) => {
    const channel = i % c;
    const [row, column] = from(Math.floor(i / (width * c)) % height, Math.floor(i / c) % width);
    const image = Math.floor(i / (height * width * c));
    const inside = row >= 0 && row < h && column >= 0 && column < w;
    return inside ? data[((image * h + row) * w + column) * c + channel]! : 0;
  });
};
const float = (numbers: readonly number[]): Float32Array => Float32Array.from(numbers);
const side = fc.integer({ min: 0, max: 3 });
const sides = fc.record({ h: fc.integer({ min: 1, max: 6 }), w: fc.integer({ min: 1, max: 6 }), top: side, bottom: side, left: side, right: side }); // prettier-ignore

describe('crop', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('shapes', () => {
    assert.equal(says([8, 7, 3], crop(1, 2, 3, 0)), '5×4×3');
    assert.equal(says([8, 7, 3], crop(2)), '4×3×3');
    assert.equal(says(['64*h', 7, '3*c'], crop(0, 0, 1, 1)), '64*h×5×3*c');
    assert.equal(says(['64*h', 7, 3], crop(1)), '?×5×3');
    assert.deepEqual(parametersOf([8, 7, 3], crop(1)), []);
  });
  it('keeps what lies inside', () =>
    fc.assert(
      fc.property(sides, ({ h, w, top, bottom, left, right }) => {
        const x = drawn([2, h + top + bottom, w + left + right, 2]);
        const wanted = read(x, [h, w], (row, column) => [row + top, column + left]);
        assert.deepEqual(computed(x, [crop(top, bottom, left, right)]), float(wanted));
      }),
      { numRuns: 40, seed: 5 },
    ));
  it('gradients', () => gradientsAgree([5, 4, 2], [crop(1, 2, 0, 1)]));
  it('S02: cuts are whole numbers of 0 or more', () => {
    assert.deepEqual(says([8, 8, 3], crop(1, 1, -1, 0)), [
      '✗ S02 crop: left -1 is not a whole number of 0 or more; give 0 or more',
    ]);
    assert.deepEqual(says([8, 8, 3], crop(0.5)), [
      '✗ S02 crop: top 0.5 is not a whole number of 0 or more; give 0 or more',
    ]);
  });
  it('S29: something is left', () => {
    assert.equal(says([8, 8, 3], crop(4, 3, 0, 0)), '1×8×3');
    assert.deepEqual(says([8, 8, 3], crop(4, 4, 0, 0)), [
      '✗ S29 crop: top 4 and bottom 4 leave nothing of 8×8×3; cut less than the height',
    ]);
    assert.deepEqual(says(['2*h', 8, 3], crop(0, 9, 5, 6)), [
      '✗ S29 crop: left 5 and right 6 leave nothing of 2*h×8×3; cut less than the width',
    ]);
  });
});

describe('pad', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('shapes', () => {
    assert.equal(says([8, 7, 3], pad(1, 2, 3, 0)), '11×10×3');
    assert.equal(says([8, 7, 3], pad(2)), '12×11×3');
    assert.equal(says([8, 7, 3], pad(2, { mode: 'reflect' })), '12×11×3');
    assert.equal(says(['64*h', 7, '3*c'], pad(0, 0, 1, 1, { mode: 'reflect' })), '64*h×9×3*c');
    assert.equal(says(['64*h', 7, 3], pad(1)), '?×9×3');
    assert.deepEqual(parametersOf([8, 7, 3], pad(1)), []);
  });
  it('zeros around, undone by crop', () =>
    fc.assert(
      fc.property(sides, ({ h, w, top, bottom, left, right }) => {
        const x = drawn([2, h, w, 2]);
        const size = [h + top + bottom, w + left + right] as const;
        const wanted = read(x, size, (row, column) => [row - top, column - left]);
        const layer = pad(top, bottom, left, right);
        assert.deepEqual(computed(x, [layer]), float(wanted));
        const back = computed(x, [layer, crop(top, bottom, left, right)]);
        assert.deepEqual([...back], [...float(Array.from(x.data))]);
      }),
      { numRuns: 40, seed: 6 },
    ));
  it('a reflection around, the border itself not repeated', () =>
    fc.assert(
      fc.property(sides, ({ h, w, top, bottom, left, right }) => {
        fc.pre(Math.max(top, bottom) < h && Math.max(left, right) < w);
        const x = drawn([2, h, w, 2]);
        const mirrored = (at: number, size: number): number => (at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at); // prettier-ignore
        const size = [h + top + bottom, w + left + right] as const;
        const wanted = read(x, size, (row, column) => [mirrored(row - top, h), mirrored(column - left, w)]);
        assert.deepEqual(computed(x, [pad(top, bottom, left, right, { mode: 'reflect' })]), float(wanted));
      }),
      { numRuns: 40, seed: 7 },
    ));
  it('gradients', () => {
    gradientsAgree([3, 4, 2], [pad(1, 2, 0, 3)]);
    gradientsAgree([3, 4, 2], [pad(1, 2, 0, 3, { mode: 'reflect' })]);
  });
  it('S02: borders are whole numbers of 0 or more', () =>
    assert.deepEqual(says([8, 8, 3], pad(0, -2, 0, 0)), [
      '✗ S02 pad: bottom -2 is not a whole number of 0 or more; give 0 or more',
    ]));
  it('S03: a reflection needs one entry more than it reflects', () => {
    assert.equal(says([3, 8, 3], pad(2, 2, 7, 7, { mode: 'reflect' })), '7×22×3');
    assert.equal(says([1, 1, 3], pad(8)), '17×17×3');
    assert.deepEqual(says([3, 8, 3], pad(0, 3, 0, 0, { mode: 'reflect' })), [
      '✗ S03 pad: reflect 3 reaches beyond 3×8×3; reflect less than the height and the width',
    ]);
    assert.deepEqual(says(['2*h', 8, 3], pad(9, 9, 8, 1, { mode: 'reflect' })), [
      '✗ S03 pad: reflect 8 reaches beyond 2*h×8×3; reflect less than the height and the width',
    ]);
  });
});
