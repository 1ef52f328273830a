/** What a system's networks are worth on held-out pairs: a recipe's figures, averaged. */
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { isFaultError, type Fault } from '../base/fault.js';
import { mapValues } from '../base/record.js';
import {
  batches,
  feedsNamed,
  thinned,
  type ChannelsByName,
  type Dataset,
  type PeopleBinding,
} from '../data/index.js';
import { networksPredictor, type Predictor, type StartWeights } from '../learn/index.js';
import type { RecipeInstance } from './recipe.js';

/** The networks of a recipe as trained, and the pairs to judge them by. */
export interface JudgeOptions {
  readonly instance: Pick<RecipeInstance, 'system' | 'binding' | 'figures'>;
  readonly weights: StartWeights;
  readonly dataset: Dataset;
  /** How many pairs, spread over the data set; all by default. */
  readonly pairs?: number;
  /** 16 by default; a last batch that is smaller counts as its pairs do. */
  readonly batchSize?: number;
  /** Of the noise that the networks draw. */
  readonly seed?: number;
  readonly skipBad?: boolean;
}

/**
 * A recipe's figures over pairs, each the mean of its batches: the first is the reconstruction term. A norm that takes
 * the batch's own moments at inference too sees the batches that are judged. Faults: those of the networks and the data; L02 weights that are not theirs.
 *
 * @example
 * ```ts
 * const figures = await judgeRecipe({ instance, weights: report.weights, dataset: test, pairs: 64 })();
 * ```
 */
export const judgeRecipe =
  ({
    instance,
    weights,
    dataset,
    ...options
  }: JudgeOptions): TE.TaskEither<readonly Fault[], Readonly<Record<string, number>>> =>
  async () => {
    const made = networksPredictor(instance.system.networks, weights, instance.figures);
    if (E.isLeft(made)) return made;
    const predictor = made.right;
    try {
      return E.right(await means(predictor, readBy(predictor, instance.binding), dataset, options));
    } catch (caught) {
      if (isFaultError(caught)) return E.left(caught.faults);
      throw caught;
    } finally {
      predictor.dispose();
    }
  };

/** The feeds that a predictor reads: what else a recipe binds is for its training. */
export const readBy = (
  { plan }: Pick<Predictor, 'plan'>,
  binding: PeopleBinding<ChannelsByName>,
): PeopleBinding<ChannelsByName> => feedsNamed(binding, Object.keys(plan.inputs));

const means = async (
  predictor: Predictor,
  binding: PeopleBinding<ChannelsByName>,
  dataset: Dataset,
  {
    pairs,
    batchSize = 16,
    seed = 0,
    skipBad = false,
  }: Omit<JudgeOptions, 'instance' | 'weights' | 'dataset'>,
): Promise<Readonly<Record<string, number>>> => {
  let sums: Readonly<Record<string, number>> = {};
  let seen = 0;
  let step = 0;
  const spread = pairs === undefined ? dataset : thinned(dataset, pairs);
  for await (const batch of batches(spread, binding, { size: batchSize, shuffle: false, skipBad })) {
    const count = batch.names.length;
    const outputs = await predictor.predict(batch.arrays, { seed, step: step++ });
    sums = mapValues(outputs, ({ data }, name) => (sums[name] ?? 0) + data[0]! * count);
    seen += count;
  }
  return mapValues(sums, (sum) => sum / seen);
};
