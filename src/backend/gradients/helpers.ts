/** What several gradients share: undoing a broadcast, one-tensor gradient signatures, kernels called by name. */
import type { Attributes, Core, GradConfig, Tensor, TensorInfo } from '../core.js';

/** A gradient of a kernel with one output. */
export type OneOutputGradient = (
  dy: Tensor,
  saved: readonly Tensor[],
  attributes: Attributes,
) => Readonly<Record<string, () => Tensor>>;

/** What a gradient wants kept from the forward pass. */
export interface Kept {
  readonly inputs?: readonly string[];
  readonly allInputs?: boolean;
  readonly outputs?: readonly boolean[];
}

/** A gradient configuration for a kernel with one output. */
export const gradientOf = (kernelName: string, kept: Kept, gradient: OneOutputGradient): GradConfig => ({
  kernelName,
  ...(kept.inputs === undefined ? {} : { inputsToSave: [...kept.inputs] }),
  ...(kept.outputs === undefined ? {} : { outputsToSave: [...kept.outputs] }),
  ...(kept.allInputs === undefined ? {} : { saveAllInputs: kept.allInputs }),
  gradFunc: (dy, saved, attributes) => gradient(Array.isArray(dy) ? dy[0]! : dy, saved, attributes),
});

/** The sum of `gradient` over the axes along which a tensor of `shape` was repeated by broadcasting. */
export const unbroadcast = (tf: Core, gradient: Tensor, shape: readonly number[]): Tensor => {
  const lead = gradient.rank - shape.length;
  const axes = gradient.shape.map((_, axis) => axis).filter((axis) => axis < lead || isRepeated(axis - lead));
  function isRepeated(axis: number): boolean {
    return shape[axis] === 1 && gradient.shape[axis + lead] !== 1;
  }
  const summed = axes.length === 0 ? gradient : tf.sum(gradient, axes);
  return tf.reshape(summed, [...shape]);
};

/** Runs a kernel that has no public operation of its own, on the gradient tape as any operation. */
export const runKernel = (
  tf: Core,
  name: string,
  inputs: Readonly<Record<string, Tensor>>,
  attributes: Readonly<Record<string, unknown>>,
): Tensor =>
  // tfjs types inputs as infos and attributes as a closed union; tensors and padding lists are both accepted.
  tf
    .engine()
    .runKernel(name, inputs as Readonly<Record<string, TensorInfo>> as never, attributes as never) as Tensor;

/** A gradient of zeros for each named input: steps, comparisons and other piecewise constant kernels. */
export const zeroGradient = (tf: Core, kernelName: string, inputs: readonly string[]): GradConfig =>
  gradientOf(kernelName, { inputs }, (_dy, saved) =>
    Object.fromEntries(inputs.map((name, index) => [name, () => tf.zeros(saved[index]!.shape)])),
  );
