/** Gradients of the kernels that move, copy or drop entries. */
import { attribute, product, type Core, type GradConfig, type Tensor } from '../core.js';
import { gradientOf, unbroadcast, zeroGradient } from './helpers.js';

type Paddings = readonly (readonly [before: number, after: number])[];

/** Gradients of reshape, transpose, slice, pad, concat, gather and their kin. */
export const shapeGradients = (tf: Core): readonly GradConfig[] => [
  ...['Reshape', 'ExpandDims', 'Squeeze'].map((name) =>
    gradientOf(name, { inputs: [name === 'ExpandDims' ? 'input' : 'x'] }, (dy, saved) => ({
      [name === 'ExpandDims' ? 'input' : 'x']: () => tf.reshape(dy, saved[0]!.shape),
    })),
  ),
  gradientOf('Transpose', {}, (dy, _saved, attributes) => {
    const permutation = attribute<readonly number[]>(attributes, 'perm');
    return {
      x: () =>
        tf.transpose(
          dy,
          permutation.map((_, axis) => permutation.indexOf(axis)),
        ),
    };
  }),
  gradientOf('Slice', { inputs: ['x'] }, (dy, saved, attributes) => {
    const shape = saved[0]!.shape;
    const begin = attribute<number | readonly number[]>(attributes, 'begin');
    const begins = typeof begin === 'number' ? [begin] : begin;
    return {
      x: () =>
        tf.pad(
          dy,
          shape.map((size, axis) => {
            const before = begins[axis] ?? 0;
            return [before, size - before - dy.shape[axis]!];
          }),
        ),
    };
  }),
  gradientOf('PadV2', { inputs: ['x'] }, (dy, saved, attributes) => ({
    x: () =>
      tf.slice(
        dy,
        attribute<Paddings>(attributes, 'paddings').map(([before]) => before),
        saved[0]!.shape,
      ),
  })),
  gradientOf('MirrorPad', { inputs: ['x'] }, (dy, saved, attributes) => {
    const edge = attribute<string>(attributes, 'mode') === 'reflect' ? 1 : 0;
    const paddings = attribute<Paddings>(attributes, 'paddings');
    return {
      x: () =>
        paddings.reduce(
          (gradient, padding, axis) => foldBorders(tf, gradient, axis, padding, saved[0]!.shape[axis]!, edge),
          dy,
        ),
    };
  }),
  gradientOf('Concat', { allInputs: true }, (dy, saved, attributes) => {
    const given = attribute<number>(attributes, 'axis');
    const axis = given < 0 ? given + dy.rank : given;
    const parts = tf.split(
      dy,
      saved.map((part) => part.shape[axis]!),
      axis,
    );
    return Object.fromEntries(parts.map((part, index) => [index, () => part]));
  }),
  gradientOf('Pack', { allInputs: true }, (dy, _saved, attributes) => {
    const parts = tf.unstack(dy, attribute<number>(attributes, 'axis'));
    return Object.fromEntries(parts.map((part, index) => [index, () => part]));
  }),
  {
    kernelName: 'Unpack',
    gradFunc: (dy, _saved, attributes) => ({
      value: () => tf.stack(Array.isArray(dy) ? dy : [dy], attribute<number>(attributes, 'axis')),
    }),
  },
  {
    kernelName: 'SplitV',
    gradFunc: (dy, _saved, attributes) => ({
      x: () => tf.concat(Array.isArray(dy) ? dy : [dy], attribute<number>(attributes, 'axis')),
    }),
  },
  gradientOf('Reverse', {}, (dy, _saved, attributes) => ({
    x: () => tf.reverse(dy, attribute<number[]>(attributes, 'dims')),
  })),
  gradientOf('Tile', { inputs: ['x'] }, (dy, saved, attributes) => {
    const repeats = attribute<readonly number[]>(attributes, 'reps');
    return { x: () => foldRepeats(tf, dy, saved[0]!.shape, repeats) };
  }),
  gradientOf('BroadcastTo', { inputs: ['x'] }, (dy, saved) => ({
    x: () => unbroadcast(tf, dy, saved[0]!.shape),
  })),
  gradientOf('DepthToSpace', { inputs: ['x'] }, (dy, saved, attributes) => {
    const block = attribute<number>(attributes, 'blockSize');
    const [n, h, w] = saved[0]!.shape as [number, number, number, number];
    return {
      x: () => {
        const blocks = tf.reshape(dy, [n, h, block, w, block, -1]);
        return tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4, 5]), saved[0]!.shape);
      },
    };
  }),
  gradientOf('GatherV2', { inputs: ['x', 'indices'] }, (dy, saved, attributes) => {
    const x = saved[0]!;
    const indices = saved[1]!;
    const given = attribute<number>(attributes, 'axis');
    const axis = given < 0 ? given + x.rank : given;
    const before = product(x.shape.slice(0, axis));
    const after = product(x.shape.slice(axis + 1));
    return {
      x: () => {
        const rows = tf.transpose(tf.reshape(dy, [before, indices.size, after]), [1, 0, 2]);
        const summed = tf.unsortedSegmentSum(rows, tf.reshape(indices, [-1]), x.shape[axis]!);
        return tf.reshape(tf.transpose(summed, [1, 0, 2]), x.shape);
      },
      indices: () => tf.zeros(indices.shape),
    };
  }),
  gradientOf('UnsortedSegmentSum', { inputs: ['segmentIds'] }, (dy, saved) => {
    const identifiers = saved[0] as ReturnType<Core['tensor1d']>;
    return {
      x: () => {
        const rows = tf.gather(dy, tf.cast(tf.maximum(identifiers, 0), 'int32') as typeof identifiers);
        const valid = tf.cast(tf.greaterEqual(identifiers, 0), 'float32');
        return tf.mul(rows, tf.reshape(valid, [-1, ...rows.shape.slice(1).map(() => 1)]));
      },
      segmentIds: () => tf.zeros(identifiers.shape),
    };
  }),
  zeroGradient(tf, 'OneHot', ['indices']),
];

/** Adds the two mirrored borders of one axis onto the entries that they are copies of. */
const foldBorders = (
  tf: Core,
  dy: Tensor,
  axis: number,
  [before, after]: readonly [number, number],
  size: number,
  edge: number,
): Tensor => {
  if (before === 0 && after === 0) return dy;
  const part = (from: number, count: number): Tensor =>
    tf.slice(
      dy,
      dy.shape.map((_, a) => (a === axis ? from : 0)),
      dy.shape.map((all, a) => (a === axis ? count : all)),
    );
  const placed = (mirrored: Tensor, from: number): Tensor =>
    tf.pad(
      tf.reverse(mirrored, axis),
      dy.shape.map((_, a) => (a === axis ? [from, size - from - mirrored.shape[axis]!] : [0, 0])),
    );
  const core = part(before, size);
  const withFirst = before === 0 ? core : tf.add(core, placed(part(0, before), edge));
  return after === 0 ? withFirst : tf.add(withFirst, placed(part(before + size, after), size - edge - after));
};

/** Sums the copies that `tile` made, one axis at a time so that no tensor has more than three axes. */
const foldRepeats = (tf: Core, dy: Tensor, shape: readonly number[], repeats: readonly number[]): Tensor =>
  tf.reshape(
    repeats.reduce((gradient, count, axis) => {
      if (count === 1) return gradient;
      const before = product(shape.slice(0, axis));
      const folded = tf.sum(tf.reshape(gradient, [before, count, -1]), 1);
      return folded;
    }, dy),
    [...shape],
  );
