/**
 * What a plan costs at a given batch: floating-point operations, bytes read and written, numbers that it holds.
 *
 * Costs are those of the primitives as they are defined, not of one backend's kernels: a multiplication and an addition
 * are two operations, one function of an entry (a relu, an exponential) is one, moving entries is none. Each operand is
 * read once and the result written once. Float32 and int32 take four bytes, a bool one.
 */
import type { AttributesOf, PrimitiveName } from '../../ops/alphabet.js';
import { batches, type DataType, type Shape } from '../../ops/value.js';
import { sizeOf, type Plan, type PlanNode } from './plan.js';

/** What one node costs. */
export interface PrimitiveCost {
  /** Floating-point operations. */
  readonly flops: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Entries of a parameter. */
  readonly parameters: number;
}

/** What a plan or a part of it costs. */
export interface Cost extends PrimitiveCost {
  /** Nodes that compute something: all but leaves. */
  readonly operations: number;
  /** Entries of constants: where weights are frozen, the parameters are among them. */
  readonly constants: number;
}

/** The cost of a step of a model. */
export interface LayerCost extends Cost {
  /** The step's path; empty for what came after all layers. */
  readonly path: string;
  /** The name of the layer; empty for what belongs to no layer. */
  readonly op: string;
}

/** The cost of a plan: all in all, and by layer in the plan's order. */
export interface PlanCost {
  readonly batch: number;
  readonly total: Cost;
  readonly layers: readonly LayerCost[];
}

/** A shape at a batch: `n×4` at 3 is 3×4. */
export const concreteShape = (shape: Shape, batch: number): readonly number[] =>
  shape.map((extent) => (typeof extent === 'number' ? extent : batches(extent) * batch));

/** The bytes of an entry. */
export const bytesOf = (dtype: DataType): number => (dtype === 'bool' ? 1 : 4);

/** The cost of a plan at a batch. */
export const planCost = (plan: Plan, batch = 1): PlanCost => {
  const steps = new Map(plan.layers.map(({ path, op }) => [path, { path, op, ...nothing }]));
  const total = { ...nothing };
  for (const node of plan.nodes) {
    const cost = nodeCost(plan, node, batch);
    const step = steps.get(node.scope) ?? { path: node.scope, op: '', ...nothing };
    steps.set(node.scope, step);
    add(total, cost);
    add(step, cost);
  }
  return { batch, total, layers: [...steps.values()] };
};

/** The cost of one node of a plan at a batch. */
export const nodeCost = (plan: Plan, node: PlanNode, batch = 1): Cost => {
  const sized = ({ shape, dtype }: PlanNode): Sized => {
    const concrete = concreteShape(shape, batch);
    const entries = sizeOf(concrete);
    return { shape: concrete, entries, bytes: entries * bytesOf(dtype) };
  };
  // Each primitive's rule is typed by its attributes; a node's were checked against its primitive by `verify`.
  const rule = rules[node.op] as (call: Call<unknown>) => Partial<PrimitiveCost>;
  const operands = node.operands.map((operand) => sized(plan.nodes[operand]!));
  const cost = rule({ result: sized(node), operands, attributes: node.attributes });
  return {
    ...nothing,
    ...cost,
    operations: node.operands.length > 0 ? 1 : 0,
    constants: node.op === 'constant' ? sizeOf(concreteShape(node.shape, batch)) : 0,
  };
};

const nothing: Cost = { operations: 0, flops: 0, bytesRead: 0, bytesWritten: 0, parameters: 0, constants: 0 };

/* A plan has many nodes: sums grow in place. */
const add = (sum: { -readonly [K in keyof Cost]: Cost[K] }, cost: Cost): void => {
  sum.operations += cost.operations;
  sum.flops += cost.flops;
  sum.bytesRead += cost.bytesRead;
  sum.bytesWritten += cost.bytesWritten;
  sum.parameters += cost.parameters;
  sum.constants += cost.constants;
};

