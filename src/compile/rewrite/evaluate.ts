/**
 * A reference evaluator for what stands between constants: elementwise, layout and reductions.
 *
 * Each entry is computed in double precision and rounded to float32 once for each operation, sums once at their end.
 */
import type { DataType, Shape, TensorType, Value } from '../../ops/value.js';
import { dataOf, isStatic } from './values.js';

/** Numbers with their shape. A bool is held as 0 or 1. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: DataType;
  readonly data: Float32Array | Int32Array;
}

/**
 * Evaluates values that rest on nothing but constants; each value is computed once. `undefined` where a leaf is no
 * constant, or the operation is none that occurs between constants (a convolution).
 */
export const evaluator = (): ((value: Value) => Tensor | undefined) => {
  const known = new Map<Value, Tensor | undefined>();
  const of = (value: Value): Tensor | undefined => {
    if (known.has(value)) return known.get(value);
    const result = compute(value);
    known.set(value, result);
    return result;
  };
  const compute = (value: Value): Tensor | undefined => {
    const data = dataOf(value);
    if (data !== undefined) return { shape: value.shape as readonly number[], dtype: value.dtype, data };
    if (value.operands.length === 0) return undefined;
    const operands: Tensor[] = [];
    for (const operand of value.operands) {
      const one = of(operand);
      if (one === undefined) return undefined;
      operands.push(one);
    }
    return evaluated(value, operands);
  };
  return of;
};

/** What an operation gives on these numbers; `undefined` where this evaluator does not know it. */
export const evaluated = (
  node: TensorType & Pick<Value, 'op' | 'attributes'>,
  operands: readonly Tensor[],
): Tensor | undefined => {
  const { shape, dtype } = node;
  const rule = Object.hasOwn(rules, node.op) ? rules[node.op] : undefined;
  if (!isStatic(shape) || rule === undefined) return undefined;
  const data = rule(operands, node.attributes, shape, dtype);
  return data === undefined ? undefined : { shape, dtype, data };
};

type Data = Float32Array | Int32Array;
type Rule = (
  operands: readonly Tensor[],
  attributes: Value['attributes'],
  shape: readonly number[],
  dtype: DataType,
) => Data | undefined;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);
const empty = (dtype: DataType, count: number): Data =>
  dtype === 'float32' ? new Float32Array(count) : new Int32Array(count);
const isFloat = (operands: readonly Tensor[]): boolean => operands.every(({ dtype }) => dtype === 'float32');

/** Row-major strides. */
const stridesOf = (shape: readonly number[]): readonly number[] =>
  shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

/** How far each position along each axis of a result lies in the source; below 0 where the result is 0. */
type Tables = readonly (readonly number[])[];

/** Entries gathered from a source: every layout operation but joining is this. */
const gathered = (source: Tensor, shape: readonly number[], tables: Tables): Data => {
  const out = empty(source.dtype, sizeOf(shape));
  let at = 0;
  const fill = (axis: number, offset: number): void => {
    if (axis === shape.length) {
      out[at++] = source.data[offset]!;
      return;
    }
    const table = tables[axis]!;
    const inner = sizeOf(shape.slice(axis + 1));
    for (let i = 0; i < shape[axis]!; i++) {
      if (table[i]! < 0) at += inner;
      else fill(axis + 1, offset + table[i]!);
    }
  };
  fill(0, 0);
  return out;
};

const positions = (count: number, at: (i: number) => number): readonly number[] =>
  Array.from({ length: count }, (_, i) => at(i));

/** The tables of a layout operation that reads, along each axis, the source position that `at` says (below 0: none). */
const along = (source: Tensor, shape: readonly number[], at: (axis: number, i: number) => number): Tables => {
  const strides = stridesOf(source.shape);
  return shape.map((extent, axis) =>
    positions(extent, (i) => {
      const position = at(axis, i);
      return position < 0 || position >= source.shape[axis]! ? -1 : position * strides[axis]!;
    }),
  );
};

const broadcastTo = (source: Tensor, shape: readonly number[]): Data => {
  if (source.shape.length === shape.length && source.shape.every((extent, i) => extent === shape[i]))
    return source.data;
  const strides = stridesOf(source.shape);
  const lead = shape.length - source.shape.length;
  return gathered(
    source,
    shape,
    shape.map((extent, axis) => positions(extent, (i) => (axis < lead || source.shape[axis - lead] === 1 ? 0 : i * strides[axis - lead]!))),
  ); // prettier-ignore
};

const unary =
  (apply: (x: number) => number): Rule =>
  (operands, _attributes, _shape, dtype) =>
    dtype === 'float32' ? Float32Array.from(operands[0]!.data, apply) : undefined;
const binary =
  (apply: (a: number, b: number) => number, floatsOnly = false): Rule =>
  ([a, b], _attributes, shape, dtype) => {
    if (floatsOnly && !isFloat([a!, b!])) return undefined;
    const [x, y] = [broadcastTo(a!, shape), broadcastTo(b!, shape)];
    const out = empty(dtype, x.length);
    for (let i = 0; i < out.length; i++) out[i] = apply(x[i]!, y[i]!);
    return out;
  };
const moved =
  (at: (axis: number, i: number, source: Tensor, attributes: Value['attributes'], shape: readonly number[]) => number): Rule =>
  ([x], attributes, shape) => gathered(x!, shape, along(x!, shape, (axis, i) => at(axis, i, x!, attributes, shape))); // prettier-ignore

