/**
 * Evaluation: a trained model against two baselines on the same pairs.
 *
 * The baselines are the copy of the input view and the mean training image: a network that beats neither has learned
 * nothing that a picture could not tell. All figures are means over pairs; differences come with their paired
 * bootstrap interval.
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, faultError, isFaultError, type Fault } from '../base/fault.js';
import { mapValues } from '../base/record.js';
import { batches, mask, poseMask, readPicture, thinned, view, type Batch, type BatchArray, type ChannelsByName, type Dataset, type PeopleBinding } from '../data/index.js'; // prettier-ignore
import {
  bootstrap,
  l1OfBytes,
  maskSsim,
  ssim,
  toUint8,
  type BootstrapInterval,
  type SsimVariant,
} from './metrics/index.js';
import type { Predictor } from './predict.js';
import type { Progress } from './progress.js';

/** The figures of one picture against the truth. */
export interface Scores {
  readonly ssim: number;
  readonly maskSsim: number;
  /** Mean absolute difference, of images in [−1, 1]. */
  readonly l1: number;
}

/** A method's means over all pairs, and the figures pair by pair. */
export interface MethodReport extends Scores {
  readonly perPair: readonly Scores[];
}

/** An evaluation. */
export interface EvaluationReport {
  readonly pairs: number;
  readonly variant: SsimVariant;
  readonly network: MethodReport;
  readonly copy: MethodReport;
  readonly mean: MethodReport;
  /** Network minus baseline: mean and 95 % interval. For L1 less is better. */
  readonly differences: Readonly<Record<'copy' | 'mean', Readonly<Record<keyof Scores, BootstrapInterval>>>>;
  readonly secondsPerSample: number;
  readonly skipped: number;
}

/** What is evaluated, and on what. */
export interface EvaluateOptions {
  readonly predictor: Pick<Predictor, 'predict'>;
  /** Feeds for the model's inputs; targets are not needed. */
  readonly binding: PeopleBinding<ChannelsByName>;
  readonly dataset: Dataset;
  /** The mean training image, height × width × 3 in [−1, 1]; `meanImage` makes it. */
  readonly mean: Float32Array;
  readonly output?: string;
  /** How many pairs, spread over the data set; all by default. */
  readonly pairs?: number;
  readonly batchSize?: number;
  readonly variant?: SsimVariant;
  readonly seed?: number;
  readonly skipBad?: boolean;
  readonly progress?: Progress;
}

/** A pair with what was made of it, for pictures and figures. */
export interface Judged {
  readonly names: readonly string[];
  readonly arrays: Readonly<Record<string, BatchArray>>;
  /** Byte images: the source view, the truth, what the network made. */
  readonly source: Uint8Array;
  readonly truth: Uint8Array;
  readonly made: Uint8Array;
  /** The target's person mask, 0 or 1. */
  readonly mask: Uint8Array;
}

/** The names under which evaluation feeds what it needs itself. */
const own = { source: 'evaluation/source', truth: 'evaluation/truth', mask: 'evaluation/mask' } as const;

/** Runs the network over pairs, in the data set's order. Throws only `faultError`. */
export async function* judged(
  options: EvaluateOptions,
): AsyncGenerator<{ readonly pairs: readonly Judged[]; readonly seconds: number; readonly skipped: number }> {
  const { predictor, dataset } = options;
  const wanted = Math.min(options.pairs ?? dataset.pairs.length, dataset.pairs.length);
  const spread = thinned(dataset, wanted);
  const feeds = {
    ...options.binding.feeds,
    [own.source]: view('source'),
    [own.truth]: view('target'),
    [own.mask]: mask('target', dataset.masks === undefined ? poseMask(4) : 'annotated'),
  };
  const binding: PeopleBinding<ChannelsByName> = { tag: 'people', feeds };
  const source: AsyncIterable<Batch<ChannelsByName>> = batches(spread, binding, {
    size: options.batchSize ?? 16,
    shuffle: false,
    skipBad: options.skipBad ?? false,
  });
  let step = 0;
  for await (const batch of source) {
    const began = performance.now();
    const outputs = await predictor.predict(batch.arrays, { seed: options.seed ?? 0, step: step++ });
    const seconds = (performance.now() - began) / 1000;
    const made = outputs[options.output ?? 'output'];
    if (made === undefined) throw faultError([noOutput(options.output ?? 'output', Object.keys(outputs))]);
    const count = batch.names.length;
    const part = (array: BatchArray, index: number): Float32Array => {
      const size = array.data.length / count;
      return array.data.subarray(index * size, (index + 1) * size);
    };
    yield {
      seconds,
      skipped: batch.skipped.length,
      pairs: batch.names.map((names, index) => ({
        names,
        arrays: mapValues(batch.arrays, (array) => ({
          data: part(array, index),
          shape: array.shape.slice(1),
        })),
        source: toUint8(part(batch.arrays[own.source]!, index)),
        truth: toUint8(part(batch.arrays[own.truth]!, index)),
        made: toUint8(part(made, index)),
        mask: Uint8Array.from(part(batch.arrays[own.mask]!, index)),
      })),
    };
  }
}

