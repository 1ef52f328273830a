/** Fewer pairs of a data set, spread evenly. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { thinned, type Dataset } from '../../src/data/index.js';

const of = (length: number, mirrored: boolean): Dataset => ({
  name: 'set',
  split: 'test',
  stored: { height: 1, width: 1 },
  size: { height: 1, width: 1 },
  images: '',
  masks: undefined,
  annotations: [],
  pairs: {
    length,
    from: Uint32Array.from({ length }, (_, i) => i),
    to: Uint32Array.from({ length }, (_, i) => 2 * i),
    ...(mirrored ? { mirrored: Uint8Array.from({ length }, (_, i) => i % 2) } : {}),
  },
  skipped: {},
  warnings: [],
});

describe('thinned', () => {
  it('keeps so many pairs in order, whole ones, from all of the set', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 250 }), fc.boolean(), (length, count, mirrored) => {
        const { pairs } = thinned(of(length, mirrored), count);
        const kept = Math.min(length, count);
        assert.deepEqual([pairs.length, pairs.from.length, pairs.to.length], [kept, kept, kept]);
        const steps = Array.from(pairs.from.slice(1), (place, i) => place - pairs.from[i]!);
        assert.ok(steps.every((step) => step >= Math.floor(length / kept) && step <= Math.ceil(length / kept)));
        assert.deepEqual(Array.from(pairs.to), Array.from(pairs.from, (place) => 2 * place));
        assert.deepEqual(
          pairs.mirrored === undefined ? undefined : Array.from(pairs.mirrored),
          mirrored ? Array.from(pairs.from, (place) => place % 2) : undefined,
        );
      }), // prettier-ignore
    );
  });
});
