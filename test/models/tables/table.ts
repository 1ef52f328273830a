/** The layer tables of the sources, as fixtures: what a model's `summary` is held against. */
import type { DatasetName } from '../../../src/models/index.js';

/** A block of a source's table: the paths under which its layers lie, its output without the batch, its parameters. */
export type Row = readonly [prefixes: readonly string[], output: readonly number[], parameters: number];

/** A model's whole table at one data set's size; rows in the order of the plan, none left out. */
export interface LayerTable {
  readonly model: string;
  readonly dataset: DatasetName;
  readonly rows: readonly Row[];
  /** Trained entries without masks: the sum of the rows, stated apart so that a slip in a row is seen. */
  readonly total: number;
}
