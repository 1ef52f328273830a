/** Differences of images against their closed forms. */
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { random } from '../../../src/base/random.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import { term } from '../../../src/learn/index.js';
import { gradientHolds, near, numbers, scalar, type Read } from './computed.js';

const shape = [2, 2, 3, 2];
const images = (seed: number) => ({
  a: numbers(shape, random(seed, 'a').normals(24)),
  b: numbers(shape, random(seed, 'b').normals(24)),
  mask: numbers(
    [2, 2, 3, 1],
    random(seed, 'mask')
      .uniforms(12)
      .map((one) => (one < 0.5 ? 1 : 0)),
  ),
});

describe('reconstruction terms', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const l1 = ({ a, b }: Read) => term.l1(a!, b!);
  const maskL1 = ({ a, b, mask }: Read) => term.maskL1(a!, b!, mask!, 0.5);
  const meanSquares = ({ a, b }: Read) => term.meanSquares(a!, b!);

  it('of four numbers, by hand', async () => {
    const four = {
      a: numbers([1, 1, 2, 2], [1, -1, 0, 2]),
      b: numbers([1, 1, 2, 2], [0, 1, 0, -1]),
      mask: numbers([1, 1, 2, 1], [0, 1]),
    };
    near(await scalar(l1, four), (1 + 2 + 0 + 3) / 4, 1e-6);
    near(await scalar(maskL1, four), 6 / 4 + (0.5 * 3) / 4, 1e-6);
    near(await scalar(meanSquares, four), (1 + 4 + 0 + 9) / 4, 1e-6);
  });

  it('have the gradient of finite differences', async () => {
    for (const one of [l1, maskL1, meanSquares]) await gradientHolds(one, images(1), 'a', { step: 1e-3 });
  });

  it('are 0 for an image and itself, the same turned round, and never negative', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(10_000), async (seed) => {
        const { a, b, mask } = images(seed);
        for (const one of [l1, maskL1, meanSquares]) {
          near(await scalar(one, { a, b: a, mask }), 0, 1e-7);
          const there = await scalar(one, { a, b, mask });
          near(there, await scalar(one, { a: b, b: a, mask }), 1e-6);
          if (there < 0) throw new Error(`${there} is negative`);
        }
      }),
      { numRuns: 20 },
    );
  });
});
