/**
 * Where a data set's files lie under its root. A layout is a value: a set of one's own is another such value.
 *
 * The two here are Def-GAN's: `market-…` for Market-1501 and `fasion-…` (spelt so) for DeepFashion.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../base/fault.js';
import { beforeFirstUnderscore, beforeLastUnderscore, type PersonOf } from './pairs.js';
import type { Size } from './size.js';

/** The half of a data set. */
export type Split = 'train' | 'test';

/** A data set's places and conventions. Paths are relative to the root. */
export interface Layout {
  readonly name: string;
  readonly root: string;
  /** The size of its pictures. */
  readonly stored: Size;
  /** The folder of pictures. */
  readonly images: (split: Split) => string;
  /** The annotation file (`name:keypoints_y:keypoints_x`). */
  readonly annotations: (split: Split) => string;
  /** The pairs file (`from,to`). */
  readonly pairs: (split: Split) => string;
  /** The folder of person masks; the set need not have one. */
  readonly masks: (split: Split) => string;
  /** Who is in an image: the rule by which `pairsOf` makes the pairs file. */
  readonly personOf: PersonOf;
}

/**
 * Market-1501: `market-dataset/{train,test}`, `market-annotation-*.csv`, `market-pairs-*.csv`. Its pictures are
 * 128×64; a synthetic set in its layout may have another `stored` size.
 */
export const market1501 = (root: string, stored: Size = { height: 128, width: 64 }): Layout =>
  prefixed(root, 'Market-1501', 'market', stored, beforeFirstUnderscore);

/**
 * DeepFashion: `fasion-dataset/{train,test}`, `fasion-annotation-*.csv`, `fasion-pairs-*.csv`. Its pictures are
 * 256×256 unless `stored` says otherwise.
 */
export const deepfashion = (root: string, stored: Size = { height: 256, width: 256 }): Layout =>
  prefixed(root, 'DeepFashion', 'fasion', stored, beforeLastUnderscore);

const prefixed = (root: string, name: string, prefix: string, stored: Size, personOf: PersonOf): Layout => ({
  name,
  root,
  stored,
  images: (split) => `${prefix}-dataset/${split}`,
  annotations: (split) => `${prefix}-annotation-${split}.csv`,
  pairs: (split) => `${prefix}-pairs-${split}.csv`,
  masks: (split) => `${prefix}-dataset-masks/${split}`,
  personOf,
});

/** Checks that the files and folders of a split are there. Fault D09 lists all that are missing. */
export const checkLayout =
  (layout: Layout, splits: readonly Split[] = ['train', 'test']): TE.TaskEither<readonly Fault[], void> =>
  async () => {
    const wanted = splits.flatMap((split): readonly (readonly [string, Kind])[] => [
      [layout.images(split), 'folder'],
      [layout.annotations(split), 'file'],
      [layout.pairs(split), 'file'],
    ]);
    const there = await Promise.all(wanted.map(([path, kind]) => isThere(join(layout.root, path), kind)));
    const missing = wanted.filter((_, i) => there[i] !== true);
    return missing.length === 0
      ? E.right(undefined)
      : E.left([incomplete(layout, missing, await isThere(layout.root, 'folder'))]);
  };

type Kind = 'folder' | 'file';

const isThere = (path: string, kind: Kind): Promise<boolean> =>
  stat(path).then(
    (about) => (kind === 'folder' ? about.isDirectory() : about.isFile()),
    () => false,
  );

const incomplete = (
  layout: Layout,
  missing: readonly (readonly [string, Kind])[],
  hasRoot: boolean,
): Fault => {
  const list = missing.map(([path, kind]) => (kind === 'folder' ? `${path}/` : path)).join(', ');
  const onlyPairs = missing.every(
    ([path]) => path === layout.pairs('train') || path === layout.pairs('test'),
  );
  return fault({
    rule: 'D09',
    where: layout.root,
    got: hasRoot ? `a folder without ${list}` : 'no such folder',
    wanted: hasRoot ? `the files of ${layout.name}` : `a folder with ${list}`,
    fix: onlyPairs
      ? 'write the pairs with writePairs(path, pairsOf(annotations))'
      : "name the folder above these, or make a synthetic set in this layout with 'synthesise'",
  });
};
