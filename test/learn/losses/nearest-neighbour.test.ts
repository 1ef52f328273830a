/** Def-GAN's nearest-neighbour term, against plain loops. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { random } from '../../../src/base/random.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import { term } from '../../../src/learn/index.js';
import { input } from '../../../src/ops/leaves.js';
import { gradientHolds, near, numbers, scalar, type Numbers, type Read } from './computed.js';

const [n, h, w, c] = [2, 4, 3, 2];
const features = (seed: number, name: string): Numbers =>
  numbers([n, h, w, c], random(seed, name).normals(n * h * w * c));

/** For each place the least sum of differences to a place in reach that is inside the image. */
const byLoops = (generated: Numbers, real: Numbers, window: number): number => {
  const reach = (window - 1) / 2;
  const at = (of: Numbers, example: number, row: number, column: number, channel: number): number =>
    of.data[((example * h + row) * w + column) * c + channel]!;
  let total = 0;
  for (let example = 0; example < n; example++)
    for (let row = 0; row < h; row++)
      for (let column = 0; column < w; column++) {
        let least = Infinity;
        for (let y = Math.max(0, row - reach); y <= Math.min(h - 1, row + reach); y++)
          for (let x = Math.max(0, column - reach); x <= Math.min(w - 1, column + reach); x++) {
            let sum = 0;
            for (let channel = 0; channel < c; channel++)
              sum += Math.abs(
                at(real, example, y, x, channel) - at(generated, example, row, column, channel),
              );
            least = Math.min(least, sum);
          }
        total += least;
      }
  return total / (n * h * w);
};

describe('nearestNeighbour', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const loss =
    (window: number) =>
    ({ a, b }: Read) =>
      term.nearestNeighbour(a!, b!, window);

  it('is what loops over places and their neighbours give', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(10_000), fc.constantFrom(1, 3, 5, 7), async (seed, window) => {
        const both = { a: features(seed, 'a'), b: features(seed, 'b') };
        near(await scalar(loss(window), both), byLoops(both.a, both.b, window), 1e-5);
      }),
      { numRuns: 20 },
    );
  });

  it('of a window of one place is the L1 difference times the channels', async () => {
    const both = { a: features(1, 'a'), b: features(1, 'b') };
    const l1 = await scalar(({ a, b }) => term.l1(a!, b!), both);
    near(await scalar(loss(1), both), c * l1, 1e-5);
  });

  it('forgives a shift within the window, but not at the border that nothing was shifted to', async () => {
    const [rows, columns] = [6, 6];
    const noise = random(3, 'image').normals(rows * columns);
    const shifted = noise.map((_, i) => (i % columns === 0 ? 0 : noise[i - 1]!));
    const both = { a: numbers([1, rows, columns, 1], shifted), b: numbers([1, rows, columns, 1], noise) };
    const [strict, wide] = [await scalar(loss(1), both), await scalar(loss(3), both)];
    assert.ok(strict > 0.5 && wide < strict / 4, `${strict} and ${wide}`);
  });

  it('never takes a place beyond the border, however far features are from each other', async () => {
    const far = { a: numbers([1, 2, 2, 1], [900, 900, 900, 900]), b: numbers([1, 2, 2, 1], [0, 0, 0, 0]) };
    near(await scalar(loss(5), far), 900, 1e-6);
    const small = { a: numbers([1, 1, 1, 1], [0.125]), b: numbers([1, 1, 1, 1], [0.1250001]) };
    near(await scalar(loss(3), small), 1.0e-7, 1e-8);
  });

  it('has the gradient of finite differences in both', async () => {
    const both = { a: features(5, 'a'), b: features(5, 'b') };
    await gradientHolds(loss(3), both, 'a', { step: 5e-4, tolerance: 2e-3 });
    await gradientHolds(loss(3), both, 'b', { step: 5e-4, tolerance: 2e-3 });
  });

  it('refuses a window without a middle', () => {
    const image = input('x', ['n', 4, 4, 2]);
    for (const window of [0, 2, 1.5, NaN])
      assert.match(term.nearestNeighbour(image, image, window).flaw!, /^nearestNeighbour: window .* odd/);
    assert.ok(term.nearestNeighbour(image, input('y', ['n', 4, 5, 2]), 3).flaw);
    assert.ok(term.nearestNeighbour(input('z', ['n', 8]), input('z', ['n', 8]), 3).flaw);
  });
});
