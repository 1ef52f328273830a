/** What the page shows of a recipe: a short training on rendered people, judged before and after. */
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { faultError, type Fault } from '../../src/base/fault.js';
import { mapValues } from '../../src/base/record.js';
import { buildPlan, initialParameters } from '../../src/compile/index.js';
import { market1501, openDataset, synthesise, type Dataset } from '../../src/data/index.js';
import { elaborate } from '../../src/dsl/index.js';
import { trainSystem, type StartWeights } from '../../src/learn/index.js';
import {
  judgeRecipe,
  startedWeights,
  startOf,
  type Recipe,
  type RecipeInstance,
} from '../../src/recipes/index.js';

/** One setting for all recipes: what differs between rows is the recipe. */
export const setting = {
  dataset: 'market-1501',
  share: 1 / 16,
  steps: 200,
  batchSize: 4,
} as const;

/** People, the size of their pictures, pictures of each, and how many held-out pairs judge. */
export const people = {
  height: 64,
  width: 32,
  identities: 24,
  testIdentities: 8,
  imagesPerIdentity: 8,
  pairs: 64,
  seed: 1,
} as const;

/** Sizes of networks: a recipe gets the first at which all of its networks fit; pictures are resized to it. */
const sizes = [
  { height: 64, width: 32 },
  { height: 64, width: 64 },
  { height: 128, width: 128 },
] as const;

/** A recipe as the page trains it. */
export const instanceOf = (recipe: Recipe): RecipeInstance => {
  const instances = sizes.map((size) => recipe.at({ ...setting, ...size }));
  const fits = ({ system }: RecipeInstance): boolean =>
    Object.values(system.networks).every((network) => E.isRight(elaborate(network)));
  return instances.find(fits) ?? instances.at(-1)!;
};

/** The seed of every training: start, order, noise. */
export const seed = 0;

/** A figure before and after. */
export type Change = readonly [before: number, after: number];

/** What a short training did. */
export interface Trained {
  readonly recipe: string;
  readonly size: RecipeInstance['size'];
  readonly phases: readonly { readonly name: string; readonly steps: number }[];
  readonly parameters: number;
  readonly figures: Readonly<Record<string, Change>>;
  /** Whether a network whose weights a user brings was drawn instead. */
  readonly standIn: boolean;
  readonly seconds: number;
}

/** Renders the people; a folder of one's own. */
export const render = async (folder: string): Promise<string> => {
  const out = join(folder, 'people');
  const { pairs: _pairs, ...counts } = people;
  orThrow(await synthesise({ out, ...counts })());
  return out;
};

/** Trains a recipe on the active backend and judges it on people whom it has not seen. */
export const trained = async (recipe: Recipe, data: string): Promise<Trained> => {
  const instance = instanceOf(recipe);
  const { system, binding } = instance;
  const open = async (split: 'train' | 'test'): Promise<Dataset> => {
    const mirror = split === 'train' && instance.mirror;
    const layout = market1501(data, { height: people.height, width: people.width });
    return orThrow(await openDataset(layout, split, { size: instance.size, mirror })());
  };
  const [dataset, held] = [await open('train'), await open('test')];
  const given = standIn(instance);
  const brought = given === undefined ? {} : { weights: given };
  const weights = orThrow(await startedWeights({ instance, dataset, seed, ...brought })());
  const options = { system, binding, dataset, seed, weights };
  const judged = async (of: StartWeights) =>
    orThrow(await judgeRecipe({ instance, weights: of, dataset: held, pairs: people.pairs, seed })());
  const before = await judged(clipped(system, orThrow(await startOf(options)())));
  const report = orThrow(await trainSystem(options)());
  const after = await judged(report.weights);
  return {
    recipe: recipe.name,
    size: instance.size,
    phases: system.phases.map(({ name, steps }) => ({ name, steps })),
    parameters: report.parameters,
    figures: Object.fromEntries(Object.keys(before).map((name) => [name, [before[name]!, after[name]!]])),
    standIn: given !== undefined,
    seconds: report.seconds,
  };
};

/**
 * The start as its first update leaves it: where a player clips its networks, drawn weights are far outside, and what a
 * critic of such weights says is no measure for one of clipped ones.
 */
const clipped = ({ players }: RecipeInstance['system'], weights: StartWeights): StartWeights => {
  const clips = new Map(
    Object.values(players).flatMap(({ networks, clip }) =>
      clip === undefined ? [] : networks.map((network) => [network, clip] as const),
    ),
  );
  return mapValues(weights, ({ shape, data }, path) => {
    const clip = clips.get(path.split('/', 1)[0]!) ?? Infinity;
    return { shape, data: data.map((one) => Math.max(-clip, Math.min(clip, one))) };
  });
};

/** Drawn weights for a network whose trained ones a user would bring: the recipe runs, its loss means little. */
const standIn = ({ features }: RecipeInstance): StartWeights | undefined => {
  if (features === undefined) return undefined;
  const elaborated = orThrow(elaborate(features.model));
  const drawn = initialParameters(orThrow(buildPlan(elaborated, { mode: 'infer' })), seed);
  return Object.fromEntries(
    Object.entries(drawn).map(([path, array]) => [`${features.network}/${path}`, array]),
  );
};

const orThrow = <A>(result: E.Either<readonly Fault[], A>): A => {
  if (E.isLeft(result)) throw faultError(result.left);
  return result.right;
};
