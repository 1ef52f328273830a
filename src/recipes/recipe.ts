/**
 * Recipes: how a named architecture is trained. Which networks, who judges them by which loss, in which phases, and
 * which data feed which input.
 *
 * A recipe is data. At a data set it gives an *instance*: a `System` that `trainSystem` runs, the binding that feeds it,
 * and what one does with the trained networks: the picture they make and the figures they are measured by.
 */
import type { ChannelsByName, PeopleBinding } from '../data/index.js';
import { withPsi, type AnyModel, type Psi } from '../dsl/index.js';
import type { Objective, Phase, System } from '../learn/index.js';
import { models, paperMasks, type DatasetName, type ListedModel } from '../models/index.js';

/** A recipe at a data set, in another size, width or length than the source's. */
export interface RecipeOptions {
  readonly dataset: DatasetName;
  readonly height?: number;
  readonly width?: number;
  /** Each network's first block has this part of its width in the source: 1/16 of 128 filters are 8. Default 1. */
  readonly share?: number;
  /** All phases together; each keeps its part of the source's steps. */
  readonly steps?: number;
  /** In every phase. */
  readonly batchSize?: number;
}

/** What one trains, and what one does with it. */
export interface RecipeInstance {
  readonly system: System;
  /** The size of pictures that the binding asks for. */
  readonly size: { readonly height: number; readonly width: number };
  readonly binding: PeopleBinding<ChannelsByName>;
  /** Whether the source trains on mirrored copies as well. */
  readonly mirror: boolean;
  /** The network whose trained weights the user brings, where a loss looks through one. */
  readonly features?: BroughtFeatures;
  /** A pass over data before training: `startedWeights` carries it out. */
  readonly start?: RecipeStart;
  /** The picture of a pair, output `output`; `undefined` where the system makes none (codes, vectors). */
  readonly picture: Objective | undefined;
  /** Numbers by which held-out pairs are judged. The first one is the reconstruction term that shall fall. */
  readonly figures: Objective;
}

/** A network of a system that nobody here trains: its weights come from a file, by `loadFeatureWeights`. */
export interface BroughtFeatures {
  /** Its name in the system, before the paths of its weights. */
  readonly network: string;
  readonly model: AnyModel;
  /** Which weights these are, for whoever has to find them: `VGG-19 trained on ImageNet, up to block1_conv2`. */
  readonly about: string;
}

/** What sets gains and biases of weight-normalised layers before training, by `startByMoments`. */
export interface RecipeStart {
  /** What is run, as training runs it. */
  readonly objective: Objective;
  /** The pairs that it is run on, all at once. */
  readonly pairs: number;
}

/** A named recipe. */
export interface Recipe {
  readonly name: string;
  readonly description: string;
  readonly at: (options: RecipeOptions) => RecipeInstance;
}

/** What an objective computes with. */
export type Runs = Parameters<Objective>[0];

/** A picture's height, width and channels, as an objective reads it. */
export type ImageShape = readonly [height: number, width: number, channels: 3];

/**
 * The size of a recipe's pictures: that of a listed model, unless another is wished for. Throws for a name that is not
 * listed: a slip in a recipe. `unsafeSizeOf` outside.
 */
export const sizeOf = (name: string, { dataset, height, width }: RecipeOptions): RecipeInstance['size'] => {
  const [rows, columns] = entry(name).sizes[dataset];
  return { height: height ?? rows, width: width ?? columns };
};

/**
 * A listed model at a recipe's size and share of its width, with masks on its skips where they are given. Throws for a
 * name that is not listed: a slip in a recipe. `unsafeNetwork` outside.
 *
 * @example
 * ```ts
 * network('pg2-discriminator', { dataset: 'market-1501', share: 1 / 16 });
 * network('vdg-stage1', { dataset: 'market-1501', height: 64, width: 32 }, psi.grid(8, 8));
 * ```
 */
export const network = (
  name: string,
  { dataset, height, width, share = 1 }: RecipeOptions,
  masks?: Psi,
): AnyModel => {
  const listed = entry(name);
  const filters = Math.max(1, Math.round(listed.filters * share));
  const declared = listed.at[dataset]({
    filters,
    ...(height === undefined ? {} : { height }),
    ...(width === undefined ? {} : { width }),
  });
  if (masks === undefined) return declared;
  return withPsi(declared, masks, { after: true, ...(listed.masked === undefined ? {} : { encoder: listed.masked }) }); // prettier-ignore
};

const entry = (name: string): ListedModel => {
  const listed = models.find((one) => one.name === name);
  if (listed === undefined) throw new Error(`no model is called ${name}`);
  return listed;
};

/**
 * The phases at the length and batch size that are wished for; every phase keeps its part of all steps, and at least one.
 *
 * @example
 * ```ts
 * const phases = [
 *   { name: 'coarse', steps: 20_000, batchSize: 16, updates: ['coarse'] },
 *   { name: 'refined', steps: 40_000, batchSize: 16, updates: ['refined', 'discriminator'] },
 * ];
 * phasesAt(phases, { steps: 300, batchSize: 4 }); // 100 and 200 steps of batches of 4
 * ```
 */
export const phasesAt = (
  phases: readonly Phase[],
  { steps, batchSize }: Pick<RecipeOptions, 'steps' | 'batchSize'>,
): readonly Phase[] => {
  const all = phases.reduce((sum, phase) => sum + phase.steps, 0);
  const cut = steps === undefined ? undefined : shared(phases.map((phase) => phase.steps / all), steps); // prettier-ignore
  return phases.map((phase, i) => ({
    ...phase,
    steps: cut?.[i] ?? phase.steps,
    ...(batchSize === undefined ? {} : { batchSize }),
  }));
};

/** Whole parts of a number of steps, by shares; the rounding falls to the last. */
const shared = (shares: readonly number[], steps: number): readonly number[] => {
  const parts = shares.map((share) => Math.max(1, Math.round(share * steps)));
  const rest = steps - parts.slice(0, -1).reduce((sum, one) => sum + one, 0);
  return [...parts.slice(0, -1), Math.max(1, rest)];
};

/**
 * A recipe and, after it, the same with each of the paper's masks on the skips of its generators: `at` gets the ψ, if any,
 * and puts it where masks shall stand.
 */
export const withPaperMasks = (
  name: string,
  description: string,
  at: (options: RecipeOptions, masks?: Psi) => RecipeInstance,
): readonly Recipe[] => [
  { name, description, at: (options) => at(options) },
  ...paperMasks.map(({ suffix, psi: masks }): Recipe => ({
    name: `${name}+${suffix}`,
    description: `${description}; ${suffix} masks on the skips`,
    at: (options) => at(options, masks),
  })),
];
