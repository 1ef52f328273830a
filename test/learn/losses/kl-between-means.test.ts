/** The divergence of two normal distributions of unit variance. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { random } from '../../../src/base/random.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import { term } from '../../../src/learn/index.js';
import { gradientHolds, near, numbers, scalar, type Read } from './computed.js';

describe('klBetweenMeans', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const kl = ({ q, p }: Read) => term.klBetweenMeans(q!, p!);

  it('sums over the entries of an example and takes the mean over examples, by hand', async () => {
    const means = { q: numbers([2, 1, 1, 2], [1, 2, 0, 0]), p: numbers([2, 1, 1, 2], [0, 0, 0, 4]) };
    near(await scalar(kl, means), (0.5 * (1 + 4) + 0.5 * 16) / 2, 1e-6);
    const codes = { q: numbers([1, 3], [1, 1, 1]), p: numbers([1, 3], [0, 0, 0]) };
    near(await scalar(kl, codes), 1.5, 1e-6);
  });

  it('is the integral of q·log(q/p) for one dimension', async () => {
    for (const [q, p] of [
      [0.5, -1],
      [2, 2],
      [-1, 1.5],
    ] as const) /* prettier-ignore */ {
      let integral = 0;
      for (let x = -12; x <= 12; x += 0.01) {
        const log = (mean: number): number => -((x - mean) ** 2) / 2;
        integral += (0.01 * Math.exp(log(q)) * (log(q) - log(p))) / Math.sqrt(2 * Math.PI);
      }
      near(await scalar(kl, { q: numbers([1, 1], [q]), p: numbers([1, 1], [p]) }), integral, 1e-4);
    }
  });

  it('does not depend on how many equal examples there are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(10_000), async (seed) => {
        const one = (name: string) => random(seed, name).normals(8);
        const [q, p] = [one('q'), one('p')];
        const single = { q: numbers([1, 2, 2, 2], q), p: numbers([1, 2, 2, 2], p) };
        const twice = {
          q: numbers([2, 2, 2, 2], [...q, ...q]),
          p: numbers([2, 2, 2, 2], [...p, ...p]),
        };
        near(await scalar(kl, twice), await scalar(kl, single), 1e-5);
      }),
      { numRuns: 10 },
    );
  });

  it('has the gradient of finite differences', async () => {
    const means = {
      q: numbers([2, 2, 2, 2], random(1, 'q').normals(16)),
      p: numbers([2, 2, 2, 2], random(1, 'p').normals(16)),
    };
    await gradientHolds(kl, means, 'q');
    await gradientHolds(kl, means, 'p');
  });
});
