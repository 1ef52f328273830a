/** UnsortedSegmentSum, which the wasm backend lacks: the gradient of gather. */
import { product, type Core, type KernelConfig } from '../core.js';
import { fillWasm } from './fill.js';
import { composedKernel } from './steps.js';

/** The kernel for `backendName`: rows of x added into the segments that their ids name; negative ids are dropped. */
export const segmentSum = (tf: Core, backendName: string): KernelConfig =>
  composedKernel(tf, 'UnsortedSegmentSum', backendName, ({ inputs, attributes, backend, step }) => {
    const x = inputs['x']!;
    const identifiers = inputs['segmentIds']!;
    const segments = attributes['numSegments'] as number;
    const rest = x.shape.slice(identifiers.shape.length);
    const width = product(rest);
    const values = backend.readSync(x.dataId) as Float32Array;
    const owners = backend.readSync(identifiers.dataId) as Int32Array;
    const sums = new Float32Array(segments * width);
    owners.forEach((segment, row) => {
      if (segment < 0 || segment >= segments) return;
      for (let i = 0; i < width; i++) sums[segment * width + i]! += values[row * width + i]!;
    });
    const out = step('Fill', {}, { shape: [segments, ...rest], value: 0, dtype: x.dtype });
    return fillWasm(backend, out, x.dtype === 'int32' ? Int32Array.from(sums) : sums);
  });
