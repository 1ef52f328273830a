/** A batch of examples as tensors' contents, and how batches are asked for. */
import { fault, type Fault } from '../base/fault.js';
import type { ChannelsByName } from './bind.js';

/** A tensor's contents: float32, row-major, the batch's axis first and channels last. */
export interface BatchArray {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Some examples, stacked. */
export interface Batch<Channels extends ChannelsByName> {
  /** Counted from 0 through all epochs: `skip` of a resumed run is the last index plus 1. */
  readonly index: number;
  readonly epoch: number;
  readonly arrays: { readonly [Name in keyof Channels]: BatchArray };
  /** The images' names, source then target, of each example; a source of arrays gives their place in the epoch. */
  readonly names: readonly (readonly string[])[];
  /** What `skipBad` left out of this batch. */
  readonly skipped: readonly Fault[];
}

/** How examples become batches. */
export interface BatchOptions {
  /** Examples in a batch. */
  readonly size: number;
  /** Default 0. */
  readonly seed?: number;
  /** A new order each epoch, from the seed. Default true; turn it off for an evaluation. */
  readonly shuffle?: boolean;
  /** Passes over the data. Default 1; `Infinity` for as long as batches are taken. */
  readonly epochs?: number;
  /** Batches to pass over before the first: with the same seed and size, a resumed run sees what it would have. */
  readonly skip?: number;
  /** Leave out an epoch's last batch if it is not full. Default: as `shuffle`. */
  readonly dropLast?: boolean;
  /** Batches made ahead of their use. Default 2. */
  readonly prefetch?: number;
  /** Files read and decoded at once. Default 8. */
  readonly concurrency?: number;
  /** Bytes of decoded pictures to keep. Default 512 MiB. */
  readonly cacheBytes?: number;
  /**
   * Go on without pairs that cannot be read. With `dropLast` another pair, drawn from the seed, takes a faulty
   * pair's place, so that batches stay full; without it the batch is smaller. Default false: a fault ends the run.
   */
  readonly skipBad?: boolean;
}

/** The options with nothing left out. */
export type FullBatchOptions = Required<BatchOptions>;

/** Puts in the defaults. Fault D15 for each number out of its range. */
export const fullBatchOptions = (
  options: BatchOptions,
): { readonly faults: readonly Fault[]; readonly full: FullBatchOptions } => {
  const shuffle = options.shuffle ?? true;
  const full: FullBatchOptions = {
    size: options.size,
    seed: options.seed ?? 0,
    shuffle,
    epochs: options.epochs ?? 1,
    skip: options.skip ?? 0,
    dropLast: options.dropLast ?? shuffle,
    prefetch: options.prefetch ?? 2,
    concurrency: options.concurrency ?? 8,
    cacheBytes: options.cacheBytes ?? 512 * 2 ** 20,
    skipBad: options.skipBad ?? false,
  };
  const faults = ranges.flatMap(([key, least, most]) => {
    const value = full[key];
    const whole = Number.isSafeInteger(value) || (value === Infinity && most === Infinity);
    return whole && value >= least && value <= most ? [] : [outOfRange(key, value, least, most)];
  });
  return { faults, full };
};

const ranges: readonly (readonly [
  key: 'size' | 'seed' | 'epochs' | 'skip' | 'prefetch' | 'concurrency' | 'cacheBytes',
  least: number,
  most: number,
])[] = [
  ['size', 1, 65_536],
  ['seed', 0, Number.MAX_SAFE_INTEGER],
  ['epochs', 0, Infinity],
  ['skip', 0, Number.MAX_SAFE_INTEGER],
  ['prefetch', 0, 64],
  ['concurrency', 1, 256],
  ['cacheBytes', 0, Infinity],
];

const outOfRange = (where: string, got: number, least: number, most: number): Fault =>
  fault({
    rule: 'D15',
    where,
    got: String(got),
    wanted: most === Infinity ? `a whole number from ${least}` : `a whole number from ${least} to ${most}`,
    fix: 'change the option',
  });

/** Fault D14: not one batch comes out of an epoch. */
export const noBatches = (where: string, count: number, size: number): Fault =>
  fault({
    rule: 'D14',
    where,
    got: `${count} example${count === 1 ? '' : 's'} for batches of ${size}`,
    wanted: 'at least one batch an epoch',
    fix: count === 0 ? 'give it some data' : 'make size smaller or pass dropLast: false',
  });

/** The place of the first number in `data[start … end)` that is not finite, or −1. */
export const firstNotFinite = (data: Float32Array, start: number, end: number): number => {
  // Zero times a finite number adds nothing: one pass of sums is much faster than a test of each.
  let sum = 0;
  for (let i = start; i < end; i++) sum += data[i]! * 0;
  if (sum === 0) return -1;
  const at = data.subarray(start, end).findIndex((one) => !Number.isFinite(one));
  return start + at;
};
