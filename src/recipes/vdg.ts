/**
 * The training of VDG and VDG_np (Lakhal, Lanz, Cavallaro, ECCV Workshops 2018), and of the one-stage generator that
 * the masks were chosen on (ICIP 2019).
 *
 * Stated: two stages and their steps, masks in the first stage alone, losses of reconstruction and of an adversary.
 * *Inferred*, for neither code nor full text is public: the first stage's loss is `enhancedWeightingA`, the second stage
 * and its adversary are PG2's with PG2's weights, and so are Adam 2e-5 with β1 0.5 and batches of 16 and 1. The number
 * of pairs that is stated is that of pairs without mirrored copies.
 */
import { bind, discs, mask, pose, poseMask, view } from '../data/index.js';
import type { Psi } from '../dsl/index.js';
import { adam, term, type System } from '../learn/index.js';
import { multiply } from '../ops/elementwise.js';
import type { Value } from '../ops/value.js';
import type { ByDataset } from '../models/index.js';
import { fooled, judge, reconstructionWeight, toldApart, type Made } from './pg2-adversary.js';
import { network, phasesAt, sizeOf, withPaperMasks, type ImageShape, type Recipe, type RecipeInstance, type RecipeOptions, type Runs } from './recipe.js'; // prettier-ignore

/** What is not public of VDG's training, and may be chosen otherwise. */
export interface VdgChoices {
  /** The first stage's loss of a picture, the true one and the person's mask. Candidate A. */
  readonly coarse?: (made: Value, real: Value, mask: Value) => Value;
  /** How much the second stage's mask-L1 counts beside the adversary. PG2's 10, for DeepFashion 50. */
  readonly reconstructionWeight?: number;
}

/** Which of the paper's three generators. */
interface Variant {
  readonly system: string;
  /** The listed model of the first stage. */
  readonly first: 'vdg-stage1' | 'vdg-np-stage1';
}

const steps: ByDataset<{ readonly first: number; readonly second: number }> = {
  'market-1501': { first: 30_000, second: 14_000 },
  deepfashion: { first: 50_000, second: 30_000 },
};
const batchSizes: ByDataset<number> = { 'market-1501': 16, deepfashion: 1 };
const player = (name: string): System['players'][string] => ({
  networks: [name],
  optimiser: adam(2e-5, { beta1: 0.5 }),
});

const bindingOf = ({ first }: Variant): RecipeInstance['binding'] => {
  const shown = {
    x_a: view('source'),
    p_b: pose('target', discs(4)),
    x_b: view('target'),
    mask_b: mask('target', poseMask(4)),
  };
  return first === 'vdg-stage1' ? bind({ ...shown, p_a: pose('source', discs(4)) }) : bind(shown);
};

/** The true picture and the person's mask of the batch. */
const wanted = ({ read }: Runs, [height, width]: ImageShape): readonly [real: Value, mask: Value] => [
  read('x_b', [height, width, 3]),
  read('mask_b', [height, width, 1]),
];

const stages =
  (variant: Variant, choices: VdgChoices) =>
  (options: RecipeOptions, masks?: Psi): RecipeInstance => {
    const { dataset } = options;
    const size = sizeOf(variant.first, options);
    const image = [size.height, size.width, 3] as const;
    const weight = choices.reconstructionWeight ?? reconstructionWeight[dataset];
    const loss = choices.coarse ?? term.enhancedWeightingA;

    const coarse = ({ run }: Runs): Value => run('stage1')['output']!;
    const pictures = (runs: Runs): Required<Made> => {
      const first = coarse(runs);
      return { coarse: first, made: runs.run('stage2', { coarse: first })['output']! };
    };
    const reconstruction = (runs: Runs, made: Value): Value => term.maskL1(made, ...wanted(runs, image));
    return {
      size,
      mirror: false,
      binding: bindingOf(variant),
      system: {
        name: variant.system,
        networks: {
          stage1: network(variant.first, options, masks),
          stage2: network('vdg-stage2', options),
          discriminator: network('vdg-discriminator', options),
        },
        players: {
          stage1: player('stage1'),
          stage2: player('stage2'),
          discriminator: player('discriminator'),
        },
        updates: {
          stage1: {
            player: 'stage1',
            objective: (runs) => ({ reconstruction: loss(coarse(runs), ...wanted(runs, image)) }),
          },
          stage2: {
            player: 'stage2',
            objective: (runs) => {
              const both = pictures(runs);
              return {
                adversarial: fooled(dataset, judge(runs, dataset, image, both)),
                reconstruction: multiply(reconstruction(runs, both.made), weight),
              };
            },
          },
          discriminator: {
            player: 'discriminator',
            objective: (runs) => toldApart(judge(runs, dataset, image, pictures(runs))),
          },
        },
        phases: phasesAt(
          [
            {
              name: 'stage1',
              steps: steps[dataset].first,
              batchSize: batchSizes[dataset],
              updates: ['stage1'],
            },
            {
              name: 'stage2',
              steps: steps[dataset].second,
              batchSize: batchSizes[dataset],
              updates: ['stage2', 'discriminator'],
            },
          ],
          options,
        ),
      },
      picture: (runs) => ({ output: pictures(runs).made }),
      figures: (runs) => {
        const both = pictures(runs);
        const { real, fake } = judge(runs, dataset, image, both);
        return {
          reconstruction: reconstruction(runs, both.made),
          coarse: reconstruction(runs, both.coarse),
          separation: term.wassersteinCritic(fake, real),
        };
      },
    };
  };

