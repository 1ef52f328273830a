/**
 * Interval analysis: between which bounds each value lies, whatever the inputs are.
 *
 * Bounds hold for what is computed, not only for the real numbers meant: rounding is monotone, so a bound computed in
 * float32 the way the value is bounds it. Sums in an unknown order keep their sign and nothing else, and convolutions
 * and matrix products not even that: fast algorithms (Winograd) subtract, and a sum of products ≥ 0 may come out below.
 * Values are taken to be finite, as everywhere in the exact passes.
 */
import type { DataType, Value } from '../../ops/value.js';
import type { Plan } from '../plan/plan.js';

/** Bounds, both included. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** The bounds of values; each is computed once, those of a constant only if they are asked for. */
export const intervals = (): ((value: Value) => Interval) => {
  const known = new Map<Value, Interval>();
  const of = (value: Value): Interval => {
    const found = known.get(value);
    if (found !== undefined) return found;
    const [a, b] = value.operands;
    const bounds = intervalOf(
      { ...value, data: value.op === 'constant' ? (value.payload as Float32Array) : undefined },
      value.operands.map((operand) => () => of(operand)),
      a !== undefined && a === b,
    );
    known.set(value, bounds);
    return bounds;
  };
  return of;
};

/** The bounds of each node of a plan. */
export const intervalsOf = (plan: Plan): readonly Interval[] => {
  const known: Interval[] = [];
  for (const node of plan.nodes) {
    const [a, b] = node.operands;
    const operands = node.operands.map((operand) => () => known[operand]!);
    known.push(intervalOf({ ...node, data: node.data }, operands, a !== undefined && a === b));
  }
  return known;
};

/** What a rule looks at. */
interface Bounded extends Pick<Value, 'op' | 'attributes'> {
  readonly dtype: DataType;
  readonly data: ArrayLike<number> | undefined;
}

/** The bounds of an operation from those of its operands; `squared` where both operands are one value. */
const intervalOf = (node: Bounded, operands: readonly (() => Interval)[], squared: boolean): Interval => {
  if (node.data !== undefined) return boundsOf(node.data);
  if (node.dtype === 'bool') return unit;
  const rule = Object.hasOwn(rules, node.op) ? rules[node.op] : undefined;
  if (rule === undefined) return anything;
  if (node.op === 'multiply' && squared) return rules['square']!([operands[0]!()], node);
  return rule(operands.map((operand) => operand()), node); // prettier-ignore
};

const anything: Interval = { lower: -Infinity, upper: Infinity };
const unit: Interval = { lower: 0, upper: 1 };
const positive: Interval = { lower: 0, upper: Infinity };

const boundsOf = (data: ArrayLike<number>): Interval => {
  let [lower, upper] = [Infinity, -Infinity];
  for (let i = 0; i < data.length; i++) {
    const one = data[i]!;
    // A bound on what is not a number would be none.
    if (Number.isNaN(one)) return anything;
    if (one < lower) lower = one;
    if (one > upper) upper = one;
  }
  return { lower, upper };
};

type Rule = (operands: readonly Interval[], node: Bounded) => Interval;

/** Values that only move. */
const hull: Rule = (operands) => ({
  lower: Math.min(...operands.map(({ lower }) => lower)),
  upper: Math.max(...operands.map(({ upper }) => upper)),
});
const withZero: Rule = ([x]) => ({ lower: Math.min(x!.lower, 0), upper: Math.max(x!.upper, 0) });
/** Sums and means: of one sign if their entries are. */
const signed: Rule = ([x]) => ({
  lower: x!.lower >= 0 ? 0 : -Infinity,
  upper: x!.upper <= 0 ? 0 : Infinity,
});
/** What has the sign of its operand and lies between two bounds. */
const bounded =
  (least: number, most: number): Rule =>
  ([x]) => ({ lower: x!.lower >= 0 ? 0 : least, upper: x!.upper <= 0 ? 0 : most });
const monotone =
  (apply: (x: number, node: Bounded) => number): Rule =>
  ([x], node) => ({
    lower: Math.fround(apply(x!.lower, node)),
    upper: Math.fround(apply(x!.upper, node)),
  });
/** The least and the greatest of what corners give; 0 · ∞ is 0, because values are finite. */
const corners = (values: readonly number[]): Interval => {
  const rounded = values.map((one) => (Number.isNaN(one) ? 0 : Math.fround(one)));
  return { lower: Math.min(...rounded), upper: Math.max(...rounded) };
};
const absolute: Rule = ([x]) =>
  x!.lower >= 0 ? x! : { lower: Math.max(0, -x!.upper), upper: Math.max(-x!.lower, x!.upper) };

const rules: Readonly<Record<string, Rule>> = {
  noise: (_, { attributes }) => (attributes['distribution'] === 'uniform' ? unit : anything),
  relu: monotone((x) => Math.max(x, 0)),
  elu: ([x]) => ({ lower: x!.lower >= 0 ? x!.lower : -1, upper: x!.upper <= 0 ? 0 : x!.upper }),
  tanh: bounded(-1, 1),
  sigmoid: () => unit,
  exp: () => positive,
  sqrt: () => positive,
  square: (operands) => {
    const { lower, upper } = absolute(operands, operandless);
    return { lower: Math.fround(lower * lower), upper: Math.fround(upper * upper) };
  },
  abs: absolute,
  negate: ([x]) => ({ lower: -x!.upper, upper: -x!.lower }),
  floor: monotone((x) => Math.floor(x)),
  stopGradient: hull,
  leakyRelu: ([x], { attributes }) => {
    const slope = Number(attributes['slope']);
    return slope < 0
      ? anything
      : { lower: x!.lower >= 0 ? x!.lower : slope === 0 ? 0 : -Infinity, upper: x!.upper <= 0 ? 0 : x!.upper };
  }, // prettier-ignore
  add: ([a, b]) => ({ lower: Math.fround(a!.lower + b!.lower), upper: Math.fround(a!.upper + b!.upper) }),
  subtract: ([a, b]) => ({ lower: Math.fround(a!.lower - b!.upper), upper: Math.fround(a!.upper - b!.lower) }),
  multiply: ([a, b]) => corners([a!.lower * b!.lower, a!.lower * b!.upper, a!.upper * b!.lower, a!.upper * b!.upper]),
  // A divisor that may be 0 bounds nothing; the sign holds where both signs are known.
  divide: ([a, b]) => (b!.lower > 0 ? signed([a!], operandless) : anything),
  maximum: ([a, b]) => ({ lower: Math.max(a!.lower, b!.lower), upper: Math.max(a!.upper, b!.upper) }),
  minimum: ([a, b]) => ({ lower: Math.min(a!.lower, b!.lower), upper: Math.min(a!.upper, b!.upper) }),
  select: ([, a, b], node) => hull([a!, b!], node),
  cast: ([x], { dtype }) => (dtype === 'int32' ? { lower: Math.trunc(x!.lower), upper: Math.trunc(x!.upper) } : x!),
  concat: hull,
  slice: hull,
  pad: withZero,
  mirrorPad: hull,
  reshape: hull,
  transpose: hull,
  tile: hull,
  gather: ([rows]) => rows!,
  resizeNearest: hull,
  // Interpolation is t + (b − t) · share, which rounding takes below 0 no more than 0 itself.
  resizeBilinear: signed,
  maxPool: hull,
  reduceMax: hull,
  averagePool: signed,
  reduceSum: signed,
  reduceMean: signed,
}; // prettier-ignore

const operandless: Bounded = { op: '', attributes: {}, dtype: 'float32', data: undefined };
