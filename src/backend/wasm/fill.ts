/** Writing numbers computed in JavaScript into a wasm tensor. */
import type { TensorInfo } from '../core.js';

/** Overwrites `info` in place through the view that the wasm backend gives of its heap, and returns it. */
export const fillWasm = (
  backend: object,
  info: TensorInfo,
  values: Float32Array | Int32Array,
): TensorInfo => {
  // `typedArrayFromHeap` belongs to the wasm backend's class and is missing from the general backend type.
  const wasm = backend as {
    readonly typedArrayFromHeap: (info: TensorInfo) => Float32Array | Int32Array;
  };
  wasm.typedArrayFromHeap(info).set(values);
  return info;
};
