/** Options and steps that `train`, `evaluate` and `synthesize` share. */
import { Option, type Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { isFaultError, type Fault } from '../base/fault.js';
import type { Active } from '../backend/activate.js';
import { backendNames, type BackendName } from '../backend/faults.js';
import type { ChannelsByName, Dataset, PeopleBinding, Size } from '../data/index.js';
import type { Predictor } from '../learn/index.js';
import type { DatasetName } from '../models/index.js';
import type { EncodedOnce } from '../run/index.js';
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
export interface Ready<P = Predictor> {
  readonly named: NamedModel;
  readonly predictor: P;
  readonly binding: PeopleBinding<ChannelsByName>;
  readonly test: Dataset;
  readonly active: Active;
}

/** Loads the model, its weights and the test split, and starts the backend; cheap things first. */
export const ready = async (
  argument: string,
  options: TrainedOptions,
): Promise<E.Either<readonly Fault[], Ready & { readonly step: number }>> => {
  const named = await modelOf(argument, options)();
  if (E.isLeft(named)) return named;
  const pairs = await pairsOf(named.right, options);
  if (E.isLeft(pairs)) return pairs;
  const { loadWeights, predictor } = await import('../learn/predict.js');
  const loaded = await loadWeights(options.weights)();
  if (E.isLeft(loaded)) return loaded;
  const active = await start(options);
  if (E.isLeft(active)) return active;
  const made = predictor(named.right.elaborated.model, loaded.right.weights);
  if (E.isLeft(made)) return made;
  const { step } = loaded.right;
  return E.right({ named: named.right, predictor: made.right, ...pairs.right, active: active.right, step });
};

/** As `ready`, with what `maskskip compile` wrote in the weights' place. */
export const readyCompiled = async (
  argument: string,
  options: Omit<TrainedOptions, 'weights'> & { readonly compiled: string },
): Promise<E.Either<readonly Fault[], Ready<EncodedOnce>>> => {
  const named = await modelOf(argument, options)();
  if (E.isLeft(named)) return named;
  const pairs = await pairsOf(named.right, options);
  if (E.isLeft(pairs)) return pairs;
  const active = await start(options);
  if (E.isLeft(active)) return active;
  const { encodedOnce, load } = await import('../run/index.js');
  try {
    const loaded = await load(options.compiled, named.right.elaborated.model);
    return E.right({
      named: named.right,
      predictor: encodedOnce(loaded),
      ...pairs.right,
      active: active.right,
    });
  } catch (caught) {
    if (isFaultError(caught)) return E.left(caught.faults);
    throw caught;
  }
};

const pairsOf = async (
  named: NamedModel,
  options: Omit<TrainedOptions, 'weights'>,
): Promise<E.Either<readonly Fault[], Pick<Ready, 'binding' | 'test'>>> => {
  const binding = await peopleBindingOf(named);
  if (E.isLeft(binding)) return binding;
  const test = await openPeople(named, 'test', options)();
  return E.isLeft(test) ? test : E.right({ binding: binding.right, test: test.right });
};
