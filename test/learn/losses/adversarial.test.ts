/** What adversaries say, against closed forms and at the ends of float32. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { unsafeActivate } from '../../../src/backend/index.js';
import { term } from '../../../src/learn/index.js';
import { gradient, gradientHolds, near, numbers, scalar, type Read } from './computed.js';

const column = (...values: readonly number[]) => ({ z: numbers([values.length, 1], values) });
const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

describe('adversarial terms', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  describe('bceWithLogits', () => {
    const bce = (label: 0 | 1) => (read: Read) => term.bceWithLogits(read['z']!, label);

    it('is the cross-entropy of the logistic function', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.double({ min: -12, max: 12, noNaN: true }), { minLength: 1, maxLength: 6 }),
          async (logits) => {
            const sigma = logits.map((z) => 1 / (1 + Math.exp(-z)));
            near(await scalar(bce(1), column(...logits)), -mean(sigma.map((p) => Math.log(p))), 1e-5);
            near(await scalar(bce(0), column(...logits)), -mean(sigma.map((p) => Math.log(1 - p))), 1e-4);
          },
        ),
        { numRuns: 40 },
      );
    });

    it('stays finite for logits of any size', async () => {
      for (const z of [-3e38, -1000, 1000, 3e38]) {
        near(await scalar(bce(1), column(z)), Math.max(-z, 0), 1e-6);
        near(await scalar(bce(0), column(z)), Math.max(z, 0), 1e-6);
        assert.deepEqual([...(await gradient(bce(1), column(z), 'z'))], [z < 0 ? -1 : 0]);
      }
    });

    it('has the gradient σ(z) − label, at 0 too', async () => {
      for (const z of [-3, -0.1, 0, 0.1, 3]) {
        const sigma = 1 / (1 + Math.exp(-z));
        near((await gradient(bce(1), column(z), 'z'))[0]!, sigma - 1, 1e-6);
        near((await gradient(bce(0), column(z), 'z'))[0]!, sigma, 1e-6);
      }
    });
  });

  describe('logLoss', () => {
    const log = (label: 0 | 1, epsilon?: number) => (read: Read) => term.logLoss(read['z']!, label, epsilon);

    it('is the mean logarithm, by hand', async () => {
      near(await scalar(log(1), column(0.5, 0.25)), (Math.LN2 + 2 * Math.LN2) / 2, 1e-5);
      near(await scalar(log(0), column(0.5, 0.75)), (Math.LN2 + 2 * Math.LN2) / 2, 1e-5);
      near(await scalar(log(1, 0.5), column(0.5)), 0, 1e-6);
    });
    it('stays finite where a probability is 0 or 1', async () => {
      near(await scalar(log(1), column(0)), -Math.log(1e-7), 1e-5);
      near(await scalar(log(0), column(1)), -Math.log(1e-7), 1e-5);
      assert.ok(Number.isFinite((await gradient(log(1), column(0), 'z'))[0]));
    });
    it('has the gradient of finite differences', async () => {
      await gradientHolds(log(1), column(0.3, 0.8), 'z', { step: 1e-3 });
      await gradientHolds(log(0), column(0.3, 0.8), 'z', { step: 1e-3 });
    });
  });

  describe('leastSquares', () => {
    const squares = (label: 0 | 1) => (read: Read) => term.leastSquares(read['z']!, label);
    it('is the mean squared distance to the label, by hand', async () => {
      near(await scalar(squares(1), column(1, 3, -1)), (0 + 4 + 4) / 3, 1e-6);
      near(await scalar(squares(0), column(1, 3, -1)), (1 + 9 + 1) / 3, 1e-6);
    });
    it('has the gradient of finite differences', () => gradientHolds(squares(1), column(0.4, -2), 'z'));
  });

  describe('Wasserstein', () => {
    const both = { real: numbers([2, 1], [3, 1]), fake: numbers([2, 1], [-1, 2]) };
    const critic = ({ real, fake }: Read) => term.wassersteinCritic(real!, fake!);
    const generator = ({ fake }: Read) => term.wassersteinGenerator(fake!);
    it('is the difference of means for the critic, the negative mean for the generator', async () => {
      near(await scalar(critic, both), 0.5 - 2, 1e-6);
      near(await scalar(generator, both), -0.5, 1e-6);
    });
    it('pulls critic and generator apart', async () => {
      assert.deepEqual([...(await gradient(critic, both, 'real'))], [-1]);
      assert.deepEqual([...(await gradient(critic, both, 'fake'))], [1]);
      assert.deepEqual([...(await gradient(generator, both, 'fake'))], [-1]);
    });
  });
});
