/**
 * The training loop: batches in, checkpoints and a record out, exactly resumable.
 *
 * A run is a function of (model, data, seed, options): the same on every start, and a run that was stopped and resumed
 * equals one that was not. A loss or gradient that is not finite stops the run before it can be saved.
 */
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, isFaultError, type Fault } from '../base/fault.js';
import { buildPlan, initialParameters, parameterCounts, tensorProgram, type Feeds, type Plan } from '../compile/index.js';
import { batches, shapesOf, type Batch, type Binding, type ChannelsByName, type Dataset } from '../data/index.js';
import { elaborate, type AnyModel } from '../dsl/index.js';
import { input } from '../ops/leaves.js';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.js';
import { misfits, type Fitting } from './fit.js';
import type { Loss } from './losses.js';
import { gateReports, type GateReport } from './masks.js';
import type { Optimiser } from './optimisers.js';
import type { Progress } from './progress.js';
import { openRecord, type Recorder } from './record.js';
import { disposeState, restoredState, savedArrays, startingState, update, type TrainingState } from './state.js';

/** What is trained, on what, and how. */
export interface TrainOptions<M extends AnyModel, L extends Loss, B extends Binding<ChannelsByName>> {
  readonly model: M;
  /** A name for checkpoints and reports. */
  readonly name: string;
  /** What feeds each input and target. */
  readonly binding: Fitting<M, L, B>;
  /** The pairs, for a binding of feeds. */
  readonly dataset?: Dataset;
  readonly loss: L;
  readonly optimiser: Optimiser;
  /** The step at which the run ends, counted from the very beginning. */
  readonly steps: number;
  readonly batchSize: number;
  readonly seed: number;
  /** Where checkpoints and `metrics.jsonl` go; nothing is written without it. */
  readonly out?: string;
  /** Steps between checkpoints; the last step is always saved. 500 by default. */
  readonly checkpointEvery?: number;
  /** Steps between lines of the record. 10 by default. */
  readonly recordEvery?: number;
  /** Goes on from the newest checkpoint in `out`; a fresh start where there is none. */
  readonly resume?: boolean;
  readonly skipBad?: boolean;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  /** Scalars that change with the step: path → value (a temperature, a weight). */
  readonly scalars?: (step: number) => Readonly<Record<string, number>>;
}

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
  readonly weights: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;
}

/**
 * Trains a model. Faults: those of the model, the plan and the data; L01 a binding that does not fit, L02 a checkpoint
 * of another model, L03 a loss or gradient that is not finite (with the first bad tensor), L06 stopped by the signal,
 * L07 options out of range. Warnings: L05 a mask that never moved.
 */
