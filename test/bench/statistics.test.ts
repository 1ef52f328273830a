/** Medians, paired ratios and their intervals. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { relativeDifference } from '../../bench/harness/measure.js';
import { median, pairedRatio } from '../../bench/harness/statistics.js';

const times = fc.array(fc.double({ min: 0.1, max: 1000, noNaN: true }), { minLength: 1, maxLength: 30 });

describe('median', () => {
  it('is the middle, or the mean of the two middle ones', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.ok(Number.isNaN(median([])));
  });
});

describe('paired ratios', () => {
  it('cancel what slows a whole round', () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0.1, max: 10, noNaN: true }), (base, factor) => {
        const { ratio, interval } = pairedRatio(base.map((one) => one * factor), base); // prettier-ignore
        for (const value of [ratio, ...interval]) assert.ok(Math.abs(value / factor - 1) < 1e-9);
      }),
      { numRuns: 20 },
    );
  });
  it('lie in their interval, and the interval among the ratios', () => {
    fc.assert(
      fc.property(times, fc.infiniteStream(fc.double({ min: 0.5, max: 2, noNaN: true })), (base, noise) => {
        const ratios = base.map(() => noise.next().value as number);
        const { ratio, interval } = pairedRatio(base.map((one, i) => one * ratios[i]!), base); // prettier-ignore
        const [low, high] = interval;
        assert.ok(low <= ratio && ratio <= high);
        assert.ok(low >= Math.min(...ratios) * (1 - 1e-9) && high <= Math.max(...ratios) * (1 + 1e-9));
      }),
      { numRuns: 20 },
    );
  });
  it('have wider intervals the more they differ from round to round', () => {
    const base = Array.from({ length: 40 }, () => 10);
    const width = (spread: number): number => {
      const row = base.map((one, i) => one * (1 + spread * Math.sin(7 * i)));
      const [low, high] = pairedRatio(row, base).interval;
      return high - low;
    };
    assert.ok(width(0.01) > 0);
    assert.ok(width(0.2) > 5 * width(0.01));
  });
});

describe('the difference of outputs', () => {
  it('is relative to the largest value that is wanted', () => {
    assert.equal(relativeDifference(Float32Array.of(1, -8), Float32Array.of(2, -8)), 1 / 8);
    assert.equal(relativeDifference(Float32Array.of(0, 0), Float32Array.of(0, 0)), 0);
  });
  it('is infinite for other lengths, for nothing and for what is no number', () => {
    assert.equal(relativeDifference(Float32Array.of(1), Float32Array.of(1, 1)), Infinity);
    assert.equal(relativeDifference(new Float32Array(), new Float32Array()), Infinity);
    assert.equal(relativeDifference(Float32Array.of(NaN), Float32Array.of(1)), Infinity);
  });
});
