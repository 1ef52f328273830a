/**
 * A split of a data set on disk, opened: its annotations and pairs in memory, its pictures on disk until a batch
 * wants them.
 */
import { readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../base/fault.js';
import type { Annotation } from './csv.js';
import { resizeKeypoints } from './joints.js';
import { checkLayout, type Layout, type Split } from './layout.js';
import { unreadable } from './lines.js';
import { readAnnotations, readPairs, type ReadOptions } from './read-csv.js';
import { describeSize, isSize, largestSide, sameSize, type Size } from './size.js';
import { addSkipped, type Skipped } from './tally.js';

/** A split of posed people, ready for `batches`. */
export interface Dataset {
  readonly name: string;
  readonly split: Split;
  /** The size of the pictures on disk. */
  readonly stored: Size;
  /** The size of the tensors: pictures and key points are resized to it. */
  readonly size: Size;
  /** Real path of the folder of pictures. */
  readonly images: string;
  /** Real path of the folder of person masks, if the set has one. */
  readonly masks: string | undefined;
  /** Key points in pixels of `size`. */
  readonly annotations: readonly Annotation[];
  /** Pair i leads from `annotations[from[i]]` to `annotations[to[i]]`. */
  readonly pairs: {
    readonly length: number;
    readonly from: Uint32Array;
    readonly to: Uint32Array;
    /** 1 for a pair that is shown mirrored, else 0; none is if this is left out. */
    readonly mirrored?: Uint8Array;
  };
  /** Rows of the two CSV files that were left out. */
  readonly skipped: Skipped;
  readonly warnings: readonly Fault[];
}

/** How a data set is opened. */
export interface OpenOptions extends ReadOptions {
  /** The size of the tensors, in pixels; the stored size if left out. */
  readonly size?: Size;
  /** Each pair a second time, left and right exchanged (`withMirrored`). Default false. */
  readonly mirror?: boolean;
}

/**
 * Opens a split: checks that its files are there, reads and checks both CSV files.
 *
 * Faults: D01–D08 of the CSV files, D09 something is missing, D14 no pairs, D15 the size.
 */
export const openDataset =
  (layout: Layout, split: Split, options: OpenOptions = {}): TE.TaskEither<readonly Fault[], Dataset> =>
  async () => {
    const size = options.size ?? layout.stored;
    if (!isSize(size)) return E.left([badSize(layout, size)]);
    const complete = await checkLayout(layout, [split])();
    if (E.isLeft(complete)) return complete;
    const folder = join(layout.root, layout.images(split));
    const files = await filesUnder(folder);
    if (E.isLeft(files)) return files;

    const annotated = await readAnnotations(join(layout.root, layout.annotations(split)), {
      ...options,
      size: layout.stored,
    })();
    if (E.isLeft(annotated)) return annotated;
    const annotations = annotated.right.rows.map((row) => ({
      name: row.name,
      keypoints: resizeKeypoints(row.keypoints, layout.stored, size),
    }));
    const places = new Map(annotations.map((row, index) => [row.name, index]));

    const pairsFile = join(layout.root, layout.pairs(split));
    const paired = await readPairs(pairsFile, {
      ...options,
      images: {
        has: (name) => places.has(name) && files.right.has(name),
        lacks: (name) => (places.has(name) ? `a picture in ${layout.images(split)}/` : 'an annotation'),
      },
    })();
    if (E.isLeft(paired)) return paired;
    const pairs = paired.right.rows;
    if (pairs.length === 0) return E.left([noPairs(pairsFile)]);

    const dataset: Dataset = {
      name: layout.name,
      split,
      stored: layout.stored,
      size,
      images: await realpath(folder),
      masks: await realpath(join(layout.root, layout.masks(split))).catch(() => undefined),
      annotations,
      pairs: {
        length: pairs.length,
        from: Uint32Array.from(pairs, (pair) => places.get(pair.from) ?? 0),
        to: Uint32Array.from(pairs, (pair) => places.get(pair.to) ?? 0),
      },
      skipped: addSkipped(annotated.right.skipped, paired.right.skipped),
      warnings: [...annotated.right.warnings, ...paired.right.warnings],
    };
    return E.right(options.mirror === true ? withMirrored(dataset) : dataset);
  };

/** A data set of `count` of its pairs, spread evenly; all of them where it has no more. */
export const thinned = (dataset: Dataset, count: number): Dataset => {
  const { length, from, to, mirrored } = dataset.pairs;
  if (count >= length) return dataset;
  const places = Array.from({ length: count }, (_, i) => Math.floor((i * length) / count));
  const pick = (all: Uint32Array): Uint32Array => Uint32Array.from(places, (place) => all[place]!);
  const kept =
    mirrored === undefined ? {} : { mirrored: Uint8Array.from(places, (place) => mirrored[place]!) };
  return { ...dataset, pairs: { length: count, from: pick(from), to: pick(to), ...kept } };
};

/**
 * A data set with each of its pairs twice, as it is and, in the second half, mirrored: pictures, masks and key points
 * are exchanged left for right when they are read, nothing is written. PG2 trains on flipped copies so.
 *
 * Source: charliememory/Pose-Guided-Person-Image-Generation, `datasets/convert_market.py`.
 */
export const withMirrored = (dataset: Dataset): Dataset => {
  const { length, from, to, mirrored = new Uint8Array(length) } = dataset.pairs;
  const twice = (indices: Uint32Array): Uint32Array => {
    const out = new Uint32Array(2 * length);
    out.set(indices);
    out.set(indices, length);
    return out;
  };
  return {
    ...dataset,
    pairs: {
      length: 2 * length,
      from: twice(from),
      to: twice(to),
      // A pair that was mirrored already is turned back.
      mirrored: Uint8Array.from({ length: 2 * length }, (_, i) =>
        i < length ? mirrored[i]! : 1 - mirrored[i - length]!,
      ),
    },
  };
};

/** `Market-1501 train: 240 pairs of 32 images, 128×64 shown at 64×32`. */
export const describeDataset = (dataset: Dataset): string => {
  const shown = sameSize(dataset.stored, dataset.size) ? '' : ` shown at ${describeSize(dataset.size)}`;
  const masks = dataset.masks === undefined ? '' : ', with masks';
  const mirrored =
    dataset.pairs.mirrored?.some((one) => one === 1) === true ? ', mirrored copies among them' : '';
  return (
    `${dataset.name} ${dataset.split}: ${dataset.pairs.length} pairs of ${dataset.annotations.length} images, ` +
    `${describeSize(dataset.stored)}${shown}${masks}${mirrored}`
  );
};

/** The names of all files under a folder, `/` between their parts. */
const filesUnder = async (folder: string): Promise<E.Either<readonly Fault[], ReadonlySet<string>>> => {
  try {
    const names = await readdir(folder, { recursive: true });
    return E.right(new Set(sep === '/' ? names : names.map((name) => name.split(sep).join('/'))));
  } catch (caught) {
    return E.left([unreadable(folder, caught)]);
  }
};

const noPairs = (where: string): Fault =>
  fault({
    rule: 'D14',
    where,
    got: 'no pairs',
    wanted: 'at least one',
    fix: 'write the pairs with writePairs(path, pairsOf(annotations))',
  });

const badSize = (layout: Layout, size: Size): Fault =>
  fault({
    rule: 'D15',
    where: 'size',
    got: describeSize(size),
    wanted: `a whole height and width from 1 to ${largestSide}`,
    fix: `leave size out for the set's own ${describeSize(layout.stored)}`,
  });
