/** What looks at one pixel at a time commutes with nearest upsampling: f(up(x)) = up(f(x)), a quarter of the work. */
import { alphabet, type PrimitiveName } from '../../ops/alphabet.js';
import { resizeNearest } from '../../ops/layout.js';
import { apply, sameShape, type Primitive, type Value } from '../../ops/value.js';
import { edited } from '../plan/edit.js';
import type { Rewrite } from './rewrite.js';
import { settled, usesOf } from './values.js';

/**
 * Moves 1×1 convolutions, per-channel arithmetic and pointwise functions before a nearest upsampling by a whole factor
 * that only they read. Each entry is computed from the same numbers; a backend may add them in another order.
 */
export const pointwiseBeforeUpsample: Rewrite = {
  name: 'pointwise-before-upsample',
  about: '1×1 convolutions and pointwise functions run before nearest upsampling',
  bitExact: false,
  apply: (plan) => {
    if (!plan.nodes.some(({ op }) => op === 'resizeNearest')) return plan;
    const uses = usesOf(plan);
    const after = edited(plan, (node, same, operands) => {
      const at = operands.findIndex(
        (operand, i) => isUpsampled(operand) && uses[node.operands[i]!] === 1 && commutes(same, i),
      );
      const upsampled = operands[at];
      if (upsampled === undefined) return same;
      const before = operands.map((operand, i) => (i === at ? upsampled.operands[0]! : operand));
      const moved = apply(alphabet[node.op] as Primitive, before, node.attributes);
      const value = resizeNearest(moved, Number(node.shape[1]), Number(node.shape[2]));
      return value.flaw === undefined && sameShape(value.shape, same.shape) ? value : same;
    });
    return settled(plan, after);
  },
};

/** Whether a value is a nearest upsampling by whole factors, which repeats pixels and drops none. */
const isUpsampled = (value: Value): boolean => {
  if (value.op !== 'resizeNearest') return false;
  const { shape } = value.operands[0]!;
  return [1, 2].every((axis) => Number(value.shape[axis]) % Number(shape[axis]) === 0);
};

const unary: ReadonlySet<string> = new Set<PrimitiveName>(['relu', 'leakyRelu', 'elu', 'tanh', 'sigmoid', 'exp', 'log', 'sqrt', 'square', 'abs', 'negate', 'floor']); // prettier-ignore
const binary: ReadonlySet<string> = new Set<PrimitiveName>(['add', 'subtract', 'multiply', 'divide', 'maximum', 'minimum']); // prettier-ignore

/** Whether an operation gives each pixel from the same pixel of its operand at this place. */
const commutes = (value: Value, at: number): boolean => {
  if (unary.has(value.op)) return true;
  if (binary.has(value.op)) {
    const { shape } = value.operands[1 - at]!;
    // One number for all pixels: the extents of height and width are 1 or absent.
    return shape.length <= 4 && [3, 2].every((fromEnd) => (shape.at(-fromEnd) ?? 1) === 1 || shape.length < fromEnd); // prettier-ignore
  }
  if (value.op !== 'conv2d' || at !== 0) return false;
  const [height, width] = value.operands[1]!.shape;
  const { strides, padding } = value.attributes as {
    readonly strides: readonly number[];
    readonly padding: readonly (readonly number[])[];
  };
  return height === 1 && width === 1 && strides.every((one) => one === 1) && padding.flat().every((one) => one === 0); // prettier-ignore
};