/** Scores a network and both baselines. Faults: those of the data; L08 where a figure cannot be computed. */
export const evaluate =
  (options: EvaluateOptions): TE.TaskEither<readonly Fault[], EvaluationReport> =>
  async () => {
    const { dataset } = options;
    const variant = options.variant ?? 'pg2';
    const size = { ...dataset.size, channels: 3 };
    const mean = toUint8(options.mean);
    const rows: Record<'network' | 'copy' | 'mean', Scores[]> = { network: [], copy: [], mean: [] };
    let seconds = 0;
    let skipped = 0;
    const timed: number[] = [];
    try {
      for await (const batch of judged(options)) {
        timed.push(batch.seconds / batch.pairs.length);
        seconds += batch.seconds;
        skipped += batch.skipped;
        for (const pair of batch.pairs) {
          for (const [method, image] of [['network', pair.made], ['copy', pair.source], ['mean', mean]] as const) {
            const scores = score(pair.truth, image, pair.mask, size, variant);
            if (E.isLeft(scores)) return scores;
            rows[method].push(scores.right);
          } // prettier-ignore
        }
        options.progress?.update(rows.network.length);
      }
    } catch (caught) {
      if (isFaultError(caught)) return E.left(caught.faults);
      throw caught;
    }
    if (rows.network.length === 0) {
      return E.left([
        fault({
          rule: 'L08',
          where: dataset.name,
          got: 'no pairs',
          wanted: 'at least one',
          fix: 'check the pairs file',
        }),
      ]);
    }
    const against = (baseline: 'copy' | 'mean') =>
      mapValues(keys, (key) =>
        intervalOf(
          rows.network.map((one, index) => one[key] - rows[baseline][index]![key]),
          options.seed ?? 0,
        ),
      );
    const sorted = [...timed].sort((a, b) => a - b);
    return E.right({
      pairs: rows.network.length,
      variant,
      network: report(rows.network),
      copy: report(rows.copy),
      mean: report(rows.mean),
      differences: { copy: against('copy'), mean: against('mean') },
      secondsPerSample: sorted[Math.floor(sorted.length / 2)] ?? seconds,
      skipped,
    });
  };

/** SSIM, mask-SSIM and L1 of an image against the truth. */
export const score = (
  truth: Uint8Array,
  image: Uint8Array,
  person: Uint8Array,
  size: { readonly height: number; readonly width: number; readonly channels: number },
  variant: SsimVariant,
): E.Either<readonly Fault[], Scores> =>
  pipe(
    E.Do,
    E.bind('ssim', () => ssim(truth, image, size, variant)),
    E.bind('maskSsim', () => maskSsim(truth, image, person, size, variant)),
    E.bind('l1', () => l1OfBytes(truth, image)),
  );

/** The paired bootstrap interval of differences; all of one length, so only the count could be wrong. */
const intervalOf = (differences: readonly number[], seed: number): BootstrapInterval =>
  pipe(
    bootstrap(differences, { seed, resamples: 2000 }),
    E.getOrElse((): BootstrapInterval => ({ mean: NaN, low: NaN, high: NaN })),
  );

/** The mean of a split's pictures: height × width × 3 in [−1, 1]. Reads at most `limit` of them, spread evenly. */
export const meanImage =
  (dataset: Dataset, limit = 500): TE.TaskEither<readonly Fault[], Float32Array> =>
  async () => {
    const names = [...new Set(dataset.annotations.map(({ name }) => name))];
    const every = Math.max(1, Math.floor(names.length / limit));
    const sum = new Float64Array(dataset.size.height * dataset.size.width * 3);
    let count = 0;
    for (let i = 0; i < names.length; i += every) {
      const picture = await readPicture(
        { folder: dataset.images, stored: dataset.stored, size: dataset.size, kind: 'rgb' },
        names[i]!,
      )();
      if (E.isLeft(picture)) return picture;
      picture.right.forEach((byte, at) => (sum[at]! += byte));
      count++;
    }
    return E.right(Float32Array.from(sum, (total) => total / count / 127.5 - 1));
  };

const noOutput = (got: string, names: readonly string[]): Fault =>
  fault({ rule: 'L08', where: 'output', got, wanted: names.join(', '), fix: 'name an output of the model' });

const keys: Readonly<Record<keyof Scores, keyof Scores>> = { ssim: 'ssim', maskSsim: 'maskSsim', l1: 'l1' };

const report = (perPair: readonly Scores[]): MethodReport => ({
  ...mapValues(keys, (key) => perPair.reduce((sum, one) => sum + one[key], 0) / perPair.length),
  perPair,
});
