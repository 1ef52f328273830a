/**
 * The alphabet in TensorFlow's operations: one lowering for each primitive.
 *
 * A lowering gives a draft: an operation on operands (by index), on constants and on further drafts, which become
 * nodes of their own. The operations are those that TensorFlow and the executor of tfjs graph models both have.
 */
import type { AttributesOf, PrimitiveName } from '../../ops/alphabet.js';
import { samePadding, type Padding } from '../../ops/convolution.js';
import type { Leaf } from '../../ops/leaves.js';
import type { DataType, Extent, TensorType } from '../../ops/value.js';
import type { GraphAttribute, GraphAttributes, GraphTensor } from './graph.js';

/** What an operation reads: an operand by its index, a constant, or what another operation makes. */
export type DraftInput = number | GraphTensor | Draft;

/** An operation to be; it gets its name when it is placed. */
export interface Draft {
  readonly op: string;
  readonly inputs: readonly DraftInput[];
  readonly attributes: GraphAttributes;
}

type Lowering<Name extends PrimitiveName> = (
  attributes: AttributesOf<Name>,
  operands: readonly TensorType[],
  result: TensorType,
) => Draft;

const draft = (op: string, inputs: readonly DraftInput[], attributes: GraphAttributes = {}): Draft => ({
  op,
  inputs,
  attributes,
});
const type = (value: DataType): GraphAttribute => ({ kind: 'type', value });
const intList = (value: readonly number[]): GraphAttribute => ({ kind: 'ints', value });
const text = (value: string): GraphAttribute => ({ kind: 'text', value });
const flag = (value: boolean): GraphAttribute => ({ kind: 'flag', value });
const float = { T: type('float32') };
/* The types of whole numbers that say where: axes, sizes, paddings. */
const indexed = (key: string): GraphAttributes => ({ [key]: type('int32') });

const ints = (values: readonly number[]): GraphTensor => ({
  dtype: 'int32',
  shape: [values.length],
  data: Int32Array.from(values),
});
const int = (value: number): GraphTensor => ({ dtype: 'int32', shape: [], data: Int32Array.of(value) });
const floats = (values: readonly number[], shape: readonly number[]): GraphTensor => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(values),
});

/** −1 for what the batch decides. */
export const staticExtent = (extent: Extent): number => (typeof extent === 'number' ? extent : -1);

const unary =
  (op: string) =>
  (_: unknown, [x]: readonly TensorType[]): Draft =>
    draft(op, [0], { T: type(x!.dtype) });
const binary =
  (op: string) =>
  (_: unknown, [a]: readonly TensorType[]): Draft =>
    draft(op, [0, 1], { T: type(a!.dtype) });

const isZero = (padding: Padding): boolean => padding.every(([before, after]) => before === 0 && after === 0);
const isSame = (
  padding: Padding,
  size: readonly Extent[],
  kernel: readonly Extent[],
  strides: readonly number[],
  dilations: readonly number[] = [1, 1],
): boolean =>
  padding.every(([before, after], axis) => {
    const wanted = samePadding(Number(size[axis]), Number(kernel[axis]), strides[axis]!, dilations[axis]!);
    return before === wanted[0] && after === wanted[1];
  });
const channelsAlone = (pair: readonly number[]): GraphAttribute => intList([1, ...pair, 1]);
const imagePaddings = ([rows, columns]: Padding): GraphTensor => ({
  dtype: 'int32',
  shape: [4, 2],
  data: Int32Array.from([0, 0, ...rows, ...columns, 0, 0]),
});

const conv2d: Lowering<'conv2d'> = ({ strides, padding, dilations }, [x, kernel]) => {
  const attributes = { ...float, strides: channelsAlone(strides), dilations: channelsAlone(dilations) };
  if (isZero(padding)) return draft('Conv2D', [0, 1], { ...attributes, padding: text('VALID') });
  if (isSame(padding, x!.shape.slice(1, 3), kernel!.shape, strides, dilations))
    return draft('Conv2D', [0, 1], { ...attributes, padding: text('SAME') });
  return draft('Conv2D', [0, 1], {
    ...attributes,
    padding: text('EXPLICIT'),
    explicit_paddings: intList([0, 0, ...padding[0], ...padding[1], 0, 0]),
  });
};

