/**
 * Kernels made of other kernels of the same backend.
 *
 * A kernel calls its parts directly, not through tfjs' engine: nothing is put on the gradient tape, and what the
 * parts allocate is freed before the kernel returns.
 */
import type * as TensorFlow from '@tensorflow/tfjs-core';
import type { Core, KernelConfig, TensorInfo } from '../core.js';

/** Runs one kernel of the backend and keeps its output until the surrounding kernel is done. */
export type Step = (
  kernelName: string,
  inputs: Readonly<Record<string, TensorInfo>>,
  attributes?: Readonly<Record<string, unknown>>,
) => TensorInfo;

/** What a composed kernel is given. */
export interface StepArguments {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly backend: TensorFlow.KernelBackend;
  readonly step: Step;
}

/** A kernel that is a composition of steps; all but its result is freed. */
export const composedKernel = (
  tf: Core,
  kernelName: string,
  backendName: string,
  compose: (given: StepArguments) => TensorInfo,
): KernelConfig => ({
  kernelName,
  backendName,
  kernelFunc: ({ inputs, attrs, backend }) => {
    // tfjs hands the backend on as `{}`; it is the one the kernel is registered for.
    const typed = backend as TensorFlow.KernelBackend;
    const made: TensorInfo[] = [];
    const free = (kept?: TensorInfo): void => {
      const spared = kept === undefined ? -1 : made.findLastIndex((info) => info.dataId === kept.dataId);
      made.forEach((info, index) => {
        if (index !== spared) typed.disposeData(info.dataId);
      });
    };
    const step: Step = (name, parts, attributes = {}) => {
      const kernel = tf.getKernel(name, backendName);
      const out = kernel.kernelFunc({ inputs: { ...parts }, attrs: { ...attributes } as never, backend });
      const info = Array.isArray(out) ? out[0]! : out;
      made.push(info);
      return info;
    };
    try {
      const result = compose({
        inputs: inputs as Readonly<Record<string, TensorInfo>>,
        attributes: attrs ?? {},
        backend: typed,
        step,
      });
      free(result);
      return result;
    } catch (caught) {
      free();
      throw caught;
    }
  },
});

/** The same data under another shape; the number of entries must not change. */
export const reshaped = (info: TensorInfo, shape: readonly number[]): TensorInfo => ({
  dataId: info.dataId,
  dtype: info.dtype,
  shape: [...shape],
});
