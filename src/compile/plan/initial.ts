/** The numbers that the parameters of a plan start from. */
import { random } from '../../base/random.js';
import type { Plan } from './plan.js';

/** A named array: what is written to a file and read from one. */
export interface ParameterArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** How each parameter starts: a function of the seed and its path alone. */
export const initialParameters = (
  plan: Pick<Plan, 'parameters'>,
  seed: number,
): Readonly<Record<string, ParameterArray>> =>
  Object.fromEntries(
    plan.parameters.map(({ path, shape, initialiser }) => [
      path,
      { shape, data: initialiser.values(shape, random(seed, 'parameter', path)) },
    ]),
  );
