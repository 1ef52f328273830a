/**
 * Vari-UNet's training (Esser, Sutter and Ommer, CVPR 2018), after the published code: pictures are made again from
 * their own crops and stick-man; there are no pairs. A transfer takes the appearance's means and the target's stick-man.
 *
 * What is compared are pixels (0 … 255) and five features of VGG-19, whose weights the user brings; all of it five-fold.
 * Beside it stands the divergence of the two latents, whose weight rises from 1e-6 to 1 between half and three quarters
 * of a round. Adam with β 0.5 and 0.9; the rate is 1e-3 for a hundredth of a round of 100,000 steps, then falls to 0.
 * The second round begins both anew and compares Gram matrices too (the code's `retrain`). In a shorter training the
 * schedules keep their shape. Batches of 16 and 8.
 *
 * Pictures of Market-1501 are resized to 128×128, as the code resizes any picture to a square; a later comparison pads
 * them instead. Before training gains and biases are set from the moments of four batches (`startedWeights`).
 */
import { bind, partCrops, pose, stickMan, view } from '../data/index.js';
import { model, type Psi } from '../dsl/index.js';
import {
  adam,
  schedule,
  term,
  type Features,
  type FeatureWeights,
  type Phase,
  type System,
} from '../learn/index.js';
import { vgg19Features, type ByDataset } from '../models/index.js';
import { add, multiply } from '../ops/elementwise.js';
import type { Value } from '../ops/value.js';
import { network, phasesAt, sizeOf, withPaperMasks, type BroughtFeatures, type ImageShape, type RecipeInstance, type RecipeOptions, type Runs } from './recipe.js'; // prettier-ignore

/** How pictures are compared: through VGG-19, or by their pixels alone. */
type Comparison = 'features' | 'pixels';

/** The steps of a round in the source; its schedules count these. */
const round = 100_000;

const pixels: FeatureWeights = { input: 1 };
const allFeatures: FeatureWeights = {
  input: 1,
  block1_conv2: 1,
  block2_conv2: 1,
  block3_conv2: 1,
  block4_conv2: 1,
  block5_conv2: 1,
};
/** How much the Gram matrices count in the second round. */
const gramWeights: ByDataset<FeatureWeights> = {
  'market-1501': { block1_conv2: 0.05, block2_conv2: 0.05 },
  deepfashion: Object.fromEntries(Object.keys(allFeatures).map((name) => [name, 0.1])),
};

/** What each data set's code has otherwise: batches, and crops of parts as a part of the picture's height. */
const settings: ByDataset<{ readonly batchSize: number; readonly crop: number }> = {
  'market-1501': { batchSize: 16, crop: 1 / 2 },
  deepfashion: { batchSize: 8, crop: 1 / 4 },
};

const instance =
  (comparison: Comparison) =>
  (options: RecipeOptions, masks?: Psi): RecipeInstance => {
    const { dataset } = options;
    const size = sizeOf('variunet', options);
    const image: ImageShape = [size.height, size.width, 3];
    const { batchSize, crop } = settings[dataset];
    const features: BroughtFeatures | undefined =
      comparison === 'pixels'
        ? undefined
        : {
            network: 'features',
            // Of VGG-19's own width, whatever the share of the other networks': the weights are what they are.
            model: model(vgg19Features(size.height, size.width, 64)),
            about: 'VGG-19 trained on ImageNet, up to block5_conv2',
          };

    const again = ({ run, read }: Runs) => run('variunet', { p_b: read('p_a', image) });
    const seen = ({ run }: Runs, picture: Value): Features => {
      const given = term.vggInput(picture);
      return { input: given, ...(features === undefined ? {} : run(features.network, { image: given })) };
    };
    const divergence = ({ q1, p1, q2, p2 }: Readonly<Record<string, Value>>): Value =>
      add(term.klBetweenMeans(q1!, p1!), term.klBetweenMeans(q2!, p2!));
    const objective =
      (grams: boolean): System['updates'][string]['objective'] =>
      (runs) => {
        const made = again(runs);
        const [generated, real] = [seen(runs, made['output']!), seen(runs, runs.read('x_a', image))];
        const compared = term.featureL1(generated, real, features === undefined ? pixels : allFeatures);
        return {
          reconstruction: multiply(compared, 5),
          ...(grams ? { gram: multiply(term.gramL1(generated, real, gramWeights[dataset]), 5) } : {}),
          divergence: multiply(divergence(made), runs.scalar('divergence', 1)),
        };
      };

    const first: Phase = { name: 'first', steps: round, batchSize, updates: ['first'] };
    const second: Phase = { name: 'second', steps: round, batchSize, updates: ['second'] };
    const phases = phasesAt(features === undefined ? [first] : [first, second], options);
    const step = sourceStep(phases);
    const rate = schedule.decayToZero(1e-3, 1000, round);
    const update = (grams: boolean): System['updates'][string] => ({
      player: 'variunet',
      objective: objective(grams),
      scalars: (count) => ({ divergence: schedule.klWeight(step(count)) }),
    });
    return {
      size,
      mirror: false,
      start: {
        objective: ({ run, read }) => run('variunet', { p_b: read('p_a', image) }, { mode: 'train' }),
        pairs: 4 * phases[0]!.batchSize,
      },
      ...(features === undefined ? {} : { features }),
      binding: bind({
        x_a: view('source'),
        p_a: pose('source', stickMan()),
        parts_a: partCrops('source', size.height * crop),
        p_b: pose('target', stickMan()),
        x_b: view('target'),
      }),
      system: {
        name: `variunet-${comparison}`,
        networks: {
          variunet: network('variunet', options, masks),
          ...(features === undefined ? {} : { [features.network]: features.model }),
        },
        players: {
          variunet: {
            networks: ['variunet'],
            optimiser: adam((count) => rate(step(count)), { beta1: 0.5, beta2: 0.9 }),
          },
        },
        updates: {
          first: update(false),
          ...(features === undefined ? {} : { second: update(true) }),
        },
        phases,
      },
      picture: ({ run }) => ({ output: run('variunet')['output']! }),
      figures: (runs) => {
        const made = again(runs);
        return {
          reconstruction: term.l1(made['output']!, runs.read('x_a', image)),
          transfer: term.l1(runs.run('variunet')['output']!, runs.read('x_b', image)),
          divergence: divergence(made),
        };
      },
    };
  };

/** The step of the source's round, from 0, at an update of ours, from 1: each phase is a whole round. */
const sourceStep =
  (phases: readonly Phase[]) =>
  (count: number): number => {
    const [first, second] = phases;
    const done = count - 1;
    const within = second === undefined || done < first!.steps;
    const [at, steps] = within ? [done, first!.steps] : [done - first!.steps, second.steps];
    return (at * round) / steps;
  };

/** Vari-UNet, and Vari-UNet with the paper's masks on the stick-man's levels; compared by features, or by pixels alone. */
export const variunetRecipes = [
  ...withPaperMasks(
    'variunet-features',
    'Vari-UNet: two latents and a divergence; pictures compared by features of VGG-19',
    instance('features'),
  ),
  ...withPaperMasks(
    'variunet-pixels',
    'Vari-UNet with pixels compared alone, for want of VGG-19',
    instance('pixels'),
  ),
];
