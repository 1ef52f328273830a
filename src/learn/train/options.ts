/** What a training is told, and what can be wrong with it before it begins. */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../base/fault.js';
import { buildPlan, type Plan } from '../../compile/index.js';
import { shapesOf, type Binding, type ChannelsByName, type Dataset } from '../../data/index.js';
import { elaborate, type AnyModel } from '../../dsl/index.js';
import { input } from '../../ops/leaves.js';
import { misfits, type Fitting } from '../fit.js';
import type { Loss } from '../losses/index.js';
import type { Optimiser } from '../optimisers.js';
import type { Progress } from '../progress.js';
import type { Prepared } from './prepared.js';

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

/** The options of any training, its binding's type forgotten. */
export interface Run extends Omit<TrainOptions<AnyModel, Loss, Binding<ChannelsByName>>, 'binding'> {
  readonly binding: Binding<ChannelsByName>;
}

/** The options under one type. A binding that does not fit is found again by `preparedPlan`, at run time. */
export const runOf = <M extends AnyModel, L extends Loss, B extends Binding<ChannelsByName>>(
  options: TrainOptions<M, L, B>,
): Run => ({ ...options, binding: options.binding as Binding<ChannelsByName> });

/** The plan of a training step: the model, and output `loss`. Faults: the model's, the plan's, L01 of the loss. */
export const trainingPlan = (model: AnyModel, loss: Loss): E.Either<readonly Fault[], Plan> => {
  const elaborated = elaborate(model);
  if (E.isLeft(elaborated)) return elaborated;
  const names = Object.keys(elaborated.right.outputs);
  const output = loss.output ?? names[0]!;
  if (!names.includes(output)) return E.left([noOutput(loss.name, output, names)]);
  return buildPlan(elaborated.right, {
    mode: 'train',
    extend: (outputs) => {
      const { shape } = outputs[output]!;
      const target = (name: string) =>
        input(name, ['n', shape[1]!, shape[2]!, loss.targets[name] || shape[3]!]);
      return { loss: loss.lower(outputs, target) };
    },
  });
};

/** The plan of a run whose options and binding fit. Faults: those of the plan, or all of L01 and L07. */
export const preparedPlan = (run: Run): E.Either<readonly Fault[], Plan> => {
  const planned = trainingPlan(run.model, run.loss);
  if (E.isLeft(planned)) return planned;
  const numbers = [
    ['steps', run.steps, 0],
    ['batchSize', run.batchSize, 1],
    ['seed', run.seed, 0],
    ['checkpointEvery', checkpointEvery(run), 1],
    ['recordEvery', recordEvery(run), 1],
  ] as const;
  const faults = [...optionFaults(numbers), ...bindingFaults(planned.right, run)];
  return faults.length > 0 ? E.left(faults) : planned;
};

/** Steps between checkpoints, and between lines of the record, unless told. */
export const everySteps = { checkpoint: 500, record: 10 } as const;

/** Steps between checkpoints, and between lines of the record. */
export const checkpointEvery = (run: Run): number => run.checkpointEvery ?? everySteps.checkpoint;
export const recordEvery = (run: Run): number => run.recordEvery ?? everySteps.record;

/** L07 for each number that is not whole or below its least. */
export const optionFaults = (
  numbers: readonly (readonly [where: string, value: number, least: number])[],
): readonly Fault[] =>
  numbers.flatMap(([where, value, least]) =>
    Number.isSafeInteger(value) && value >= least
      ? []
      : [
          fault({
            rule: 'L07',
            where,
            got: String(value),
            wanted: `a whole number from ${least}`,
            fix: 'change the option',
          }),
        ],
  );

const noOutput = (loss: string, got: string, names: readonly string[]): Fault =>
  fault({
    rule: 'L01',
    where: `loss ${loss}`,
    got: `output '${got}'`,
    wanted: names.join(', '),
    fix: 'name an output of the model',
  });

const bindingFaults = (plan: Plan, { loss, binding, dataset }: Run): readonly Fault[] => {
  if (binding.tag === 'people' && dataset === undefined) {
    return [noDataset];
  }
  const size = dataset?.size ?? { height: 0, width: 0 };
  return misfits(plan, Object.keys(loss.targets), shapesOf(binding, size));
};

/** The one update of a training of one network. */
export const only = 'loss';

/** A training of one network: one player, one kind of update, one stretch. */
export const preparedRun = (plan: Plan, run: Run): Prepared => {
  const { scalars } = run;
  const player = run.optimiser.name;
  return {
    parameters: plan.parameters,
    players: {
      [player]: {
        name: player,
        optimiser: run.optimiser,
        parameters: plan.parameters.filter(({ role }) => role !== 'state'),
      },
    },
    moves: {
      [only]: {
        name: '',
        player,
        plan,
        ...(scalars === undefined ? {} : { scalars: (count: number) => scalars(count - 1) }),
      },
    },
    stretches: [
      {
        name: 'train',
        steps: run.steps,
        batchSize: run.batchSize,
        moves: [{ move: only, times: 1 }],
      },
    ],
    agreements: [{ key: 'batchSize', what: 'batch size', value: String(run.batchSize) }],
  };
};

/** L01 of a binding of feeds that has no pairs to fill them from. */
export const noDataset: Fault = fault({
  rule: 'L01',
  where: 'binding',
  got: 'feeds of people without a data set',
  wanted: 'a data set',
  fix: 'pass dataset: …',
});
