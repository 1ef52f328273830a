import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../../src/base/fault.js';
import { random } from '../../../src/base/random.js';
import {
  bootstrap,
  l1,
  l1OfBytes,
  maskSsim,
  ssim,
  ssimOfFloats,
  toUint8,
  type SsimVariant,
} from '../../../src/learn/metrics/index.js';

const size = { height: 128, width: 64, channels: 3 };
const variants: readonly SsimVariant[] = ['pg2', 'defgan', 'pdig', 'tf'];

/** An image from a formula of row, column and channel. */
const image = (of: (row: number, column: number, channel: number) => number): Uint8Array => {
  const { height, width, channels } = size;
  return Uint8Array.from({ length: height * width * channels }, (_, i) =>
    of(Math.floor(i / (width * channels)), Math.floor(i / channels) % width, i % channels),
  );
};
const reference = image((r, c, k) => (7 * r + 13 * c + 29 * k + ((r * c) % 17) * 5) % 256);
const generated = reference.map((value, i) => {
  const [r, c, k] = [Math.floor(i / 192), Math.floor(i / 3) % 64, i % 3];
  return Math.min(255, Math.floor(0.8 * value + 0.5 * ((3 * r + 5 * c + 11 * k) % 97)));
});

const right = <A>(result: E.Either<readonly Fault[], A>): A => {
  assert.ok(E.isRight(result), E.isLeft(result) ? result.left[0]!.text : '');
  return result.right;
};
const rule = (result: E.Either<readonly Fault[], unknown>): string => {
  assert.ok(E.isLeft(result), 'was accepted');
  return result.left[0]!.rule;
};
const near = (got: number, wanted: number, tolerance: number): void =>
  assert.ok(Math.abs(got - wanted) <= tolerance, `${got}, wanted ${wanted}`);