const conv2dTranspose: Lowering<'conv2dTranspose'> = ({ strides, padding, size }, [x, kernel]) => {
  const filters = Number(kernel!.shape[2]);
  const run = (height: number, width: number, by: 'SAME' | 'VALID'): Draft => {
    // The batch is known when the graph runs; the operation wants the whole shape.
    const batch = draft('Slice', [draft('Shape', [0], float), ints([0]), ints([1])], {
      T: type('int32'),
      ...indexed('Index'),
    });
    const extents = draft('ConcatV2', [batch, ints([height, width, filters]), int(0)], {
      T: type('int32'),
      N: { kind: 'int', value: 2 },
      ...indexed('Tidx'),
    });
    return draft('Conv2DBackpropInput', [extents, 1, 0], {
      ...float,
      strides: channelsAlone(strides),
      padding: text(by),
    });
  };
  if (isZero(padding)) return run(size[0], size[1], 'VALID');
  if (isSame(padding, size, kernel!.shape, strides)) return run(size[0], size[1], 'SAME');
  const full = run(size[0] + padding[0][0] + padding[0][1], size[1] + padding[1][0] + padding[1][1], 'VALID');
  return sliced(full, [0, padding[0][0], padding[1][0], 0], [-1, size[0], size[1], filters], x!.dtype);
};

const sliced = (
  from: DraftInput,
  begin: readonly number[],
  size: readonly number[],
  dtype: DataType,
): Draft => draft('Slice', [from, ints(begin), ints(size)], { T: type(dtype), ...indexed('Index') });

/* The least float32: finite, because shaders do not promise infinities. */
const least = -3.4028234663852886e38;

const maxPool: Lowering<'maxPool'> = ({ window, strides, padding }, [x]) => {
  const run = (from: DraftInput, by: 'SAME' | 'VALID'): Draft =>
    draft('MaxPool', [from], {
      ...float,
      ksize: channelsAlone(window),
      strides: channelsAlone(strides),
      padding: text(by),
    });
  if (isZero(padding)) return run(0, 'VALID');
  if (isSame(padding, x!.shape.slice(1, 3), window, strides)) return run(0, 'SAME');
  const padded = draft('PadV2', [0, imagePaddings(padding), floats([least], [])], {
    ...float,
    ...indexed('Tpaddings'),
  });
  return run(padded, 'VALID');
};

const averagePool: Lowering<'averagePool'> = ({ window, strides, padding }, [x], { shape }) => {
  const run = (from: DraftInput, by: 'SAME' | 'VALID'): Draft =>
    draft('AvgPool', [from], {
      ...float,
      ksize: channelsAlone(window),
      strides: channelsAlone(strides),
      padding: text(by),
    });
  if (isZero(padding)) return run(0, 'VALID');
  const size = x!.shape.slice(1, 3);
  if (isSame(padding, size, window, strides)) return run(0, 'SAME');
  const padded = draft('Pad', [0, imagePaddings(padding)], { ...float, ...indexed('Tpaddings') });
  // The mean over the whole window, scaled to a mean over the entries that are there.
  const [rows, columns] = [0, 1].map((axis) =>
    Array.from({ length: Number(shape[axis + 1]) }, (_, at) => {
      const from = at * strides[axis]! - padding[axis]![0];
      return window[axis]! / (Math.min(from + window[axis]!, Number(size[axis])) - Math.max(from, 0));
    }),
  );
  const scales = rows!.flatMap((row) => columns!.map((column) => row * column));
  return draft('Mul', [run(padded, 'VALID'), floats(scales, [rows!.length, columns!.length, 1])], float);
};

/* One index into the rows of all examples, without `batch_dims`: the kernel of tfjs' wasm backend has those wrong. */
const gather: Lowering<'gather'> = (_, [x, indices]) => {
  const [m, c, k] = [x!.shape[1], x!.shape[2], indices!.shape[1]].map(Number) as [number, number, number];
  const T = type('int32');
  const whole = (op: string, a: DraftInput, b: DraftInput): Draft => draft(op, [a, b], { T });
  const reshaped = (from: DraftInput, shape: readonly number[], dtype: DataType): Draft =>
    draft('Reshape', [from, ints(shape)], { T: type(dtype), ...indexed('Tshape') });
  // The number of each example: the batch is known when the graph runs, so ones are summed up.
  const ones = whole('AddV2', whole('Mul', sliced(1, [0, 0], [-1, 1], 'int32'), int(0)), int(1));
  const examples = draft('Cumsum', [ones, int(0)], {
    T,
    ...indexed('Tidx'),
    exclusive: flag(true),
    reverse: flag(false),
  });
  const inside = whole('Minimum', whole('Maximum', 1, int(0)), int(m - 1));
  const rows = whole('AddV2', inside, whole('Mul', examples, int(m)));
  const read = draft('GatherV2', [reshaped(0, [-1, c], x!.dtype), reshaped(rows, [-1], 'int32'), int(0)], {
    Tparams: type(x!.dtype),
    ...indexed('Tindices'),
    ...indexed('Taxis'),
    batch_dims: { kind: 'int', value: 0 },
  });
  return reshaped(read, [-1, k, c], x!.dtype);
};

