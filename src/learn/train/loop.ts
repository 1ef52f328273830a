/**
 * The training loop: batches in, checkpoints and a record out, exactly resumable.
 *
 * A run is a function of (training, data, seed): the same on every start, and a run that was stopped and resumed equals
 * one that was not. A loss, gradient or parameter that is not finite stops the run before it can be saved.
 */
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, isFaultError, type Fault } from '../../base/fault.js';
import { mapValues } from '../../base/record.js';
import { tensorProgram, type ParameterArray } from '../../compile/index.js';
import {
  batches,
  feedsNamed,
  type Batch,
  type Binding,
  type ChannelsByName,
  type Dataset,
} from '../../data/index.js';
import { saveCheckpoint, type SavedCheckpoint } from '../checkpoint.js';
import { gateReports, type GateReport } from '../masks.js';
import type { Progress } from '../progress.js';
import { openRecord, type Recorder, type RecordLine } from '../record.js';
import { disposeState, savedArrays, type TrainingState } from '../state.js';
import { begin, type StartWeights } from './begin.js';
import { notFiniteArrays } from './not-finite.js';
import { batchesOf, countOf, lastStep, placeOf, updatesOf, type Prepared, type Stretch } from './prepared.js';
import { takeStep, type Stepped } from './step.js';

/** What a run is told besides the training itself. */
export interface LoopRun {
  /** A name for checkpoints and reports. */
  readonly name: string;
  readonly binding: Binding<ChannelsByName>;
  readonly dataset?: Dataset;
  readonly seed: number;
  readonly out?: string;
  readonly checkpointEvery: number;
  readonly recordEvery: number;
  readonly resume?: boolean;
  readonly skipBad?: boolean;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  /** Weights to begin with in the place of drawn ones, by path, or how they are made where a run begins afresh. */
  readonly weights?: StartWeights | TE.TaskEither<readonly Fault[], StartWeights>;
  /** A line of the record: what the last update of each kind told in this step. */
  readonly line: (told: Told) => Readonly<Record<string, RecordLine[string]>>;
}

/** What one step told. */
export interface Told {
  readonly step: number;
  readonly stretch: string;
  readonly updates: Readonly<Record<string, Stepped & { readonly rate: number }>>;
}

/** The losses of one kind of update, in order, and its terms. */
export interface Curve {
  readonly losses: readonly number[];
  readonly terms: Readonly<Record<string, readonly number[]>>;
}

/** How a run ended. */
export interface LoopReport {
  readonly step: number;
  readonly stepsRun: number;
  /** By update: what each said in this run. */
  readonly curves: Readonly<Record<string, Curve>>;
  readonly seconds: number;
  readonly gates: Readonly<Record<string, GateReport>>;
  readonly checkpoint: string | undefined;
  readonly skipped: number;
  readonly warnings: readonly Fault[];
  /** The trained parameters and state, as arrays by path. */
  readonly weights: Readonly<Record<string, ParameterArray>>;
}

/**
 * Runs a training on the active backend. Faults: those of the data, the checkpoints and the file system; L02 a
 * checkpoint of another run or weights of another shape, L03 a number that is not finite (with the first bad tensor),
 * L06 stopped by the signal. Warnings: L05 a mask that never moved, and those of checkpoints.
 */
export const runLoop =
  (prepared: Prepared, run: LoopRun): TE.TaskEither<readonly Fault[], LoopReport> =>
  async () => {
    const begun = await begin(prepared, run)();
    if (E.isLeft(begun)) return begun;
    const { state, step, start, warnings } = begun.right;
    try {
      return await loop(prepared, run, start, state, step, warnings);
    } catch (caught) {
      if (isFaultError(caught)) return E.left(caught.faults);
      throw caught;
    } finally {
      disposeState(state);
    }
  };

