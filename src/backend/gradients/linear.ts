/** Gradients of the kernels that are linear in each input: convolutions, matrix products, resizing. */
import { attribute, product, type Attributes, type Core, type GradConfig, type Tensor } from '../core.js';
import { gradientOf, runKernel, unbroadcast } from './helpers.js';
import { keepRead, spreadRead, type SparseAxis } from './sparse-stride.js';
import { resizeMatrix, type ResizeKind } from './resize-matrix.js';

type Shape4 = [number, number, number, number];

/** Gradients of conv2d (dilated as well), its two own gradients, matMul and the two resizes. */
export const linearGradients = (tf: Core): readonly GradConfig[] => {
  // TensorFlow's gradient kernels know no explicit padding: the image is padded and the rest is 'valid'.
  const backpropInput = (dy: Tensor, filter: Tensor, shape: readonly number[], attributes: Attributes) => {
    const border = bordersOf(attributes);
    if (border === undefined) {
      const given = { ...geometry(attributes), inputShape: [...shape] };
      return runKernel(tf, 'Conv2DBackpropInput', { dy, filter }, given);
    }
    const inputShape = shape.map((size, axis) => size + border[axis]![0] + border[axis]![1]);
    const given = { ...geometry(attributes), pad: 'valid', inputShape };
    return tf.slice(
      runKernel(tf, 'Conv2DBackpropInput', { dy, filter }, given),
      border.map(([before]) => before),
      [...shape],
    );
  };
  const backpropFilter = (x: Tensor, dy: Tensor, shape: readonly number[], attributes: Attributes) => {
    const border = bordersOf(attributes);
    const given = { ...geometry(attributes), filterShape: [...shape] };
    if (border === undefined) return runKernel(tf, 'Conv2DBackpropFilter', { x, dy }, given);
    const padded = tf.pad(
      x,
      border.map(([before, after]) => [before, after]),
    );
    return runKernel(tf, 'Conv2DBackpropFilter', { x: padded, dy }, { ...given, pad: 'valid' });
  };
  const convolve = (x: Tensor, filter: Tensor, attributes: Attributes) =>
    runKernel(tf, 'Conv2D', { x, filter }, { ...geometry(attributes), dilations: [1, 1] });
  return [
    gradientOf('Conv2D', { inputs: ['x', 'filter'] }, (dy, saved, attributes) => {
      const x = saved[0]!;
      const filter = saved[1]!;
      const dilation = dilationsOf(attributes);
      const sparse = sparseAxes(tf, x.shape, filter.shape, attributes);
      if (sparse !== undefined && dilation[0] === 1 && dilation[1] === 1) {
        const [rows, columns] = sparse;
        const strides = [rows.kernel, columns.kernel];
        const read = [x.shape[0]!, rows.out * rows.kernel, columns.out * columns.kernel, x.shape[3]!];
        const dense = { dataFormat: 'NHWC', pad: 'valid', strides };
        return {
          x: () => spreadRead(tf, backpropInput(dy, filter, read, dense as Attributes), rows, columns),
          filter: () => backpropFilter(keepRead(tf, x, rows, columns), dy, filter.shape, dense as Attributes),
        };
      }
      if (dilation[0] === 1 && dilation[1] === 1) {
        return {
          x: () => backpropInput(dy, filter, x.shape, attributes),
          filter: () => backpropFilter(x, dy, filter.shape, attributes),
        };
      }
      return {
        x: () => backpropInput(dy, spreadFilter(tf, filter, dilation), x.shape, attributes),
        filter: () => {
          const [kh, kw, channels, filters] = filter.shape as Shape4;
          const wide = [(kh - 1) * dilation[0] + 1, (kw - 1) * dilation[1] + 1, channels, filters];
          return gatherFilter(tf, backpropFilter(x, dy, wide, attributes), filter.shape, dilation);
        },
      };
    }),
    gradientOf('Conv2DBackpropInput', { inputs: ['dy', 'filter'] }, (ddx, saved, attributes) => ({
      dy: () => convolve(ddx, saved[1]!, attributes),
      filter: () => backpropFilter(ddx, saved[0]!, saved[1]!.shape, attributes),
    })),
    gradientOf('Conv2DBackpropFilter', { inputs: ['x', 'dy'] }, (ddw, saved, attributes) => ({
      x: () => backpropInput(saved[1]!, ddw, saved[0]!.shape, attributes),
      dy: () => convolve(saved[0]!, ddw, attributes),
    })),
    gradientOf('BatchMatMul', { inputs: ['a', 'b'] }, (dy, saved, attributes) => {
      const a = saved[0]!;
      const b = saved[1]!;
      const ta = attribute<boolean>(attributes, 'transposeA');
      const tb = attribute<boolean>(attributes, 'transposeB');
      return {
        a: () => unbroadcast(tf, ta ? tf.matMul(b, dy, tb, true) : tf.matMul(dy, b, false, !tb), a.shape),
        b: () => unbroadcast(tf, tb ? tf.matMul(dy, a, true, ta) : tf.matMul(a, dy, !ta, false), b.shape),
      };
    }),
    ...(['nearest', 'bilinear'] as const).map((kind) =>
      gradientOf(
        kind === 'nearest' ? 'ResizeNearestNeighbor' : 'ResizeBilinear',
        { inputs: ['images'] },
        (dy, saved, attributes) => ({
          images: () => resizeGradient(tf, kind, dy, saved[0]!.shape as Shape4, attributes),
        }),
      ),
    ),
  ];
};

