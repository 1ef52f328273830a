/** The kernels that training needs and tfjs' wasm backend lacks, has wrong or has in a much slower form. */
import type { Core, KernelConfig } from '../core.js';
import { convolutionFilterGradient } from './convolution-filter-gradient.js';
import { convolutionInputGradient } from './convolution-input-gradient.js';
import { maxPoolGradient } from './max-pool-gradient.js';
import { segmentSum } from './segment-sum.js';

/** Every kernel of ours for a backend whose name is `wasm`. */
export const wasmKernels = (tf: Core): readonly KernelConfig[] =>
  [convolutionFilterGradient, convolutionInputGradient, segmentSum, maxPoolGradient].map((kernel) =>
    kernel(tf, 'wasm'),
  );

/** Registers them, over tfjs' own where there is one; calling it again changes nothing. */
export const registerWasmKernels = (tf: Core): void => {
  for (const kernel of wasmKernels(tf)) {
    if (tf.getKernel(kernel.kernelName, kernel.backendName) !== undefined) {
      tf.unregisterKernel(kernel.kernelName, kernel.backendName);
    }
    tf.registerKernel(kernel);
  }
};
