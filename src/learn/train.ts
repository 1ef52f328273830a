/** Training one network with one loss. `trainSystem` is for several networks that take turns. */
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Fault } from '../base/fault.js';
import { parameterCounts } from '../compile/index.js';
import type { Binding, ChannelsByName } from '../data/index.js';
import type { AnyModel } from '../dsl/index.js';
import type { Loss } from './losses/index.js';
import type { GateReport } from './masks.js';
import { runLoop, type LoopReport } from './train/loop.js';
import {
  checkpointEvery,
  only,
  preparedPlan,
  preparedRun,
  recordEvery,
  runOf,
  type TrainOptions,
} from './train/options.js';

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
    const { scalars: _scalars, ...rest } = run;
    const prepared = preparedRun(plan, run);
    const ended = await runLoop(prepared, {
      ...rest,
      checkpointEvery: checkpointEvery(run),
      recordEvery: recordEvery(run),
      line: ({ updates }) => {
        const { loss, gradientNorm, rate } = updates[only]!;
        return { loss, gradientNorm, rate };
      },
    })();
    return E.map(({ curves, ...report }: LoopReport): TrainReport => ({
      ...report,
      name: run.name,
      losses: curves[only]?.losses ?? [],
      ...parameterCounts(plan),
    }))(ended);
  };
