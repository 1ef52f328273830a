/**
 * Structural similarity in the variants that published pose-transfer results use, and in TensorFlow's.
 *
 * They differ in window, colour, border and in what they take for the range of values, enough to change a table:
 * a report must name the variant. Sources: PG2 score.py (`pg2`), Def-GAN test.py with scikit-image 0.13 (`defgan`),
 * PDIG score.py (`pdig`), `tf.image.ssim` (`tf`).
 */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import { sizeFaults, wrong, type ImageSize } from './image.js';
import { planeSsim, type Plane, type PlaneRule } from './ssim-plane.js';
import { gaussianWindow, uniformWindow } from './window.js';

/**
 * - `pg2`: uniform 7×7, sample covariance, range 255, border of 3 left out, mean over channels.
 * - `defgan`: Gaussian σ 1.5 cut at 13 taps, range that of the generated image, border of 5 left out.
 * - `pdig`: as `pg2` on the luminance of RGB, range that of the reference's luminance.
 * - `tf`: Gaussian σ 1.5 of 11 taps, fixed range, windows that lie wholly inside.
 */
export type SsimVariant = 'pg2' | 'defgan' | 'pdig' | 'tf';

/**
 * The structural similarity of two images of bytes 0 … 255, 1 for equal ones. Where the variant takes an image's own
 * range and the image is constant, the range counts as 1, so that the result stays a number. Faults: M01 for arrays
 * unlike the size, M02 for an image smaller than the window, M03 for `pdig` without three channels.
 *
 * @example
 * ```ts
 * const grey = new Uint8Array(16 * 16).fill(90);
 * ssim(grey, grey, { height: 16, width: 16, channels: 1 }, 'pg2'); // Right(1)
 * ```
 */
export const ssim = (
  reference: Uint8Array,
  generated: Uint8Array,
  size: ImageSize,
  variant: SsimVariant,
): E.Either<readonly Fault[], number> => {
  const faults = imageFaults(reference, generated, size, variant);
  if (faults.length > 0) return E.left(faults);
  if (variant === 'pdig') {
    const greyReference = luminance(reference);
    const planes = [whole(greyReference), whole(luminance(generated))] as const;
    return E.right(planeSsim(...planes, size.height, size.width, rangeOf(greyReference), rules[variant]));
  }
  const range = variant === 'defgan' ? rangeOf(generated) : 255;
  return E.right(meanOverChannels(reference, generated, size, range, rules[variant]));
};

/**
 * The structural similarity of two images of numbers that range over `range`, 1 for images in [0, 1], as
 * `tf.image.ssim`: variant `tf`, mean over channels. Faults: M01, M02, and M04 for a range that is not positive.
 */
export const ssimOfFloats = (
  reference: Float32Array,
  generated: Float32Array,
  size: ImageSize,
  range = 1,
): E.Either<readonly Fault[], number> => {
  const faults = [...imageFaults(reference, generated, size, 'tf')];
  if (!(range > 0 && range < Infinity)) {
    faults.push(
      wrong('M04', 'range', String(range), 'a positive number', 'give the difference of white and black'),
    );
  }
  return faults.length > 0
    ? E.left(faults)
    : E.right(meanOverChannels(reference, generated, size, range, rules.tf));
};

/**
 * Mask-SSIM: both images are multiplied by a mask of zeros and ones (height × width), then compared. The black
 * background counts, as in the published numbers. Faults: those of `ssim`, M01 for a mask unlike the size, M05 for a
 * mask with other values.
 */
export const maskSsim = (
  reference: Uint8Array,
  generated: Uint8Array,
  mask: Uint8Array,
  size: ImageSize,
  variant: SsimVariant,
): E.Either<readonly Fault[], number> => {
  const faults = [
    ...imageFaults(reference, generated, size, variant),
    ...sizeFaults({ ...size, channels: 1 }, { mask }),
  ];
  const other = mask.find((value) => value > 1);
  if (other !== undefined) {
    faults.push(
      wrong('M05', 'mask', `the value ${other}`, 'zeros and ones', 'divide a mask of 0 and 255 by 255'),
    );
  }
  if (faults.length > 0) return E.left(faults);
  const masked = (image: Uint8Array): Uint8Array =>
    image.map((value, index) => value * mask[Math.floor(index / size.channels)]!);
  return ssim(masked(reference), masked(generated), size, variant);
};

const sample = 49 / 48;

const rules: { readonly [V in SsimVariant]: PlaneRule } = {
  pg2: { window: uniformWindow(7), crop: 3, covarianceScale: sample },
  defgan: { window: gaussianWindow(6, 1.5), crop: 5, covarianceScale: 1 },
  pdig: { window: uniformWindow(7), crop: 3, covarianceScale: sample },
  tf: { window: gaussianWindow(5, 1.5), crop: 5, covarianceScale: 1 },
};

const imageFaults = (
  reference: Uint8Array | Float32Array,
  generated: Uint8Array | Float32Array,
  size: ImageSize,
  variant: SsimVariant,
): readonly Fault[] => {
  const faults = [...sizeFaults(size, { reference, generated })];
  const least = 2 * rules[variant].crop + 1;
  if (size.height < least || size.width < least) {
    const got = `an image of ${size.height}×${size.width}`;
    faults.push(wrong('M02', `ssim ${variant}`, got, `at least ${least}×${least}`, 'compare larger images'));
  }
  if (variant === 'pdig' && size.channels !== 3) {
    const got = `${size.channels} channels`;
    faults.push(wrong('M03', 'ssim pdig', got, '3, red, green and blue', 'choose another variant'));
  }
  return faults;
};

const meanOverChannels = (
  reference: Uint8Array | Float32Array,
  generated: Uint8Array | Float32Array,
  { height, width, channels }: ImageSize,
  range: number,
  rule: PlaneRule,
): number => {
  let total = 0;
  for (let offset = 0; offset < channels; offset++) {
    const x = { values: reference, offset, stride: channels };
    const y = { values: generated, offset, stride: channels };
    total += planeSsim(x, y, height, width, range, rule);
  }
  return total / channels;
};

const whole = (values: Float64Array): Plane => ({ values, offset: 0, stride: 1 });

/** The luminance of RGB with the weights of scikit-image's rgb2gray (ITU-R BT.709). */
const luminance = (image: Uint8Array): Float64Array => {
  const out = new Float64Array(image.length / 3);
  for (let i = 0; i < out.length; i++) {
    out[i] = 0.2125 * image[3 * i]! + 0.7154 * image[3 * i + 1]! + 0.0721 * image[3 * i + 2]!;
  }
  return out;
};

const rangeOf = (values: Uint8Array | Float64Array): number => {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return high > low ? high - low : 1;
};
