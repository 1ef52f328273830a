/** Structural similarity and the candidates made of it: against the metric, and against a loop over windows. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { random } from '../../../src/base/random.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import { ssimOfFloats, term } from '../../../src/learn/index.js';
import { multiply } from '../../../src/ops/elementwise.js';
import { input } from '../../../src/ops/leaves.js';
import { computed, gradientHolds, near, numbers, scalar, type Numbers, type Read } from './computed.js';

const [h, w, c] = [14, 12, 3];
const size = { height: h, width: w, channels: c };
/** Smooth images with some noise, in [0, 1]. */
const image = (seed: number, n = 1): Numbers => {
  const noise = random(seed, 'image').uniforms(n * h * w * c);
  return numbers(
    [n, h, w, c],
    noise.map((one, i) => 0.5 + 0.3 * Math.sin(i / (7 + (seed % 5))) + 0.2 * (one - 0.5)),
  );
};
const mask = (seed: number, n = 1): Numbers =>
  numbers(
    [n, h, w, 1],
    random(seed, 'mask')
      .uniforms(n * h * w)
      .map((one) => (one < 0.4 ? 1 : 0)),
  );
const signed = ({ shape, data }: Numbers): Numbers => numbers(shape, data.map((one) => 2 * one - 1)); // prettier-ignore
const metric = (a: Numbers, b: Numbers): number => {
  const result = ssimOfFloats(a.data, b.data, size);
  assert.ok(E.isRight(result));
  return result.right;
};

/** Equation 13 for one window, directly: weighted means, variances and covariance. */
const mapByLoops = (a: Numbers, b: Numbers, taps: number, sigma: number): Float64Array => {
  const line = Array.from({ length: taps }, (_, i) =>
    Math.exp(-((i - (taps - 1) / 2) ** 2) / (2 * sigma ** 2)),
  );
  const total = line.reduce((sum, one) => sum + one, 0) ** 2;
  const [rows, columns] = [h - taps + 1, w - taps + 1];
  return Float64Array.from({ length: rows * columns * c }, (_, at) => {
    const [row, column, channel] = [Math.floor(at / (columns * c)), Math.floor(at / c) % columns, at % c];
    const mean = (of: (i: number) => number): number => {
      let sum = 0;
      for (let y = 0; y < taps; y++)
        for (let x = 0; x < taps; x++)
          sum += (line[y]! * line[x]! * of(((row + y) * w + column + x) * c + channel)) / total;
      return sum;
    };
    const [ma, mb] = [mean((i) => a.data[i]!), mean((i) => b.data[i]!)];
    const va = mean((i) => (a.data[i]! - ma) ** 2);
    const vb = mean((i) => (b.data[i]! - mb) ** 2);
    const covariance = mean((i) => (a.data[i]! - ma) * (b.data[i]! - mb));
    return ((2 * ma * mb + 1e-4) * (2 * covariance + 9e-4)) / ((ma ** 2 + mb ** 2 + 1e-4) * (va + vb + 9e-4));
  });
};
const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, one) => sum + one, 0) / values.length;

