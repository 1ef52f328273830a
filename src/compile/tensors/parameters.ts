/** The parameters of a plan as arrays and as tensors. */
import * as tf from '@tensorflow/tfjs-core';
import { random } from '../../base/random.js';
import type { Plan } from '../plan/plan.js';

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

/** Arrays as tensors on the active backend; the caller disposes them. */
export const toTensors = (arrays: Readonly<Record<string, ParameterArray>>): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(arrays).map(([path, { shape, data }]) => [path, tf.tensor(data, [...shape], 'float32')]),
  );

/** Tensors as arrays. */
export const toArrays = async (
  tensors: Readonly<Record<string, tf.Tensor>>,
): Promise<Record<string, ParameterArray>> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(tensors).map(
        async ([path, tensor]) =>
          [path, { shape: tensor.shape, data: Float32Array.from(await tensor.data()) }] as const,
      ),
    ),
  );
