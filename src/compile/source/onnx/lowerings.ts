/**
 * The alphabet in ONNX's operators (opset 18), on plans with channels first: one lowering for each primitive.
 *
 * A lowering gives a draft: an operator on operands (by index), on constants and on further drafts, which become nodes
 * of their own; or the index of the operand that it leaves as it is.
 */
import type { AttributesOf, PrimitiveName } from '../../../ops/alphabet.js';
import type { Padding } from '../../../ops/convolution.js';
import type { Leaf } from '../../../ops/leaves.js';
import type { Extent, TensorType } from '../../../ops/value.js';
import { elementTypes, type OnnxAttribute, type OnnxAttributes, type OnnxTensor } from './model.js';

/** What an operator reads: an operand by its index, numbers and what they say, another draft, or nothing. */
export type DraftInput = number | { readonly says: string; readonly tensor: OnnxTensor } | Draft | 'absent';

/** An operator to be; it gets its name when it is placed. */
export interface Draft {
  readonly op: string;
  readonly inputs: readonly DraftInput[];
  readonly attributes: OnnxAttributes;
}

type Lowering<Name extends PrimitiveName> = (
  attributes: AttributesOf<Name>,
  operands: readonly TensorType[],
) => Draft | number;

/** A draft. */
export const draft = (op: string, inputs: readonly DraftInput[], attributes: OnnxAttributes = {}): Draft => ({
  op,
  inputs,
  attributes,
});
const int = (value: number): OnnxAttribute => ({ kind: 'int', value });
const intList = (value: readonly number[]): OnnxAttribute => ({ kind: 'ints', value });
const text = (value: string): OnnxAttribute => ({ kind: 'text', value });

/* Whole numbers that say where: axes, sizes, paddings. */
const places = (says: string, values: readonly number[]): DraftInput => ({
  says,
  tensor: { dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) },
});
const index = (says: string, value: number): DraftInput => ({
  says,
  tensor: { dtype: 'int32', shape: [], data: Int32Array.of(value) },
});

const unary = (op: string) => (): Draft => draft(op, [0]);
const binary = (op: string) => (): Draft => draft(op, [0, 1]);

/** All that comes before, in the order of axes, then all that comes after. */
const sides = (paddings: readonly (readonly [before: number, after: number])[]): readonly number[] => [
  ...paddings.map(([before]) => before),
  ...paddings.map(([, after]) => after),
];
const spatial = ({ shape }: TensorType): readonly [height: number, width: number] => [Number(shape[2]), Number(shape[3])]; // prettier-ignore

/** −1 for what the batch decides. */
const staticExtent = (extent: Extent): number => (typeof extent === 'number' ? extent : -1);

const conv2d: Lowering<'conv2d'> = ({ strides, padding, dilations }, [, kernel]) =>
  draft('Conv', [0, 1], {
    kernel_shape: intList(spatial(kernel!)),
    strides: intList(strides),
    pads: intList(sides(padding)),
    dilations: intList(dilations),
  });

/* What the windows do not reach of the wanted size lies at its end, and is 0. */
const conv2dTranspose: Lowering<'conv2dTranspose'> = ({ strides, padding, size }, [x, kernel]) => {
  const unreached = spatial(x!).map((extent, axis) => {
    const reached = (extent - 1) * strides[axis]! + spatial(kernel!)[axis]!;
    return size[axis]! + padding[axis]![0] + padding[axis]![1] - reached;
  });
  return draft('ConvTranspose', [0, 1], {
    kernel_shape: intList(spatial(kernel!)),
    strides: intList(strides),
    pads: intList(sides(padding)),
    output_padding: intList(unreached),
  });
};

type PoolAttributes = {
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
};
const pool =
  (op: string, attributes: OnnxAttributes = {}) =>
  ({ window, strides, padding }: PoolAttributes): Draft =>
    draft(op, [0], {
      ...attributes,
      kernel_shape: intList(window),
      strides: intList(strides),
      pads: intList(sides(padding)),
    });

const resized = (height: number, width: number, attributes: OnnxAttributes): Draft =>
  draft('Resize', [0, 'absent', 'absent', places('sizes', [height, width])], {
    ...attributes,
    axes: intList([2, 3]),
  });

/*
 * Row i reads row ⌊i · h / height⌋. Runtimes divide i by the factor height / h in floats, which is that row only where
 * the factor is a whole number; other sizes are read row by row and column by column.
 */
