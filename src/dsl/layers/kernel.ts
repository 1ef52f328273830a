/** Layers with a kernel: what a modifier of kernels, such as `weightNorm`, must know of them. */

/** A layer that asks for one parameter called `kernel`. */
export interface HasKernel {
  /** The kernel's axis that counts the layer's outputs, from the end: the last, or the last but one. */
  readonly kernelOutputs: 'last' | 'last-but-one';
}