const loop = async (
  prepared: Prepared,
  run: LoopRun,
  start: StartWeights,
  state: TrainingState,
  first: number,
  found: readonly Fault[],
): Promise<E.Either<readonly Fault[], LoopReport>> => {
  const began = performance.now();
  const opened = await openedRecord(run, first);
  if (E.isLeft(opened)) return opened;
  const recorder = opened.right;
  const turns = turnsOf(prepared, run, state);
  const feed = feeder(prepared, run);
  const warnings = [...found];
  const curves = new Map<string, MutableCurve>();
  const isStopped = (): boolean => run.signal?.aborted === true;
  const end = lastStep(prepared);
  let step = first;
  let skipped = 0;
  let saved: string | undefined;
  try {
    while (step < end) {
      const { stretch } = placeOf(prepared, step)!;
      const updates: Record<string, Stepped & { readonly rate: number }> = {};
      const counts = new Map<string, number>();
      let done = updatesOf(prepared, step);
      for (const { move, times } of stretch.moves) {
        for (let time = 0; time < times; time++) {
          if (isStopped()) return E.left([stopped(step)]);
          const batch = await feed.next(step);
          if (isStopped()) return E.left([stopped(step)]);
          const { player } = prepared.moves[move]!;
          const count = (counts.get(player) ?? countOf(prepared, player, step)) + 1;
          counts.set(player, count);
          const stepped = await turns(move, batch, { count, step, noise: done++ })();
          if (E.isLeft(stepped)) return stepped;
          skipped += batch.skipped.length;
          updates[move] = { ...stepped.right, rate: prepared.players[player]!.optimiser.rate(count) };
          noted(curves, move, stepped.right);
        }
      }
      step++;
      const last = step === end;
      if (recorder !== undefined && (last || step % run.recordEvery === 0)) {
        const gates = await gateReports(prepared, state.parameters, start);
        const told = { step, stretch: stretch.name, updates };
        const written = await recorder.append({ step, ...run.line(told), gates: shortGates(gates) })();
        if (E.isLeft(written)) return written;
      }
      if (run.out !== undefined && (last || step % run.checkpointEvery === 0)) {
        const written = await save(prepared, run, run.out, state, step);
        if (E.isLeft(written)) return written;
        saved = written.right.path;
        warnings.push(...written.right.warnings);
      }
      run.progress?.update(step, progressFields(updates));
    }
    const gates = await gateReports(prepared, state.parameters, start);
    if (step > first) warnings.push(...stillMasks(gates));
    const arrays = await savedArrays(prepared, state);
    // What was saved was looked through before.
    const overflown = saved === undefined && step > first ? notFiniteArrays(arrays, step) : [];
    if (overflown.length > 0) return E.left(overflown);
    const { parameters, state: running } = arrays;
    return E.right({
      step,
      stepsRun: step - first,
      curves: Object.fromEntries(curves),
      seconds: (performance.now() - began) / 1000,
      gates,
      checkpoint: saved,
      skipped,
      warnings,
      weights: { ...parameters, ...running },
    });
  } finally {
    await feed.close();
    await recorder?.close()();
  }
};

interface MutableCurve {
  readonly losses: number[];
  readonly terms: Record<string, number[]>;
}

const noted = (curves: Map<string, MutableCurve>, move: string, { loss, terms }: Stepped): void => {
  const curve = curves.get(move) ?? { losses: [], terms: {} };
  curves.set(move, curve);
  curve.losses.push(loss);
  for (const [name, value] of Object.entries(terms)) (curve.terms[name] ??= []).push(value);
};

const progressFields = (updates: Readonly<Record<string, Stepped>>): Readonly<Record<string, number>> =>
  mapValues(updates, ({ loss }) => loss);

/** A turn of a move on a batch. */
const turnsOf = (prepared: Prepared, run: LoopRun, state: TrainingState) => {
  const programs = mapValues(prepared.moves, ({ plan }) => tensorProgram(plan));
  return (
    name: string,
    batch: Batch<ChannelsByName>,
    { count, step, noise }: { readonly count: number; readonly step: number; readonly noise: number },
  ) => {
    const move = prepared.moves[name]!;
    return takeStep(state, {
      move,
      batch,
      count,
      program: programs[name]!,
      player: prepared.players[move.player]!,
      noise: { seed: run.seed, step: noise },
      step: step + 1,
    });
  };
};

