/** What the tests of recipes share: an instance at full width without arithmetic, and a tiny one on synthetic people. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  batches,
  market1501,
  openDataset,
  synthesise,
  type BatchArray,
  type Dataset,
} from '../../src/data/index.js';
import {
  networksPredictor,
  trainSystem,
  type Objective,
  type TrainSystemReport,
} from '../../src/learn/index.js';
import { preparedSystem } from '../../src/learn/system.js';
import type { DatasetName } from '../../src/models/index.js';
import { recipes, type Recipe, type RecipeInstance, type RecipeOptions } from '../../src/recipes/index.js';
import { right } from '../learn/train/either.js';

/** The recipe of a name. */
export const recipeOf = (name: string): Recipe => {
  const found = recipes.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no recipe is called ${name}`);
  return found;
};

/** A recipe's training made ready at the source's sizes and widths, or the texts of its faults. */
export const readyAtFullWidth = (name: string, dataset: DatasetName) => {
  const { system, binding, size } = recipeOf(name).at({ dataset });
  const people: Dataset = {
    name: dataset,
    split: 'train',
    stored: size,
    size,
    images: '',
    masks: undefined,
    annotations: [],
    pairs: { length: 0, from: new Uint32Array(), to: new Uint32Array() },
    skipped: {},
    warnings: [],
  };
  return right(preparedSystem({ system, binding, dataset: people, seed: 0, checkpointEvery: 1, recordEvery: 1 })); // prettier-ignore
};

/** Arrays by name. */
export type Arrays = Readonly<Record<string, BatchArray>>;
/** Weights by path. */
export type Weights = TrainSystemReport['weights'];

/** A set of synthetic people on the disk, 64×32, while a block of tests runs. */
export const people = (): {
  /** The set at an instance's size. */
  readonly at: (instance: RecipeInstance) => Promise<Dataset>;
  readonly folder: () => string;
} => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maskskip-recipes-'));
    const out = join(folder, 'people');
    right(await synthesise({ out, identities: 2, testIdentities: 1, imagesPerIdentity: 2, height: 64, width: 32, seed: 1 })()); // prettier-ignore
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const stored = { height: 64, width: 32 };
  const at = async ({ size, mirror }: RecipeInstance): Promise<Dataset> =>
    right(await openDataset(market1501(join(folder, 'people'), stored), 'train', { size, mirror })());
  return { at, folder: () => folder };
};

/** The first pairs as a batch. */
export const batchOf = async ({ binding }: RecipeInstance, dataset: Dataset, size = 2): Promise<Arrays> => {
  for await (const { arrays } of batches(dataset, binding, { size, shuffle: false })) return arrays;
  throw new Error('no batch');
};

/** An instance with its phases at other lengths; phases of no step come and go. */
export const lasting = (instance: RecipeInstance, ...steps: readonly number[]): RecipeInstance => ({
  ...instance,
  system: {
    ...instance.system,
    phases: instance.system.phases.map((phase, i) => ({ ...phase, steps: steps[i] ?? 0 })),
  },
});

/** Trains an instance on the active backend. */
export const trainedBy = async (
  { system, binding }: RecipeInstance,
  dataset: Dataset,
  weights?: Weights,
): Promise<TrainSystemReport> =>
  right(await trainSystem({ system, binding, dataset, seed: 5, ...(weights === undefined ? {} : { weights }) })()); // prettier-ignore

/** What an objective computes of a batch: a function of names to numbers. */
export const computed = async (
  { system }: RecipeInstance,
  weights: Weights,
  batch: Arrays,
  objective: Objective,
): Promise<(name: string) => Float32Array> => {
  const predictor = right(networksPredictor(system.networks, weights, objective));
  try {
    const outputs = await predictor.predict(batch);
    return (name) => {
      const found = outputs[name];
      if (found === undefined) throw new Error(`no ${name} among ${Object.keys(outputs).join(', ')}`);
      return found.data;
    };
  } finally {
    predictor.dispose();
  }
};

/** The networks of which some weight differs, in order. */
export const movedBetween = (a: Weights, b: Weights): readonly string[] => {
  const paths = Object.keys(a).filter((path) => a[path]!.data.some((one, i) => one !== b[path]!.data[i]));
  return [...new Set(paths.map((path) => path.split('/')[0]!))].sort();
};

export const mean = (some: ArrayLike<number>): number =>
  Array.from(some).reduce((sum, one) => sum + one, 0) / some.length;

/** mean|a − b|. */
export const meanDistance = (a: Float32Array, b: Float32Array): number =>
  mean(a.map((one, i) => Math.abs(one - b[i]!)));

/** mean|a − b| + mean(|a − b|·M), the mask one number for each pixel of three. */
export const maskedDistance = (a: Float32Array, b: Float32Array, mask: Float32Array): number =>
  meanDistance(a, b) + mean(a.map((one, i) => Math.abs(one - b[i]!) * mask[Math.floor(i / 3)]!));

/** Mean binary cross-entropy of logits. */
export const crossEntropy = (logits: Float32Array, label: 0 | 1): number =>
  mean(Array.from(logits, (one) => Math.log1p(Math.exp(label === 1 ? -one : one))));

/** Steps, batch size and turns of each phase. */
export const phasesOf = (name: string, options: RecipeOptions) =>
  recipeOf(name)
    .at(options)
    .system.phases.map(({ steps, batchSize, updates }) => [steps, batchSize, updates.join(' ')]);