export const train =
  <M extends AnyModel, L extends Loss, B extends Binding<ChannelsByName>>(
    options: TrainOptions<M, L, B>,
  ): TE.TaskEither<readonly Fault[], TrainReport> =>
  async () => {
    const planned = trainingPlan(options.model, options.loss);
    if (E.isLeft(planned)) return planned;
    const plan = planned.right;
    const binding = options.binding as Binding<ChannelsByName>;
    const faults = [...optionFaults(options), ...bindingFaults(plan, options.loss, binding, options.dataset)];
    if (faults.length > 0) return E.left(faults);

    const start = initialParameters(plan, options.seed);
    const warnings: Fault[] = [];
    let step = 0;
    let state: TrainingState | undefined;
    if (options.resume === true && options.out !== undefined) {
      const loaded = await loadCheckpoint(options.out)();
      if (E.isRight(loaded)) {
        const restored = resumeFrom(plan, options, loaded.right.checkpoint);
        if (isFaults(restored)) return E.left(restored);
        state = restored;
        step = loaded.right.checkpoint.step;
        warnings.push(...loaded.right.warnings);
      } else if (!loaded.left.every(({ rule, got }) => rule === 'C03' && !/checkpoint.*pass/.test(got))) {
        return loaded;
      }
    }
    const first = step;
    const record = options.out === undefined ? undefined : await openRecord(join(options.out, 'metrics.jsonl'), { resumeFrom: step })();
    if (record !== undefined && E.isLeft(record)) return record;
    const recorder: Recorder | undefined = record?.right;
    state ??= startingState(plan, options.optimiser, start);
    const began = performance.now();
    const losses: number[] = [];
    let skipped = 0;
    let saved: string | undefined;
    try {
      const program = tensorProgram(plan);
      const source = batchSource(options, binding, step);
      for await (const batch of step < options.steps ? source : []) {
        if (options.signal?.aborted === true) return E.left([stopped(step)]);
        skipped += batch.skipped.length;
        const feeds = feedsOf(batch, state, options, step);
        const at = step + 1;
        const telling = at % (options.recordEvery ?? 10) === 0 || at === options.steps;
        const saving = options.out !== undefined && (at % (options.checkpointEvery ?? 500) === 0 || at === options.steps);
        try {
          const result = program.differentiate(feeds, 'loss', state.trained);
          try {
            const lossNow = (await result.loss.data())[0]!;
            const norm = telling || saving || !Number.isFinite(lossNow) ? await gradientNorm(result.gradients) : undefined;
            if (!Number.isFinite(lossNow) || (norm !== undefined && !Number.isFinite(norm))) {
              return E.left([await notFinite(program, feeds, result.gradients, at, lossNow)]);
            }
            losses.push(lossNow);
            update(state, options.optimiser, result.gradients, result.nextState, at);
            step = at;
            if (telling) {
              const gates = await gateReports(plan, state.parameters, start);
              const line = { step, loss: lossNow, gradientNorm: norm!, rate: options.optimiser.rate(step), gates: mapValues(gates, ({ open, changed }) => ({ open, changed })) };
              const written = (await recorder?.append(line)()) ?? E.right(undefined);
              if (E.isLeft(written)) return written;
            }
            options.progress?.update(step, { loss: lossNow });
          } finally {
            // The next state was handed to the training state when the update was made.
            const handed = step === at ? [] : Object.values(result.nextState);
            tf.dispose([...Object.values(result.gradients), ...Object.values(result.outputs), ...handed, result.loss]);
          }
        } finally {
          tf.dispose(Object.values(feeds.inputs));
        }
        if (saving) {
          const written = await save(plan, options, state, step);
          if (E.isLeft(written)) return written;
          saved = written.right.path;
          warnings.push(...written.right.warnings);
        }
        if (step >= options.steps) break;
      }
      if (step < options.steps) {
        return E.left([
          fault({ rule: 'L04', where: `step ${step}`, got: 'the end of the data', wanted: `${options.steps} steps`, fix: 'give a source that starts anew each epoch, or fewer steps' }),
        ]);
      }
      const gates = await gateReports(plan, state.parameters, start);
      warnings.push(...stillMasks(gates, step - first));
      const { parameters, state: running } = await savedArrays(plan, options.optimiser, state);
      return E.right({
        name: options.name,
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
    } catch (caught) {
      if (isFaultError(caught)) return E.left(caught.faults);
      throw caught;
    } finally {
      disposeState(state);
      await recorder?.close()();
    }
  };

/** The plan of a training step: the model, and output `loss`. */
export const trainingPlan = (model: AnyModel, loss: Loss): E.Either<readonly Fault[], Plan> => {
  const elaborated = elaborate(model);
  if (E.isLeft(elaborated)) return elaborated;
  return buildPlan(elaborated.right, {
    mode: 'train',
    extend: (outputs) => {
      const [first] = Object.values(outputs);
      const target = (name: string) => input(name, ['n', first!.shape[1]!, first!.shape[2]!, loss.targets[name] || first!.shape[3]!]);
      return { loss: loss.lower(outputs, target) };
    },
  });
};

const optionFaults = (options: Pick<TrainOptions<AnyModel, Loss, Binding<ChannelsByName>>, 'steps' | 'batchSize' | 'seed' | 'checkpointEvery' | 'recordEvery'>): readonly Fault[] =>
  (
    [
      ['steps', options.steps, 0],
      ['batchSize', options.batchSize, 1],
      ['seed', options.seed, 0],
      ['checkpointEvery', options.checkpointEvery ?? 500, 1],
      ['recordEvery', options.recordEvery ?? 10, 1],
    ] as const
  ).flatMap(([where, value, least]) =>
    Number.isSafeInteger(value) && value >= least
      ? []
      : [fault({ rule: 'L07', where, got: String(value), wanted: `a whole number from ${least}`, fix: 'change the option' })],
  );

const bindingFaults = (plan: Plan, loss: Loss, binding: Binding<ChannelsByName>, dataset: Dataset | undefined): readonly Fault[] => {
  if (binding.tag === 'people' && dataset === undefined) {
    return [fault({ rule: 'L01', where: 'binding', got: 'feeds of people without a data set', wanted: 'a data set', fix: 'pass dataset: …' })];
  }
  return misfits(plan, Object.keys(loss.targets), shapesOf(binding, dataset?.size ?? { height: 0, width: 0 }));
};

type Run = Omit<TrainOptions<AnyModel, Loss, Binding<ChannelsByName>>, 'binding'>;

const resumeFrom = (plan: Plan, options: Run, checkpoint: Parameters<typeof restoredState>[2]): TrainingState | readonly Fault[] => {
  const same: readonly (readonly [string, string | number, string | number])[] = [
    ['model', checkpoint.model, options.name],
    ['seed', checkpoint.seed, options.seed],
    ['batch size', checkpoint.extra['batchSize'] ?? '', String(options.batchSize)],
  ];
  const faults = same.flatMap(([what, got, wanted]) =>
    got === wanted ? [] : [fault({ rule: 'L02', where: `checkpoint: ${what}`, got: String(got), wanted: String(wanted), fix: 'resume with the options of the first run, or choose another folder' })],
  );
  return faults.length > 0 ? faults : restoredState(plan, options.optimiser, checkpoint);
};

const isFaults = (value: TrainingState | readonly Fault[]): value is readonly Fault[] => Array.isArray(value);

const batchSource = (options: Run, binding: Binding<ChannelsByName>, skip: number): AsyncIterable<Batch<ChannelsByName>> => {
  const common = { size: options.batchSize, seed: options.seed, epochs: Infinity, skip, dropLast: true, skipBad: options.skipBad ?? false };
  return binding.tag === 'people'
    ? batches(options.dataset!, binding, { ...common, shuffle: true })
    : batches(binding, { ...common, shuffle: false });
};

const feedsOf = (batch: Batch<ChannelsByName>, state: TrainingState, options: Run, step: number): Feeds => ({
  inputs: mapValues(batch.arrays, ({ data, shape }) => tf.tensor(data, [...shape], 'float32')),
  parameters: state.parameters,
  noise: { seed: options.seed, step },
  ...(options.scalars === undefined ? {} : { scalars: options.scalars(step) }),
});

const gradientNorm = async (gradients: Readonly<Record<string, tf.Tensor>>): Promise<number> => {
  const squares = tf.tidy(() => tf.stack(Object.values(gradients).map((one) => tf.sum(tf.square(one)))));
  const sum = Array.from(await squares.data()).reduce((total, one) => total + one, 0);
  squares.dispose();
  return Math.sqrt(sum);
};

/** L03, with the first tensor that is not finite: a fed array, a value of the forward pass, or a gradient. */
const notFinite = async (
  program: ReturnType<typeof tensorProgram>,
  feeds: Feeds,
  gradients: Readonly<Record<string, tf.Tensor>>,
  step: number,
  lossNow: number,
): Promise<Fault> => {
  const forward = await program.firstNonFinite(feeds);
  let where = forward === undefined ? 'the loss' : nodeName(forward.node);
  if (forward === undefined) {
    for (const [path, gradient] of Object.entries(gradients)) {
      const finite = tf.tidy(() => tf.all(tf.isFinite(gradient)));
      const good = (await finite.data())[0] === 1;
      finite.dispose();
      if (!good) {
        where = `the gradient of ${path}`;
        break;
      }
    }
  }
  return fault({
    rule: 'L03',
    where: `step ${step}`,
    got: `a loss of ${lossNow}; the first value that is not finite is ${where}`,
    wanted: 'finite numbers',
    fix: 'lower the learning rate or look at the data; the last checkpoint is as it was',
  });
};

const nodeName = ({ op, scope, attributes }: Plan['nodes'][number]): string =>
  op === 'parameter' || op === 'noise'
    ? `${op} ${String(attributes['path'])}`
    : op === 'input'
      ? `input '${String(attributes['name'])}'`
      : `${op}${scope === '' ? ' of the loss' : ` of ${scope}`}`;

const save = async (plan: Plan, options: Run, state: TrainingState, step: number) =>
  saveCheckpoint(options.out!, {
    model: options.name,
    step,
    seed: options.seed,
    ...(await savedArrays(plan, options.optimiser, state)),
    extra: { batchSize: String(options.batchSize), optimiser: options.optimiser.name },
  })();

const stopped = (step: number): Fault =>
  fault({ rule: 'L06', where: `step ${step}`, got: 'a signal to stop', wanted: 'to go on', fix: 'resume from the last checkpoint' });

const stillMasks = (gates: Readonly<Record<string, GateReport>>, stepsRun: number): readonly Fault[] =>
  stepsRun === 0
    ? []
    : Object.entries(gates).flatMap(([path, { still }]) =>
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

const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
