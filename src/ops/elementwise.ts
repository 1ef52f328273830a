/** Elementwise primitives, with the usual broadcasting of binary ones. */
import { constant } from './leaves.js';
import {
  apply,
  showShape,
  type Attributes,
  type Extent,
  type Misfit,
  type Primitive,
  type Shape,
  type TensorType,
  type Value,
} from './value.js';

/** The shape of two operands broadcast against each other, aligned at the last extent. */
export const broadcast = (a: Shape, b: Shape): Shape | undefined => {
  const rank = Math.max(a.length, b.length);
  const out: Extent[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return undefined;
    out.push(x === 1 ? y : x);
  }
  return out;
};

const binaryType =
  (result: 'float32' | 'bool') =>
  ([a, b]: readonly TensorType[]): TensorType | Misfit => {
    if (a === undefined || b === undefined) return { flaw: 'needs two operands' };
    if (a.dtype !== b.dtype) return { flaw: `operands are ${a.dtype} and ${b.dtype}` };
    const shape = broadcast(a.shape, b.shape);
    return shape === undefined
      ? { flaw: `${showShape(a.shape)} does not broadcast with ${showShape(b.shape)}` }
      : { shape, dtype: result === 'bool' ? 'bool' : a.dtype };
  };
const unaryType = ([a]: readonly TensorType[]): TensorType | Misfit =>
  a === undefined ? { flaw: 'needs an operand' } : a.dtype === 'bool' ? { flaw: 'operand is bool' } : a;

const unaryPrimitive = <Name extends string>(name: Name) => ({ name, type: unaryType }) satisfies Primitive;
const binaryPrimitive = <Name extends string>(name: Name, result: 'float32' | 'bool' = 'float32') =>
  ({ name, type: binaryType(result) }) satisfies Primitive;

export const unaryPrimitives = {
  relu: unaryPrimitive('relu'),
  elu: unaryPrimitive('elu'),
  tanh: unaryPrimitive('tanh'),
  sigmoid: unaryPrimitive('sigmoid'),
  exp: unaryPrimitive('exp'),
  log: unaryPrimitive('log'),
  sqrt: unaryPrimitive('sqrt'),
  square: unaryPrimitive('square'),
  abs: unaryPrimitive('abs'),
  negate: unaryPrimitive('negate'),
  floor: unaryPrimitive('floor'),
  stopGradient: unaryPrimitive('stopGradient'),
};
export const binaryPrimitives = {
  add: binaryPrimitive('add'),
  subtract: binaryPrimitive('subtract'),
  multiply: binaryPrimitive('multiply'),
  divide: binaryPrimitive('divide'),
  maximum: binaryPrimitive('maximum'),
  minimum: binaryPrimitive('minimum'),
  greaterEqual: binaryPrimitive('greaterEqual', 'bool'),
  greater: binaryPrimitive('greater', 'bool'),
};
export const leakyReluPrimitive: Primitive<{ slope: number }> = { name: 'leakyRelu', type: unaryType };
export const castPrimitive: Primitive<{ dtype: 'float32' | 'int32' | 'bool' }> = {
  name: 'cast',
  type: ([a], { dtype }) => (a === undefined ? { flaw: 'needs an operand' } : { shape: a.shape, dtype }),
};
export const selectPrimitive: Primitive = {
  name: 'select',
  type: ([condition, a, b]) => {
    if (condition === undefined || a === undefined || b === undefined)
      return { flaw: 'needs three operands' };
    if (condition.dtype !== 'bool') return { flaw: `condition is ${condition.dtype}, not bool` };
    const both = broadcast(a.shape, b.shape);
    const shape = both === undefined ? undefined : broadcast(condition.shape, both);
    return shape === undefined
      ? {
          flaw: `${showShape(condition.shape)} ? ${showShape(a.shape)} : ${showShape(b.shape)} do not broadcast`,
        }
      : { shape, dtype: a.dtype };
  },
};

type Operand = Value | number;
const value = (operand: Operand): Value => (typeof operand === 'number' ? constant(operand) : operand);
const none: Attributes = {};
const unary =
  (primitive: Primitive) =>
  (x: Value): Value =>
    apply(primitive, [x], none);
const binary =
  (primitive: Primitive) =>
  (a: Operand, b: Operand): Value =>
    apply(primitive, [value(a), value(b)], none);

/** max(x, 0). */
export const relu = unary(unaryPrimitives.relu);
/** x where x > 0, else eˣ − 1. */
export const elu = unary(unaryPrimitives.elu);
export const tanh = unary(unaryPrimitives.tanh);
/** 1 / (1 + e⁻ˣ). */
export const sigmoid = unary(unaryPrimitives.sigmoid);
export const exp = unary(unaryPrimitives.exp);
export const log = unary(unaryPrimitives.log);
export const sqrt = unary(unaryPrimitives.sqrt);
export const square = unary(unaryPrimitives.square);
export const abs = unary(unaryPrimitives.abs);
export const negate = unary(unaryPrimitives.negate);
/** The greatest whole number that is not greater; no gradient. */
export const floor = unary(unaryPrimitives.floor);
/** The same value; no gradient passes. */
export const stopGradient = unary(unaryPrimitives.stopGradient);
export const add = binary(binaryPrimitives.add);
export const subtract = binary(binaryPrimitives.subtract);
export const multiply = binary(binaryPrimitives.multiply);
export const divide = binary(binaryPrimitives.divide);
export const maximum = binary(binaryPrimitives.maximum);
export const minimum = binary(binaryPrimitives.minimum);
/** a ≥ b, as bool; no gradient. */
export const greaterEqual = binary(binaryPrimitives.greaterEqual);
/** a > b, as bool; no gradient. */
export const greater = binary(binaryPrimitives.greater);
/** x where x > 0, else slope · x. */
export const leakyRelu = (x: Value, slope: number): Value => apply(leakyReluPrimitive, [x], { slope });
/** The same numbers in another type; bool becomes 0 or 1. */
export const cast = (x: Value, dtype: 'float32' | 'int32' | 'bool'): Value =>
  apply(castPrimitive, [x], { dtype });
/** a where the condition holds, else b; the gradient goes to the chosen one. */
export const select = (condition: Value, a: Operand, b: Operand): Value =>
  apply(selectPrimitive, [condition, value(a), value(b)], none);
