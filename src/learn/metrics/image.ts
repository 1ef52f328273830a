/**
 * Images as plain arrays: their size, their agreement with it, and the way from floats to bytes.
 *
 * Elements lie row by row, the channels of a pixel side by side.
 */
import { fault, type Fault } from '../../base/fault.js';

/** The size of an image in pixels and channels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Fault M01 for each array whose length is not that of the size, or one for a size that is none. */
export const sizeFaults = (
  size: ImageSize,
  arrays: Readonly<Record<string, { readonly length: number }>>,
): readonly Fault[] => {
  const { height, width, channels } = size;
  const text = `${height}×${width}×${channels}`;
  if (![height, width, channels].every((one) => Number.isSafeInteger(one) && one > 0)) {
    return [
      wrong('M01', 'size', text, 'whole numbers from 1 for height, width and channels', 'correct the size'),
    ];
  }
  return Object.entries(arrays)
    .filter(([, array]) => array.length !== height * width * channels)
    .map(([name, array]) =>
      wrong(
        'M01',
        name,
        `${array.length} elements`,
        `${height * width * channels} for ${text}`,
        'give height, width and channels of the array',
      ),
    );
};

/**
 * Bytes 0 … 255 from numbers in [−1, 1]: (x + 1)·127.5, clipped, then truncated, not rounded, as the published
 * evaluations do. The arithmetic is that of float32, so that numbers on a boundary fall to the same side; NaN
 * becomes 0.
 *
 * Source: the image code of PG2; Def-GAN's 255·(x + 1)/2 with a cast gives the same.
 *
 * @example
 * ```ts
 * toUint8(new Float32Array([-1, 0, 0.999, 7])); // 0, 127, 254, 255
 * ```
 */
export const toUint8 = (values: Float32Array): Uint8Array<ArrayBuffer> => {
  const out = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const scaled = Math.fround(Math.fround(values[i]! + 1) * 127.5);
    out[i] = scaled > 255 ? 255 : scaled > 0 ? scaled : 0;
  }
  return out;
};

/** A fault of the metrics. */
export const wrong = (rule: string, where: string, got: string, wanted: string, fix: string): Fault =>
  fault({ rule, where, got, wanted, fix });