describe('ssim terms', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const ssim = ({ a, b }: Read) => term.ssim(a!, b!);

  it('ssim is the metric of variant tf', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), async (seed) => {
        const [a, b] = [image(seed), image(seed + 1)];
        near(await scalar(ssim, { a, b }), metric(a, b), 2e-6);
      }),
      { numRuns: 10 },
    );
  });

  it('ssim gives the golden value of the metric on its pair of pictures', async () => {
    const bytes = Uint8Array.from({ length: 128 * 64 * 3 }, (_, i) => {
      const [r, column, k] = [Math.floor(i / 192), Math.floor(i / 3) % 64, i % 3];
      return (7 * r + 13 * column + 29 * k + ((r * column) % 17) * 5) % 256;
    });
    const other = bytes.map((value, i) => {
      const [r, column, k] = [Math.floor(i / 192), Math.floor(i / 3) % 64, i % 3];
      return Math.min(255, Math.floor(0.8 * value + 0.5 * ((3 * r + 5 * column + 11 * k) % 97)));
    });
    const unit = (of: Uint8Array): Numbers =>
      numbers(
        [1, 128, 64, 3],
        Float32Array.from(of, (one) => one / 255),
      );
    near(await scalar(ssim, { a: unit(other), b: unit(bytes) }), 0.96083122, 1e-6);
  });

  it('ssim of a batch is the mean of its pairs', async () => {
    const [a, b] = [image(1, 2), image(2, 2)];
    const half = (of: Numbers, i: number): Numbers =>
      numbers([1, h, w, c], of.data.slice(i * h * w * c, (i + 1) * h * w * c));
    const each = [0, 1].map((i) => metric(half(a, i), half(b, i)));
    near(await scalar(ssim, { a, b }), mean(each), 2e-6);
  });

  it('ssimMap is equation 13 at each window, for any window', async () => {
    const [a, b] = [image(3), image(4)];
    for (const [window, sigma] of [
      [11, 1.5],
      [7, 1],
      [4, 2],
    ] as const) /* prettier-ignore */ {
      const { shape, data } = await computed(
        (read) => term.ssimMap(read['a']!, read['b']!, { window, sigma }),
        { a, b },
      );
      assert.deepEqual(shape, [1, h - window + 1, w - window + 1, c]);
      mapByLoops(a, b, window, sigma).forEach((one, i) => near(data[i]!, one, 1e-5));
    }
  });

  it('ssim is 1 for an image and itself, symmetric, and at most 1', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), async (seed) => {
        const [a, b] = [image(seed), image(seed + 7)];
        near(await scalar(ssim, { a, b: a }), 1, 1e-6);
        const there = await scalar(ssim, { a, b });
        near(await scalar(ssim, { a: b, b: a }), there, 1e-6);
        assert.ok(there < 1);
      }),
      { numRuns: 5 },
    );
  });

  it('ssim stays a number for constant images', async () => {
    const flat = (value: number): Numbers => numbers([1, h, w, c], new Float32Array(h * w * c).fill(value));
    near(await scalar(ssim, { a: flat(1), b: flat(1) }), 1, 1e-4);
    assert.ok(Math.abs(await scalar(ssim, { a: flat(0), b: flat(1) })) < 0.01);
  });

  it('ssim has the gradient of finite differences', async () => {
    // A mean over many places has a small gradient; scaled, differences show it.
    const scaled = (read: Read) => multiply(ssim(read), 100);
    const both = { a: image(5), b: image(6) };
    await gradientHolds(scaled, both, 'a', { entries: 40, tolerance: 5e-3, step: 3e-3 });
    await gradientHolds(scaled, both, 'b', { entries: 20, tolerance: 5e-3, step: 3e-3 });
  });

  describe('enhancedWeightingA', () => {
    const all = { a: signed(image(8)), b: signed(image(9)), m: mask(1) };
    it('is mask-L1 and what the masked images lack to be alike', async () => {
      const masked = (of: Numbers): Numbers => numbers(of.shape, of.data.map((one, i) => ((one + 1) / 2) * all.m.data[Math.floor(i / c)]!)); // prettier-ignore
      const unlike = 1 - metric(masked(all.a), masked(all.b));
      const maskL1 = await scalar(({ a, b, m }) => term.maskL1(a!, b!, m!, 2), all);
      const of = (ssimWeight?: number) => (read: Read) =>
        term.enhancedWeightingA(read['a']!, read['b']!, read['m']!, {
          maskWeight: 2,
          ...(ssimWeight === undefined ? {} : { ssimWeight }),
        });
      near(await scalar(of(), all), maskL1 + unlike, 1e-5);
      near(await scalar(of(0.25), all), maskL1 + 0.25 * unlike, 1e-5);
      near(await scalar(of(0), all), maskL1, 1e-6);
    });
    it('is 0 for an image and itself', async () => {
      const alike = await scalar(({ a, m }) => term.enhancedWeightingA(a!, a!, m!), { a: all.a, m: all.m });
      near(alike, 0, 1e-6);
    });
    it('has the gradient of finite differences', () =>
      gradientHolds(({ a, b, m }) => term.enhancedWeightingA(a!, b!, m!, { ssimWeight: 100 }), all, 'a', {
        entries: 40,
        tolerance: 1e-2,
        step: 3e-3,
      }));
  });

  describe('enhancedWeightingB', () => {
    const all = { a: signed(image(8)), b: signed(image(9)), m: mask(1) };
    const b = (read: Read) => term.enhancedWeightingB(read['a']!, read['b']!, read['m']!);
    it('weighs the map by the mask in the middle of each window, by loops', async () => {
      const map = mapByLoops(image(8), image(9), 11, 1.5);
      const weighed = map.map((one, i) => {
        const [row, column] = [Math.floor(i / (2 * c)), Math.floor(i / c) % 2];
        return (1 - one) * (1 + all.m.data[(row + 5) * w + column + 5]!);
      });
      near(await scalar(b, all), mean(weighed), 1e-5);
    });
    it('is 1 − ssim without a mask, twice that with a mask of ones', async () => {
      const of = (value: number): Numbers => numbers([1, h, w, 1], new Float32Array(h * w).fill(value));
      const unlike = 1 - metric(image(8), image(9));
      near(await scalar(b, { ...all, m: of(0) }), unlike, 1e-5);
      near(await scalar(b, { ...all, m: of(1) }), 2 * unlike, 1e-5);
    });
  });

  it('say that a picture is smaller than the window', () => {
    const small = input('x', ['n', 8, 16, 3]);
    const m = input('m', ['n', 8, 16, 1]);
    const flaw = /^ssim: window 11×11 does not fit n×8×16×3$/;
    assert.match(term.ssim(small, small).flaw!, flaw);
    assert.match(term.enhancedWeightingA(small, small, m).flaw!, flaw);
    assert.match(term.enhancedWeightingB(small, small, m).flaw!, flaw);
    assert.equal(term.ssim(small, small, { window: 7 }).flaw, undefined);
    assert.match(term.ssim(small, input('y', ['n', 9, 16, 3])).flaw!, /does not broadcast/);
    assert.match(term.ssim(input('z', ['n', 9]), input('z', ['n', 9])).flaw!, /does not fit n×9/);
  });
});
