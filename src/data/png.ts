/** Pictures as PNG files. */
import sharp from 'sharp';
import type { Size } from './size.js';

/** RGB bytes, row by row, as a PNG file's bytes. */
export const pngOf = (rgb: Uint8Array, { height, width }: Size): Promise<Uint8Array> =>
  sharp(rgb, { raw: { height, width, channels: 3 } })
    .png()
    .toBuffer();
