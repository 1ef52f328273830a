/**
 * Reading one picture of a set: the bytes stay under the set's folder, are a JPEG or a PNG, and decode whole to the
 * size that the set has.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import sharp from 'sharp';
import { fault, type Fault } from '../base/fault.js';
import { unreadable } from './lines.js';
import { nameProblem } from './names.js';
import { describeSize, sameSize, type Size } from './size.js';

/** Where pictures lie and what they must be like. */
export interface PictureSet {
  /** The folder's real path (no links in it). */
  readonly folder: string;
  /** The size of the files. */
  readonly stored: Size;
  /** The size that is wanted; other than `stored`, the picture is resized (Lanczos). */
  readonly size: Size;
  /** `rgb`: three bytes a pixel. `mask`: one byte a pixel, 1 where the file is at least 128, else 0. */
  readonly kind: 'rgb' | 'mask';
}

/** Bytes that a file may have. */
const largestFile = 64 * 2 ** 20;

/**
 * Reads a picture: bytes row by row, channels last.
 *
 * Faults: D01 the file cannot be read, D04 the name, D10 it is no whole JPEG or PNG, D11 its size, D12 it leads out
 * of its folder.
 */
export const readPicture =
  (set: PictureSet, name: string): TE.TaskEither<readonly Fault[], Uint8Array> =>
  async () => {
    const where = join(set.folder, name);
    const bytes = await readContained(set.folder, name);
    if (E.isLeft(bytes)) return bytes;
    if (!isJpeg(bytes.right) && !isPng(bytes.right)) return E.left([undecodable(where, 'another format')]);
    const decoded = await decode(where, bytes.right, set);
    return E.isLeft(decoded) ? decoded : E.right(await fit(decoded.right, set));
  };

/** A file's bytes, if its real path lies under the folder. */
const readContained = async (folder: string, name: string): Promise<E.Either<readonly Fault[], Buffer>> => {
  const path = join(folder, name);
  const problem = nameProblem(name);
  if (problem !== undefined) return E.left([fault({ rule: 'D04', where: folder, ...problem })]);
  try {
    const real = await realpath(path);
    if (!real.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return E.left([escapes(path)]);
    const about = await stat(real);
    if (!about.isFile()) return E.left([undecodable(path, 'something that is not a file')]);
    if (about.size > largestFile) return E.left([undecodable(path, `${about.size} bytes`)]);
    return E.right(await readFile(real));
  } catch (caught) {
    return E.left([unreadable(path, caught)]);
  }
};

const decode = async (
  where: string,
  bytes: Buffer,
  set: PictureSet,
): Promise<E.Either<readonly Fault[], Buffer>> => {
  const { stored } = set;
  try {
    const { data, info } = await sharp(bytes, {
      failOn: 'warning',
      limitInputPixels: stored.height * stored.width,
    })
      .removeAlpha()
      .toColourspace(set.kind === 'rgb' ? 'srgb' : 'b-w')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return sameSize(info, stored) ? E.right(data) : E.left([wrongSize(where, info, stored)]);
  } catch (caught) {
    const size = await sizeOf(bytes);
    if (size !== undefined && size.height * size.width > stored.height * stored.width) {
      return E.left([wrongSize(where, size, stored)]);
    }
    const message = (caught instanceof Error ? caught.message : String(caught)).replace(/\s+/g, ' ').trim();
    return E.left([undecodable(where, message)]);
  }
};

const sizeOf = (bytes: Buffer): Promise<Size | undefined> =>
  sharp(bytes, { limitInputPixels: false })
    .metadata()
    .then(
      ({ height, width }) => ({ height, width }),
      () => undefined,
    );

const fit = async (data: Buffer, set: PictureSet): Promise<Uint8Array> => {
  const channels = set.kind === 'rgb' ? 3 : 1;
  const { height, width } = set.size;
  const fitted = sameSize(set.stored, set.size)
    ? data
    : await sharp(data, { raw: { height: set.stored.height, width: set.stored.width, channels } })
        .resize({ height, width, fit: 'fill', kernel: 'lanczos3' })
        .toColourspace(set.kind === 'rgb' ? 'srgb' : 'b-w')
        .raw({ depth: 'uchar' })
        .toBuffer();
  return set.kind === 'rgb' ? fitted : Uint8Array.from(fitted, (byte) => (byte >= 128 ? 1 : 0));
};

const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

const isPng = (bytes: Uint8Array): boolean =>
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, i) => bytes[i] === byte);

const undecodable = (where: string, got: string): Fault =>
  fault({
    rule: 'D10',
    where,
    got,
    wanted: 'a whole JPEG or PNG picture',
    fix: 'fetch the file again, or pass skipBad to leave its pairs out',
  });

const wrongSize = (where: string, got: Size, wanted: Size): Fault =>
  fault({
    rule: 'D11',
    where,
    got: `${describeSize(got)} pixels (height × width)`,
    wanted: describeSize(wanted),
    fix: "resize the set's pictures, or give the layout the size that they have",
  });

const escapes = (where: string): Fault =>
  fault({
    rule: 'D12',
    where,
    got: 'a link that leads out of its folder',
    wanted: 'a file under the folder',
    fix: 'put the picture itself there, or link the whole folder',
  });
