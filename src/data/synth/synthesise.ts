/**
 * Writes a set of synthetic posed people in Market-1501's layout, so that one reader serves both.
 *
 * ```
 * market-dataset/{train,test}/IIII_cCsS_FFFFFF_NN.jpg         market-annotation-{train,test}.csv
 * market-dataset-masks/{train,test}/IIII_cCsS_FFFFFF_NN.png   market-pairs-{train,test}.csv   synthetic.json
 * ```
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import sharp from 'sharp';
import { fault, type Fault } from '../../base/fault.js';
import { writeFault, writeFolderAtomically } from '../../files/write.js';
import { annotationCsv, pairsCsv } from '../csv.js';
import { joints } from '../joints.js';
import { maskName } from '../names.js';
import { checkOptions, type Checked, type SynthOptions } from './options.js';
import type { Rendered } from './render.js';
import { annotationsOf, pairsWithin, photographer, shots, type Shot, type Split, type Taken } from './set.js';

/** What was written. */
export interface SynthReport {
  /** The folder, as it was given. */
  readonly out: string;
  readonly images: Readonly<Record<Split, number>>;
  readonly identities: Readonly<Record<Split, number>>;
  readonly pairs: Readonly<Record<Split, number>>;
  /** For each of the 18 joints, the part of the images that lack it. */
  readonly missing: readonly number[];
}

/**
 * Renders a set of synthetic people and writes it to a new folder, whole or not at all.
 *
 * Images are JPEGs of `height` × `width` pixels, masks PNGs of the same size (0 or 255), key points pixels. Faults:
 * Y01 to Y03 for the options, Y04 if `signal` stopped it, F01 if the disk refuses, F02 if the folder exists.
 *
 * @example
 * ```ts
 * await synthesise({ out: 'people', identities: 2, testIdentities: 1, imagesPerIdentity: 8 })();
 * // Right: 16 images to train on and 8 to test with, under people/market-dataset
 * ```
 */
export const synthesise = (options: SynthOptions): TE.TaskEither<readonly Fault[], SynthReport> => {
  const checked = checkOptions(options);
  if (E.isLeft(checked)) return () => Promise.resolve(checked);
  const task = writeFolderAtomically(options.out, (beside) => () => fill(beside, options, checked.right));
  // Tidying up after a failure may fail as well, below a file for instance: that too is a fault.
  return pipe(
    TE.tryCatch(task, (caught) => [writeFault(options.out, caught)]),
    TE.chainEitherK((written) => written),
  );
};

/** The version of the renderer: it goes up whenever a seed's pictures change. */
const version = 1;

/** How many pictures may wait for the encoder and the disk while the next is rendered. */
const pending = 8;

const splits: readonly Split[] = ['train', 'test'];

const fill = async (
  folder: string,
  options: SynthOptions,
  checked: Checked,
): Promise<E.Either<readonly Fault[], SynthReport>> => {
  const all = shots(checked);
  const photograph = photographer(checked);
  const taken: Taken[] = [];
  const underWay = new Set<Promise<void>>();
  const faults: Fault[] = [];
  let done = 0;
  try {
    for (const split of splits) {
      for (const kind of ['market-dataset', 'market-dataset-masks']) {
        await mkdir(join(folder, kind, split), { recursive: true });
      }
    }
    for (const shot of all) {
      if (options.signal?.aborted === true) faults.push(stopped(options.out, done, all.length));
      if (faults.length > 0) break;
      const picture = photograph(shot);
      taken.push({ shot, keypoints: picture.keypoints });
      const written = writePicture(folder, shot, picture).then(
        () => void done++,
        (caught: unknown) => void faults.push(writeFault(join(options.out, shot.name), caught)),
      );
      underWay.add(written);
      void written.then(() => underWay.delete(written));
      // Waiting also lets signals and timers run between two pictures.
      if (underWay.size >= pending) await Promise.race(underWay);
      options.onProgress?.(done, all.length);
    }
    await Promise.all(underWay);
    if (faults.length > 0) return E.left(faults.slice(0, 1));
    options.onProgress?.(done, all.length);
    return E.right(await writeLists(folder, options.out, checked, taken));
  } catch (caught) {
    await Promise.allSettled(underWay);
    return E.left([writeFault(options.out, caught)]);
  }
};

const writePicture = async (folder: string, shot: Shot, picture: Rendered): Promise<void> => {
  const { height, width } = picture;
  const jpeg = await sharp(picture.rgb, { raw: { height, width, channels: 3 } })
    .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
    .toBuffer();
  const png = await sharp(picture.mask, { raw: { height, width, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 6 })
    .toBuffer();
  await writeFile(join(folder, 'market-dataset', shot.split, shot.name), jpeg);
  await writeFile(join(folder, 'market-dataset-masks', shot.split, maskName(shot.name)), png);
};

const writeLists = async (
  folder: string,
  out: string,
  checked: Checked,
  taken: readonly Taken[],
): Promise<SynthReport> => {
  const of = (split: Split): readonly Taken[] => taken.filter(({ shot }) => shot.split === split);
  const pairs = {
    train: pairsWithin(of('train'), false),
    test: pairsWithin(of('test'), checked.testPairs === 'other views'),
  };
  for (const split of splits) {
    await writeFile(join(folder, `market-annotation-${split}.csv`), annotationCsv(annotationsOf(of(split))));
    await writeFile(join(folder, `market-pairs-${split}.csv`), pairsCsv(pairs[split]));
  }
  const counts: Omit<SynthReport, 'out'> = {
    images: { train: of('train').length, test: of('test').length },
    identities: { train: checked.identities, test: checked.testIdentities },
    pairs: { train: pairs.train.length, test: pairs.test.length },
    missing: joints.map((_, joint) => share(taken, ({ keypoints }) => keypoints[joint] === null)),
  };
  const views = Object.fromEntries(taken.map(({ shot }) => [shot.name, shot.view]));
  const described = { format: 'maskskip synthetic people', version, ...checked, ...counts, views };
  await writeFile(join(folder, 'synthetic.json'), `${JSON.stringify(described, null, 1)}\n`);
  return { out, ...counts };
};

const share = <A>(items: readonly A[], holds: (item: A) => boolean): number =>
  Math.round((1000 * items.filter(holds).length) / Math.max(1, items.length)) / 1000;

const stopped = (out: string, done: number, total: number): Fault =>
  fault({
    rule: 'Y04',
    where: out,
    got: `a stop after ${done} of ${total} images`,
    wanted: 'the whole set',
    fix: 'run it again; nothing was left on the disk',
  });
