/** Starting tfjs' wasm backend under Node: its files by path, our kernels on top. */
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { Core } from '../core.js';
import { registerWasmKernels } from './kernels.js';

/** A module that is valid only where WebAssembly has 128-bit vectors: one function, i8x16.splat of 0. */
const simdModule = Uint8Array.from([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
]);

// Neither the language's nor Node's own types know WebAssembly, which every Node has.
const { WebAssembly } = globalThis as {
  readonly WebAssembly?: { readonly validate: (bytes: Uint8Array) => boolean };
};

/** Whether this Node runs WebAssembly at all. */
export const hasWasm = (): boolean => WebAssembly !== undefined;

/** Whether this Node runs WebAssembly's vector instructions. */
export const wasmHasSimd = (): boolean => WebAssembly?.validate(simdModule) === true;

/** Loads the wasm backend and our kernels and makes it tfjs' backend; throws what tfjs throws. */
export const unsafeStartWasm = async (tf: Core): Promise<void> => {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  // tfjs forbids changing the paths once the backend runs.
  if (tf.engine().registry['wasm'] === undefined) setWasmPaths(join(dirname(entry), 'dist') + sep);
  registerWasmKernels(tf);
  if (!(await tf.setBackend('wasm'))) throw new Error('tfjs could not initialise its wasm backend');
  await tf.ready();
};
