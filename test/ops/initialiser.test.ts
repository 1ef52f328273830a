/** How parameters start. */
import assert from 'node:assert/strict';
import { random } from '../../src/base/random.js';
import { fanInUniform } from '../../src/ops/initialiser.js';

describe('fanInUniform', () => {
  it('fills ±1/√(fan in), whatever the count of outputs', () => {
    for (const [shape, limit] of [[[3, 3, 16, 100], 1 / 12], [[4, 4, 25, 40], 1 / 20], [[64, 500], 1 / 8]] as const) {
      const values = fanInUniform.values(shape, random(1, 'start'));
      const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      assert.ok(most <= limit && most > 0.99 * limit, `${most} of ${limit}`);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      assert.ok(Math.abs(mean) < 0.02 * limit, `mean ${mean}`);
    } // prettier-ignore
  });
});
