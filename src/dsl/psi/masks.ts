/** The masks of the paper: `psi.dense` (mUNet), `psi.one` (mUNet_o), `psi.grid` (mUNet_g). Rules S02, S13. */
import * as ops from '../../ops/elementwise.js';
import * as layout from '../../ops/layout.js';
import type { Initialiser } from '../../ops/initialiser.js';
import { reduceMean, reduceSum } from '../../ops/reduction.js';
import type { Value } from '../../ops/value.js';
import type * as Dim from '../dimensions/dimension.js';
import type * as Natural from '../dimensions/natural.js';
import type { Dimension } from '../dimensions/dimension.js';
import type { Level } from '../feature.js';
import type { Lowering } from '../lowering.js';
import { notPositive, showLevel, type NotPositive, type ShowShape } from '../message.js';
import type { Flaw } from '../rule.js';
import { init } from './init.js';
import { psiOf, type Psi, type PsiRule } from './psi.js';
import { surrogate, type Surrogate, type Threshold } from './surrogate.js';

/** Options of a mask. */
export interface MaskOptions {
  /** How the mask starts; `init.open` by default. */
  readonly init?: Initialiser;
  /** The gradient of its threshold; `surrogate.sigmoid` by default. */
  readonly surrogate?: Surrogate;
}

type Resolved = Required<MaskOptions>;
const resolve = (options: MaskOptions): Resolved => ({
  init: init.open,
  surrogate: surrogate.sigmoid,
  ...options,
});
const asData = ({ init: start, surrogate: gradient }: Resolved): Readonly<Record<string, unknown>> => ({
  init: { name: start.name, ...start.options },
  surrogate: { name: gradient.name, ...gradient.options },
});

/** One mask value per pixel and channel. */
export interface DenseMask extends Psi<DenseRule> {
  readonly name: 'dense';
}
interface DenseRule extends PsiRule {
  readonly out: this['feature'];
}

/** One mask value per pixel, for all channels. */
export interface OneMask extends Psi<OneRule> {
  readonly name: 'one';
}
interface OneRule extends PsiRule {
  readonly out: Level<this['feature']['h'], this['feature']['w'], 1>;
}

/** One mask value per grid cell; a cell passes by majority. */
export interface GridMask<CellHeight extends number, CellWidth extends number> extends Psi<
  GridRule<CellHeight, CellWidth>
> {
  readonly name: 'grid';
  readonly cellHeight: CellHeight;
  readonly cellWidth: CellWidth;
}
interface GridRule<CellHeight extends number, CellWidth extends number> extends PsiRule {
  readonly out: GridOut<
    CellHeight,
    CellWidth,
    this['feature']['h'],
    this['feature']['w'],
    this['feature']['c']
  >;
}
type GridOut<
  CellHeight extends number,
  CellWidth extends number,
  H extends Dimension,
  W extends Dimension,
  C extends Dimension,
> =
  NotPositive<'psi.grid', [['cell height', CellHeight], ['cell width', CellWidth]]> extends infer M
    ? [M] extends [never]
      ? true extends Smaller<H, CellHeight> | Smaller<W, CellWidth>
        ? `✗ S13 psi.grid: cell ${CellHeight}×${CellWidth} is larger than the feature ${ShowShape<H, W, C>}; use a smaller cell`
        : Level<Dim.FloorDivide<H, CellHeight>, Dim.FloorDivide<W, CellWidth>, 1>
      : M
    : never;
type Smaller<A extends Dimension, B extends number> = A extends number
  ? Natural.Less<A, B> extends true
    ? true
    : false
  : false;

/**
 * mUNet: one mask value per pixel and channel. ψ(f, M) = f ⊙ 1[f·M ≥ 0] (the paper's equations 3–4; σ(x) ≥ ½ is
 * x ≥ 0). Parameters: h·w·c.
 */
export const dense = (options: MaskOptions = {}): DenseMask => {
  const full = resolve(options);
  return psiOf<DenseMask>({
    name: 'dense',
    options: asData(full),
    flaws: () => [],
    lower: (feature, lowering) =>
      masked(feature, maskOf(feature, Number(feature.shape[3]), full, lowering), full, lowering),
  });
};

/** mUNet_o: one mask value per pixel, shared by all channels; the gate still looks at each entry. Parameters: h·w. */
export const one = (options: MaskOptions = {}): OneMask => {
  const full = resolve(options);
  return psiOf<OneMask>({
    name: 'one',
    options: asData(full),
    flaws: () => [],
    lower: (feature, lowering) => masked(feature, maskOf(feature, 1, full, lowering), full, lowering),
  });
};