describe('learn/metrics', () => {
  describe('ssim', () => {
    // pg2 and defgan: computed with scikit-image; pdig and tf: with a direct two-dimensional sum in numpy.
    const golden = { pg2: 0.96215665, defgan: 0.96082495, pdig: 0.96542775, tf: 0.96083122 };
    for (const variant of variants) {
      it(`gives the golden value of ${variant}`, () => {
        assert.equal(
          reference.reduce((sum, one) => sum + one, 0),
          3_131_679,
        );
        assert.equal(
          generated.reduce((sum, one) => sum + one, 0),
          3_084_406,
        );
        near(right(ssim(reference, generated, size, variant)), golden[variant], 1e-8);
      });

      it(`is 1 for equal images and less for others, at most 1: ${variant}`, () => {
        near(right(ssim(reference, reference, size, variant)), 1, 1e-9);
        const small = { height: 13, width: 12, channels: 3 };
        const bytes = fc.uint8Array({ minLength: 468, maxLength: 468 });
        fc.assert(
          fc.property(bytes, bytes, (a, b) => {
            const value = right(ssim(a, b, small, variant));
            assert.ok(Number.isFinite(value) && value <= 1 + 1e-9 && value >= -1 - 1e-9);
          }),
          { numRuns: 30 },
        );
      });

      it(`stays a number for constant images: ${variant}`, () => {
        const black = new Uint8Array(reference.length);
        const white = black.map(() => 255);
        near(right(ssim(white, white, size, variant)), 1, 1e-6);
        assert.ok(right(ssim(black, white, size, variant)) < 0.01);
        assert.ok(Number.isFinite(right(ssim(reference, black, size, variant))));
        assert.ok(Number.isFinite(right(ssim(black, generated, size, variant))));
      });
    }

    it('takes the range from the generated image in defgan, from the reference in pdig', () => {
      // A brighter pixel in the very corner is left out of the comparison, but stretches the range.
      const stretched = (bytes: Uint8Array): Uint8Array => bytes.map((value, i) => (i < 3 ? 255 : value));
      const dull = generated.map((value) => Math.floor(value / 4));
      const base = right(ssim(reference, dull, size, 'defgan'));
      assert.ok(Math.abs(right(ssim(reference, stretched(dull), size, 'defgan')) - base) > 1e-3);
      const dullReference = right(ssim(dull, generated, size, 'pdig'));
      assert.ok(Math.abs(right(ssim(stretched(dull), generated, size, 'pdig')) - dullReference) > 1e-3);
    });

    it('of floats is the tf variant', () => {
      const floats = (bytes: Uint8Array): Float32Array => Float32Array.from(bytes, (one) => one / 255);
      near(right(ssimOfFloats(floats(reference), floats(generated), size)), 0.96083122, 1e-7);
      near(
        right(ssimOfFloats(Float32Array.from(reference), Float32Array.from(generated), size, 255)),
        0.96083122,
        1e-8,
      );
      assert.equal(rule(ssimOfFloats(floats(reference), floats(generated), size, 0)), 'M04');
      assert.equal(rule(ssimOfFloats(floats(reference), floats(generated), size, NaN)), 'M04');
    });

    it('M01: refuses arrays unlike the size', () => {
      assert.equal(rule(ssim(reference, generated.subarray(1), size, 'pg2')), 'M01');
      assert.equal(rule(ssim(reference, generated, { ...size, height: 0 }, 'pg2')), 'M01');
    });
    it('M02: refuses an image smaller than the window', () => {
      const tiny = new Uint8Array(10 * 20);
      const result = ssim(tiny, tiny, { height: 10, width: 20, channels: 1 }, 'tf');
      assert.ok(E.isLeft(result));
      assert.match(result.left[0]!.text, /^✗ M02 ssim tf: got an image of 10×20, wanted at least 11×11/);
      right(ssim(tiny, tiny, { height: 10, width: 20, channels: 1 }, 'pg2'));
    });
    it('M03: refuses pdig without colour', () => {
      const grey = new Uint8Array(400);
      assert.equal(rule(ssim(grey, grey, { height: 20, width: 20, channels: 1 }, 'pdig')), 'M03');
    });
  });

  describe('maskSsim', () => {
    const ellipse = Uint8Array.from({ length: 128 * 64 }, (_, i) =>
      (Math.floor(i / 64) - 64) ** 2 / 4 + ((i % 64) - 32) ** 2 <= 400 ? 1 : 0,
    );
    it('compares the masked images', () => {
      assert.equal(
        ellipse.reduce((sum, one) => sum + one, 0),
        2509,
      );
      near(right(maskSsim(reference, generated, ellipse, size, 'pg2')), 0.98877513, 1e-8);
    });
    it('of a mask of ones is ssim, of zeros 1', () => {
      const ones = ellipse.map(() => 1);
      const plain = right(ssim(reference, generated, size, 'defgan'));
      assert.equal(right(maskSsim(reference, generated, ones, size, 'defgan')), plain);
      near(
        right(
          maskSsim(
            reference,
            generated,
            ones.map(() => 0),
            size,
            'pg2',
          ),
        ),
        1,
        1e-9,
      );
    });
    it('M05: refuses other values, M01 another size', () => {
      assert.equal(
        rule(
          maskSsim(
            reference,
            generated,
            ellipse.map((one) => one * 255),
            size,
            'pg2',
          ),
        ),
        'M05',
      );
      assert.equal(rule(maskSsim(reference, generated, ellipse.subarray(1), size, 'pg2')), 'M01');
    });
  });

  describe('toUint8', () => {
    it('clips and truncates', () => {
      const values = Float32Array.of(-7, -1, -0.999, 0, 0.5, 0.999, 1, 7, NaN, Infinity, -Infinity);
      assert.deepEqual([...toUint8(values)], [0, 0, 0, 127, 191, 254, 255, 255, 0, 255, 0]);
    });
    it('gives a byte back to within the one that truncation takes', () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      const back = toUint8(Float32Array.from(bytes, (one) => one / 127.5 - 1));
      assert.ok(back.every((one, i) => one === i || one === i - 1));
    });
  });

  describe('l1', () => {
    it('is the mean absolute difference', () => {
      near(right(l1(Float32Array.of(-1, 0, 1), Float32Array.of(1, 0, 0.5))), 2.5 / 3, 1e-12);
      near(right(l1OfBytes(Uint8Array.of(0, 255), Uint8Array.of(255, 255))), 1, 1e-12);
    });
    it('M01, M06: refuses images of two sizes and of none', () => {
      assert.equal(rule(l1(new Float32Array(1), new Float32Array(2))), 'M01');
      assert.equal(rule(l1(new Float32Array(0), new Float32Array(0))), 'M06');
    });
  });

  describe('bootstrap', () => {
    it('gives the same interval for the same seed, another for another', () => {
      const values = [...random(1, 'values').normals(50)];
      assert.deepEqual(bootstrap(values, { seed: 3 }), bootstrap(values, { seed: 3 }));
      assert.notDeepEqual(bootstrap(values, { seed: 3 }), bootstrap(values, { seed: 4 }));
    });

    it("agrees with the normal distribution's interval for many values", () => {
      const values = random(2, 'values').normals(400);
      const mean = values.reduce((sum, one) => sum + one, 0) / 400;
      const error = Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 400 / 400);
      const interval = right(bootstrap(Float64Array.from(values), { seed: 5 }));
      near(interval.mean, mean, 1e-12);
      near(interval.low, mean - 1.96 * error, 0.06 * error * 1.96);
      near(interval.high, mean + 1.96 * error, 0.06 * error * 1.96);
    });

    it('covers the true mean about as often as its level says', () => {
      let covered = 0;
      for (let trial = 0; trial < 300; trial++) {
        const values = [...random(trial, 'coverage').normals(40)].map((one) => one + 2);
        const { low, high } = right(bootstrap(values, { seed: trial, resamples: 300, level: 0.8 }));
        if (low <= 2 && high >= 2) covered++;
      }
      near(covered / 300, 0.79, 0.07);
    });

    it('is shifted and scaled with the values', () => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: -64, max: 64 }), { minLength: 1, maxLength: 9 }), (values) => {
          const options = { seed: 1, resamples: 60 };
          const plain = right(bootstrap(values, options));
          const moved = right(
            bootstrap(
              values.map((one) => 4 * one + 16),
              options,
            ),
          );
          for (const key of ['mean', 'low', 'high'] as const) near(moved[key], 4 * plain[key] + 16, 1e-9);
          assert.ok(plain.low <= plain.high);
        }),
      );
    });

    it('M06, M07, M08: refuses no values, NaN, and options out of range', () => {
      assert.equal(rule(bootstrap([], { seed: 1 })), 'M06');
      assert.equal(rule(bootstrap([1, NaN], { seed: 1 })), 'M07');
      assert.equal(rule(bootstrap([1], { seed: 1, resamples: 0 })), 'M08');
      assert.equal(rule(bootstrap([1], { seed: 1, level: 1 })), 'M08');
    });
  });
});
