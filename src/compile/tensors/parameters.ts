/** The parameters of a plan as tensors. */
import * as tf from '@tensorflow/tfjs-core';
import type { ParameterArray } from '../plan/initial.js';

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
