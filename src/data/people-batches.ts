/** Batches of pairs of posed people. */
import * as E from 'fp-ts/lib/Either.js';
import { fault, faultError, isFaultError, type Fault } from '../base/fault.js';
import { random } from '../base/random.js';
import { firstNotFinite, noBatches, type Batch, type BatchArray, type FullBatchOptions } from './batch.js';
import type { ChannelsByName, PeopleBinding } from './bind.js';
import { ahead } from './concurrency.js';
import type { Dataset } from './dataset.js';
import { feedShape, type AnyFeed, type Example } from './feed.js';
import { loaderOf, type Loader } from './load.js';
import { describeSize, isSize, largestSide } from './size.js';

/** Where a batch stands, and the pairs in it. */
interface Place {
  readonly index: number;
  readonly epoch: number;
  readonly pairs: readonly number[];
}

/** The batches of a data set; see `batches`. */
export async function* peopleBatches<Channels extends ChannelsByName>(
  dataset: Dataset,
  binding: PeopleBinding<Channels>,
  options: FullBatchOptions,
): AsyncGenerator<Batch<Channels>> {
  const feeds: readonly (readonly [string, AnyFeed])[] = Object.entries(binding.feeds);
  const misshapen = feeds.flatMap(([name, one]) => wrongShape(name, one));
  if (misshapen.length > 0) throw faultError(misshapen);
  const needs = new Set(feeds.flatMap(([, one]) => one.needs));
  const loader = loaderOf(dataset, needs, options);
  if (E.isLeft(loader)) throw faultError(loader.left);
  if (batchesAnEpoch(dataset.pairs.length, options) === 0) {
    throw faultError([noBatches(`${dataset.name} ${dataset.split}`, dataset.pairs.length, options.size)]);
  }
  const load = (place: Place): Promise<Batch<Channels>> =>
    loadBatch(dataset, feeds, loader.right, place, options);
  for await (const batch of ahead(placesOf(dataset.pairs.length, options), options.prefetch, load)) {
    if (batch.names.length > 0) yield batch;
  }
}

/** How many batches an epoch of `count` examples has. */
export const batchesAnEpoch = (
  count: number,
  options: { readonly size: number; readonly dropLast: boolean },
): number => (options.dropLast ? Math.floor : Math.ceil)(count / options.size);

/** Every batch's place and pairs, from `skip` on: a function of the options alone, so that a run can resume. */
function* placesOf(count: number, options: FullBatchOptions): Generator<Place> {
  const each = batchesAnEpoch(count, options);
  let order: { readonly epoch: number; readonly pairs: ArrayLike<number> } | undefined;
  for (let index = options.skip; index < each * options.epochs; index++) {
    const epoch = Math.floor(index / each);
    if (order?.epoch !== epoch) order = { epoch, pairs: orderOf(count, epoch, options) };
    const start = (index % each) * options.size;
    const length = Math.min(options.size, count - start);
    const { pairs } = order;
    yield { index, epoch, pairs: Array.from({ length }, (_, i) => pairs[start + i]!) };
  }
}

const orderOf = (count: number, epoch: number, options: FullBatchOptions): ArrayLike<number> =>
  options.shuffle
    ? random(options.seed, 'shuffle', epoch).permutation(count)
    : Uint32Array.from({ length: count }, (_, i) => i);

const loadBatch = async <Channels extends ChannelsByName>(
  dataset: Dataset,
  feeds: readonly (readonly [string, AnyFeed])[],
  load: Loader,
  place: Place,
  options: FullBatchOptions,
): Promise<Batch<Channels>> => {
  const loaded = await Promise.all(place.pairs.map(load));
  const faults = distinct(loaded.flatMap((one) => (E.isLeft(one) ? one.left : [])));
  if (faults.length > 0 && !options.skipBad) throw faultError(faults);
  const examples: Example[] = [];
  for (const [slot, one] of loaded.entries()) {
    if (E.isRight(one)) examples.push(one.right);
    else if (options.dropLast) examples.push(await replacement(dataset, load, place, slot, options));
  }
  const arrays = Object.fromEntries(
    feeds.map(([name, one]) => [name, fillAll(name, one, examples, dataset)]),
  );
  return {
    index: place.index,
    epoch: place.epoch,
    arrays: arrays as Batch<Channels>['arrays'],
    names: examples.map((example) => [example.source.name, example.target.name]),
    skipped: faults,
  };
};

/** An image may be in several pairs of a batch: its faults are told once. */
const distinct = (faults: readonly Fault[]): readonly Fault[] => [
  ...new Map(faults.map((one) => [one.text, one])).values(),
];

/** Pairs tried in place of a faulty one before the data set is given up. */
const replacements = 100;

/** A pair that can be read, drawn from the seed and the place alone, so that a resumed run draws the same. */
const replacement = async (
  dataset: Dataset,
  load: Loader,
  place: Place,
  slot: number,
  options: FullBatchOptions,
): Promise<Example> => {
  const draws = random(options.seed, 'replacement', place.index, slot);
  let faults: readonly Fault[] = [];
  for (let i = 0; i < replacements; i++) {
    const loaded = await load(Math.floor(draws.at(i) * dataset.pairs.length));
    if (E.isRight(loaded)) return loaded.right;
    faults = loaded.left;
  }
  throw faultError([noneReadable(dataset), ...faults]);
};

const fillAll = (name: string, one: AnyFeed, examples: readonly Example[], dataset: Dataset): BatchArray => {
  const [height, width, channels] = feedShape(one, dataset.size);
  const each = height * width * channels;
  const data = new Float32Array(examples.length * each);
  for (const [i, example] of examples.entries()) {
    const where = `${name} of ${example.source.name} → ${example.target.name}`;
    try {
      // A view of its own part alone: a feed that writes too far cannot touch its neighbours.
      one.fill(example, data.subarray(i * each, (i + 1) * each), 0);
    } catch (caught) {
      if (isFaultError(caught)) throw caught;
      throw faultError([badFeed(where, one, caught instanceof Error ? caught.message : String(caught))]);
    }
    if (one.finite === true) continue;
    const at = firstNotFinite(data, i * each, (i + 1) * each);
    if (at >= 0) throw faultError([badFeed(where, one, `${data[at]} at entry ${at - i * each}`)]);
  }
  return { data, shape: [examples.length, height, width, channels] };
};

const badFeed = (where: string, one: AnyFeed, got: string): Fault =>
  fault({
    rule: 'D13',
    where,
    got: `${got} (from the feed '${one.name}')`,
    wanted: 'finite numbers',
    fix: "mend the feed's fill",
  });

/** Fault D15: a feed of no whole height and width. */
const wrongShape = (name: string, one: AnyFeed): readonly Fault[] =>
  one.size === undefined || isSize(one.size)
    ? []
    : [
        fault({
          rule: 'D15',
          where: `${name}, the feed '${one.name}'`,
          got: describeSize(one.size),
          wanted: `a whole height and width from 1 to ${largestSide}`,
          fix: "change the feed's size",
        }),
      ];

const noneReadable = (dataset: Dataset): Fault =>
  fault({
    rule: 'D14',
    where: `${dataset.name} ${dataset.split}`,
    got: `${replacements} pairs in a row that cannot be read`,
    wanted: 'a data set with few faulty pictures',
    fix: 'read it without skipBad and mend what is named',
  });
