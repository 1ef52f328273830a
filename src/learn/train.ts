/**
 * The training loop: batches in, checkpoints and a record out, exactly resumable.
 *
 * A run is a function of (model, data, seed, options): the same on every start, and a run that was stopped and resumed
 * equals one that was not. A loss, gradient or parameter that is not finite stops the run before it can be saved.
 */
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, isFaultError, type Fault } from '../base/fault.js';
import {
  initialParameters,
  parameterCounts,
  tensorProgram,
  type ParameterArray,
  type Plan,
} from '../compile/index.js';
import { batches, type Batch, type Binding, type ChannelsByName } from '../data/index.js';
import type { AnyModel } from '../dsl/index.js';
import { saveCheckpoint, type SavedCheckpoint } from './checkpoint.js';
import type { Loss } from './losses.js';
import { gateReports, type GateReport } from './masks.js';
import { openRecord, type RecordLine } from './record.js';
import { disposeState, savedArrays, type TrainingState } from './state.js';
import { begin, type Beginning } from './train/begin.js';
import { notFiniteArrays } from './train/not-finite.js';
import {
  checkpointEvery,
  preparedPlan,
  recordEvery,
  runOf,
  type Run,
  type TrainOptions,
} from './train/options.js';
import { takeStep, type Stepped } from './train/step.js';

export { trainingPlan, type TrainOptions } from './train/options.js';

/** How a run ended. */
export interface TrainReport {
  readonly name: string;
  /** Steps done in all, and in this run. */
  readonly step: number;
  readonly stepsRun: number;
  readonly losses: readonly number[];
  readonly seconds: number;
  readonly parameters: number;
  readonly maskParameters: number;
  readonly gates: Readonly<Record<string, GateReport>>;
  readonly checkpoint: string | undefined;
  readonly skipped: number;
  readonly warnings: readonly Fault[];
  /** The trained parameters and state, as arrays by path. */
  readonly weights: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>
  >;
}

/**
 * Trains a model on the active backend. Faults: those of the model, the plan, the data, the checkpoints and the file
 * system; L01 a binding that does not fit, L02 a checkpoint of another run, L03 a number that is not finite (with the
 * first bad tensor), L06 stopped by the signal, L07 options out of range. Warnings: L05 a mask that never moved, and
 * those of checkpoints.
 */
export const train =
  <M extends AnyModel, L extends Loss, B extends Binding<ChannelsByName>>(
    options: TrainOptions<M, L, B>,
  ): TE.TaskEither<readonly Fault[], TrainReport> =>
  async () => {
    const run = runOf(options);
    const planned = preparedPlan(run);
    if (E.isLeft(planned)) return planned;
    const plan = planned.right;
    const start = initialParameters(plan, run.seed);
    const begun = await begin(plan, run, start)();
    if (E.isLeft(begun)) return begun;
    try {
      return await loop(plan, run, start, begun.right);
    } catch (caught) {
      if (isFaultError(caught)) return E.left(caught.faults);
      throw caught;
    } finally {
      disposeState(begun.right.state);
    }
  };

const loop = async (
  plan: Plan,
  run: Run,
  start: Readonly<Record<string, ParameterArray>>,
  { step: first, state, warnings: found }: Beginning,
): Promise<E.Either<readonly Fault[], TrainReport>> => {
  const began = performance.now();
  const recorder = await openedRecord(run, first);
  if (E.isLeft(recorder)) return recorder;
  const warnings = [...found];
  const losses: number[] = [];
  let step = first;
  let skipped = 0;
  let saved: string | undefined;
  try {
    const program = tensorProgram(plan);
    for await (const batch of step < run.steps ? source(run, step) : []) {
      if (run.signal?.aborted === true) return E.left([stopped(step)]);
      const stepped = await takeStep(program, run, state, batch, step + 1)();
      if (E.isLeft(stepped)) return stepped;
      step++;
      skipped += batch.skipped.length;
      losses.push(stepped.right.loss);
      const last = step === run.steps;
      if (last || step % recordEvery(run) === 0) {
        const gates = await gateReports(plan, state.parameters, start);
        const written =
          (await recorder.right?.append(lineOf(run, step, stepped.right, gates))()) ?? E.right(undefined);
        if (E.isLeft(written)) return written;
      }
      if (run.out !== undefined && (last || step % checkpointEvery(run) === 0)) {
        const written = await save(plan, run, run.out, state, step);
        if (E.isLeft(written)) return written;
        saved = written.right.path;
        warnings.push(...written.right.warnings);
      }
      run.progress?.update(step, { loss: stepped.right.loss });
      if (last) break;
    }
    const gates = await gateReports(plan, state.parameters, start);
    if (step > first) warnings.push(...stillMasks(gates));
    const { parameters, state: running } = await savedArrays(plan, run.optimiser, state);
    return E.right({
      name: run.name,
      step,
      stepsRun: step - first,
      losses,
      seconds: (performance.now() - began) / 1000,
      ...parameterCounts(plan),
      gates,
      checkpoint: saved,
      skipped,
      warnings,
      weights: { ...parameters, ...running },
    });
  } finally {
    await recorder.right?.close()();
  }
};

const openedRecord = async (run: Run, step: number) =>
  run.out === undefined
    ? E.right(undefined)
    : openRecord(join(run.out, 'metrics.jsonl'), { resumeFrom: step })();

/** Batches without end: a source that runs dry is a fault of its own (D14). */
const source = (run: Run, skip: number): AsyncIterable<Batch<ChannelsByName>> => {
  const common = {
    size: run.batchSize,
    seed: run.seed,
    epochs: Infinity,
    skip,
    dropLast: true,
    skipBad: run.skipBad ?? false,
  };
  return run.binding.tag === 'people'
    ? batches(run.dataset!, run.binding, { ...common, shuffle: true })
    : batches(run.binding, { ...common, shuffle: false });
};

/** No time and no place in a line: the record of a resumed run is that of one that was not stopped. */
const lineOf = (
  run: Run,
  step: number,
  { loss, gradientNorm }: Stepped,
  gates: Readonly<Record<string, GateReport>>,
): RecordLine => ({
  step,
  loss,
  gradientNorm,
  rate: run.optimiser.rate(step),
  gates: Object.fromEntries(
    Object.entries(gates).map(([path, { open, changed }]) => [path, { open, changed }]),
  ),
});

const save = async (
  plan: Plan,
  run: Run,
  folder: string,
  state: TrainingState,
  step: number,
): Promise<E.Either<readonly Fault[], SavedCheckpoint>> => {
  const arrays = await savedArrays(plan, run.optimiser, state);
  const faults = notFiniteArrays(arrays, step);
  if (faults.length > 0) return E.left(faults);
  const extra = { batchSize: String(run.batchSize), optimiser: run.optimiser.name };
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
