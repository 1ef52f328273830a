/**
 * The training of Def-GAN's four configurations (Siarohin et al., CVPR 2018), after the published code.
 *
 * `baseline` has no warp, `dsc` deforms its skips; both weigh a plain L1 100. `full` and `feature-matching` compare
 * pictures by features of VGG-19, whose weights the user brings: the nearest of neighbouring features, weighed 0.01, or
 * the features at their places, weighed 0.5. All: Adam 2e-4 with β1 0.5; in each step the discriminator moves first,
 * then the generator, on batches of their own; 90 epochs of 1000 steps; batches of 4, of 2 for `full` on DeepFashion.
 */
import { affines, bind, gaussians, partMasks, pose, view } from '../data/index.js';
import { model, type Psi } from '../dsl/index.js';
import { adam, term, type System } from '../learn/index.js';
import { vgg19Block1, vgg19Block2, type ByDataset, type DatasetName } from '../models/index.js';
import { multiply } from '../ops/elementwise.js';
import type { Value } from '../ops/value.js';
import { network, phasesAt, sizeOf, withPaperMasks, type BroughtFeatures, type ImageShape, type Recipe, type RecipeInstance, type RecipeOptions, type Runs } from './recipe.js'; // prettier-ignore

/** How a generated picture is held against the true one. */
interface Reconstruction {
  readonly weight: number;
  readonly of: (runs: Runs, made: Value, real: Value) => Value;
  readonly features?: BroughtFeatures;
}

/** A row of the code's list of configurations. */
interface Configuration {
  readonly system: string;
  readonly generator: 'defgan-baseline-generator' | 'defgan-generator';
  readonly reconstruction: (dataset: DatasetName, size: RecipeInstance['size']) => Reconstruction;
  readonly batchSize: ByDataset<number>;
}

const steps = 90 * 1000;
const four: Configuration['batchSize'] = { 'market-1501': 4, deepfashion: 4 };

const plain: Configuration['reconstruction'] = () => ({
  weight: 100,
  of: (_runs, made, real) => term.l1(made, real),
});

/* VGG-19's own width whatever the share of the other networks': the weights are what they are. */
const vggFilters = 64;
const seen = ({ run }: Runs, image: Value): Readonly<Record<string, Value>> =>
  run('features', { image: term.vggInputOfDefGan(image) });

/** How many neighbours to a side the nearest-neighbour loss looks at. */
const neighbourhood: ByDataset<number> = { 'market-1501': 3, deepfashion: 5 };

/* The code declares its feature network for 128×64 pictures and uses it on DeepFashion's as well. */
const nearest: Configuration['reconstruction'] = (dataset, { height, width }) => ({
  weight: 0.01,
  of: (runs, made, real) =>
    term.nearestNeighbour(
      seen(runs, made)['block1_conv2']!,
      seen(runs, real)['block1_conv2']!,
      neighbourhood[dataset],
    ),
  features: {
    network: 'features',
    model: model(vgg19Block1(height, width, vggFilters)),
    about: 'VGG-19 trained on ImageNet, up to block1_conv2',
  },
});
const matched: Configuration['reconstruction'] = (_dataset, { height, width }) => ({
  weight: 0.5,
  of: (runs, made, real) => term.featureL1(seen(runs, made), seen(runs, real), { block2_conv1: 1 }),
  features: {
    network: 'features',
    model: model(vgg19Block2(height, width, vggFilters)),
    about: 'VGG-19 trained on ImageNet, up to block2_conv1',
  },
});

const bindingOf = ({ generator }: Configuration): RecipeInstance['binding'] => {
  const shown = {
    x_a: view('source'),
    p_a: pose('source', gaussians(6)),
    p_b: pose('target', gaussians(6)),
    x_b: view('target'),
  };
  return generator === 'defgan-generator'
    ? bind({ ...shown, affines: affines(), masks: pose('target', partMasks()) })
    : bind(shown);
};

const player = (name: string): System['players'][string] => ({
  networks: [name],
  optimiser: adam(2e-4, { beta1: 0.5 }),
});

const instance =
  (configuration: Configuration) =>
  (options: RecipeOptions, masks?: Psi): RecipeInstance => {
    const { dataset } = options;
    const size = sizeOf(configuration.generator, options);
    const image: ImageShape = [size.height, size.width, 3];
    const { weight, of, features } = configuration.reconstruction(dataset, size);

    const picture = ({ run }: Runs): Value => run('generator')['output']!;
    const probabilities = ({ run }: Runs, x_b: Value): Value => run('discriminator', { x_b })['output']!;
    const real = ({ read }: Runs): Value => read('x_b', image);
    return {
      size,
      mirror: false,
      ...(features === undefined ? {} : { features }),
      binding: bindingOf(configuration),
      system: {
        name: configuration.system,
        networks: {
          generator: network(configuration.generator, options, masks),
          discriminator: network('defgan-discriminator', options),
          ...(features === undefined ? {} : { [features.network]: features.model }),
        },
        players: { generator: player('generator'), discriminator: player('discriminator') },
        updates: {
          discriminator: {
            player: 'discriminator',
            objective: (runs) => ({
              real: term.logLoss(probabilities(runs, real(runs)), 1),
              fake: term.logLoss(probabilities(runs, picture(runs)), 0),
            }),
          },
          generator: {
            player: 'generator',
            objective: (runs) => {
              const made = picture(runs);
              return {
                adversarial: term.logLoss(probabilities(runs, made), 1),
                reconstruction: multiply(of(runs, made, real(runs)), weight),
              };
            },
          },
        },
        phases: phasesAt(
          [
            {
              name: 'both',
              steps,
              batchSize: configuration.batchSize[dataset],
              updates: ['discriminator', 'generator'],
            },
          ],
          options,
        ),
      },
      picture: (runs) => ({ output: picture(runs) }),
      figures: (runs) => {
        const made = picture(runs);
        return {
          reconstruction: of(runs, made, real(runs)),
          l1: term.l1(made, real(runs)),
          separation: term.wassersteinCritic(probabilities(runs, made), probabilities(runs, real(runs))),
        };
      },
    };
  };

/** Def-GAN's configurations, each with the paper's masks on the skips of the appearance encoder as well. */
export const defganRecipes: readonly Recipe[] = [
  ...withPaperMasks(
    'defgan-baseline',
    'Def-GAN without a warp, against a discriminator of patches',
    instance({
      system: 'defgan-baseline',
      generator: 'defgan-baseline-generator',
      reconstruction: plain,
      batchSize: four,
    }),
  ),
  ...withPaperMasks(
    'defgan-dsc',
    'Def-GAN with deformable skips, against a discriminator of patches',
    instance({
      system: 'defgan-dsc',
      generator: 'defgan-generator',
      reconstruction: plain,
      batchSize: four,
    }),
  ),
  ...withPaperMasks(
    'defgan-full',
    'Def-GAN with deformable skips and the nearest-neighbour loss (weights of VGG-19 needed)',
    instance({
      system: 'defgan-full',
      generator: 'defgan-generator',
      reconstruction: nearest,
      batchSize: { ...four, deepfashion: 2 },
    }),
  ),
  ...withPaperMasks(
    'defgan-feature-matching',
    'Def-GAN with deformable skips and feature matching (weights of VGG-19 needed)',
    instance({
      system: 'defgan-feature-matching',
      generator: 'defgan-generator',
      reconstruction: matched,
      batchSize: four,
    }),
  ),
];
