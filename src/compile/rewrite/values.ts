/** What several passes ask of values and plans. */
import { constant } from '../../ops/leaves.js';
import { product, sameShape, type Shape, type Value } from '../../ops/value.js';
import type { Plan, PlanNode } from '../plan/plan.js';

/** A constant on an array that is not copied. */
export const constantOf = (
  data: Float32Array | Int32Array,
  shape: readonly number[],
  dtype: 'float32' | 'int32' = 'float32',
): Value => ({ ...constant(0, shape, dtype), payload: data });

/** The numbers of a constant; `undefined` for anything else. */
export const dataOf = (value: Value): Float32Array | Int32Array | undefined =>
  value.op === 'constant' ? (value.payload as Float32Array | Int32Array) : undefined;

/** Whether all extents are numbers. */
export const isStatic = (shape: Shape): shape is readonly number[] =>
  shape.every((extent) => typeof extent === 'number');

/** The entries of a shape, without the batch. */
export const entriesOf = (shape: Shape): number => product(shape)?.count ?? Infinity;

/** Whether a value is a constant of which each entry is this number. */
export const isAll = (value: Value, number: number): boolean =>
  dataOf(value)?.every((entry: number) => entry === number) ?? false;

/** The two operands of a binary operation, in both orders. */
export const bothWays = ({ operands }: Value): readonly (readonly [Value, Value])[] => {
  const [a, b] = operands;
  return a === undefined || b === undefined ? [] : [[a, b], [b, a]]; // prettier-ignore
};

/** How often each node is read: by nodes, outputs and next states. */
export const usesOf = (plan: Plan): readonly number[] => {
  const uses = plan.nodes.map(() => 0);
  const reads = [...Object.values(plan.outputs), ...Object.values(plan.nextState)];
  for (const id of [...plan.nodes.flatMap(({ operands }) => operands), ...reads]) uses[id] = uses[id]! + 1;
  return uses;
};

/** Which nodes rest on constants alone. */
export const onConstants = (plan: Plan): readonly boolean[] => {
  const rests: boolean[] = [];
  for (const { op, operands } of plan.nodes)
    rests.push(op === 'constant' || (operands.length > 0 && operands.every((operand) => rests[operand])));
  return rests;
};

/** The plan that a pass was given if it found nothing to do, otherwise what it made. */
export const settled = (before: Plan, after: Plan): Plan =>
  before.nodes.length === after.nodes.length &&
  before.nodes.every((node, id) => sameNode(node, after.nodes[id]!)) &&
  Object.entries(before.outputs).every(([name, id]) => after.outputs[name] === id) &&
  Object.entries(before.nextState).every(([path, id]) => after.nextState[path] === id)
    ? before
    : after;

const sameNode = (a: PlanNode, b: PlanNode): boolean =>
  a.op === b.op &&
  a.dtype === b.dtype &&
  a.data === b.data &&
  sameShape(a.shape, b.shape) &&
  a.operands.length === b.operands.length &&
  a.operands.every((operand, i) => operand === b.operands[i]) &&
  (a.attributes === b.attributes || JSON.stringify(a.attributes) === JSON.stringify(b.attributes));
