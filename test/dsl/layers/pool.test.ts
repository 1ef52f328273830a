/** Pools against a loop over windows. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { unsafeActivate } from '../../../src/backend/index.js';
import { averagePool, globalAveragePool, maxPool } from '../../../src/dsl/index.js';
import { samePadding } from '../../../src/ops/convolution.js';
import type { Numbers } from '../plans.js';
import { computed, drawn, gradientsAgree, near, parametersOf, says } from './runs.js';

interface Options {
  readonly window: number;
  readonly stride: number;
  readonly padding: 'same' | 'valid' | number;
}

/** What a pool gives: every window's real entries, reduced. */
const byHand = (
  { shape, data }: Numbers,
  { window, stride, padding }: Options,
  reduce: (entries: readonly number[]) => number,
): readonly number[] => {
  const [n, h, w, c] = shape as readonly [number, number, number, number];
  const sides = (size: number): readonly [number, number] =>
    padding === 'same'
      ? samePadding(size, window, stride, 1)
      : padding === 'valid'
        ? [0, 0]
        : [padding, padding];
  const starts = (size: number): readonly number[] => {
    const [before, after] = sides(size);
    const count = Math.floor((size + before + after - window) / stride) + 1;
    return Array.from({ length: count }, (_, i) => i * stride - before);
  };
  const within = (start: number, size: number): readonly number[] =>
    Array.from({ length: window }, (_, i) => start + i).filter((at) => at >= 0 && at < size);
  return Array.from({ length: n }, (_, image) =>
    starts(h).flatMap((top) =>
      starts(w).flatMap((left) =>
        Array.from({ length: c }, (__, channel) =>
          reduce(
            within(top, h).flatMap((y) =>
              within(left, w).map((x) => data[((image * h + y) * w + x) * c + channel]!),
            ),
          ),
        ),
      ),
    ),
  ).flat();
};
const greatest = (entries: readonly number[]): number => Math.max(...entries);
const mean = (entries: readonly number[]): number => entries.reduce((a, b) => a + b, 0) / entries.length;
const pools = [['maxPool', maxPool, greatest], ['averagePool', averagePool, mean]] as const; // prettier-ignore

describe('pools', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  for (const [name, pool, reduce] of pools) {
    it(`${name}: shapes`, () => {
      assert.equal(says([8, 6, 3], pool()), '4×3×3');
      assert.equal(says([7, 9, 3], pool(3, { stride: 2, padding: 'same' })), '4×5×3');
      assert.equal(says([7, 9, 3], pool(3, { stride: 2, padding: 1 })), '4×5×3');
      assert.equal(says(['64*h', '2*w', '1*c'], pool()), '32*h×1*w×1*c');
      assert.deepEqual(parametersOf([8, 8, 3], pool(3)), []);
    });
    it(`${name}: every window, stride and padding that fits`, () => {
      const cases = fc.record({
        h: fc.integer({ min: 1, max: 7 }),
        w: fc.integer({ min: 1, max: 7 }),
        c: fc.integer({ min: 1, max: 3 }),
        window: fc.integer({ min: 1, max: 4 }),
        stride: fc.integer({ min: 1, max: 5 }),
        padding: fc.constantFrom<'same' | 'valid' | number>('same', 'valid', 0, 1, 2, 3),
      });
      let seen = 0;
      fc.assert(
        fc.property(cases, ({ h, w, c, ...options }) => {
          const layer = pool(options.window, options);
          const said = says([h, w, c], layer);
          if (typeof said !== 'string') return;
          seen += 1;
          const x = drawn([2, h, w, c], h + w);
          near(computed(x, [layer]), byHand(x, options, reduce), 1e-5);
        }),
        { numRuns: 150, seed: 2 },
      );
      assert.ok(seen > 80, `only ${seen} fitted`);
    });
    it(`${name}: gradients`, () => {
      // A small step: a window's two greatest entries must not change places within it.
      for (const layer of [
        pool(2),
        pool(3, { stride: 2, padding: 'same' }),
        pool(3, { stride: 1, padding: 2 }),
      ])
        gradientsAgree([5, 4, 2], [layer], { step: 1e-3 });
    });
    it(`${name}: S02, S03`, () => {
      assert.deepEqual(says([8, 8, 3], pool(0)), [
        `✗ S02 ${name}: window 0 is not a positive whole number; give 1 or more`,
      ]);
      assert.deepEqual(says([8, 8, 3], pool(2, { stride: 1.5 })), [
        `✗ S02 ${name}: stride 1.5 is not a positive whole number; give 1 or more`,
      ]);
      assert.deepEqual(says([8, 8, 3], pool(2, { padding: -1 })), [
        `✗ S02 ${name}: padding -1 is not a whole number of 0 or more; give 0 or more`,
      ]);
      assert.deepEqual(says([8, 8, 3], pool(2, { padding: 2 })), [
        `✗ S03 ${name}: padding 2 is not less than window 2×2; use less padding`,
      ]);
      assert.deepEqual(says([3, 3, 8], pool(5)), [
        `✗ S03 ${name}: window 5×5 does not fit 3×3×8 with padding valid; use a smaller window or more padding`,
      ]);
    });
  }

  it('globalAveragePool: the mean of each channel', () => {
    assert.equal(says([5, 3, 2], globalAveragePool), '1×1×2');
    assert.equal(says(['2*h', 3, '3*c'], globalAveragePool), '1×1×3*c');
    const x = drawn([2, 5, 3, 2]);
    const wanted = [0, 1].flatMap((image) =>
      [0, 1].map((channel) =>
        mean(Array.from({ length: 15 }, (_, i) => x.data[(image * 15 + i) * 2 + channel]!)),
      ),
    );
    near(computed(x, [globalAveragePool]), wanted);
    gradientsAgree([3, 2, 2], [globalAveragePool]);
  });
  it('a maximum of negative entries beside padding is negative', () => {
    const x = { shape: [1, 2, 2, 1], data: [-1, -2, -3, -4] };
    assert.deepEqual(
      [...computed(x, [maxPool(2, { stride: 1, padding: 1 })])],
      [-1, -1, -2, -1, -1, -2, -3, -3, -4],
    );
    assert.deepEqual([...computed(x, [averagePool(2, { stride: 2, padding: 1 })])], [-1, -2, -3, -4]);
  });
});
