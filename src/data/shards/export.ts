/**
 * Training data as files for other programs: what `batches` feeds, written once, so that nobody else has to know how a
 * pose becomes a tensor.
 *
 * A folder holds shards (safetensors, each tensor n×h×w×c, the pairs' image names in the metadata) and `index.json`.
 * It is whole or absent. Pairs stand in the source's own order, each once: shuffling is the reader's.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, isFaultError, type Fault } from '../../base/fault.js';
import { mapValues } from '../../base/record.js';
import { encodeSafetensors } from '../../files/safetensors.js';
import { writeFileAtomically, writeFolderAtomically } from '../../files/write.js';
import type { Batch } from '../batch.js';
import { batches, shapesOf } from '../batches.js';
import type { Binding, ChannelsByName } from '../bind.js';
import type { Dataset } from '../dataset.js';
import { encodedTensor } from './encoding.js';
import { indexText, shardFormat, shardName, type ShardEntry, type ShardIndex } from './index-file.js';

/** What is exported, and where to. */
export interface ExportOptions {
  /** What the tensors are made for: it stands in the index. */
  readonly name: string;
  readonly binding: Binding<ChannelsByName>;
  /** The pairs, for a binding of feeds; a source of arrays gives those of its epoch 0. */
  readonly dataset?: Dataset;
  /** The folder to make. */
  readonly out: string;
  /** Pairs in a shard; as many as 256 MiB hold in float32 by default, and 1024 at most. */
  readonly shardPairs?: number;
  /** Leaves pairs out that cannot be read. */
  readonly skipBad?: boolean;
  readonly signal?: AbortSignal;
  /** Called after each shard; `total` is absent where nobody knows it. */
  readonly onProgress?: (pairs: number, total?: number) => void;
}

/** What was written. */
export interface ExportReport {
  readonly out: string;
  readonly index: ShardIndex;
  /** Bytes of all shards. */
  readonly bytes: number;
  /** What `skipBad` left out, told once each. */
  readonly skipped: readonly Fault[];
}

/**
 * Writes the pairs as shards into a new folder, whole or not at all.
 *
 * Faults: those of `batches`; D15 `shardPairs`, D17 stopped by the signal, F01 if the disk refuses, F02 if the folder
 * exists, W02 or W05 for names that safetensors cannot hold.
 *
 * @example
 * ```ts
 * await exportShards({ name: 'unet', binding, dataset, out: 'shards/train' })();
 * // Right: shards/train/index.json, shards/train/train-00000.safetensors, …
 * ```
 */
export const exportShards = (options: ExportOptions): TE.TaskEither<readonly Fault[], ExportReport> => {
  const shapes = shapesOf(options.binding, options.dataset?.size ?? { height: 0, width: 0 });
  const shardPairs = options.shardPairs ?? pairsIn(shapes);
  if (!Number.isSafeInteger(shardPairs) || shardPairs < 1 || shardPairs > mostPairs) {
    return () => Promise.resolve(E.left([badShardPairs(shardPairs)]));
  }
  return writeFolderAtomically(options.out, (folder) => () => fill(folder, options, shapes, shardPairs));
};

type Shapes = Readonly<Record<string, readonly number[]>>;

/** Pairs that a shard may hold. */
const mostPairs = 65_536;
/** Bytes of a shard's numbers, all of which are in memory while it is made. */
const mostBytes = 256 * 2 ** 20;

const pairsIn = (shapes: Shapes): number => {
  const entries = Object.values(shapes).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return Math.min(1024, Math.max(1, Math.floor(mostBytes / (4 * Math.max(1, entries)))));
};

const fill = async (
  folder: string,
  options: ExportOptions,
  shapes: Shapes,
  shardPairs: number,
): Promise<E.Either<readonly Fault[], ExportReport>> => {
  const { name, binding, dataset, out } = options;
  const total = dataset?.pairs.length;
  const shards: ShardEntry[] = [];
  const skipped = new Map<string, Fault>();
  let pairs = 0;
  try {
    for await (const batch of shardsOf(options, shardPairs)) {
      if (options.signal?.aborted === true) return E.left([stopped(out, pairs, total)]);
      batch.skipped.forEach((one) => skipped.set(one.text, one));
      const written = await writeShard(folder, shardName(dataset?.split ?? 'data', shards.length), batch);
      if (E.isLeft(written)) return written;
      shards.push(written.right);
      pairs += written.right.pairs;
      options.onProgress?.(pairs, total);
    }
  } catch (caught) {
    if (isFaultError(caught)) return E.left(caught.faults);
    throw caught;
  }
  const index: ShardIndex = {
    ...shardFormat,
    name,
    source: dataset === undefined ? '' : `${dataset.name} ${dataset.split}`,
    order: 'as in the source',
    pairs,
    tensors: Object.fromEntries(
      Object.entries(shapes).map(([tensor, shape]) => [tensor, { shape, feed: feedOf(binding, tensor) }]),
    ),
    shards,
  };
  const written = await writeFileAtomically(join(folder, 'index.json'), indexText(index))();
  if (E.isLeft(written)) return written;
  const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
  return E.right({ out, index, bytes, skipped: [...skipped.values()] });
};

/* A batch is a shard: read as they are trained on, in order, one at a time. */
const shardsOf = (
  { binding, dataset, skipBad = false }: ExportOptions,
  size: number,
): AsyncIterable<Batch<ChannelsByName>> => {
  const options = { size, shuffle: false, dropLast: false, epochs: 1, prefetch: 0, skipBad };
  if (binding.tag === 'arrays') return batches(binding, options);
  if (dataset === undefined) throw new Error('feeds of people without a data set');
  return batches(dataset, binding, options);
};

const writeShard = async (
  folder: string,
  file: string,
  batch: Batch<ChannelsByName>,
): Promise<E.Either<readonly Fault[], ShardEntry>> => {
  const held = mapValues(batch.arrays, ({ data, shape }) => encodedTensor(data, shape));
  const encoded = encodeSafetensors(
    mapValues(held, ({ tensor }) => tensor),
    { format: 'maskskip-shard', names: JSON.stringify(batch.names) },
  );
  if (E.isLeft(encoded)) return encoded;
  const bytes = encoded.right;
  const written = await writeFileAtomically(join(folder, file), bytes)();
  if (E.isLeft(written)) return written;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const encodings = mapValues(held, ({ encoding }) => encoding);
  return E.right({ file, pairs: batch.names.length, bytes: bytes.length, sha256, encodings });
};

const feedOf = (binding: Binding<ChannelsByName>, name: string): string =>
  binding.tag === 'people' ? (binding.feeds[name]?.name ?? '') : 'an array of a program';

const badShardPairs = (got: number): Fault =>
  fault({
    rule: 'D15',
    where: 'shardPairs',
    got: String(got),
    wanted: `a whole number from 1 to ${mostPairs}`,
    fix: 'change the option',
  });

const stopped = (where: string, done: number, total: number | undefined): Fault =>
  fault({
    rule: 'D17',
    where,
    got: `a stop after ${done} pairs`,
    wanted: total === undefined ? 'the end of the source' : `all ${total}`,
    fix: 'run it again; nothing of it was kept',
  });