/** Batches without end, stretch by stretch; a source that runs dry is a fault of its own (D14). */
const feeder = (
  prepared: Prepared,
  run: LoopRun,
): {
  readonly next: (step: number) => Promise<Batch<ChannelsByName>>;
  readonly close: () => Promise<void>;
} => {
  let open: { readonly index: number; readonly from: AsyncIterator<Batch<ChannelsByName>> } | undefined;
  const close = async (): Promise<void> => {
    const { from } = open ?? {};
    open = undefined;
    await from?.return?.();
  };
  const next = async (step: number): Promise<Batch<ChannelsByName>> => {
    const { index, stretch, before } = placeOf(prepared, step)!;
    if (open?.index !== index) {
      await close();
      const skip = batchesOf(stretch, before);
      open = { index, from: source(prepared, run, index, stretch, skip)[Symbol.asyncIterator]() };
    }
    const got = await open.from.next();
    if (got.done === true) throw new Error('a source of batches without end came to its end');
    return got.value;
  };
  return { next, close };
};

const source = (
  prepared: Prepared,
  run: LoopRun,
  index: number,
  stretch: Stretch,
  skip: number,
): AsyncIterable<Batch<ChannelsByName>> => {
  const common = {
    size: stretch.batchSize,
    // A stretch has an order of its own: the one before may have ended anywhere.
    seed: (run.seed + index * 1_000_003) % Number.MAX_SAFE_INTEGER,
    epochs: Infinity,
    skip,
    dropLast: true,
    skipBad: run.skipBad ?? false,
  };
  if (run.binding.tag === 'arrays') return batches(run.binding, { ...common, shuffle: false });
  const read = stretch.moves.flatMap(({ move }) => Object.keys(prepared.moves[move]!.plan.inputs));
  return batches(run.dataset!, feedsNamed(run.binding, read), { ...common, shuffle: true });
};

const openedRecord = async (
  run: LoopRun,
  step: number,
): Promise<E.Either<readonly Fault[], Recorder | undefined>> =>
  run.out === undefined
    ? E.right(undefined)
    : openRecord(join(run.out, 'metrics.jsonl'), { resumeFrom: step })();

/* No time and no place in a line: the record of a resumed run is that of one that was not stopped. */
const shortGates = (gates: Readonly<Record<string, GateReport>>): RecordLine[string] =>
  mapValues(gates, ({ open, changed }) => ({ open, changed }));

const save = async (
  prepared: Prepared,
  run: LoopRun,
  folder: string,
  state: TrainingState,
  step: number,
): Promise<E.Either<readonly Fault[], SavedCheckpoint>> => {
  const arrays = await savedArrays(prepared, state);
  const faults = notFiniteArrays(arrays, step);
  if (faults.length > 0) return E.left(faults);
  const extra = Object.fromEntries(prepared.agreements.map(({ key, value }) => [key, value]));
  return saveCheckpoint(folder, { model: run.name, step, seed: run.seed, ...arrays, extra })();
};

const stopped = (step: number): Fault =>
  fault({
    rule: 'L06',
    where: `step ${step}`,
    got: 'a signal to stop',
    wanted: 'to go on',
    fix: 'resume from the last checkpoint',
  });

const stillMasks = (gates: Readonly<Record<string, GateReport>>): readonly Fault[] =>
  Object.entries(gates).flatMap(([path, { still }]) =>
    still
      ? [
          fault({
            rule: 'L05',
            severity: 'warning',
            where: path,
            got: 'a mask that never moved',
            wanted: 'a mask that learns',
            fix: 'use surrogate.sigmoid; with surrogate.zero a mask stays as it started',
          }),
        ]
      : [],
  );
