/** A picture put together from smaller ones, with lettering over it. */
import sharp from 'sharp';
import { escaped } from './markup.js';

/** Height and width in pixels. */
export interface Box {
  readonly height: number;
  readonly width: number;
}

/** RGB bytes of a size. */
export interface Picture extends Box {
  readonly rgb: Uint8Array;
}

/** A picture and where its upper left corner goes. */
export interface Placed {
  readonly picture: Picture;
  readonly top: number;
  readonly left: number;
}

/** Text whose baseline begins at (top, left), or is centred there. */
export interface Lettering {
  readonly text: string;
  readonly top: number;
  readonly left: number;
  readonly size: number;
  readonly bold?: boolean;
  readonly centred?: boolean;
}

/** The sheet's brightness: light, and neither a mask's white nor its black. */
const paper = 236;

/** A PNG of a sheet with pictures and lettering on it. */
export const composed = async (
  { height, width }: Box,
  pictures: readonly Placed[],
  lettering: readonly Lettering[],
): Promise<Buffer> => {
  const sheet = new Uint8Array(height * width * 3).fill(paper);
  for (const { picture, top, left } of pictures) {
    const line = picture.width * 3;
    for (let y = 0; y < picture.height; y++) {
      sheet.set(picture.rgb.subarray(y * line, (y + 1) * line), ((top + y) * width + left) * 3);
    }
  }
  return sharp(sheet, { raw: { height, width, channels: 3 } })
    .composite([{ input: Buffer.from(letteringSvg({ height, width }, lettering)) }])
    .png()
    .toBuffer();
};

/** A photograph, larger and smooth. */
export const enlargedSmoothly = async (picture: Picture, factor: number): Promise<Picture> => {
  const { height, width, rgb } = picture;
  const box = { height: height * factor, width: width * factor };
  const larger = await sharp(rgb, { raw: { height, width, channels: 3 } })
    .resize({ ...box, fit: 'fill', kernel: 'lanczos3' })
    .raw()
    .toBuffer();
  return { ...box, rgb: larger };
};

/** A grid of values as squares of `factor` pixels, black or white. */
export const squares = (white: readonly boolean[], { height, width }: Box, factor: number): Picture => {
  const box = { height: height * factor, width: width * factor };
  const rgb = new Uint8Array(box.height * box.width * 3);
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++) {
      if (white[Math.floor(y / factor) * width + Math.floor(x / factor)] !== true) continue;
      rgb.fill(255, (y * box.width + x) * 3, (y * box.width + x + 1) * 3);
    }
  }
  return { ...box, rgb };
};

const letteringSvg = ({ height, width }: Box, lettering: readonly Lettering[]): string => {
  const lines = lettering.map(
    ({ text, top, left, size, bold = false, centred = false }) =>
      `<text x="${left}" y="${top}" font-size="${size}"${bold ? ' font-weight="bold"' : ''}` +
      `${centred ? ' text-anchor="middle"' : ''}>${escaped(text)}</text>`,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" fill="#212529" ` +
    `font-family="DejaVu Sans, Verdana, Arial, sans-serif">${lines.join('')}</svg>`
  );
};
