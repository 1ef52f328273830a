/** What a network of the VGG family is fed. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import { unsafeActivate } from '../../../src/backend/index.js';
import { term } from '../../../src/learn/index.js';
import { computed, near, numbers } from './computed.js';

describe('vggInput', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const pixels = { x: numbers([1, 1, 2, 3], [-1, 0, 1, 0.5, -0.5, 1]) };

  it('is blue, green, red of 0 … 255 less their means', async () => {
    const { shape, data } = await computed(({ x }) => term.vggInput(x!), pixels);
    assert.deepEqual(shape, [1, 1, 2, 3]);
    const wanted = [
      ...[255 - 103.939, 127.5 - 116.779, 0 - 123.68],
      ...[255 - 103.939, 63.75 - 116.779, 191.25 - 123.68],
    ];
    wanted.forEach((one, i) => near(data[i]!, one, 1e-5));
  });

  it('of Def-GAN takes the mean of blue off red and that of red off blue', async () => {
    const { data } = await computed(({ x }) => term.vggInputOfDefGan(x!), pixels);
    const wanted = [
      ...[255 - 123.68, 127.5 - 116.779, 0 - 103.939],
      ...[255 - 123.68, 63.75 - 116.779, 191.25 - 103.939],
    ];
    wanted.forEach((one, i) => near(data[i]!, one, 1e-5));
  });
});
