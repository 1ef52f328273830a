/**
 * The one door to training data: examples in batches, in an order that the seed alone decides, made ahead of use.
 */
import { fault, faultError, type Fault } from '../base/fault.js';
import { arrayBatches } from './array-batches.js';
import { fullBatchOptions, type Batch, type BatchOptions } from './batch.js';
import type { ArraysBinding, Binding, ChannelsByName, PeopleBinding } from './bind.js';
import type { Dataset } from './dataset.js';
import { feedShape, type AnyFeed } from './feed.js';
import { batchesAnEpoch, peopleBatches } from './people-batches.js';

/**
 * The batches of a data set's pairs, or of a source of arrays (pass its binding alone).
 *
 * float32, NHWC. The order is a function of seed, size and epoch: `skip` resumes at any batch without reading the
 * earlier ones (a source of arrays has to be read from its start). Only `prefetch` + 1 batches are held. The
 * iterable can be iterated again; stopping early ends all reading.
 *
 * Throws, when iterated, nothing but fault errors: D01, D04, D10–D12 for pictures, D09 no masks, D13 wrong numbers,
 * D14 no batch, D15 options.
 *
 * @example
 * ```ts
 * for await (const { arrays } of batches(dataset, binding, { size: 16, seed: 1, epochs: 3 })) {
 *   arrays.x_a.shape; // [16, 128, 64, 3]
 * }
 * ```
 */
export function batches<Channels extends ChannelsByName>(
  dataset: Dataset,
  binding: PeopleBinding<Channels>,
  options: BatchOptions,
): AsyncIterable<Batch<Channels>>;
export function batches<Channels extends ChannelsByName>(
  binding: ArraysBinding<Channels>,
  options: BatchOptions,
): AsyncIterable<Batch<Channels>>;
export function batches<Channels extends ChannelsByName>(
  ...given:
    | readonly [Dataset, PeopleBinding<Channels>, BatchOptions]
    | readonly [ArraysBinding<Channels>, BatchOptions]
): AsyncIterable<Batch<Channels>> {
  return {
    [Symbol.asyncIterator]: () => {
      if (given.length === 3) {
        const [dataset, binding, options] = given;
        const { faults, full } = fullBatchOptions(options);
        return faults.length > 0 ? failing(faults) : peopleBatches(dataset, binding, full);
      }
      const [binding, options] = given;
      const { faults, full } = fullBatchOptions(options);
      const all = options.shuffle === true ? [...faults, cannotShuffle] : faults;
      return all.length > 0 ? failing(all) : arrayBatches(binding, full);
    },
  };
}

/** How many batches the options give in all, for a data set of pairs. */
export const batchCount = (dataset: Dataset, options: BatchOptions): number => {
  const { full } = fullBatchOptions(options);
  return Math.max(0, batchesAnEpoch(dataset.pairs.length, full) * full.epochs - full.skip);
};

/** Each input's shape without the batch's axis: for checks against a network before any data are read. */
export const shapesOf = <Channels extends ChannelsByName>(
  binding: Binding<Channels>,
  size: Dataset['size'],
): { readonly [Name in keyof Channels]: readonly number[] } => {
  if (binding.tag === 'arrays') return binding.shapes;
  const shapes = Object.entries<AnyFeed>(binding.feeds).map(([name, one]): [string, readonly number[]] => [
    name,
    feedShape(one, size),
  ]);
  return Object.fromEntries(shapes) as { readonly [Name in keyof Channels]: readonly number[] };
};

async function* failing<A>(faults: readonly Fault[]): AsyncGenerator<A> {
  throw faultError(faults);
}

const cannotShuffle: Fault = fault({
  rule: 'D15',
  where: 'shuffle',
  got: 'true for a source of arrays',
  wanted: "the source's own order",
  fix: 'leave shuffle out and let from(epoch) give each epoch its order',
});