/* Trained against the adversary from the start; for how long is not stated: as long as the first stage, *inferred*. */
const oneStage =
  (variant: Variant, choices: VdgChoices) =>
  (options: RecipeOptions, masks?: Psi): RecipeInstance => {
    const { dataset } = options;
    const size = sizeOf(variant.first, options);
    const image = [size.height, size.width, 3] as const;
    const weight = choices.reconstructionWeight ?? reconstructionWeight[dataset];

    const picture = ({ run }: Runs): Value => run('generator')['output']!;
    const reconstruction = (runs: Runs, made: Value): Value => term.maskL1(made, ...wanted(runs, image));
    return {
      size,
      mirror: false,
      binding: bindingOf(variant),
      system: {
        name: variant.system,
        networks: {
          generator: network(variant.first, options, masks),
          discriminator: network('vdg-discriminator', options),
        },
        players: { generator: player('generator'), discriminator: player('discriminator') },
        updates: {
          generator: {
            player: 'generator',
            objective: (runs) => {
              const made = picture(runs);
              return {
                adversarial: fooled(dataset, judge(runs, dataset, image, { made })),
                reconstruction: multiply(reconstruction(runs, made), weight),
              };
            },
          },
          discriminator: {
            player: 'discriminator',
            objective: (runs) => toldApart(judge(runs, dataset, image, { made: picture(runs) })),
          },
        },
        phases: phasesAt(
          [
            {
              name: 'one-stage',
              steps: steps[dataset].first,
              batchSize: batchSizes[dataset],
              updates: ['generator', 'discriminator'],
            },
          ],
          options,
        ),
      },
      picture: (runs) => ({ output: picture(runs) }),
      figures: (runs) => {
        const made = picture(runs);
        const { real, fake } = judge(runs, dataset, image, { made });
        return {
          reconstruction: reconstruction(runs, made),
          separation: term.wassersteinCritic(fake, real),
        };
      },
    };
  };

/**
 * VDG, VDG_np and the one-stage generator, each with the paper's masks on the skips of its generator as well, with
 * other choices of what is not public.
 *
 * @example
 * ```ts
 * vdgRecipesWith({ coarse: term.enhancedWeightingB })[0]!.at({ dataset: 'market-1501' });
 * ```
 */
export const vdgRecipesWith = (choices: VdgChoices): readonly Recipe[] => [
  ...withPaperMasks(
    'vdg',
    'VDG: a coarse picture from two encoders, then its refinement against a discriminator (inferred in part)',
    stages({ system: 'vdg', first: 'vdg-stage1' }, choices),
  ),
  ...withPaperMasks(
    'vdg-np',
    'VDG_np: as VDG, without the source pose (inferred in part)',
    stages({ system: 'vdg-np', first: 'vdg-np-stage1' }, choices),
  ),
  ...withPaperMasks(
    'vdg-one-stage',
    "VDG's first stage alone, against a discriminator from the start (inferred in part)",
    oneStage({ system: 'vdg-one-stage', first: 'vdg-stage1' }, choices),
  ),
];

/** VDG, VDG_np and the one-stage generator. */
export const vdgRecipes = vdgRecipesWith({});
