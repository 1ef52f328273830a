/** The weights with which a recipe's training begins, where its source sets some of them from data. */
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { isFaultError, type Fault } from '../base/fault.js';
import { batches, type BatchArray, type Dataset } from '../data/index.js';
import { startByMoments, trainSystem, type StartWeights, type TrainSystemOptions } from '../learn/index.js';
import type { RecipeInstance } from './recipe.js';

/** A recipe's training that is to begin. */
export interface StartedWeightsOptions {
  readonly instance: Pick<RecipeInstance, 'system' | 'binding' | 'start'>;
  readonly dataset: Dataset;
  /** Of the training: the same weights are drawn. */
  readonly seed: number;
  /** Those that are brought. */
  readonly weights?: StartWeights;
  readonly skipBad?: boolean;
}

/**
 * The weights to begin with, for `trainSystem`'s option `weights`: those that are brought, and where the recipe says so all
 * others too, gains and biases set by a pass over data on the active backend. `trainSystem` carries it out only where a
 * training begins afresh: of a resumed one the checkpoint's count. Faults: those of `trainSystem` before it begins, of the
 * data, and of `startByMoments`.
 *
 * @example
 * ```ts
 * const weights = startedWeights({ instance, dataset, seed: 0 });
 * const report = await trainSystem({ system, binding, dataset, weights, seed: 0, out: 'runs/vari', resume: true })();
 * ```
 */
export const startedWeights =
  ({
    instance: { system, binding, start },
    dataset,
    seed,
    weights = {},
    skipBad = false,
  }: StartedWeightsOptions): TE.TaskEither<readonly Fault[], StartWeights> =>
  async () => {
    if (start === undefined) return E.right(weights);
    const drawn = await startOf({ system, binding, dataset, seed, weights })();
    if (E.isLeft(drawn)) return drawn;
    try {
      const arrays = await firstOf(batches(dataset, binding, { size: start.pairs, seed, skipBad, dropLast: false })); // prettier-ignore
      const { networks } = system;
      return await startByMoments({ networks, weights: drawn.right, objective: start.objective, arrays, seed })(); // prettier-ignore
    } catch (caught) {
      if (isFaultError(caught)) return E.left(caught.faults);
      throw caught;
    }
  };

/** The weights with which a system begins: the drawn ones of a seed, and those that are given. */
export const startOf =
  (
    options: Pick<TrainSystemOptions, 'system' | 'binding' | 'dataset' | 'seed'> & { readonly weights?: StartWeights }, // prettier-ignore
  ): TE.TaskEither<readonly Fault[], StartWeights> =>
  async () => {
    const { system } = options;
    const phases = system.phases.map((phase) => ({ ...phase, steps: 0 }));
    const begun = await trainSystem({ ...options, system: { ...system, phases } })();
    return E.map(({ weights }: { readonly weights: StartWeights }) => weights)(begun);
  };

const firstOf = async (
  all: AsyncIterable<{ readonly arrays: Readonly<Record<string, BatchArray>> }>,
): Promise<Readonly<Record<string, BatchArray>>> => {
  for await (const { arrays } of all) return arrays;
  return {};
};
