/**
 * Conv2DBackpropFilter, which the wasm backend lacks, as a convolution.
 *
 * dw[i, j, c, f] = Σ x[n, s·a + i − p, s·b + j − p, c] · dy[n, a, b, f]: with batch and channels swapped this is x
 * convolved with dy as the kernel, the kernel's dilation being the forward stride s.
 */
import type { Core, KernelConfig, TensorInfo } from '../core.js';
import { composedKernel, reshaped, type Step } from './steps.js';
import { convolutionGeometry } from './geometry.js';

/** The kernel for `backendName`, from its Transpose, Slice, Conv2D and BatchMatMul. */
export const convolutionFilterGradient = (tf: Core, backendName: string): KernelConfig =>
  composedKernel(tf, 'Conv2DBackpropFilter', backendName, ({ inputs, attributes, step }) => {
    const x = inputs['x']!;
    const dy = inputs['dy']!;
    const filterShape = attributes['filterShape'] as [number, number, number, number];
    const [kh, kw, channels, filters] = filterShape;
    const geometry = convolutionGeometry(tf, x.shape, filterShape, attributes);
    const [n, h, w] = x.shape as [number, number, number, number];
    const { outHeight, outWidth, strideHeight, strideWidth, top, left } = geometry;
    if (
      kh === 1 &&
      kw === 1 &&
      strideHeight === 1 &&
      strideWidth === 1 &&
      outHeight === h &&
      outWidth === w
    ) {
      const columns = step('Transpose', { x: reshaped(x, [n * h * w, channels]) }, { perm: [1, 0] });
      const product = matrixProduct(step, columns, reshaped(dy, [n * h * w, filters]));
      return reshaped(product, filterShape);
    }
    // The rows and columns that the kernel never reached (the remainder of a stride) are left out.
    const bottom = kh + (outHeight - 1) * strideHeight - h - top;
    const right = kw + (outWidth - 1) * strideWidth - w - left;
    const reached =
      bottom >= 0 && right >= 0
        ? x
        : step(
            'Slice',
            { x },
            { begin: [0, 0, 0, 0], size: [n, h + Math.min(0, bottom), w + Math.min(0, right), channels] },
          );
    const image = step('Transpose', { x: reached }, { perm: [3, 1, 2, 0] });
    const kernel = step('Transpose', { x: dy }, { perm: [1, 2, 0, 3] });
    const gradient = step(
      'Conv2D',
      { x: image, filter: kernel },
      {
        strides: [1, 1],
        dilations: [strideHeight, strideWidth],
        pad: [
          [0, 0],
          [top, Math.max(0, bottom)],
          [left, Math.max(0, right)],
          [0, 0],
        ],
        dataFormat: 'NHWC',
      },
    );
    return step('Transpose', { x: gradient }, { perm: [1, 2, 0, 3] });
  });

const matrixProduct = (step: Step, a: TensorInfo, b: TensorInfo): TensorInfo =>
  step(
    'BatchMatMul',
    { a: reshaped(a, [1, ...a.shape]), b: reshaped(b, [1, ...b.shape]) },
    { transposeA: false, transposeB: false },
  );
