/** Convolution, its transpose, and the matrix products. All paddings are explicit here; layers translate `'same'`. */
import { apply, showShape, type Primitive, type Value } from './value.js';

/** Rows before and after, columns before and after. */
export type Padding = readonly [
  readonly [top: number, bottom: number],
  readonly [left: number, right: number],
];

/** The padding that TensorFlow's `'same'` means: more at the bottom and right where the sum is odd. */
export const samePadding = (
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
): readonly [number, number] => {
  const extent = (kernel - 1) * dilation + 1;
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + extent - size, 0);
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
};

export const conv2dPrimitive: Primitive<{
  strides: readonly [number, number];
  padding: Padding;
  dilations: readonly [number, number];
}> = {
  name: 'conv2d',
  type: ([x, kernel], { strides, padding, dilations }) => {
    if (x === undefined || kernel === undefined) return { flaw: 'needs an image and a kernel' };
    const [n, h, w, c] = x.shape;
    const [kh, kw, kc, filters] = kernel.shape;
    if (
      x.shape.length !== 4 ||
      kernel.shape.length !== 4 ||
      typeof h !== 'number' ||
      typeof w !== 'number' ||
      typeof kh !== 'number' ||
      typeof kw !== 'number'
    )
      return {
        flaw: `image ${showShape(x.shape)} and kernel ${showShape(kernel.shape)} must both have four extents`,
      };
    if (c !== kc) return { flaw: `image has ${c} channels, kernel expects ${kc}` };
    if (dilations.some((one) => one > 1) && strides.some((one) => one > 1))
      return { flaw: 'dilation and stride cannot both exceed 1' };
    const out = [
      slide(h, kh, strides[0], padding[0], dilations[0]),
      slide(w, kw, strides[1], padding[1], dilations[1]),
    ] as const;
    return out[0] < 1 || out[1] < 1
      ? { flaw: `kernel ${showShape(kernel.shape)} does not fit image ${showShape(x.shape)}` }
      : { shape: [n!, out[0], out[1], filters!], dtype: x.dtype };
  },
};

const slide = (
  size: number,
  kernel: number,
  stride: number,
  padding: readonly [number, number],
  dilation: number,
): number => Math.floor((size + padding[0] + padding[1] - ((kernel - 1) * dilation + 1)) / stride) + 1;

export const conv2dTransposePrimitive: Primitive<{
  strides: readonly [number, number];
  padding: Padding;
  size: readonly [height: number, width: number];
}> = {
  name: 'conv2dTranspose',
  type: ([x, kernel], { strides, padding, size }) => {
    if (x === undefined || kernel === undefined) return { flaw: 'needs an image and a kernel' };
    const [n, h, w, c] = x.shape;
    const [kh, kw, filters, kc] = kernel.shape;
    if (x.shape.length !== 4 || kernel.shape.length !== 4 || typeof kh !== 'number' || typeof kw !== 'number')
      return {
        flaw: `image ${showShape(x.shape)} and kernel ${showShape(kernel.shape)} must both have four extents`,
      };
    if (c !== kc) return { flaw: `image has ${c} channels, kernel expects ${kc}` };
    // The transpose of a convolution that maps `size` to the image: that convolution must fit.
    const forward = [
      slide(size[0], kh, strides[0], padding[0], 1),
      slide(size[1], kw, strides[1], padding[1], 1),
    ];
    return forward[0] !== h || forward[1] !== w
      ? { flaw: `a convolution of ${size.join('×')} gives ${forward.join('×')}, not ${h}×${w}` }
      : { shape: [n!, size[0], size[1], filters!], dtype: x.dtype };
  },
};

export const matMulPrimitive: Primitive = {
  name: 'matMul',
  type: ([a, b]) => {
    if (a === undefined || b === undefined) return { flaw: 'needs two matrices' };
    if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[1] !== b.shape[0])
      return { flaw: `${showShape(a.shape)} times ${showShape(b.shape)}` };
    return { shape: [a.shape[0]!, b.shape[1]!], dtype: a.dtype };
  },
};

export const batchMatMulPrimitive: Primitive = {
  name: 'batchMatMul',
  type: ([a, b]) => {
    if (a === undefined || b === undefined) return { flaw: 'needs two batches of matrices' };
    const fits =
      a.shape.length === 3 &&
      b.shape.length === 3 &&
      a.shape[0] === b.shape[0] &&
      a.shape[2] === b.shape[1] &&
      // Only the batch may hold the batch.
      [a.shape[1], a.shape[2], b.shape[2]].every((extent) => typeof extent === 'number');
    return fits
      ? { shape: [a.shape[0]!, a.shape[1]!, b.shape[2]!], dtype: a.dtype }
      : { flaw: `${showShape(a.shape)} times ${showShape(b.shape)}` };
  },
};

/** 2-D convolution (cross-correlation): image n×h×w×c, kernel kh×kw×c×filters. */
export const conv2d = (
  x: Value,
  kernel: Value,
  options: {
    readonly strides: readonly [number, number];
    readonly padding: Padding;
    readonly dilations?: readonly [number, number];
  },
): Value =>
  apply(conv2dPrimitive, [x, kernel], {
    strides: options.strides,
    padding: options.padding,
    dilations: options.dilations ?? [1, 1],
  });

/** The transpose of a convolution from `size` with the given padding: image n×h×w×c, kernel kh×kw×filters×c. */
export const conv2dTranspose = (
  x: Value,
  kernel: Value,
  options: {
    readonly strides: readonly [number, number];
    readonly padding: Padding;
    readonly size: readonly [number, number];
  },
): Value => apply(conv2dTransposePrimitive, [x, kernel], options);

/** Matrix product of m×k and k×n. */
export const matMul = (a: Value, b: Value): Value => apply(matMulPrimitive, [a, b], {});

/** Matrix products of n×a×b and n×b×c, one for each of n; n may be the batch or a multiple of it. */
export const batchMatMul = (a: Value, b: Value): Value => apply(batchMatMulPrimitive, [a, b], {});
