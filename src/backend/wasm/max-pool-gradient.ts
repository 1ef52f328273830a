/** MaxPoolGrad: tfjs' own wasm kernel disagrees with TensorFlow's (and with the cpu's) on images that are not square. */
import type { Core, KernelConfig } from '../core.js';
import { fillWasm } from './fill.js';
import { composedKernel } from './steps.js';

/** The kernel for `backendName`: dy goes to the first greatest entry of its window. */
export const maxPoolGradient = (tf: Core, backendName: string): KernelConfig =>
  composedKernel(tf, 'MaxPoolGrad', backendName, ({ inputs, attributes, backend, step }) => {
    const input = inputs['input']!;
    const dy = inputs['dy']!;
    const [n, h, w, c] = input.shape as [number, number, number, number];
    const pool = tf.backend_util.computePool2DInfo(
      [n, h, w, c],
      attributes['filterSize'] as number | [number, number],
      attributes['strides'] as number | [number, number],
      1,
      attributes['pad'] as 'same' | 'valid' | number,
      attributes['dimRoundingMode'] as 'floor' | 'round' | 'ceil',
    );
    const x = backend.readSync(input.dataId) as Float32Array;
    const slope = backend.readSync(dy.dataId) as Float32Array;
    const gradient = new Float32Array(x.length);
    const { outHeight, outWidth, strideHeight, strideWidth, filterHeight, filterWidth, padInfo } = pool;
    for (let image = 0; image < n; image++) {
      for (let row = 0; row < outHeight; row++) {
        const top = row * strideHeight - padInfo.top;
        const yFrom = Math.max(0, top);
        const yTo = Math.min(h, top + filterHeight);
        for (let column = 0; column < outWidth; column++) {
          const left = column * strideWidth - padInfo.left;
          const xFrom = Math.max(0, left);
          const xTo = Math.min(w, left + filterWidth);
          for (let channel = 0; channel < c; channel++) {
            let best = -1;
            for (let y = yFrom; y < yTo; y++) {
              for (let at = xFrom; at < xTo; at++) {
                const index = ((image * h + y) * w + at) * c + channel;
                if (best < 0 || x[index]! > x[best]!) best = index;
              }
            }
            if (best >= 0) {
              gradient[best]! += slope[((image * outHeight + row) * outWidth + column) * c + channel]!;
            }
          }
        }
      }
    }
    return fillWasm(backend, step('Fill', {}, { shape: input.shape, value: 0, dtype: 'float32' }), gradient);
  });
