/**
 * What writes source: a *target* turns a named model into files.
 *
 * A target is pure. It gives texts and bytes under relative paths; `generate` decides where they go, what they replace
 * and what it must not touch.
 */
import type * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { Elaborated } from '../../dsl/elaborate.js';

/** A model and what it is called, in a grid of variants or alone. */
export interface NamedModel {
  /** As a person gave it: it may hold anything and is sanitised wherever it is written. */
  readonly name: string;
  readonly elaborated: Elaborated;
  /** The variant's place in its grid, axis by axis: `{ psi: 'grid_8x8', filters: '64' }`; empty for a model alone. */
  readonly axes: Readonly<Record<string, string>>;
}

/** A file of a target, its path relative to the output folder with `/` between segments. */
export interface SourceFile {
  readonly path: string;
  readonly text: string | Uint8Array;
}

/** A kind of source. */
export interface SourceTarget {
  /** As `--target` and `--form` name it: `typescript-dsl`, `typescript-standalone`, `pytorch`, `onnx`. */
  readonly name: string;
  readonly description: string;
  /** The files of one model. Faults V…: what the target cannot say. */
  readonly files: (model: NamedModel) => E.Either<readonly Fault[], readonly SourceFile[]>;
  /** The files that all models of one run share: an index, a runner, a README. */
  readonly common: (models: readonly NamedModel[]) => readonly SourceFile[];
}
