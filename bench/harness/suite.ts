/** What a suite is: rows that are timed in turn, what each is divided by, and what is claimed of them. */
import type * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../src/base/fault.js';
import type { BackendName } from '../../src/backend/index.js';
import type { WorkerSpec } from './worker.js';

/** How the bench was called. */
export interface BenchOptions {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly filters: number;
  readonly backend: BackendName;
  readonly threads: number;
  /** A Python with the peers' packages. */
  readonly python: string;
  readonly rounds: number;
  readonly warmup: number;
  /** How often all processes are started afresh. */
  readonly blocks: number;
  readonly poses: number;
  /** A pattern of the rows that are run; all by default. */
  readonly only?: RegExp;
}

/** A row of the table. */
export interface Row {
  readonly name: string;
  /** The process that runs it, or why there is none. Rows with equal processes share one. */
  readonly worker: WorkerSpec | { readonly missing: string };
  /** What the process calls it; one process may hold several. */
  readonly job: string;
  /** The row that it is divided by. */
  readonly base: string;
  /** The row whose numbers it must give before anything is timed. */
  readonly equals?: string;
  /** Units of work in one run: times are divided by it. */
  readonly work?: number;
  /** Whether it is only there for others to be equal to: it is asked once, before anything is timed. */
  readonly untimed?: boolean;
}

/** What is claimed: a ratio's upper end, or a median, is at most a number. */
export type Claim =
  | { readonly tag: 'ratio'; readonly row: string; readonly over: readonly string[]; readonly atMost: number }
  | { readonly tag: 'milliseconds'; readonly row: string; readonly atMost: number };

/** A suite that is ready to run. */
export interface Prepared {
  readonly rows: readonly Row[];
  readonly claims: readonly Claim[];
  readonly unit: string;
  /** What one should know who reads the table. */
  readonly notes: readonly string[];
  /** A row whose process is asked, at the end, where its time goes. */
  readonly explained?: string;
}

/** A suite. */
export interface Suite {
  readonly name: string;
  readonly about: string;
  /** What options are without a wish, in whole and in `--quick`. */
  readonly standard: { readonly batch: number; readonly rounds: number; readonly warmup: number };
  /** Options that the result depends on besides the suite's name, for the name of its file. */
  readonly variant: (options: BenchOptions) => string;
  /** Writes what the rows need into a folder of its own. */
  readonly prepare: (
    options: BenchOptions,
    folder: string,
    say: (text: string) => void,
  ) => Promise<E.Either<readonly Fault[], Prepared>>;
}
