/** Masks as they stand in a plan: the forms that ψ's lowering leaves, recognised. */
import type { Value } from '../../ops/value.js';
import type { Tensor } from './evaluate.js';
import { bothWays, isAll } from './values.js';

type Evaluate = (value: Value) => Tensor | undefined;

/** A feature against a constant mask: 1[feature · mask ≥ 0]. */
export interface Threshold {
  readonly feature: Value;
  readonly mask: Tensor;
}

/** A grid mask: per cell, whether more than half of its entries are open; what no whole cell covers is open. */
export interface GridThreshold {
  readonly feature: Value;
  /** The part of the feature that whole cells cover. */
  readonly covered: Value;
  /** Rows and columns of cells, and the size of one. */
  readonly rows: number;
  readonly columns: number;
  readonly cellHeight: number;
  readonly cellWidth: number;
  /** One number for each cell. */
  readonly mask: Float32Array;
}

/** The threshold that a gate is, `cast(f · M ≥ 0)`. */
export const thresholdOf = (gate: Value, evaluate: Evaluate): Threshold | undefined => {
  const compared = gate.op === 'cast' && gate.dtype === 'float32' ? gate.operands[0]! : undefined;
  const product = compared?.op === 'greaterEqual' && isAll(compared.operands[1]!, 0) ? compared.operands[0]! : undefined; // prettier-ignore
  if (product?.op !== 'multiply') return undefined;
  for (const [feature, factor] of bothWays(product)) {
    const mask = evaluate(factor);
    if (mask !== undefined) return { feature, mask };
  }
  return undefined;
};

/** The grid threshold that the gate of a feature is: counts of open entries in each cell, compared and spread. */
export const gridThresholdOf = (
  feature: Value,
  gate: Value,
  evaluate: Evaluate,
): GridThreshold | undefined => {
  const spread = withoutBorder(gate);
  const cells = spread.op === 'resizeNearest' ? spread.operands[0]! : spread;
  const decided = operandOf(operandOf(operandOf(cells, 'reshape'), 'cast'), 'greater', 'raw');
  const counts = decided === undefined ? undefined : doubled(decided.operands[0]!);
  const overRows = operandOf(operandOf(counts, 'reduceSum', 3), 'reshape', 'raw');
  const overChannels = operandOf(operandOf(overRows?.operands[0], 'reduceSum', 2), 'reshape', 'raw');
  const opened = operandOf(overChannels?.operands[0], 'reduceSum', 3);
  const threshold = opened === undefined ? undefined : thresholdOf(opened, evaluate);
  if (decided === undefined || overRows === undefined || overChannels === undefined || threshold === undefined) return undefined; // prettier-ignore
  const { feature: covered, mask } = threshold;
  const [, rows, cellHeight, width] = overChannels.shape.map(Number) as [number, number, number, number];
  const [, , columns, cellWidth] = overRows.shape.map(Number) as [number, number, number, number];
  const channels = Number(covered.shape[3]);
  const whole =
    overChannels.shape.length === 4 &&
    overRows.shape.length === 4 &&
    Number(overRows.shape[1]) === rows &&
    covered.shape.length === 4 &&
    Number(covered.shape[1]) === rows * cellHeight &&
    Number(covered.shape[2]) === width &&
    width === columns * cellWidth &&
    isAll(decided.operands[1]!, cellHeight * cellWidth * channels) &&
    covers(covered, feature);
  const found = whole ? cellsOf(mask, rows, columns, cellHeight, cellWidth) : undefined;
  return found === undefined
    ? undefined
    : { feature, covered, rows, columns, cellHeight, cellWidth, mask: found };
};

/** The operand of an operation, or with `'raw'` the operation itself; a number asks for a sum over that axis alone. */
const operandOf = (value: Value | undefined, op: string, which: 'raw' | number = 0): Value | undefined => {
  if (value?.op !== op) return undefined;
  if (which === 'raw') return value;
  const axes = value.attributes['axes'] as readonly number[] | undefined;
  const fits = op !== 'reduceSum' || (axes?.length === 1 && axes[0] === which && value.attributes['keepDims'] === false); // prettier-ignore
  return fits ? value.operands[0] : undefined;
};

/** x of 2 · x. */
const doubled = (value: Value): Value | undefined =>
  value.op === 'multiply' ? bothWays(value).find(([, factor]) => isAll(factor, 2))?.[0] : undefined;

/** g of 1 − pad(1 − g), whose padding is at the bottom and right; the gate itself otherwise. */
const withoutBorder = (gate: Value): Value => {
  const padded = fromOne(gate);
  const paddings = padded?.attributes['paddings'] as readonly (readonly [number, number])[] | undefined;
  const inner = padded?.op === 'pad' && paddings?.every(([before]) => before === 0) === true ? fromOne(padded.operands[0]!) : undefined; // prettier-ignore
  return inner ?? gate;
};
const fromOne = (value: Value): Value | undefined =>
  value.op === 'subtract' && isAll(value.operands[0]!, 1) ? value.operands[1] : undefined;

/** Whether a value is the top left part of another. */
const covers = (part: Value, whole: Value): boolean =>
  part === whole ||
  (part.op === 'slice' && part.attributes['begin'] === 0 && covers(part.operands[0]!, whole));

/** One number for each cell of a spread mask; `undefined` if a cell has two. */
const cellsOf = (
  mask: Tensor,
  rows: number,
  columns: number,
  cellHeight: number,
  cellWidth: number,
): Float32Array | undefined => {
  const width = columns * cellWidth;
  if (mask.data.length !== rows * cellHeight * width || mask.shape.at(-1) !== 1) return undefined;
  const cells = new Float32Array(rows * columns);
  for (let at = 0; at < mask.data.length; at++) {
    const [y, x] = [Math.floor(at / width), at % width];
    const cell = Math.floor(y / cellHeight) * columns + Math.floor(x / cellWidth);
    const corner = y % cellHeight === 0 && x % cellWidth === 0;
    if (corner) cells[cell] = mask.data[at]!;
    else if (!Object.is(cells[cell], mask.data[at])) return undefined;
  }
  return cells;
};
