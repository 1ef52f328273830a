/**
 * PG2's training (Ma et al., NIPS 2017), after the published code: G1 alone, then G2 against the discriminator on a
 * frozen G1.
 *
 * Adam 2e-5 with β1 0.5 for all three: the code's halving of rates never reaches its optimisers. Batches of 16 and 1.
 */
import { bind, discs, mask, pose, poseMask, view } from '../data/index.js';
import type { Psi } from '../dsl/index.js';
import { adam, term, type System } from '../learn/index.js';
import { multiply } from '../ops/elementwise.js';
import type { Value } from '../ops/value.js';
import type { ByDataset } from '../models/index.js';
import { fooled, judge, reconstructionWeight, toldApart, type Made } from './pg2-adversary.js';
import { network, phasesAt, sizeOf, withPaperMasks, type RecipeInstance, type RecipeOptions, type Runs } from './recipe.js'; // prettier-ignore

/** What each data set's code has otherwise. */
const settings: ByDataset<{ readonly batchSize: number; readonly refined: number }> = {
  'market-1501': { batchSize: 16, refined: 38_000 },
  deepfashion: { batchSize: 1, refined: 58_000 },
};

const instance = (options: RecipeOptions, masks?: Psi): RecipeInstance => {
  const { dataset } = options;
  const size = sizeOf('pg2-g1', options);
  const image = [size.height, size.width, 3] as const;
  const { batchSize, refined } = settings[dataset];

  const coarse = ({ run }: Runs): Value => run('g1')['output']!;
  const pictures = (runs: Runs): Required<Made> => {
    const first = coarse(runs);
    return { coarse: first, made: runs.run('g2', { coarse: first })['output']! };
  };
  const reconstruction = ({ read }: Runs, made: Value): Value =>
    term.maskL1(made, read('x_b', image), read('mask_b', [size.height, size.width, 1]));

  const updates: System['updates'] = {
    g1: {
      player: 'g1',
      objective: (runs) => ({ reconstruction: reconstruction(runs, coarse(runs)) }),
    },
    g2: {
      player: 'g2',
      objective: (runs) => {
        const both = pictures(runs);
        return {
          adversarial: fooled(dataset, judge(runs, dataset, image, both)),
          reconstruction: multiply(reconstruction(runs, both.made), reconstructionWeight[dataset]),
        };
      },
    },
    discriminator: {
      player: 'discriminator',
      objective: (runs) => toldApart(judge(runs, dataset, image, pictures(runs))),
    },
  };
  const optimiser = () => adam(2e-5, { beta1: 0.5 });
  return {
    size,
    mirror: true,
    binding: bind({
      x_a: view('source'),
      p_b: pose('target', discs(4)),
      x_b: view('target'),
      mask_b: mask('target', poseMask(4)),
    }),
    system: {
      name: 'pg2',
      networks: {
        g1: network('pg2-g1', options, masks),
        g2: network('pg2-g2', options, masks),
        discriminator: network('pg2-discriminator', options),
      },
      players: {
        g1: { networks: ['g1'], optimiser: optimiser() },
        g2: { networks: ['g2'], optimiser: optimiser() },
        discriminator: { networks: ['discriminator'], optimiser: optimiser() },
      },
      updates,
      phases: phasesAt(
        [
          { name: 'coarse', steps: 22_000, batchSize, updates: ['g1'] },
          { name: 'refined', steps: refined, batchSize, updates: ['g2', 'discriminator'] },
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

/** PG2, and PG2 with the paper's masks on the skips of both generators. */
export const pg2Recipes = withPaperMasks(
  'pg2',
  'PG2: a coarse picture, then its refinement against a discriminator',
  instance,
);
