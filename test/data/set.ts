/** A small set of posed people on disk, for tests: pictures of one colour each. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import sharp from 'sharp';
import type { Fault } from '../../src/base/fault.js';
import {
  annotationCsv,
  market1501,
  openDataset,
  pairsCsv,
  pairsOf,
  type Annotation,
  type Dataset,
  type Keypoints,
  type Layout,
  type OpenOptions,
} from '../../src/data/index.js';

export const stored = { height: 16, width: 8 };

export const keypointsAt = (seed: number): Keypoints =>
  Array.from({ length: 18 }, (_, joint) =>
    joint === 17 ? null : { y: (seed + joint) % stored.height, x: (3 * seed + joint) % stored.width },
  );

export const jpeg = (shade: number, size = stored): Promise<Buffer> =>
  sharp({
    create: {
      width: size.width,
      height: size.height,
      channels: 3,
      background: { r: shade, g: 255 - shade, b: 7 },
    },
  })
    .jpeg({ quality: 100 })
    .toBuffer();

/** Writes `people` people of `each` images; the shade of image i is 10·i. */
export const makeSet = async (root: string, people = 2, each = 3): Promise<Layout> => {
  const layout = market1501(root, stored);
  await mkdir(join(root, layout.images('train')), { recursive: true });
  const rows: Annotation[] = Array.from({ length: people * each }, (_, i) => ({
    name: `${String(Math.floor(i / each) + 1).padStart(4, '0')}_c1s1_${String(i).padStart(6, '0')}_00.jpg`,
    keypoints: keypointsAt(i),
  }));
  for (const [i, row] of rows.entries()) {
    await writeFile(join(root, layout.images('train'), row.name), await jpeg(10 * i));
  }
  await writeFile(join(root, layout.annotations('train')), annotationCsv(rows));
  await writeFile(join(root, layout.pairs('train')), pairsCsv(pairsOf(rows)));
  return layout;
};

export const opened = async (layout: Layout, options: OpenOptions = {}): Promise<Dataset> =>
  right(await openDataset(layout, 'train', options)());

export const right = <A>(either: E.Either<readonly Fault[], A>): A => {
  if (E.isLeft(either)) throw new Error(either.left.map((one) => one.text).join('\n'));
  return either.right;
};

export const left = <A>(either: E.Either<readonly Fault[], A>): readonly Fault[] => {
  if (E.isRight(either)) throw new Error('no fault');
  return either.left;
};

export const rules = (faults: readonly Fault[]): readonly string[] => faults.map((one) => one.rule);