interface Sized {
  readonly shape: readonly number[];
  readonly entries: number;
  readonly bytes: number;
}

interface Call<A> {
  readonly result: Sized;
  readonly operands: readonly Sized[];
  readonly attributes: A;
}

type Rule<A> = (call: Call<A>) => Partial<PrimitiveCost>;

/** Every operand is read whole, the result is written. */
const moved = ({ result, operands }: Call<unknown>): Partial<PrimitiveCost> => ({
  bytesRead: operands.reduce((bytes, one) => bytes + one.bytes, 0),
  bytesWritten: result.bytes,
});
/** As `moved`, and something is computed. */
const computed =
  <A>(flops: (call: Call<A>) => number): Rule<A> =>
  (call) => ({ flops: flops(call), ...moved(call) });
const each: Rule<unknown> = computed(({ result }) => result.entries);
/** Fed from outside or there already. */
const fed: Rule<unknown> = () => ({});
/** The same entries under another shape or name: no kernel runs. */
const view: Rule<unknown> = () => ({});
/** Of the operand no more is read than the result has entries. */
const picked: Rule<unknown> = ({ result, operands }) => ({
  bytesRead: Math.min(operands[0]!.bytes, result.bytes),
  bytesWritten: result.bytes,
});
/** One less than the entries that become one, for each that they become: additions, or comparisons. */
const folded: Rule<unknown> = computed(({ result, operands }) => operands[0]!.entries - result.entries);

/** Every primitive; the type checker holds this list to the alphabet. */
const rules: { readonly [Name in PrimitiveName]: Rule<AttributesOf<Name>> } = {
  input: fed,
  parameter: ({ result }) => ({ parameters: result.entries }),
  noise: ({ result }) => ({ bytesWritten: result.bytes }),
  scalar: fed,
  constant: fed,
  relu: each,
  elu: each,
  tanh: each,
  sigmoid: each,
  exp: each,
  log: each,
  sqrt: each,
  square: each,
  abs: each,
  negate: each,
  floor: each,
  stopGradient: view,
  add: each,
  subtract: each,
  multiply: each,
  divide: each,
  maximum: each,
  minimum: each,
  greaterEqual: each,
  greater: each,
  leakyRelu: each,
  cast: moved,
  select: each,
  // Each result entry is a dot product over the kernel's window and channels; taps on padding count, as is usual.
  conv2d: computed(
    ({ result, operands: [, kernel] }) => 2 * result.entries * sizeOf(kernel!.shape.slice(0, 3)),
  ),
  // The transpose runs the same products the other way: each entry of the image meets the whole kernel of its channel.
  conv2dTranspose: computed(
    ({ operands: [x, kernel] }) => 2 * x!.entries * sizeOf(kernel!.shape.slice(0, 3)),
  ),
  matMul: computed(({ result, operands: [a] }) => 2 * result.entries * a!.shape[1]!),
  batchMatMul: computed(({ result, operands: [a] }) => 2 * result.entries * a!.shape[2]!),
  concat: moved,
  slice: picked,
  pad: moved,
  mirrorPad: moved,
  reshape: view,
  transpose: moved,
  resizeNearest: picked,
  // Three interpolations a + (b − a)·t of three operations each, as TensorFlow's kernel does: two rows, then between.
  resizeBilinear: computed(({ result }) => 9 * result.entries),
  tile: moved,
  // The rows that are read, and where they are.
  gather: ({ result, operands }) => ({
    bytesRead: Math.min(operands[0]!.bytes, result.bytes) + operands[1]!.bytes,
    bytesWritten: result.bytes,
  }),
  maxPool: computed(({ result, attributes }) => result.entries * (sizeOf(attributes.window) - 1)),
  // The additions and the division.
  averagePool: computed(({ result, attributes }) => result.entries * sizeOf(attributes.window)),
  reduceSum: folded,
  // The additions and the division.
  reduceMean: computed(({ operands }) => operands[0]!.entries),
  reduceMax: folded,
};
