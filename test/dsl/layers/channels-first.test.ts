/** The axes in another order. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../../src/backend/index.js';
import { channelsFirst, flatten } from '../../../src/dsl/index.js';
import { computed, drawn, gradientsAgree, parametersOf, says } from './runs.js';

describe('channelsFirst', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('shapes', () => {
    assert.equal(says([2, 3, 12], channelsFirst), '12×2×3');
    assert.equal(says(['64*h', '32*w', 3], channelsFirst), '3×64*h×32*w');
    assert.deepEqual(parametersOf([4, 4, 4], channelsFirst), []);
  });

  it('flatten after it goes channel by channel', () => {
    const x = { shape: [1, 2, 3, 2], data: Float32Array.from({ length: 12 }, (_, i) => i) };
    assert.deepEqual([...computed(x, [channelsFirst, flatten])], [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]);
  });

  it('three times is nothing', () => {
    const x = drawn([2, 3, 4, 5]);
    assert.deepEqual([...computed(x, [channelsFirst, channelsFirst, channelsFirst])], [...Float32Array.from(x.data)]); // prettier-ignore
  });

  it('gradients', () => gradientsAgree([2, 3, 2], [channelsFirst]));
});