/** The entries that one entry of the result is made of, one after another. */
const reduction =
  (combine: (data: Data, from: number, to: number) => number): Rule =>
  ([x], { axes }, shape, dtype) => {
    if (dtype !== 'float32') return undefined;
    const reduced = axes as readonly number[];
    const order = [...x!.shape.keys()].filter((axis) => !reduced.includes(axis)).concat(reduced);
    const turned = permuted(x!, order);
    const out = empty(dtype, sizeOf(shape));
    const count = turned.length / out.length;
    for (let i = 0; i < out.length; i++) out[i] = combine(turned, i * count, (i + 1) * count);
    return out;
  };
const sum = (data: Data, from: number, to: number): number => {
  let total = 0;
  for (let i = from; i < to; i++) total += data[i]!;
  return total;
};

const permuted = (x: Tensor, order: readonly number[]): Data => {
  const strides = stridesOf(x.shape);
  const shape = order.map((axis) => x.shape[axis]!);
  return gathered(x, shape, order.map((axis) => positions(x.shape[axis]!, (i) => i * strides[axis]!))); // prettier-ignore
};

const joined: Rule = (operands, { axis }, shape, dtype) => {
  const out = empty(dtype, sizeOf(shape));
  const rows = sizeOf(shape.slice(0, Number(axis)));
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (const { data } of operands) {
      const length = data.length / rows;
      out.set(data.subarray(row * length, (row + 1) * length), at);
      at += length;
    }
  }
  return out;
};

const chosen: Rule = ([condition, a, b], _attributes, shape, dtype) => {
  const [c, x, y] = [broadcastTo(condition!, shape), broadcastTo(a!, shape), broadcastTo(b!, shape)];
  const out = empty(dtype, c.length);
  for (let i = 0; i < out.length; i++) out[i] = c[i] === 0 ? y[i]! : x[i]!;
  return out;
};

const converted: Rule = ([x], _attributes, _shape, dtype) =>
  dtype === 'float32'
    ? Float32Array.from(x!.data)
    : Int32Array.from(x!.data, (entry) => (dtype === 'int32' ? entry : Number(entry !== 0)));

const pads = (attributes: Value['attributes'], axis: number): number =>
  (attributes['paddings'] as readonly (readonly [number, number])[])[axis]![0];
const resized = (axis: number, i: number, source: Tensor, shape: readonly number[]): number =>
  axis === 1 || axis === 2 ? nearestOf(i, source.shape[axis]!, shape[axis]!) : i;

/** Which of `from` positions nearest-neighbour resizing reads for position `i` of `to`. */
export const nearestOf = (i: number, from: number, to: number): number =>
  Math.min(Math.floor((i * from) / to), from - 1);

const rules: Readonly<Record<string, Rule>> = {
  relu: unary((x) => Math.max(x, 0)),
  elu: unary((x) => (x > 0 ? x : Math.expm1(x))),
  tanh: unary(Math.tanh),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  square: unary((x) => x * x),
  abs: unary(Math.abs),
  negate: unary((x) => -x),
  floor: unary(Math.floor),
  stopGradient: ([x]) => x!.data,
  leakyRelu: ([x], { slope }) =>
    isFloat([x!]) ? Float32Array.from(x!.data, (entry) => (entry > 0 ? entry : Math.fround(Number(slope)) * entry)) : undefined, // prettier-ignore
  add: binary((a, b) => a + b),
  subtract: binary((a, b) => a - b),
  multiply: binary((a, b) => a * b, true),
  divide: binary((a, b) => a / b, true),
  maximum: binary(Math.max),
  minimum: binary(Math.min),
  greaterEqual: binary((a, b) => Number(a >= b)),
  greater: binary((a, b) => Number(a > b)),
  select: chosen,
  cast: converted,
  reshape: ([x]) => x!.data,
  transpose: ([x], { permutation }) => permuted(x!, permutation as readonly number[]),
  slice: moved((axis, i, _source, { axis: cut, begin }) => (axis === cut ? i + Number(begin) : i)),
  pad: moved((axis, i, _source, attributes) => i - pads(attributes, axis)),
  mirrorPad: moved((axis, i, source, attributes) => {
    const last = source.shape[axis]! - 1;
    return last - Math.abs(last - Math.abs(i - pads(attributes, axis)));
  }),
  tile: moved((axis, i, source) => i % source.shape[axis]!),
  resizeNearest: ([x], _attributes, shape) =>
    isFloat([x!]) ? gathered(x!, shape, along(x!, shape, (axis, i) => resized(axis, i, x!, shape))) : undefined, // prettier-ignore
  concat: joined,
  reduceSum: reduction(sum),
  reduceMean: reduction((data, from, to) => sum(data, from, to) / (to - from)),
  reduceMax: reduction((data, from, to) => {
    let most = -Infinity;
    for (let i = from; i < to; i++) most = Math.max(most, data[i]!);
    return most;
  }),
};

/** Whether the extents of a shape are all 1 but the last, which has this many: what holds one number for each channel, or one for all. */
export const isPerChannel = (shape: Shape, channels: number): boolean =>
  shape.slice(0, -1).every((extent) => extent === 1) && [1, channels].includes(Number(shape.at(-1) ?? 1));
