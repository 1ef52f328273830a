/** Blocks of pixels as channels and back. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { unsafeActivate } from '../../../src/backend/index.js';
import { depthToSpace, spaceToDepth } from '../../../src/dsl/index.js';
import { computed, drawn, gradientsAgree, parametersOf, says } from './runs.js';

describe('depthToSpace and spaceToDepth', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('shapes, symbolic ones where they divide', () => {
    assert.equal(says([2, 3, 12], depthToSpace(2)), '4×6×3');
    assert.equal(says(['2*h', 3, '36*c'], depthToSpace(3)), '6*h×9×4*c');
    assert.equal(says([2, 3, '6*c'], depthToSpace(2)), '4×6×?');
    assert.equal(says([4, 6, 3], spaceToDepth(2)), '2×3×12');
    assert.equal(says(['64*h', 9, '2*c'], spaceToDepth(3)), '?×3×18*c');
    assert.equal(says(['64*h', 16, 3], spaceToDepth(16)), '4*h×1×768');
    assert.equal(says([5, 7, 3], depthToSpace(1), spaceToDepth(1)), '5×7×3');
    assert.deepEqual(parametersOf([4, 4, 4], depthToSpace(2)), []);
  });

  it('channel (i·block + j)·c₀ + c becomes channel c of pixel (i, j)', () => {
    const x = { shape: [1, 1, 2, 8], data: Float32Array.from({ length: 16 }, (_, i) => i) };
    assert.deepEqual(
      [...computed(x, [depthToSpace(2)])],
      [0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15],
    );
  });

  it('TensorFlow’s kernel gives the same', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 2, max: 3 }),
        (c, h, w, block) => {
          const x = drawn([2, h, w, c * block * block]);
          const wanted = tf.tidy(() =>
            tf
              .depthToSpace(tf.tensor4d(Float32Array.from(x.data), [2, h, w, c * block * block]), block)
              .dataSync(),
          );
          assert.deepEqual(computed(x, [depthToSpace(block)]), wanted);
        },
      ),
      { numRuns: 30, seed: 3 },
    ));

  it('each undoes the other', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        (c, h, w, block) => {
          const deep = drawn([2, h, w, c * block * block]);
          assert.deepEqual([...computed(deep, [depthToSpace(block), spaceToDepth(block)])], [...Float32Array.from(deep.data)]); // prettier-ignore
          const wide = drawn([2, h * block, w * block, c]);
          assert.deepEqual([...computed(wide, [spaceToDepth(block), depthToSpace(block)])], [...Float32Array.from(wide.data)]); // prettier-ignore
        },
      ),
      { numRuns: 30, seed: 4 },
    ));

  it('gradients', () => {
    gradientsAgree([2, 3, 8], [depthToSpace(2)]);
    gradientsAgree([4, 2, 3], [spaceToDepth(2)]);
  });

  it('S02, S28', () => {
    assert.deepEqual(says([4, 4, 4], depthToSpace(0)), [
      '✗ S02 depthToSpace: block 0 is not a positive whole number; give 1 or more',
    ]);
    assert.deepEqual(says([4, 4, 4], spaceToDepth(0.5)), [
      '✗ S02 spaceToDepth: block 0.5 is not a positive whole number; give 1 or more',
    ]);
    assert.deepEqual(says([4, 4, 10], depthToSpace(2)), [
      '✗ S28 depthToSpace: channels 10 of 4×4×10 are not divisible by 4; give a multiple of 4 channels',
    ]);
    assert.deepEqual(says([5, 7, 3], spaceToDepth(2)), [
      '✗ S28 spaceToDepth: height 5 of 5×7×3 is not divisible by 2; crop or pad to a multiple of 2',
    ]);
    assert.deepEqual(says(['5*h', 7, 3], spaceToDepth(2)), [
      '✗ S28 spaceToDepth: width 7 of 5*h×7×3 is not divisible by 2; crop or pad to a multiple of 2',
    ]);
  });
});
