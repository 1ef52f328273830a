/**
 * Running a suite's rows: start, check that all give the same numbers, warm up, then round robin.
 *
 * Every round runs every row once; each round begins with another row, so that no row always follows the same one.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../src/base/fault.js';
import type { Prepared, Row } from './suite.js';
import { startWorker, type About, type Part, type Worker, type WorkerSpec } from './worker.js';

/** Times of a suite. */
export interface Measured {
  /** Milliseconds of each round by row, per unit of work; rows that were missing are absent. */
  readonly times: ReadonlyMap<string, readonly number[]>;
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
  /** The largest difference from the row that it must equal, relative to its largest value. */
  readonly differences: ReadonlyMap<string, number>;
  readonly abouts: readonly About[];
  readonly parts: readonly Part[];
}

/** How often. */
export interface Schedule {
  readonly rounds: number;
  readonly warmup: number;
  readonly blocks: number;
  readonly threads: number;
}

/** How far outputs of peers may be apart, relative to the largest value. */
export const tolerance = 1e-4;

/* Thread pools of the row before go on looking for work for a moment. */
const restMilliseconds = 30;

/** Measures all rows that can run here. Faults: E01 for a row with other numbers, E02 for a process that fails. */
export const measure = async (
  { rows, explained }: Prepared,
  schedule: Schedule,
  folder: string,
  say: (text: string) => void,
): Promise<E.Either<readonly Fault[], Measured>> => {
  const times = new Map<string, number[]>();
  const differences = new Map<string, number>();
  const missing = new Map<string, string>();
  const abouts: About[] = [];
  let parts: readonly Part[] = [];
  for (let block = 0; block < schedule.blocks; block++) {
    const workers = new Map<string, Worker>();
    const stopAll = (): void => workers.forEach((worker) => worker.stop());
    process.once('exit', stopAll);
    try {
      const wanted = block === 0 ? rows : rows.filter(({ untimed }) => untimed !== true);
      const here = await started(wanted, workers, missing, schedule.threads, say);
      const timed = here.filter(({ untimed }) => untimed !== true);
      if (block === 0) {
        abouts.push(...[...workers.values()].map(({ about }) => about));
        const checked = await compared(here, workers, folder, differences, say);
        if (E.isLeft(checked)) return checked;
        const busy = new Set(timed.map(keyOf));
        workers.forEach((worker, key) => (busy.has(key) ? undefined : worker.stop()));
      }
      for (let round = -schedule.warmup; round < schedule.rounds; round++) {
        say(round < 0 ? `warm-up ${round + schedule.warmup + 1} of ${schedule.warmup}` : `round ${round + 1} of ${schedule.rounds}`); // prettier-ignore
        for (const row of rotated(timed, round + schedule.warmup)) {
          await pause(restMilliseconds);
          const ran = await workers.get(keyOf(row))!.run(row.job, row.name);
          if (E.isLeft(ran)) return ran;
          if (round >= 0) times.set(row.name, [...(times.get(row.name) ?? []), ran.right / (row.work ?? 1)]);
        }
      }
      const told = here.find(({ name }) => name === explained);
      if (told !== undefined && block === schedule.blocks - 1) {
        const explanation = await workers.get(keyOf(told))!.explain(told.job, told.name);
        if (E.isLeft(explanation)) return explanation;
        parts = explanation.right;
      }
    } finally {
      stopAll();
      process.off('exit', stopAll);
    }
  }
  return E.right({
    times,
    missing: [...missing].map(([name, reason]) => ({ name, reason })),
    differences,
    abouts,
    parts,
  });
};

const isMissing = (worker: Row['worker']): worker is { readonly missing: string } => 'missing' in worker;
const keyOf = ({ worker }: Row): string => JSON.stringify(worker);

/** Starts the processes of rows, one after the other; the rows that run, the others noted. */
const started = async (
  rows: readonly Row[],
  workers: Map<string, Worker>,
  missing: Map<string, string>,
  threads: number,
  say: (text: string) => void,
): Promise<readonly Row[]> => {
  const reasons = new Map<string, string>();
  for (const row of rows) {
    const key = keyOf(row);
    if (isMissing(row.worker)) missing.set(row.name, row.worker.missing);
    else if (!workers.has(key) && !reasons.has(key)) {
      say(`starting ${row.name}`);
      const worker = await startWorker(row.worker as WorkerSpec, threads);
      if (E.isRight(worker)) workers.set(key, worker.right);
      else reasons.set(key, worker.left);
    }
    const reason = reasons.get(key);
    if (reason !== undefined) missing.set(row.name, reason);
  }
  return rows.filter(({ name }) => !missing.has(name));
};

/** E01 for each row whose numbers are not those of the row that it must equal. */
const compared = async (
  rows: readonly Row[],
  workers: ReadonlyMap<string, Worker>,
  folder: string,
  differences: Map<string, number>,
  say: (text: string) => void,
): Promise<E.Either<readonly Fault[], void>> => {
  const outputs = new Map<string, Float32Array>();
  const needed = new Set(rows.flatMap(({ name, equals }) => (equals === undefined ? [] : [name, equals])));
  for (const [at, row] of rows.entries()) {
    if (!needed.has(row.name)) continue;
    say(`checking ${row.name}`);
    const out = join(folder, `outputs-${at}.f32`);
    const checked = await workers.get(keyOf(row))!.check(row.job, row.name, out);
    if (E.isLeft(checked)) return checked;
    const bytes = await readFile(out);
    outputs.set(row.name, new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))); // prettier-ignore
  }
  const faults = rows.flatMap(({ name, equals }) => {
    const wanted = equals === undefined ? undefined : outputs.get(equals);
    if (wanted === undefined || equals === name) return [];
    const difference = relativeDifference(outputs.get(name)!, wanted);
    differences.set(name, difference);
    return difference <= tolerance ? [] : [otherNumbers(name, equals!, difference)];
  });
  return faults.length > 0 ? E.left(faults) : E.right(undefined);
};

/** The largest difference of two arrays relative to the second's largest value; infinite for other lengths or NaN. */
export const relativeDifference = (got: Float32Array, wanted: Float32Array): number => {
  if (got.length !== wanted.length || got.length === 0) return Infinity;
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < wanted.length; i++) {
    const apart = Math.abs(got[i]! - wanted[i]!);
    if (!Number.isFinite(apart)) return Infinity;
    largest = Math.max(largest, Math.abs(wanted[i]!));
    difference = Math.max(difference, apart);
  }
  return difference === 0 ? 0 : difference / largest;
};

const otherNumbers = (name: string, equals: string, difference: number): Fault =>
  fault({
    rule: 'E01',
    where: name,
    got: `a relative difference of ${difference.toExponential(1)} from ${equals}`,
    wanted: `at most ${tolerance}`,
    fix: 'make it the same network before timing it',
  });

const rotated = <A>(list: readonly A[], by: number): readonly A[] =>
  list.map((_, at) => list[(at + by) % list.length]!);
