/** The types of tfjs-core under short names; nothing of tfjs is loaded by importing this file. */
import type * as TensorFlow from '@tensorflow/tfjs-core';

/** The tfjs-core module, as `activate` hands it out. */
export type Core = typeof TensorFlow;
export type Tensor = TensorFlow.Tensor;
export type TensorInfo = TensorFlow.TensorInfo;
export type GradConfig = TensorFlow.GradConfig;
export type KernelConfig = TensorFlow.KernelConfig;
export type Attributes = TensorFlow.NamedAttrMap | undefined;

/** The value of a kernel's attribute, as the type its kernel documents. */
export const attribute = <A>(attributes: Attributes, name: string): A =>
  // tfjs types attributes as one open union; each kernel's documentation says which member it holds.
  attributes?.[name] as A;

/** The product of sizes; 1 for none. */
export const product = (sizes: readonly number[]): number => sizes.reduce((all, one) => all * one, 1);
