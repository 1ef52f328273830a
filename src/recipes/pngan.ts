/**
 * PN-GAN's training (Qian et al., ECCV 2018), after the published code: least squares against a patch discriminator,
 * whose real picture is the source picture.
 *
 * Adam 2e-4 with β1 0.5, the rate constant for half of 20 epochs and then less from epoch to epoch, 0 in the last.
 * Batches of 32. An epoch is as long as the data set has pairs, counted here from the lists of pairs that other systems
 * are trained on (*inferred*: the code counts pairs of pictures that a pose detector drew). Pictures of Market-1501 are
 * resized to 256×128, and for any target pose a drawn skeleton stands for the eight canonical ones (*inferred*).
 */
import { bind, pose, skeleton, view } from '../data/index.js';
import { adam, schedule, term, type System } from '../learn/index.js';
import type { ByDataset } from '../models/index.js';
import { multiply } from '../ops/elementwise.js';
import type { Value } from '../ops/value.js';
import { network, phasesAt, sizeOf, type Recipe, type RecipeInstance, type RecipeOptions, type Runs } from './recipe.js'; // prettier-ignore

const epochs = 20;
const batchSize = 32;
const pairs: ByDataset<number> = { 'market-1501': 263_632, deepfashion: 101_966 };

const instance = (options: RecipeOptions): RecipeInstance => {
  const size = sizeOf('pngan-generator', options);
  const image = [size.height, size.width, 3] as const;
  const steps = epochs * Math.floor(pairs[options.dataset] / batchSize);
  const phases = phasesAt(
    [{ name: 'both', steps, batchSize, updates: ['generator', 'discriminator'] }],
    options,
  );
  const rate = schedule.epochDecay(2e-4, phases[0]!.steps / epochs, epochs / 2, epochs);
  const player = (name: string): System['players'][string] => ({
    networks: [name],
    optimiser: adam(rate, { beta1: 0.5 }),
  });

  const picture = ({ run }: Runs): Value => run('generator')['output']!;
  const scores = ({ run }: Runs, x_b: Value): Value => run('discriminator', { x_b })['output']!;
  const reconstruction = ({ read }: Runs, made: Value): Value => term.l1(made, read('x_b', image));
  return {
    size,
    mirror: false,
    binding: bind({ x_a: view('source'), p_b: pose('target', skeleton()), x_b: view('target') }),
    system: {
      name: 'pngan',
      networks: {
        generator: network('pngan-generator', options),
        discriminator: network('pngan-discriminator', options),
      },
      players: { generator: player('generator'), discriminator: player('discriminator') },
      updates: {
        generator: {
          player: 'generator',
          objective: (runs) => {
            const made = picture(runs);
            return {
              adversarial: term.leastSquares(scores(runs, made), 1),
              reconstruction: multiply(reconstruction(runs, made), 10),
            };
          },
        },
        discriminator: {
          player: 'discriminator',
          objective: (runs) => ({
            // The paper has the target picture here; the code does not.
            real: term.leastSquares(scores(runs, runs.read('x_a', image)), 1),
            fake: term.leastSquares(scores(runs, picture(runs)), 0),
          }),
        },
      },
      phases,
    },
    picture: (runs) => ({ output: picture(runs) }),
    figures: (runs) => {
      const made = picture(runs);
      return {
        reconstruction: reconstruction(runs, made),
        separation: term.wassersteinCritic(scores(runs, made), scores(runs, runs.read('x_a', image))),
      };
    },
  };
};

/** PN-GAN. Its generator has no skips, so that no masks stand on them. */
export const pnganRecipes: readonly Recipe[] = [
  {
    name: 'pngan',
    description: 'PN-GAN: a residual generator on a drawn skeleton, against a discriminator of patches',
    at: instance,
  },
];