const resizeNearest: Lowering<'resizeNearest'> = ({ height, width }, [x]) => {
  const [h, w] = spatial(x!);
  if (height === h && width === w) return 0;
  if (height % h === 0 && width % w === 0)
    return resized(height, width, {
      mode: text('nearest'),
      coordinate_transformation_mode: text('asymmetric'),
      nearest_mode: text('floor'),
    });
  const read = (from: DraftInput, says: string, axis: number, extent: number, wanted: number): DraftInput =>
    extent === wanted
      ? from
      : draft('Gather', [from, places(says, Array.from({ length: wanted }, (_, i) => Math.floor((i * extent) / wanted)))], { axis: int(axis) }); // prettier-ignore
  return read(read(0, 'rows', 2, h, height), 'columns', 3, w, width) as Draft;
};

const resizeBilinear: Lowering<'resizeBilinear'> = ({ height, width }) =>
  resized(height, width, { mode: text('linear'), coordinate_transformation_mode: text('half_pixel') });

const gather: Lowering<'gather'> = (_, [x]) => {
  const inside = draft('Clip', [1, index('first', 0), index('last', Number(x!.shape[1]) - 1)]);
  const rows = draft('Unsqueeze', [draft('Cast', [inside], { to: int(elementTypes.int64) }), places('axes', [2])]); // prettier-ignore
  return draft('GatherND', [0, rows], { batch_dims: int(1) });
};

const reduction =
  (op: string) =>
  ({ axes, keepDims }: AttributesOf<'reduceSum'>): Draft | number =>
    // No axes are all axes for ONNX.
    axes.length === 0 ? 0 : draft(op, [0, places('axes', axes)], { keepdims: int(keepDims ? 1 : 0) });

/** Every primitive that is computed; the type checker holds this list to the alphabet. */
export const lowerings: { readonly [Name in Exclude<PrimitiveName, Leaf>]: Lowering<Name> } = {
  relu: unary('Relu'),
  elu: unary('Elu'),
  tanh: unary('Tanh'),
  sigmoid: unary('Sigmoid'),
  exp: unary('Exp'),
  log: unary('Log'),
  sqrt: unary('Sqrt'),
  square: () => draft('Mul', [0, 0]),
  abs: unary('Abs'),
  negate: unary('Neg'),
  floor: unary('Floor'),
  stopGradient: () => 0,
  add: binary('Add'),
  subtract: binary('Sub'),
  multiply: binary('Mul'),
  divide: binary('Div'),
  maximum: binary('Max'),
  minimum: binary('Min'),
  greaterEqual: binary('GreaterOrEqual'),
  greater: binary('Greater'),
  leakyRelu: ({ slope }) => draft('LeakyRelu', [0], { alpha: { kind: 'float', value: slope } }),
  cast: ({ dtype }, [x]) => (x!.dtype === dtype ? 0 : draft('Cast', [0], { to: int(elementTypes[dtype]) })),
  select: () => draft('Where', [0, 1, 2]),
  conv2d,
  conv2dTranspose,
  // Held filters×inputs where it is a dense layer's; see `channels-first.ts`.
  matMul: (attributes) =>
    attributes['transposed'] === true ? draft('Gemm', [0, 1], { transB: int(1) }) : draft('MatMul', [0, 1]),
  batchMatMul: binary('MatMul'),
  concat: ({ axis }, operands) =>
    operands.length === 1 ? 0 : draft('Concat', [...operands.keys()], { axis: int(axis) }),
  slice: ({ axis, begin, size }) =>
    draft('Slice', [0, places('starts', [begin]), places('ends', [begin + size]), places('axes', [axis])]),
  pad: ({ paddings }) => draft('Pad', [0, places('pads', sides(paddings))], { mode: text('constant') }),
  mirrorPad: ({ paddings }) => draft('Pad', [0, places('pads', sides(paddings))], { mode: text('reflect') }),
  reshape: ({ shape }) => draft('Reshape', [0, places('shape', shape.map(staticExtent))]),
  transpose: ({ permutation }) => draft('Transpose', [0], { perm: intList(permutation) }),
  resizeNearest,
  resizeBilinear,
  tile: ({ repetitions }) => draft('Tile', [0, places('repeats', repetitions)]),
  gather,
  maxPool: pool('MaxPool'),
  averagePool: pool('AveragePool', { count_include_pad: int(0) }),
  reduceSum: reduction('ReduceSum'),
  reduceMean: reduction('ReduceMean'),
  reduceMax: reduction('ReduceMax'),
};
