/**
 * PG2's training (Ma et al., NIPS 2017), after the published code: G1 alone, then G2 against the discriminator on a
 * frozen G1.
 *
 * Adam 2e-5 with β1 0.5 for all three: the code's halving of rates never reaches its optimisers. Batches of 16 and 1.
 * The discriminator sees single pictures, all of a step in one batch, so that its norms see them together.
 */
import { bind, discs, mask, pose, poseMask, view } from '../data/index.js';
import type { Psi } from '../dsl/index.js';
import { adam, term, type Objective, type System } from '../learn/index.js';
import { add, multiply } from '../ops/elementwise.js';
import type { Value } from '../ops/value.js';
import { datasetSizes } from '../models/index.js';
import { network, phasesAt, withPaperMasks, type RecipeInstance, type RecipeOptions } from './recipe.js';

/** The discriminator's inputs at once: real, source, coarse and final picture, in the source's order. */
type Judged = Readonly<Record<'real' | 'source' | 'fake', Value>>;

const instance = (options: RecipeOptions, masks?: Psi): RecipeInstance => {
  const { dataset } = options;
  const [height, width] = datasetSizes[dataset];
  const size = { height: options.height ?? height, width: options.width ?? width };
  const image = [size.height, size.width, 3] as const;
  const isMarket = dataset === 'market-1501';

  const coarse: Objective = ({ run }) => run('g1');
  const final: Objective = (runs) => ({
    output: runs.run('g2', { coarse: coarse(runs)['output']! })['output']!,
  });
  const judged = (runs: Parameters<Objective>[0], made: Value): Judged => {
    const { run, read } = runs;
    const [x_a, x_b] = [read('x_a', image), read('x_b', image)];
    // G1's picture changes the moments of Market-1501's batches and nothing else.
    const all = isMarket ? [x_b, x_a, coarse(runs)['output']!, made] : [x_b, made, x_a];
    const logits = term.apart(run('discriminator', { x_b: term.besides(all) })['output']!, all.length);
    return isMarket
      ? { real: logits[0]!, source: logits[1]!, fake: logits[3]! }
      : { real: logits[0]!, fake: logits[1]!, source: logits[2]! };
  };
  const reconstruction = ({ read }: Parameters<Objective>[0], made: Value): Value =>
    term.maskL1(made, read('x_b', image), read('mask_b', [size.height, size.width, 1]));

  const updates: System['updates'] = {
    g1: {
      player: 'g1',
      objective: (runs) => ({ reconstruction: reconstruction(runs, coarse(runs)['output']!) }),
    },
    g2: {
      player: 'g2',
      objective: (runs) => {
        const made = final(runs)['output']!;
        const { fake, source } = judged(runs, made);
        return {
          // DeepFashion's code averages over the constant source picture too, which halves the gradient.
          adversarial: isMarket
            ? term.bceWithLogits(fake, 1)
            : multiply(add(term.bceWithLogits(fake, 1), term.bceWithLogits(source, 1)), 0.5),
          reconstruction: multiply(reconstruction(runs, made), isMarket ? 10 : 50),
        };
      },
    },
    discriminator: {
      player: 'discriminator',
      objective: (runs) => {
        const { real, source, fake } = judged(runs, final(runs)['output']!);
        return {
          real: multiply(term.bceWithLogits(real, 1), 0.5),
          source: multiply(term.bceWithLogits(source, 0), 0.25),
          fake: multiply(term.bceWithLogits(fake, 0), 0.25),
        };
      },
    },
  };
  const optimiser = () => adam(2e-5, { beta1: 0.5 });
  const batchSize = isMarket ? 16 : 1;
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
          { name: 'refined', steps: isMarket ? 38_000 : 58_000, batchSize, updates: ['g2', 'discriminator'] },
        ],
        options,
      ),
    },
    picture: final,
    figures: (runs) => {
      const made = final(runs)['output']!;
      const { real, fake } = judged(runs, made);
      return {
        reconstruction: reconstruction(runs, made),
        coarse: reconstruction(runs, coarse(runs)['output']!),
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