const resize =
  (op: string, halfPixelCenters: boolean) =>
  ({ height, width }: AttributesOf<'resizeNearest'>): Draft =>
    draft(op, [0, ints([height, width])], {
      ...float,
      align_corners: flag(false),
      half_pixel_centers: flag(halfPixelCenters),
    });

const pads = (paddings: readonly (readonly [number, number])[]): GraphTensor => ({
  dtype: 'int32',
  shape: [paddings.length, 2],
  data: Int32Array.from(paddings.flat()),
});

const reduction =
  (op: string) =>
  ({ axes, keepDims }: AttributesOf<'reduceSum'>, [x]: readonly TensorType[]): Draft =>
    draft(op, [0, ints(axes)], { T: type(x!.dtype), ...indexed('Tidx'), keep_dims: flag(keepDims) });

/** Every primitive that is computed; the type checker holds this list to the alphabet. */
export const lowerings: { readonly [Name in Exclude<PrimitiveName, Leaf>]: Lowering<Name> } = {
  relu: unary('Relu'),
  elu: unary('Elu'),
  tanh: unary('Tanh'),
  sigmoid: unary('Sigmoid'),
  exp: unary('Exp'),
  log: unary('Log'),
  sqrt: unary('Sqrt'),
  square: unary('Square'),
  abs: unary('Abs'),
  negate: unary('Neg'),
  floor: unary('Floor'),
  stopGradient: unary('StopGradient'),
  add: binary('AddV2'),
  subtract: binary('Sub'),
  multiply: binary('Mul'),
  divide: binary('RealDiv'),
  maximum: binary('Maximum'),
  minimum: binary('Minimum'),
  greaterEqual: binary('GreaterEqual'),
  greater: binary('Greater'),
  leakyRelu: ({ slope }) => draft('LeakyRelu', [0], { ...float, alpha: { kind: 'float', value: slope } }),
  cast: ({ dtype }, [x]) => draft('Cast', [0], { SrcT: type(x!.dtype), DstT: type(dtype) }),
  select: (_, operands) => draft('SelectV2', [0, 1, 2], { T: type(operands[1]!.dtype) }),
  conv2d,
  conv2dTranspose,
  matMul: binary('MatMul'),
  batchMatMul: binary('BatchMatMulV2'),
  concat: ({ axis }, operands) => {
    const T = type(operands[0]!.dtype);
    // TensorFlow joins two or more.
    if (operands.length === 1) return draft('Identity', [0], { T });
    const N = { kind: 'int', value: operands.length } as const;
    return draft('ConcatV2', [...operands.keys(), int(axis)], { T, N, ...indexed('Tidx') });
  },
  slice: ({ axis, begin, size }, [x]) =>
    sliced(
      0,
      x!.shape.map((_, i) => (i === axis ? begin : 0)),
      x!.shape.map((extent, i) => (i === axis ? size : staticExtent(extent))),
      x!.dtype,
    ),
  pad: ({ paddings }, [x]) =>
    draft('Pad', [0, pads(paddings)], { T: type(x!.dtype), ...indexed('Tpaddings') }),
  mirrorPad: ({ paddings }, [x]) =>
    draft('MirrorPad', [0, pads(paddings)], {
      T: type(x!.dtype),
      ...indexed('Tpaddings'),
      mode: text('REFLECT'),
    }),
  reshape: ({ shape }, [x]) =>
    draft('Reshape', [0, ints(shape.map(staticExtent))], { T: type(x!.dtype), ...indexed('Tshape') }),
  transpose: ({ permutation }, [x]) =>
    draft('Transpose', [0, ints(permutation)], { T: type(x!.dtype), ...indexed('Tperm') }),
  resizeNearest: resize('ResizeNearestNeighbor', false),
  resizeBilinear: resize('ResizeBilinear', true),
  tile: ({ repetitions }, [x]) =>
    draft('Tile', [0, ints(repetitions)], { T: type(x!.dtype), ...indexed('Tmultiples') }),
  gather,
  maxPool,
  averagePool,
  reduceSum: reduction('Sum'),
  reduceMean: reduction('Mean'),
  reduceMax: reduction('Max'),
};
