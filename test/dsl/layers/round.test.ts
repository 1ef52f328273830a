/** Rounding: the nearest whole number, and the identity's gradient. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { unsafeActivate } from '../../../src/backend/index.js';
import { conv, round } from '../../../src/dsl/index.js';
import * as ops from '../../../src/ops/elementwise.js';
import { reduceSum } from '../../../src/ops/reduction.js';
import { input, model, seq } from '../../../src/dsl/index.js';
import { gradientsOf, unsafePlan } from '../plans.js';
import { computed, parametersOf, says } from './runs.js';

describe('round', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('changes no shape and has no parameters', () => {
    assert.equal(says(['2*h', 3, 4], round), '2*h×3×4');
    assert.deepEqual(parametersOf([2, 3, 4], round), []);
  });
  it('gives the nearest whole number, halves upwards, also where ⌊x + ½⌋ errs', () => {
    const pairs = [[0, 0], [0.3, 0], [0.5, 1], [0.7, 1], [-0.5, 0], [-0.7, -1], [-1.5, -1], [2.5, 3], [0.49999997, 0], [8388609, 8388609], [-8388609, -8388609], [1e20, 1e20]] as const; // prettier-ignore
    const x = { shape: [1, 1, 1, pairs.length], data: pairs.map(([one]) => one) };
    // Adding 0 makes −0 and 0 one.
    assert.deepEqual([...computed(x, [round])].map((one) => one + 0), [...Float32Array.from(pairs, ([, one]) => one)]); // prettier-ignore
  });
  it('of any float32 is what Math.round says', () =>
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (data) => {
          const got = computed({ shape: [1, 1, 1, data.length], data }, [round]);
          assert.deepEqual(
            [...got].map((one) => one + 0),
            data.map((one) => Math.round(one) + 0),
          );
        },
      ),
      { numRuns: 100, seed: 8 },
    ));
  it('passes the gradient on as it is', () => {
    const declared = model(seq(input('x', 1, 1, 2), conv(2, { kernel: 1 }), round));
    const plan = unsafePlan(declared, 'train', ({ output }) => ({
      loss: reduceSum(ops.multiply(output!, 3)),
    }));
    const { gradients } = gradientsOf(plan, 'loss', { x: { shape: [1, 1, 1, 2], data: [1, 2] } }, {
      'conv1/kernel': { shape: [1, 1, 2, 2], data: [0.1, 0.2, 0.3, 0.4] },
      'conv1/bias': { shape: [2], data: [0, 0] },
    }); // prettier-ignore
    assert.deepEqual([...gradients['conv1/kernel']!], [3, 3, 6, 6]);
    assert.deepEqual([...gradients['conv1/bias']!], [3, 3]);
  });
});
