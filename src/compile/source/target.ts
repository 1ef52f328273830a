/**
 * What writes source: a *target* turns a named model into files.
 *
 * A target is pure but for its check. It gives texts and bytes under relative paths; `generate` decides where they go, what they replace
 * and what it must not touch. What only a compiler can say of the files, `check` asks it.
 */
import type * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Fault } from '../../base/fault.js';
import type { Elaborated } from '../../dsl/elaborate.js';
import type { Plan } from '../plan/plan.js';

/** A model and what it is called, in a grid of variants or alone; `namedModels` (named-models.ts) gives the names. */
export interface NamedModel {
  /** As a person gave it: it may hold anything and is sanitised wherever it is written. */
  readonly name: string;
  /**
   * The name of its file without an extension: small letters, digits, `-` and `_`, a letter first. No two models of a
   * run have the same, not even with `_` for `-`, and none has that of a file which all share.
   */
  readonly file: string;
  /** Its name in a TypeScript module, `vdgPsiGrid8x8`: no word of the language, and no two models have the same. */
  readonly identifier: string;
  readonly elaborated: Elaborated;
  /** Its plan for inference, built when it is first asked for; `inferencePlan` builds it where it is left out. */
  readonly inference?: () => E.Either<readonly Fault[], Plan>;
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
  /** The files that all models of one run share: an index, a runner. The README with the table is `generate`'s. */
  readonly common: (models: readonly NamedModel[]) => readonly SourceFile[];
  /** Begins a check of a run's files, as by a compiler. Nothing is written before it has ended. */
  readonly check?: () => StartedCheck;
}

/** A check that has begun: what can be asked before all files are made is asked meanwhile. */
export interface StartedCheck {
  /** Told of each model with its files as they are made. */
  readonly add: (model: NamedModel, files: readonly SourceFile[]) => void;
  /**
   * What was found in all that was added. Right: one clause that says what was checked (`type-checked by TypeScript
   * 6.0.3: 300 modules`). Left: faults V….
   */
  readonly end: TE.TaskEither<readonly Fault[], string>;
  /** Frees what it holds; whoever began the check does it. A second time does nothing. */
  readonly stop: () => void;
}
