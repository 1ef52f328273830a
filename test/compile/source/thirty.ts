/**
 * The variants that every form of source must compute alike: each listed model once at least, with every kind of ψ.
 *
 * A variant knows what it is fed, so that all forms are held to the same numbers: `inputs`, `parameters` (drawn, none
 * left at a constant, masks of both signs) and plans of both modes.
 */
import { random } from '../../../src/base/random.js';
import { initialParameters, type ParameterArray, type Plan } from '../../../src/compile/index.js';
import { namedModels } from '../../../src/compile/source/named-models.js';
import type { NamedModel } from '../../../src/compile/source/target.js';
import {
  psi,
  surrogate,
  unsafeElaborate,
  withPsi,
  type AnyModel,
  type Mode,
  type Psi,
} from '../../../src/dsl/index.js';
import { models, type DatasetName, type ModelVariation } from '../../../src/models/index.js';
import { unsafePlan } from '../../dsl/plans.js';
import { drawnFeeds, type Feeds } from '../../models/conformance/feeds.js';

/** A model with what it is fed. */
export interface Variant extends NamedModel {
  readonly model: AnyModel;
  readonly plan: (mode: Mode) => Plan;
  /** A batch of inputs by name, shapes with the batch. */
  readonly inputs: (batch: number) => Feeds;
  /** Numbers for the parameters of a plan of this variant, state included, by path. */
  readonly parameters: (plan: Pick<Plan, 'parameters'>) => Readonly<Record<string, ParameterArray>>;
}

/** A variant of a declared model; what it is fed is drawn from its name. */
export const variantOf = (
  name: string,
  declared: AnyModel,
  axes: Readonly<Record<string, string>> = {},
): Variant => ({
  ...namedModels([{ name, axes, elaborated: unsafeElaborate(declared) }])[0]!,
  model: declared,
  plan: (mode) => unsafePlan(declared, mode),
  inputs: (batch) => drawnFeeds(unsafePlan(declared), batch, seed),
  parameters: (plan) => shaken(plan, name),
});

const seed = 3;
/* Nothing stays at a constant start; a mask has both signs, or lies where its projection puts it. */
const shaken = (plan: Pick<Plan, 'parameters'>, name: string): Readonly<Record<string, ParameterArray>> => {
  const start = initialParameters(plan, seed);
  return Object.fromEntries(
    plan.parameters.map(({ path, shape, role, initialiser, projection }) => {
      // What is drawn already stays: more of it grows with the depth, to where tanh and rounding are all that is left.
      if (role === 'weight' && initialiser.name !== 'constant') return [path, start[path]!];
      const noise = random(seed, 'shake', name, path).normals(start[path]!.data.length);
      const [least, most] = projection?.clip ?? [-Infinity, Infinity];
      const width = role === 'mask' ? 0.4 : 0.1;
      const centre = (one: number): number => (role === 'mask' && projection === undefined ? 0 : one);
      const data = start[path]!.data.map((one, i) =>
        Math.min(Math.max(centre(one) + width * noise[i]!, least), most),
      );
      return [path, { shape, data }];
    }),
  );
};

/* The width of the first block, and of what stands on every size of picture. */
const filters = 4;
const narrow = 2;

interface Choice {
  readonly model: string;
  readonly psi?: readonly [label: string, operator: Psi];
  readonly dataset?: DatasetName;
  readonly variation?: ModelVariation;
}

const chosen = ({ model, psi: mask, dataset = 'market-1501', variation = {} }: Choice): Variant => {
  const entry = models.find(({ name }) => name === model);
  if (entry === undefined) throw new Error(`no listed model ${model}`);
  const inCells = mask?.[0].startsWith('grid') === true ? entry.smallestInCells : undefined;
  const [height, width] = (inCells ?? entry.smallest)[dataset];
  const plain = entry.at[dataset]({ height, width, filters, ...variation });
  const where = { after: true, ...(entry.masked === undefined ? {} : { encoder: entry.masked }) };
  return variantOf(
    `${model}-${dataset === 'market-1501' ? 'market' : 'fashion'}-psi_${mask?.[0] ?? 'none'}`,
    mask === undefined ? plain : withPsi(plain, mask[1], where),
    { model, dataset, psi: mask?.[0] ?? 'none' },
  );
};

const choices: readonly Choice[] = [
  { model: 'unet' },
  { model: 'unet', psi: ['dense', psi.dense()] },
  { model: 'unet', psi: ['one', psi.one()], variation: { height: 20, width: 18 } },
  { model: 'unet', psi: ['grid_3x2', psi.grid(3, 2)], variation: { height: 32, width: 32 } },
  { model: 'unet', psi: ['grouped_2', psi.grouped(2)] },
  { model: 'unet', psi: ['modularBlend', psi.modularBlend({ decoder: true, blocks: 1 })] },
  { model: 'unet', psi: ['channel_2', psi.maskConnectChannel({ fanIn: 2 })] },
  // Larger than it need be: twenty norms of four numbers each would make rounding great.
  { model: 'resnet', variation: { height: 32, width: 32 } },
  { model: 'vdg-stage1', psi: ['grid_2x2', psi.grid(2, 2)] },
  { model: 'vdg-np-stage1', psi: ['soft', psi.dense({ surrogate: surrogate.soft(4) })] },
  { model: 'vdg-stage2', psi: ['dense', psi.dense()], dataset: 'deepfashion' },
  { model: 'vdg-discriminator' },
  { model: 'pg2-g1', psi: ['one', psi.one()] },
  { model: 'pg2-g2', psi: ['grid_2x2', psi.grid(2, 2)] },
  { model: 'pg2-discriminator' },
  { model: 'defgan-generator', psi: ['dense', psi.dense()] },
  { model: 'defgan-baseline-generator', psi: ['one', psi.one()] },
  { model: 'defgan-discriminator' },
  { model: 'pngan-generator' },
  { model: 'pngan-discriminator' },
  { model: 'variunet', psi: ['grid_2x2', psi.grid(2, 2)], variation: { filters: narrow } },
  { model: 'pdig-stage1', psi: ['dense', psi.dense()] },
  { model: 'pdig-pose-encoder' },
  { model: 'pdig-pose-decoder' },
  { model: 'pdig-fg-generator' },
  { model: 'pdig-bg-generator' },
  { model: 'pdig-pose-generator' },
  { model: 'pdig-fg-critic' },
  { model: 'pdig-bg-critic' },
  { model: 'pdig-pose-critic' },
];

/** The thirty, in the order of the list of models. */
export const thirty: readonly Variant[] = choices.map(chosen);
