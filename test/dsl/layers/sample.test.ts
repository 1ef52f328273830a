/** Sampling: when noise is drawn, which, how it passes the gradient; rule S36. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import { unsafeActivate } from '../../../src/backend/index.js';
import { random } from '../../../src/base/random.js';
import { tensorProgram } from '../../../src/compile/index.js';
import { bring, conv, input, model, parts, region, sample, seq } from '../../../src/dsl/index.js';
import { unsafePlan } from '../plans.js';
import { drawn, gradientsAgree, near, planOf, says } from './runs.js';

const x = drawn([2, 3, 2, 4]);
const sampled = (layers: readonly unknown[], mode: 'train' | 'infer', seed: number, step: number) =>
  tf.tidy(() => {
    const inputs = { x: tf.tensor(Float32Array.from(x.data), [...x.shape]) };
    const noise = { seed, step };
    const { outputs } = tensorProgram(planOf([3, 2, 4], layers, mode)).run({ inputs, parameters: {}, noise });
    return Float32Array.from(outputs['output']!.dataSync());
  });
const noises = (layer: unknown, mode: 'train' | 'infer'): readonly string[] =>
  planOf([3, 2, 4], [layer], mode).noises.map(({ path, shape }) => `${path} ${shape.join('×')}`);

describe('sample', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('adds the noise of (seed, step, path), times the deviation', () => {
    const wanted = (path: string, seed: number, step: number, deviation: number): Float32Array =>
      random(seed, 'noise', path, step)
        .normals(48)
        .map((one, i) => x.data[i]! + deviation * one);
    near(sampled([sample()], 'train', 5, 2), wanted('sample1/noise', 5, 2, 1));
    near(sampled([sample({ deviation: 0.2 })], 'train', 5, 3), wanted('sample1/noise', 5, 3, 0.2));
    near(sampled([sample({ when: 'never' }), sample()], 'train', 6, 3), wanted('sample2/noise', 6, 3, 1));
  });

  it('is standard normal around the mean', () => {
    const plan = planOf([32, 32, 8], [sample()], 'train');
    const values = tf.tidy(() => {
      const { outputs } = tensorProgram(plan).run({
        inputs: { x: tf.fill([2, 32, 32, 8], 3) },
        parameters: {},
        noise: { seed: 1, step: 0 },
      });
      return Float32Array.from(outputs['output']!.dataSync());
    });
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
    const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length;
    assert.ok(Math.abs(mean - 3) < 0.03 && Math.abs(variance - 1) < 0.04, `${mean}, ${variance}`);
  });

  it('passes the mean itself at inference, and whenever no noise is asked for', () => {
    for (const [layer, mode] of [
      [sample(), 'infer'],
      [sample({ when: 'never' }), 'train'],
      [sample({ when: 'never' }), 'infer'],
      [sample({ deviation: 0, when: 'always' }), 'infer'],
    ] as const) {
      assert.deepEqual(noises(layer, mode), []);
      assert.deepEqual(sampled([layer], mode, 1, 1), x.data);
    }
  });

  it('draws at inference too where it shall', () => {
    const always = sample({ when: 'always' });
    assert.deepEqual(noises(always, 'infer'), ['sample1/noise n×3×2×4']);
    assert.deepEqual(sampled([always], 'infer', 3, 4), sampled([always], 'train', 3, 4));
    assert.notDeepEqual(sampled([always], 'infer', 3, 4), sampled([always], 'infer', 3, 5));
  });

  it('draws for every part', () => {
    const cut = region({ boxes: 'boxes', height: 2, width: 2 });
    const declared = model(seq(input('x', 3, 2, 4), bring(input('boxes', 1, 3, 4)), parts(3, cut, sample())));
    assert.deepEqual(
      unsafePlan(declared, 'train').noises.map(({ path, shape }) => `${path} ${shape.join('×')}`),
      ['parts1/sample1/noise 3*n×2×2×4'],
    );
  });

  it('has the gradient of the mean', () => gradientsAgree([3, 2, 2], [conv(3), sample(), conv(2)]));
});

describe('S36: a deviation is a number of 0 or more', () => {
  it('accepts 0', () => assert.equal(says([3, 2, 4], sample({ deviation: 0 })), '3×2×4'));
  for (const deviation of [-1, NaN, Infinity])
    it(`refuses ${deviation}`, () =>
      assert.deepEqual(says([3, 2, 4], sample({ deviation })), [
        `✗ S36 sample: deviation ${deviation} is not a number of 0 or more; give the standard deviation of the noise`,
      ]));
});
