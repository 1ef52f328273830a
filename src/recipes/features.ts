/** The weights that a recipe's user brings, read from a file of theirs. */
import * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../base/fault.js';
import { loadFeatureWeights, type StartWeights } from '../learn/index.js';
import type { BroughtFeatures, RecipeInstance } from './recipe.js';

/**
 * The weights of the network that a recipe's loss looks through, for `trainSystem`'s option `weights`; none where the
 * recipe looks through no network, whatever the path. Faults: L02 no path, or a file that is not of that network; those
 * of `loadFeatureWeights`.
 *
 * @example
 * ```ts
 * const instance = recipe.at({ dataset: 'market-1501' });
 * const weights = await broughtWeights(instance, 'vgg19.safetensors')();
 * ```
 */
export const broughtWeights = (
  { features }: Pick<RecipeInstance, 'features'>,
  path: string | undefined,
): TE.TaskEither<readonly Fault[], StartWeights> => {
  if (features === undefined) return TE.right({});
  if (path === undefined) return TE.left([noFile(features)]);
  return loadFeatureWeights(path, features.model, features.network);
};

const noFile = ({ network, about }: BroughtFeatures): Fault =>
  fault({
    rule: 'L02',
    where: `network '${network}'`,
    got: 'no file of weights',
    wanted: about,
    fix: 'give the safetensors file that docs/losses.md says how to make',
  });
