/** Options and steps that `train`, `evaluate` and `synthesize` share. */
import { Option, type Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../base/fault.js';
import type { Active } from '../backend/activate.js';
import { backendNames, type BackendName } from '../backend/faults.js';
import type { ChannelsByName, Dataset, PeopleBinding, Size } from '../data/index.js';
import type { Predictor } from '../learn/index.js';
import type { DatasetName } from '../models/index.js';
import {
  datasetOption,
  modelHelp,
  modelOf,
  filtersOption,
  sizeOption,
  type NamedModel,
} from './model-argument.js';
import type { OutputOptions } from './output.js';
import { openPeople, peopleBindingOf } from './people-argument.js';

/** What all three are given. */
export interface LearnOptions extends OutputOptions {
  readonly dataset: DatasetName;
  readonly size?: Size;
  readonly filters?: number;
  readonly backend?: BackendName;
  readonly gpu?: boolean;
  readonly skipBad?: boolean;
}

/** What the two that need trained weights are given. */
export interface TrainedOptions extends LearnOptions {
  readonly weights: string;
  readonly data: string;
}

/** Adds the shared argument and options. */
export const withLearnOptions = (command: Command): Command =>
  command
    .argument('<MODEL>', modelHelp)
    .addOption(datasetOption())
    .addOption(sizeOption())
    .addOption(filtersOption())
    .addOption(new Option('--backend <name>', 'default: the fastest that works here').choices(backendNames))
    .option('--gpu', 'fail where there is no GPU')
    .option('--skip-bad', 'go on without rows and pictures that cannot be read')
    .option('--json', 'print one JSON document');

/** Starts the backend that was asked for. */
export const start = async (
  { backend, gpu = false }: LearnOptions,
  deterministic = false,
): Promise<E.Either<readonly Fault[], Active>> => {
  const { activate } = await import('../backend/activate.js');
  return activate({ gpu, deterministic, ...(backend === undefined ? {} : { backend }) })();
};

/** A trained model on a running backend, and the pairs to try it on. */
export interface Ready {
  readonly named: NamedModel;
  readonly predictor: Predictor;
  readonly binding: PeopleBinding<ChannelsByName>;
  readonly test: Dataset;
  readonly active: Active;
  /** The step at which the weights were saved. */
  readonly step: number;
}

/** Loads the model, its weights and the test split, and starts the backend; cheap things first. */
export const ready = async (
  argument: string,
  options: TrainedOptions,
): Promise<E.Either<readonly Fault[], Ready>> => {
  const named = await modelOf(argument, options)();
  if (E.isLeft(named)) return named;
  const binding = await peopleBindingOf(named.right);
  if (E.isLeft(binding)) return binding;
  const test = await openPeople(named.right, 'test', options)();
  if (E.isLeft(test)) return test;
  const { loadWeights, predictor } = await import('../learn/predict.js');
  const loaded = await loadWeights(options.weights)();
  if (E.isLeft(loaded)) return loaded;
  const active = await start(options);
  if (E.isLeft(active)) return active;
  const made = predictor(named.right.elaborated.model, loaded.right.weights);
  if (E.isLeft(made)) return made;
  return E.right({
    named: named.right,
    predictor: made.right,
    binding: binding.right,
    test: test.right,
    active: active.right,
    step: loaded.right.step,
  });
};
