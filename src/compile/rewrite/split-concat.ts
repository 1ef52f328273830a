/**
 * A convolution splits over what was joined: conv(a ⊕ b) = conv_a(a) + conv_b(b).
 *
 * It costs an addition and saves a copy; it is worth it where one half can be computed once and kept, in stages.
 */
import { alphabet } from '../../ops/alphabet.js';
import { add } from '../../ops/elementwise.js';
import { concat, slice } from '../../ops/layout.js';
import { apply, sameShape, type Primitive, type Value } from '../../ops/value.js';
import { edited } from '../plan/edit.js';
import type { PlanNode } from '../plan/plan.js';
import { evaluated } from './evaluate.js';
import type { Rewrite } from './rewrite.js';
import { constantOf, dataOf, isStatic, settled, usesOf } from './values.js';

/** The name by which the pass is left out. */
export const splitConcatName = 'split-concat';

/**
 * Splits convolutions over joined channels by the stage in which each joined part is known; parts of one stage stay
 * together. A bias goes to the earliest part, so that later stages do not add it again.
 */
export const splitConcat = (stageOf: (node: PlanNode) => number): Rewrite => ({
  name: splitConcatName,
  about: 'convolutions of joined features are split by the stage that each part belongs to',
  bitExact: false,
  apply: (plan) => {
    const uses = usesOf(plan);
    /** Split convolutions: the parts of their sums, the earliest first. */
    const split = new Map<Value, readonly Value[]>();
    const after = edited(plan, (node, same, operands) => {
      const joined = plan.nodes[node.operands[0] ?? -1];
      if (node.op === 'conv2d' && joined?.op === 'concat' && joined.attributes['axis'] === 3) {
        const stages = joined.operands.map((operand) => stageOf(plan.nodes[operand]!));
        const parts = partsOf(same, stages);
        if (parts.length < 2) return same;
        const total = sumOf(parts);
        split.set(total, parts);
        return total;
      }
      if (node.op !== 'add') return same;
      const at = operands.findIndex((operand, i) => split.has(operand) && uses[node.operands[i]!] === 1);
      const bias = operands[1 - at];
      if (at < 0 || bias === undefined || !isStatic(bias.shape)) return same;
      const [first, ...others] = split.get(operands[at]!)!;
      const biased = add(first!, bias);
      return sameShape(biased.shape, first!.shape) ? sumOf([biased, ...others]) : same;
    });
    return settled(plan, after);
  },
});

const sumOf = (parts: readonly Value[]): Value => parts.slice(1).reduce((sum, part) => add(sum, part), parts[0]!); // prettier-ignore

/** A convolution over the joined parts of each stage, from the earliest. */
const partsOf = (convolution: Value, stages: readonly number[]): readonly Value[] => {
  const [joined, kernel] = convolution.operands as readonly [Value, Value];
  if (joined.op !== 'concat' || joined.operands.length !== stages.length) return [];
  const ends = joined.operands.reduce<readonly number[]>(
    (sums, { shape }) => [...sums, sums.at(-1)! + Number(shape[3])],
    [0],
  );
  return [...new Set(stages)]
    .sort((a, b) => a - b)
    .map((stage) => {
      const members = [...joined.operands.keys()].filter((i) => stages[i] === stage);
      const one = <A>(values: readonly A[], join: (values: readonly A[]) => A): A => (values.length === 1 ? values[0]! : join(values)); // prettier-ignore
      const image = one(
        members.map((i) => joined.operands[i]!),
        (values) => concat(values, 3),
      );
      const weights = one(
        members.map((i) => channelsOf(kernel, ends[i]!, ends[i + 1]! - ends[i]!)),
        (values) => folded(concat(values, 2)),
      );
      return apply(alphabet.conv2d as Primitive, [image, weights], convolution.attributes);
    });
};

/** The weights of some input channels: numbers now where the kernel is known. */
const channelsOf = (kernel: Value, begin: number, size: number): Value =>
  folded(slice(kernel, 2, begin, size));
const folded = (value: Value): Value => {
  const operands = value.operands.flatMap((operand) => {
    const data = dataOf(operand);
    return data === undefined ? [] : [{ shape: operand.shape as readonly number[], dtype: operand.dtype, data }]; // prettier-ignore
  });
  const known = operands.length === value.operands.length ? evaluated(value, operands) : undefined;
  return known === undefined ? value : constantOf(known.data, known.shape);
};