/**
 * mUNet_g: one mask value m per cell of cellHeight×cellWidth×c entries (the paper's equations 5–7). A cell passes
 * whole if more than half of its entries have f·m ≥ 0; a tie blocks it. Border pixels that no whole cell covers pass.
 * Parameters: ⌊h/cellHeight⌋·⌊w/cellWidth⌋.
 */
export const grid = <const CellHeight extends number, const CellWidth extends number>(
  cellHeight: CellHeight,
  cellWidth: CellWidth,
  options: MaskOptions = {},
): GridMask<CellHeight, CellWidth> => {
  const full = resolve(options);
  return psiOf<GridMask<CellHeight, CellWidth>>({
    name: 'grid',
    cellHeight,
    cellWidth,
    options: { cellHeight, cellWidth, ...asData(full) },
    flaws: (feature): readonly Omit<Flaw, 'within'>[] => {
      const bad = notPositive('psi.grid', [['cell height', cellHeight], ['cell width', cellWidth]], { ...feature, taps: {}, inputs: {} }); // prettier-ignore
      if (bad !== undefined) return bad.flaws;
      const smaller = (a: Dim.Size, b: number): boolean => typeof a === 'number' && a < b;
      return smaller(feature.h, cellHeight) || smaller(feature.w, cellWidth)
        ? [
            {
              rule: 'S13',
              body: `psi.grid: cell ${cellHeight}×${cellWidth} is larger than the feature ${showLevel(feature)}`,
              got: `${cellHeight}×${cellWidth}`,
              wanted: `at most ${showLevel(feature)}`,
              fix: 'use a smaller cell',
            },
          ]
        : [];
    },
    lower: (feature, lowering) => gridMasked(feature, cellHeight, cellWidth, full, lowering),
  });
};

const maskOf = (feature: Value, depth: number, options: Resolved, lowering: Lowering): Value =>
  lowering.parameter({
    name: 'mask',
    shape: [Number(feature.shape[1]), Number(feature.shape[2]), depth],
    initialiser: options.init,
    role: 'mask',
  });

const gateOf = (threshold: Threshold, options: Resolved, lowering: Lowering): Value =>
  lowering.mode === 'train' ? options.surrogate.gate(threshold, lowering) : threshold.hard;

const opened = (product: Value): Value => ops.cast(ops.greaterEqual(product, 0), 'float32');

const masked = (feature: Value, mask: Value, options: Resolved, lowering: Lowering): Value => {
  const product = ops.multiply(feature, mask);
  return ops.multiply(feature, gateOf({ product, pool: (x) => x, hard: opened(product) }, options, lowering));
};

const gridMasked = (
  feature: Value,
  cellHeight: number,
  cellWidth: number,
  options: Resolved,
  lowering: Lowering,
): Value => {
  const [height, width, channels] = [
    Number(feature.shape[1]),
    Number(feature.shape[2]),
    Number(feature.shape[3]),
  ];
  const [rows, columns] = [Math.floor(height / cellHeight), Math.floor(width / cellWidth)];
  const [coveredHeight, coveredWidth] = [rows * cellHeight, columns * cellWidth];
  const mask = lowering.parameter({
    name: 'mask',
    shape: [rows, columns, 1],
    initialiser: options.init,
    role: 'mask',
  });
  const covered = layout.first(layout.first(feature, 1, coveredHeight), 2, coveredWidth);
  const spread = layout.resizeNearest(
    layout.reshape(mask, [1, rows, columns, 1]),
    coveredHeight,
    coveredWidth,
  );
  const product = ops.multiply(covered, spread);
  /* Sums of zeros and ones are exact in float32 up to 2²⁴, so the majority is decided in whole numbers. */
  const perCell = (perEntry: Value, reduce: typeof reduceSum): Value => {
    const overChannels = reduce(perEntry, [3]);
    const overRows = reduce(layout.reshape(overChannels, ['n', rows, cellHeight, coveredWidth]), [2]);
    return reduce(layout.reshape(overRows, ['n', rows, columns, cellWidth]), [3]);
  };
  const ones = perCell(opened(product), reduceSum);
  const hard = ops.cast(ops.greater(ops.multiply(ones, 2), cellHeight * cellWidth * channels), 'float32');
  const gates = gateOf({ product, pool: (x) => perCell(x, reduceMean), hard }, options, lowering);
  const gate = layout.resizeNearest(
    layout.reshape(gates, ['n', rows, columns, 1]),
    coveredHeight,
    coveredWidth,
  );
  return ops.multiply(feature, withOpenBorder(gate, height - coveredHeight, width - coveredWidth));
};

/** A gate with ones at the bottom and right. */
const withOpenBorder = (gate: Value, bottom: number, right: number): Value =>
  bottom === 0 && right === 0
    ? gate
    : ops.subtract(1, layout.pad(ops.subtract(1, gate), [[0, 0], [0, bottom], [0, right], [0, 0]])); // prettier-ignore
