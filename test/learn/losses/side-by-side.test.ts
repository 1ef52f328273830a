/** Batches behind one another, and apart again. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { random } from '../../../src/base/random.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import { term } from '../../../src/learn/index.js';
import { concat } from '../../../src/ops/layout.js';
import { constant, input } from '../../../src/ops/leaves.js';
import { computed, numbers } from './computed.js';

describe('besides and apart', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it('puts examples of the second after those of the first', async () => {
    const both = { a: numbers([2, 1, 1, 2], [1, 2, 3, 4]), b: numbers([2, 1, 1, 2], [5, 6, 7, 8]) };
    const { shape, data } = await computed(({ a, b }) => term.besides([a!, b!]), both);
    assert.deepEqual(shape, [4, 1, 1, 2]);
    assert.deepEqual([...data], [1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('is undone by apart, for any batch, count and rank', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
        fc.nat(1000),
        async (batch, count, within, seed) => {
          const shape = [batch, ...within];
          const size = shape.reduce((product, one) => product * one, 1);
          const all = Object.fromEntries(
            Array.from({ length: count }, (_, i) => [`v${i}`, numbers(shape, random(seed, i).normals(size))]),
          );
          for (let i = 0; i < count; i++) {
            const back = await computed((read) => {
              const parts = term.apart(term.besides(Object.values(read)), count);
              assert.equal(parts.length, count);
              return parts[i]!;
            }, all);
            assert.deepEqual(back, all[`v${i}`]);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('takes what already holds several batches', async () => {
    const all = { a: numbers([2, 1], [1, 2]), b: numbers([2, 1], [3, 4]), c: numbers([2, 1], [5, 6]) };
    const nested = await computed(({ a, b, c }) => term.besides([term.besides([a!, b!]), c!]), all);
    assert.deepEqual([...nested.data], [1, 2, 3, 4, 5, 6]);
    const last = await computed(({ a, b, c }) => term.apart(term.besides([a!, a!, b!, c!]), 2)[1]!, all);
    assert.deepEqual([...last.data], [3, 4, 5, 6]);
  });

  it('knows its shape as a multiple of the batch', () => {
    const image = input('x', ['n', 4, 2, 3]);
    assert.deepEqual(term.besides([image]).shape, ['n', 4, 2, 3]);
    const three = term.besides([image, image, image]);
    assert.deepEqual(three.shape, ['3*n', 4, 2, 3]);
    assert.deepEqual(term.apart(three, 3).map(({ shape }) => shape[0]), ['n', 'n', 'n']); // prettier-ignore
    assert.deepEqual(term.besides([three, image]).shape[0], '4*n');
  });

  it('says what does not go together', () => {
    const image = input('x', ['n', 4, 2, 3]);
    const flaw = (values: Parameters<typeof term.besides>[0]): string => term.besides(values).flaw ?? '';
    assert.match(flaw([]), /besides: needs an operand/);
    assert.match(flaw([image, input('y', ['n', 4, 3, 3])]), /besides: n×4×2×3 with n×4×3×3 along the batch/);
    assert.match(flaw([image, input('y', ['n', 24])]), /along the batch/);
    assert.match(flaw([constant([1, 2])]), /besides: .* has no batch/);
    assert.match(flaw([constant([1, 2], [2])]), /besides: 2 has no batch/);
    const bad = concat([], 0);
    assert.equal(flaw([image, bad]), bad.flaw);
    assert.match(term.apart(image, 2)[1]!.flaw ?? '', /apart: n×4×2×3 does not hold 2 batches/);
    assert.equal(term.apart(bad, 2)[0]!.flaw, bad.flaw);
  });
});