/** The two axes of a convolution that skips entries along both, else undefined. */
const sparseAxes = (
  tf: Core,
  imageShape: readonly number[],
  filterShape: readonly number[],
  attributes: Attributes,
): readonly [rows: SparseAxis, columns: SparseAxis] | undefined => {
  const strides = attribute<number | readonly [number, number]>(attributes, 'strides');
  const [sh, sw] = typeof strides === 'number' ? [strides, strides] : strides;
  const [kh, kw] = filterShape as Shape4;
  if (kh >= sh || kw >= sw) return undefined;
  const { outHeight, outWidth, padInfo } = tf.backend_util.computeConv2DInfo(
    [...imageShape] as Shape4,
    [...filterShape] as Shape4,
    [sh, sw],
    1,
    attribute<'same' | 'valid' | number>(attributes, 'pad'),
    attribute<'floor' | 'round' | 'ceil'>(attributes, 'dimRoundingMode'),
  );
  return [
    { size: imageShape[1]!, out: outHeight, kernel: kh, stride: sh, before: padInfo.top },
    { size: imageShape[2]!, out: outWidth, kernel: kw, stride: sw, before: padInfo.left },
  ];
};

const geometry = (attributes: Attributes): Readonly<Record<string, unknown>> => ({
  strides: attribute(attributes, 'strides'),
  pad: attribute(attributes, 'pad'),
  dataFormat: attribute(attributes, 'dataFormat'),
  dimRoundingMode: attribute(attributes, 'dimRoundingMode'),
});

const bordersOf = (
  attributes: Attributes,
): readonly (readonly [before: number, after: number])[] | undefined => {
  const pad = attribute<string | number | readonly (readonly [number, number])[]>(attributes, 'pad');
  if (typeof pad === 'string') return undefined;
  return typeof pad === 'number'
    ? [
        [0, 0],
        [pad, pad],
        [pad, pad],
        [0, 0],
      ]
    : pad;
};

const dilationsOf = (attributes: Attributes): readonly [number, number] => {
  const given = attribute<number | readonly [number, number] | undefined>(attributes, 'dilations') ?? 1;
  return typeof given === 'number' ? [given, given] : given;
};

/** The kernel with dilation − 1 zeros between its entries: an ordinary convolution does a dilated one's work. */
const spreadFilter = (tf: Core, filter: Tensor, [dh, dw]: readonly [number, number]): Tensor => {
  const [kh, kw, channels, filters] = filter.shape as Shape4;
  const rows = tf.pad(tf.reshape(filter, [kh, 1, kw * channels * filters]), [
    [0, 0],
    [0, dh - 1],
    [0, 0],
  ]);
  const columns = tf.pad(tf.reshape(rows, [kh * dh, kw, 1, channels * filters]), [
    [0, 0],
    [0, 0],
    [0, dw - 1],
    [0, 0],
  ]);
  return tf.slice(
    tf.reshape(columns, [kh * dh, kw * dw, channels, filters]),
    [0, 0, 0, 0],
    [(kh - 1) * dh + 1, (kw - 1) * dw + 1, channels, filters],
  );
};

/** The transpose of `spreadFilter`: every dilation-th entry of a wide kernel's gradient. */
const gatherFilter = (
  tf: Core,
  wide: Tensor,
  shape: readonly number[],
  [dh, dw]: readonly [number, number],
): Tensor => {
  const [kh, kw, channels, filters] = shape as Shape4;
  const padded = tf.pad(wide, [
    [0, dh - 1],
    [0, dw - 1],
    [0, 0],
    [0, 0],
  ]);
  const rows = tf.slice(
    tf.reshape(padded, [kh, dh, kw * dw * channels * filters]),
    [0, 0, 0],
    [kh, 1, kw * dw * channels * filters],
  );
  const columns = tf.slice(
    tf.reshape(rows, [kh, kw, dw, channels * filters]),
    [0, 0, 0, 0],
    [kh, kw, 1, channels * filters],
  );
  return tf.reshape(columns, [kh, kw, channels, filters]);
};

/**
 * The gradient of a resize. Resizing is a matrix along each axis; its gradient is the transposed matrices. Nearest
 * by a whole factor, which is what decoders do, is a sum over blocks instead.
 */
const resizeGradient = (
  tf: Core,
  kind: ResizeKind,
  dy: Tensor,
  shape: Shape4,
  attributes: Attributes,
): Tensor => {
  const [n, h, w, c] = shape;
  const [, height, width] = dy.shape as Shape4;
  const alignCorners = attribute<boolean>(attributes, 'alignCorners');
  const halfPixelCenters = attribute<boolean>(attributes, 'halfPixelCenters');
  if (kind === 'nearest' && !alignCorners && height % h === 0 && width % w === 0) {
    const columns = tf.sum(tf.reshape(dy, [n * height, w, width / w, c]), 2);
    return tf.reshape(tf.sum(tf.reshape(columns, [n, h, height / h, w * c]), 2), shape);
  }
  const options = { kind, alignCorners, halfPixelCenters };
  const along = (x: Tensor, from: number, to: number, lead: readonly number[]): Tensor => {
    const matrix = tf.tensor3d(resizeMatrix(to, from, options), [1, from, to]);
    return tf.matMul(matrix, tf.reshape(x, [product(lead), from, -1]), true, false);
  };
  const rows = along(dy, height, h, [n]);
  return tf.reshape(along(rows, width, w, [n, h]), shape);
};
