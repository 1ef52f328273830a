/**
 * The plain baselines' training, ours in all: mean absolute difference and nothing else, no adversary. Adam 2e-4 with β1
 * 0.5, batches of 16, 90,000 steps.
 */
import { bind, discs, pose, view } from '../data/index.js';
import type { Psi } from '../dsl/index.js';
import { adam, term, type Objective } from '../learn/index.js';
import { network, phasesAt, sizeOf, withPaperMasks, type ImageShape, type Recipe, type RecipeInstance, type RecipeOptions } from './recipe.js'; // prettier-ignore

const instance =
  (name: 'unet' | 'resnet') =>
  (options: RecipeOptions, masks?: Psi): RecipeInstance => {
    const size = sizeOf(name, options);
    const image: ImageShape = [size.height, size.width, 3];
    const picture: Objective = ({ run }) => run('generator');
    const reconstruction: Objective = (runs) => ({
      reconstruction: term.l1(picture(runs)['output']!, runs.read('x_b', image)),
    });
    return {
      size,
      mirror: false,
      binding: bind({
        x_a: view('source'),
        p_a: pose('source', discs(4)),
        p_b: pose('target', discs(4)),
        x_b: view('target'),
      }),
      system: {
        name: `${name}-l1`,
        networks: { generator: network(name, options, masks) },
        players: { generator: { networks: ['generator'], optimiser: adam(2e-4, { beta1: 0.5 }) } },
        updates: { generator: { player: 'generator', objective: reconstruction } },
        phases: phasesAt([{ name: 'l1', steps: 90_000, batchSize: 16, updates: ['generator'] }], options),
      },
      picture,
      figures: reconstruction,
    };
  };

/** The plain U-Net, the same with the paper's masks, and the residual generator. */
export const baselineRecipes: readonly Recipe[] = [
  ...withPaperMasks('unet-l1', 'a plain U-Net by its pixels alone', instance('unet')),
  {
    name: 'resnet-l1',
    description: 'a plain residual generator by its pixels alone',
    at: instance('resnet'),
  },
];
