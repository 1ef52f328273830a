/** The masks of the paper: `psi.dense` (mUNet), `psi.one` (mUNet_o), `psi.grid` (mUNet_g). Rules S02, S13, S21, S38. */
import * as ops from '../../ops/elementwise.js';
import * as layout from '../../ops/layout.js';
import { reduceMean, reduceSum } from '../../ops/reduction.js';
import type { Value } from '../../ops/value.js';
import type * as Dim from '../dimensions/dimension.js';
import type * as Natural from '../dimensions/natural.js';
import type { Dimension } from '../dimensions/dimension.js';
import type { Level, Sizes } from '../feature.js';
import type { Form } from '../form.js';
import type { Lowering } from '../lowering.js';
import { notPositive, showLevel, type NotPositive, type ShowShape } from '../message.js';
import type { Flaw } from '../rule.js';
import { asData, extents, gateOf, masked, maskFields, maskFlaws, maskOf, opened, resolved, type MaskOptions, type Resolved } from './gate.js'; // prettier-ignore
import { psiOf, type KeepsShape, type Psi, type PsiRule } from './psi.js';

/** One mask value per pixel and channel. */
export interface DenseMask extends Psi<KeepsShape> {
  readonly name: 'dense';
  readonly mask: Resolved;
}

/** One mask value per pixel, for all channels. */
export interface OneMask extends Psi<KeepsShape> {
  readonly name: 'one';
  readonly mask: Resolved;
}

/** One mask value per grid cell; a cell passes by majority. */
export interface GridMask<CellHeight extends number, CellWidth extends number> extends Psi<
  GridRule<CellHeight, CellWidth>
> {
  readonly name: 'grid';
  readonly cellHeight: CellHeight;
  readonly cellWidth: CellWidth;
  readonly mask: Resolved;
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
        : Level<H, W, C>
      : M
    : never;
type Smaller<A extends Dimension, B extends number> = [A] extends [number]
  ? Natural.Less<A, B> extends true
    ? true
    : false
  : false;

/**
 * mUNet: one mask value per pixel and channel. ψ(f, M) = f ⊙ 1[f·M ≥ 0] (the paper's equations 3–4; σ(x) ≥ ½ is
 * x ≥ 0). Parameters: h·w·c.
 */
export const dense = (options: MaskOptions = {}): DenseMask => {
  const full = resolved(options);
  return psiOf<DenseMask>({
    name: 'dense',
    form: denseForm,
    mask: full,
    options: asData(full),
    shape: ({ feature }) => ({ level: feature, flaws: maskFlaws('psi.dense', options, full) }),
    lower: ({ feature }, lowering) =>
      masked(feature, maskOf(extents(feature), full, lowering), full, lowering),
  });
};

/** mUNet_o: one mask value per pixel, shared by all channels; the gate still looks at each entry. Parameters: h·w. */
export const one = (options: MaskOptions = {}): OneMask => {
  const full = resolved(options);
  return psiOf<OneMask>({
    name: 'one',
    form: oneForm,
    mask: full,
    options: asData(full),
    shape: ({ feature }) => ({ level: feature, flaws: maskFlaws('psi.one', options, full) }),
    lower: ({ feature }, lowering) => {
      const [height, width] = extents(feature);
      return masked(feature, maskOf([height, width, 1], full, lowering), full, lowering);
    },
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
  const full = resolved(options);
  return psiOf<GridMask<CellHeight, CellWidth>>({
    name: 'grid',
    form: gridForm,
    cellHeight,
    cellWidth,
    options: { cellHeight, cellWidth, ...asData(full) },
    mask: full,
    shape: ({ feature }) => ({
      level: feature,
      flaws: [...cellFlaws(feature, cellHeight, cellWidth), ...maskFlaws('psi.grid', options, full)],
    }),
    lower: ({ feature }, lowering) => gridMasked(feature, cellHeight, cellWidth, full, lowering),
  });
};

/** How the masks stand in a spec. */
export const denseForm: Form<Pick<DenseMask, 'mask'>, Resolved> = {
  builtIn: 'dense',
  kind: 'psi',
  fields: maskFields,
  make: dense,
  options: ({ mask }) => mask,
};
export const oneForm: Form<Pick<OneMask, 'mask'>, Resolved> = {
  builtIn: 'one',
  kind: 'psi',
  fields: maskFields,
  make: one,
  options: ({ mask }) => mask,
};
export const gridForm: Form<
  Pick<GridMask<number, number>, 'cellHeight' | 'cellWidth' | 'mask'>,
  { readonly cellHeight: number; readonly cellWidth: number } & Resolved
> = {
  builtIn: 'grid',
  kind: 'psi',
  fields: (f) => ({ cellHeight: f.number, cellWidth: f.number, ...maskFields(f) }),
  make: ({ cellHeight, cellWidth, ...options }) => grid(cellHeight, cellWidth, options),
  options: ({ cellHeight, cellWidth, mask }) => ({ cellHeight, cellWidth, ...mask }),
};

const cellFlaws = (
  feature: Sizes,
  cellHeight: number,
  cellWidth: number,
): readonly Omit<Flaw, 'within'>[] => {
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
};

const gridMasked = (
  feature: Value,
  cellHeight: number,
  cellWidth: number,
  options: Resolved,
  lowering: Lowering,
): Value => {
  const batch = feature.shape[0]!;
  const [height, width, channels] = extents(feature);
  const [rows, columns] = [Math.floor(height / cellHeight), Math.floor(width / cellWidth)];
  const [coveredHeight, coveredWidth] = [rows * cellHeight, columns * cellWidth];
  const mask = maskOf([rows, columns, 1], options, lowering);
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
    const overRows = reduce(layout.reshape(overChannels, [batch, rows, cellHeight, coveredWidth]), [2]);
    return reduce(layout.reshape(overRows, [batch, rows, columns, cellWidth]), [3]);
  };
  const ones = perCell(opened(product), reduceSum);
  const hard = ops.cast(ops.greater(ops.multiply(ones, 2), cellHeight * cellWidth * channels), 'float32');
  const gates = gateOf({ product, pool: (x) => perCell(x, reduceMean), hard }, options.surrogate, lowering);
  const gate = layout.resizeNearest(
    layout.reshape(gates, [batch, rows, columns, 1]),
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
