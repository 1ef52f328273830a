/**
 * ψ freezing: a mask whose numbers are known is a gate, or a bound.
 *
 * ψ(f) = f ⊙ 1[f·M ≥ 0], and f·M ≥ 0 asks only for signs: f ≥ 0 where M > 0, f ≤ 0 where M < 0, nothing where M = 0.
 * So ψ(f) = s·relu(s·f) with s = sign(M), written as bounds because these need no product and have a form for s = 0:
 * min(max(f, low), high) with low = 0 where M > 0, high = 0 where M < 0, and the widest bounds elsewhere. Where f ≥ 0 is
 * proven, ψ(f) = f ⊙ 1[M ≥ 0] (at f = 0 both are 0), a constant gate of zeros and ones. Where only a relu reads ψ,
 * relu(ψ(f)) = relu(f) ⊙ 1[M ≥ 0].
 *
 * Grid masks: with f ≥ 0 a cell with m ≥ 0 has all its entries open, and one with m < 0 those that are 0, so that zeros
 * are counted and compared with half of a cell (exact in float32), or with −1 where the cell is open anyway.
 *
 * Exact for finite features but for the sign of zeros (0 · −1 is −0), and for products that underflow: f·M rounds to 0
 * where |f·M| < 1e-38, and 0 passes. Masks with an entry so near to 0 that this could matter are left as they are.
 */
import * as ops from '../../ops/elementwise.js';
import * as layout from '../../ops/layout.js';
import { reduceSum } from '../../ops/reduction.js';
import { sameShape, type Value } from '../../ops/value.js';
import { edited } from '../plan/edit.js';
import type { Plan } from '../plan/plan.js';
import { evaluator, type Tensor } from './evaluate.js';
import { intervals } from './intervals.js';
import type { Rewrite } from './rewrite.js';
import { gridThresholdOf, thresholdOf, type GridThreshold, type Threshold } from './threshold.js';
import { bothWays, constantOf, onConstants, settled, usesOf } from './values.js';

/** Turns masks of known numbers into constant gates where their features are ≥ 0, into bounds elsewhere. */
export const freezeMasks: Rewrite = {
  name: 'freeze-masks',
  about: 'masks become constant gates where features are proven ≥ 0, bounds elsewhere',
  bitExact: true,
  apply: (plan) => {
    if (!hasMasks(plan)) return plan;
    const uses = usesOf(plan);
    const bounds = intervals();
    const evaluate = evaluator();
    const isPositive = (value: Value): boolean => bounds(value).lower >= 0;
    /** Masked features that became bounds, for the relu that may read them. */
    const masked = new Map<Value, Threshold>();
    const after = edited(plan, (node, same, operands) => {
      if (node.op === 'relu' && uses[node.operands[0]!] === 1) {
        const absorbed = masked.get(operands[0]!);
        return absorbed === undefined ? same : gated(ops.relu(absorbed.feature), absorbed.mask);
      }
      if (node.op !== 'multiply') return same;
      for (const [feature, gate] of bothWays(same)) {
        const threshold = thresholdOf(gate, evaluate);
        if (threshold?.feature === feature && sameShape(same.shape, feature.shape) && isClear(threshold.mask.data)) {
          if (isPositive(feature)) return gated(feature, threshold.mask);
          const within = clamped(feature, threshold.mask);
          if (within !== feature) masked.set(within, threshold);
          return within;
        }
        if (!isPositive(feature)) continue;
        const grid = gridThresholdOf(feature, gate, evaluate);
        if (grid !== undefined && isClear(grid.mask)) return gridGated(grid);
      } // prettier-ignore
      return same;
    });
    return settled(plan, after);
  },
};

/** Whether something is compared that is a product with what rests on constants. */
const hasMasks = (plan: Plan): boolean => {
  const rests = onConstants(plan);
  return plan.nodes.some(({ op, operands }) => {
    const product = op === 'greaterEqual' ? plan.nodes[operands[0]!]! : undefined;
    return product?.op === 'multiply' && product.operands.some((operand) => rests[operand]);
  });
};

/* The least magnitude but 0 at which a product can underflow for features below 1e-8 only. */
const least = 1e-30;
const isClear = (mask: ArrayLike<number>): boolean => {
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] !== 0 && Math.abs(mask[i]!) < least) return false;
  }
  return true;
};

/** f ⊙ 1[M ≥ 0], f itself if all is open, 0 · f if nothing is. */
const gated = (feature: Value, { data, shape }: Tensor): Value => {
  const gate = Float32Array.from(data, (m) => Number(m >= 0));
  if (gate.every((one) => one === 1)) return feature;
  return gate.every((one) => one === 0)
    ? ops.multiply(feature, 0)
    : ops.multiply(feature, constantOf(gate, shape));
};

/* The greatest float32 and not ∞, which shaders do not promise. */
const most = 3.4028234663852886e38;

/** f between bounds that are 0 on the side that the mask shuts. A mask that is no number shuts both. */
const clamped = (feature: Value, { data, shape }: Tensor): Value => {
  const low = Float32Array.from(data, (m) => (m <= 0 ? -most : 0));
  const high = Float32Array.from(data, (m) => (m >= 0 ? most : 0));
  const below = low.some((one) => one === 0);
  const above = high.some((one) => one === 0);
  const raised = !below
    ? feature
    : low.every((one) => one === 0)
      ? ops.relu(feature)
      : ops.maximum(feature, constantOf(low, shape));
  return !above
    ? raised
    : high.every((one) => one === 0)
      ? ops.minimum(raised, 0)
      : ops.minimum(raised, constantOf(high, shape));
};

/** A grid mask on a feature ≥ 0: cells are open, or count zeros. */
const gridGated = (grid: GridThreshold): Value => {
  const { feature, covered, rows, columns, cellHeight, cellWidth, mask } = grid;
  const entries = cellHeight * cellWidth * Number(covered.shape[3]);
  // A mask that is no number opens nothing: more zeros than entries are never counted.
  const thresholds = mask.map((m) => (m >= 0 ? -1 : m < 0 ? entries / 2 : entries));
  if (thresholds.every((one) => one === -1)) return feature;
  const half = thresholds.every((one) => one === thresholds[0])
    ? thresholds[0]!
    : constantOf(thresholds, [rows, columns]);
  const batch = covered.shape[0]!;
  const zeros = reduceSum(ops.cast(ops.greaterEqual(0, covered), 'float32'), [3]);
  const overRows = reduceSum(layout.reshape(zeros, [batch, rows, cellHeight, columns * cellWidth]), [2]);
  const counts = reduceSum(layout.reshape(overRows, [batch, rows, columns, cellWidth]), [3]);
  const spread = (decided: Value): Value =>
    layout.resizeNearest(
      layout.reshape(ops.cast(decided, 'float32'), [batch, rows, columns, 1]),
      rows * cellHeight,
      columns * cellWidth,
    );
  const bottom = Number(feature.shape[1]) - rows * cellHeight;
  const right = Number(feature.shape[2]) - columns * cellWidth;
  if (bottom === 0 && right === 0) return ops.multiply(feature, spread(ops.greater(counts, half)));
  const shut = layout.pad(spread(ops.greaterEqual(half, counts)), [[0, 0], [0, bottom], [0, right], [0, 0]]); // prettier-ignore
  return ops.multiply(feature, ops.subtract(1, shut));
};
