/** Options and steps that `train`, `evaluate` and `synthesize` share. */
import { Option, type Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { fault, isFaultError, type Fault } from '../base/fault.js';
import type { ParameterArray } from '../compile/index.js';
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
import { openPeople, peopleBindingOf, pictureSize } from './people-argument.js';
import { asRecipe, recipeHelp, recipeOf, shareOption, type NamedRecipe } from './recipe-argument.js';

/** What all three are given. */
export interface LearnOptions extends OutputOptions {
  readonly dataset: DatasetName;
  readonly size?: Size;
  readonly filters?: number;
  readonly share?: number;
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
    .argument('<MODEL>', `${modelHelp}; or ${recipeHelp}`)
    .addOption(datasetOption())
    .addOption(sizeOption())
    .addOption(filtersOption())
    .addOption(shareOption())
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

/** A trained model, or the networks of a recipe that make a picture, on a running backend; and the pairs to try it on. */
export interface Ready<P = Predictor> {
  readonly name: string;
  readonly predictor: P;
  readonly binding: PeopleBinding<ChannelsByName>;
  /** The size of the pictures that are read. */
  readonly size: Size | undefined;
  readonly test: Dataset;
  readonly active: Active;
}

/** With the count of steps of its training. */
export type ReadyTrained = Ready & { readonly step: number };

/** Loads a model or recipe, its weights and the test split, and starts the backend; cheap things first. */
export const ready = async (
  argument: string,
  options: TrainedOptions,
): Promise<E.Either<readonly Fault[], ReadyTrained>> => {
  const recipe = asRecipe(argument);
  if (recipe !== undefined) {
    const trained = await readyRecipe(recipe, options);
    return E.isLeft(trained) ? trained : pictureOf(trained.right);
  }
  const named = await modelOf(argument, options)();
  if (E.isLeft(named)) return named;
  const pairs = await pairsOf(named.right, options);
  if (E.isLeft(pairs)) return pairs;
  const { predictor } = await import('../learn/index.js');
  const trained = await trainedOn(options);
  if (E.isLeft(trained)) return trained;
  const { weights, step, active } = trained.right;
  const made = predictor(named.right.elaborated.model, weights);
  return E.map((one: Predictor) => ({
    name: named.right.name,
    predictor: one,
    ...pairs.right,
    active,
    step,
  }))(made);
};

/** A recipe with trained weights. */
export interface ReadyRecipe extends NamedRecipe, Omit<ReadyTrained, 'predictor' | 'binding' | 'size'> {
  readonly weights: Readonly<Record<string, ParameterArray>>;
}

/** Loads a recipe, the weights of its networks and the test split, and starts the backend. */
export const readyRecipe = async (
  name: string,
  options: TrainedOptions,
): Promise<E.Either<readonly Fault[], ReadyRecipe>> => {
  const found = await recipeOf(name, options);
  if (E.isLeft(found)) return found;
  const test = await openPeople(found.right.instance.size, 'test', options)();
  if (E.isLeft(test)) return test;
  const trained = await trainedOn(options);
  return E.map((one: Trained) => ({ ...found.right, ...one, test: test.right }))(trained);
};

/** The networks of a recipe as one predictor of its picture. Fault U17 where it makes none. */
export const pictureOf = async ({
  name,
  instance,
  weights,
  ...rest
}: ReadyRecipe): Promise<E.Either<readonly Fault[], ReadyTrained>> => {
  if (instance.picture === undefined) return E.left([noPicture(name)]);
  const { networksPredictor } = await import('../learn/index.js');
  const { readBy } = await import('../recipes/index.js');
  const made = networksPredictor(instance.system.networks, weights, instance.picture);
  return E.map((predictor: Predictor) => ({
    name,
    predictor,
    binding: readBy(predictor, instance.binding),
    size: instance.size,
    ...rest,
  }))(made);
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
      name: named.right.name,
      predictor: encodedOnce(loaded),
      ...pairs.right,
      active: active.right,
    });
  } catch (caught) {
    if (isFaultError(caught)) return E.left(caught.faults);
    throw caught;
  }
};

interface Trained {
  readonly weights: Readonly<Record<string, ParameterArray>>;
  readonly step: number;
  readonly active: Active;
}

/** Weights from a checkpoint, then a running backend. */
const trainedOn = async (options: TrainedOptions): Promise<E.Either<readonly Fault[], Trained>> => {
  const { loadWeights } = await import('../learn/index.js');
  const loaded = await loadWeights(options.weights)();
  if (E.isLeft(loaded)) return loaded;
  const { weights, step } = loaded.right;
  return E.map((active: Active) => ({ weights, step, active }))(await start(options));
};

const pairsOf = async (
  named: NamedModel,
  options: Omit<TrainedOptions, 'weights'>,
): Promise<E.Either<readonly Fault[], Pick<Ready, 'binding' | 'size' | 'test'>>> => {
  const binding = await peopleBindingOf(named);
  if (E.isLeft(binding)) return binding;
  const size = pictureSize(named, options.size);
  const test = await openPeople(size, 'test', options)();
  return E.map((opened: Dataset) => ({ binding: binding.right, size, test: opened }))(test);
};

const noPicture = (name: string): Fault =>
  fault({
    rule: 'U17',
    where: `recipe:${name}`,
    got: 'a recipe whose networks make no picture',
    wanted: 'a picture of a pair',
    fix: 'judge it by its figures with maskskip evaluate, or name a recipe that makes pictures',
  });
