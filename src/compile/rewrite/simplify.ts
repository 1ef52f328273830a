/** Operations that do nothing, and pairs that are one: x · 1, x + 0, a reshape of a reshape, two transposes. */
import { slice, reshape, transpose, concat } from '../../ops/layout.js';
import { sameShape, type Value } from '../../ops/value.js';
import { edited } from '../plan/edit.js';
import type { PlanNode } from '../plan/plan.js';
import { intervals, type Interval } from './intervals.js';
import type { Rewrite } from './rewrite.js';
import { isAll, settled, usesOf } from './values.js';

/**
 * Drops operations that change nothing and joins pairs that are one. A relu whose operand is proven ≥ 0 is one of them.
 * The same bits, but for the sign of a zero (−0 + 0 is 0).
 */
export const simplify: Rewrite = {
  name: 'simplify',
  about: 'operations that change nothing go, pairs that are one are joined',
  bitExact: true,
  apply: (plan) => {
    const uses = usesOf(plan);
    const context: Context = {
      bounds: intervals(),
      infers: plan.mode === 'infer',
      sole: (node, operand) => {
        const id = node.operands[operand]!;
        return uses[id] === 1 && plan.nodes[id]!.op === node.op;
      },
    };
    const after = edited(plan, (node, same) => {
      let value = same;
      // What a rule gives may be the beginning of another: a pair of reshapes that is the identity.
      for (let next = simpler(value, node, context); next !== undefined; next = simpler(value, node, context))
        value = next;
      return value;
    });
    return settled(plan, after);
  },
};

interface Context {
  readonly bounds: (value: Value) => Interval;
  /** Whether no gradient is ever taken. */
  readonly infers: boolean;
  /** Whether nothing else reads an operand of the node, which is of the node's own operation. */
  readonly sole: (node: PlanNode, operand: number) => boolean;
}

/** A value that stands for this one; `undefined` where there is none. */
const simpler = (value: Value, node: PlanNode, context: Context): Value | undefined => {
  const [x, y] = value.operands;
  if (x === undefined) return undefined;
  const rule = Object.hasOwn(rules, value.op) ? rules[value.op] : undefined;
  const found = rule?.(value, x, y ?? x, context, node);
  const fits = found !== undefined && found !== value && sameShape(found.shape, value.shape) && found.dtype === value.dtype; // prettier-ignore
  return fits ? found : undefined;
};

/** What an operation could be replaced by, if that has its shape and type. */
type Rule = (value: Value, x: Value, y: Value, context: Context, node: PlanNode) => Value | undefined;

const itself: Rule = (_value, x) => x;
const neutral =
  (number: number): Rule =>
  (_value, x, y) =>
    isAll(y, number) ? x : undefined;
const either =
  (number: number): Rule =>
  (_value, x, y) =>
    isAll(y, number) ? x : isAll(x, number) ? y : undefined;
/* One that is its own inverse, or that changes nothing the second time. */
const twice =
  (inverse: boolean): Rule =>
  (value, x) =>
    x.op !== value.op ? undefined : inverse ? x.operands[0] : x;
const isNothing = (paddings: unknown): boolean =>
  (paddings as readonly (readonly number[])[]).every((pair) => pair.every((one) => one === 0));
const unpadded: Rule = ({ attributes }, x) => (isNothing(attributes['paddings']) ? x : undefined);

/** What is proven to be at least 0 passes a relu and an absolute value. */
const positive: Rule = (_value, x, _y, { bounds }) => (bounds(x).lower >= 0 ? x : undefined);

const cut: Rule = (value, x) => {
  const { axis, begin, size } = value.attributes as { axis: number; begin: number; size: number };
  if (x.shape[axis] === size) return x;
  if (x.op === 'slice' && x.attributes['axis'] === axis)
    return slice(x.operands[0]!, axis, begin + Number(x.attributes['begin']), size);
  if (x.op !== 'concat' || x.attributes['axis'] !== axis) return undefined;
  // Inside one of the parts that were joined.
  let from = 0;
  for (const part of x.operands) {
    const extent = Number(part.shape[axis]);
    if (begin >= from && begin + size <= from + extent) return slice(part, axis, begin - from, size);
    from += extent;
  }
  return undefined;
};

const turned: Rule = (value, x) => {
  const permutation = value.attributes['permutation'] as readonly number[];
  if (permutation.every((axis, i) => axis === i)) return x;
  if (x.op !== 'transpose') return undefined;
  const inner = x.attributes['permutation'] as readonly number[];
  return transpose(
    x.operands[0]!,
    permutation.map((axis) => inner[axis]!),
  );
};

const joined: Rule = (value, x, _y, { sole }, node) => {
  if (value.operands.length === 1) return x;
  const axis = Number(value.attributes['axis']);
  // A join that others read too stays, and its parts would be copied twice.
  const flat = (one: Value, i: number): boolean =>
    one.op === 'concat' && one.attributes['axis'] === axis && value.operands.length === node.operands.length && sole(node, i); // prettier-ignore
  return value.operands.some(flat)
    ? concat(
        value.operands.flatMap((one, i) => (flat(one, i) ? one.operands : [one])),
        axis,
      )
    : undefined;
};

const rules: Readonly<Record<string, Rule>> = {
  add: either(0),
  multiply: either(1),
  subtract: neutral(0),
  divide: neutral(1),
  maximum: (_value, x, y, { bounds }) =>
    x === y || bounds(x).lower >= bounds(y).upper ? x : bounds(y).lower >= bounds(x).upper ? y : undefined,
  minimum: (_value, x, y, { bounds }) =>
    x === y || bounds(x).upper <= bounds(y).lower ? x : bounds(y).upper <= bounds(x).lower ? y : undefined,
  relu: positive,
  abs: positive,
  negate: twice(true),
  floor: twice(false),
  stopGradient: (_value, x, _y, { infers }) => (infers ? x : undefined),
  cast: itself,
  reshape: (value, x) =>
    sameShape(value.shape, x.shape) ? x : x.op === 'reshape' ? reshape(x.operands[0]!, value.shape) : undefined,
  transpose: turned,
  slice: cut,
  pad: unpadded,
  mirrorPad: unpadded,
  concat: joined,
  tile: ({ attributes }, x) => ((attributes['repetitions'] as readonly number[]).every((one) => one === 1) ? x : undefined),
  resizeNearest: itself,
  // Half-pixel centres of one size are each other.
  resizeBilinear: itself,
}; // prettier-ignore
