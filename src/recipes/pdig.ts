/**
 * PDIG's training (Ma et al., CVPR 2018), after the published code, all stages in one run: the picture's auto-encoder
 * against its adversary, the pose's auto-encoder, then the generators of codes against their critics.
 *
 * There are no pairs: a picture is made again from its own pose. The stages are phases of one system, so that codes are
 * only ever drawn after those of trained encoders, which stand still by then. A rate of 2e-5 halves every 50,000 steps
 * of a phase; in a shorter training, at the same parts of it.
 *
 * Three things are otherwise than in the source. Its first step of each phase moves the adversaries alone. At
 * DeepFashion it draws codes after crops of 48×48, from an encoder that was trained on 64×64; here they stay 64×64. Its
 * boxes there are clamped to 128×64, ours to the picture.
 */
import { bind, discs, mask, partBoxes, partVisibility, pose, poseMask, poseVector, view } from '../data/index.js'; // prettier-ignore
import { model, type AnyModel, type Psi } from '../dsl/index.js';
import { adam, rmsprop, schedule, term, type Optimiser, type Phase, type System, type SystemPlayer, type SystemUpdate } from '../learn/index.js'; // prettier-ignore
import { pdigDiscriminatorDeep, type ByDataset } from '../models/index.js';
import { multiply } from '../ops/elementwise.js';
import type { Value } from '../ops/value.js';
import { network, phasesAt, sizeOf, withPaperMasks, type ImageShape, type RecipeInstance, type RecipeOptions, type Runs } from './recipe.js'; // prettier-ignore

/** A code that Stage II learns to draw, and the trained network's that it shall be like. */
interface DrawnCode {
  readonly name: 'foreground' | 'background' | 'pose';
  /** In the names of its listed models. */
  readonly listed: 'fg' | 'bg' | 'pose';
  readonly length: number;
  readonly real: (runs: Runs) => Value;
}

/* Frozen: without what training alone does. */
const still = { mode: 'infer' } as const;
/** How often a critic moves for each step of its generator. */
const criticSteps = 5;

/** What each data set's code has otherwise. */
interface Settings {
  /** The codes of appearance that Stage I has. */
  readonly codes: readonly ('foreground' | 'background')[];
  readonly poseSteps: number;
  /** Batches of Stage I, the pose, the codes of appearance, the codes of poses. */
  readonly batches: readonly [stage1: number, pose: number, appearance: number, poses: number];
  readonly discriminator: (options: RecipeOptions, size: RecipeInstance['size']) => AnyModel;
}
const settings: ByDataset<Settings> = {
  'market-1501': {
    codes: ['foreground', 'background'],
    poseSteps: 60_000,
    batches: [16, 64, 32, 64],
    discriminator: (options) => network('pg2-discriminator', options),
  },
  deepfashion: {
    codes: ['foreground'],
    poseSteps: 120_000,
    batches: [6, 16, 16, 32],
    discriminator: ({ share = 1 }, { height, width }) =>
      model(pdigDiscriminatorDeep(height, width, Math.max(1, Math.round(64 * share)))),
  },
};

const instance = (options: RecipeOptions, masks?: Psi): RecipeInstance => {
  const { codes: appearances, poseSteps, batches, discriminator } = settings[options.dataset];
  const size = sizeOf('pdig-stage1', options);
  const image: ImageShape = [size.height, size.width, 3];

  const own = ({ read }: Runs) => ({ p_b: read('p_a', [size.height, size.width, 18]) });
  const again = (runs: Runs): Value => runs.run('stage1', own(runs))['output']!;
  const judged = ({ run, read }: Runs, made: Value): { readonly real: Value; readonly fake: Value } => {
    const logits = run('discriminator', { x_b: term.besides([read('x_a', image), made]) })['output']!;
    const [real, fake] = term.apart(logits, 2);
    return { real: real!, fake: fake! };
  };
  const vector = ({ read }: Runs): Value => read('pose_a', [1, 1, 54]);
  const poseCode = (runs: Runs, frozen: typeof still | undefined): Value =>
    runs.run('pose-encoder', { p_b: vector(runs) }, frozen)['output']!;
  const poseError = (runs: Runs): Value => {
    const found = runs.run('pose-decoder', { code: poseCode(runs, undefined) })['output']!;
    return term.meanSquares(found, vector(runs));
  };
  const appearance = (name: 'foreground' | 'background') => (runs: Runs) =>
    runs.run('stage1', own(runs), still)[name]!;
  const lengths = {
    foreground: { listed: 'fg', length: 224 },
    background: { listed: 'bg', length: 128 },
  } as const;
  const posed: DrawnCode = { name: 'pose', listed: 'pose', length: 32, real: (runs) => poseCode(runs, still) }; // prettier-ignore
  const shown = appearances.map((name): DrawnCode => ({ name, ...lengths[name], real: appearance(name) }));

  const source: readonly Phase[] = [
    { name: 'stage1', steps: 120_000, batchSize: batches[0], updates: ['stage1', 'discriminator'] },
    { name: 'pose', steps: poseSteps, batchSize: batches[1], updates: ['pose'] },
    { name: 'appearance-codes', steps: 120_000, batchSize: batches[2], updates: shown.flatMap(turns) }, // prettier-ignore
    { name: 'pose-codes', steps: 60_000, batchSize: batches[3], updates: turns(posed) },
  ];
  const phases = phasesAt(source, options);
  /** The rate of a player that moves so many times in each step of a phase, by its count of updates. */
  const rate = (phase: number, times = 1) => {
    const pace = phases[phase]!.steps / source[phase]!.steps;
    const halving = schedule.halvings(2e-5, Math.max(1, 50_000 * pace * times));
    return (count: number) => halving(count - 1);
  };
  const moving = (phase: number): Optimiser => adam(rate(phase), { beta1: 0.5 });
  const codes = [...shown.map((code) => ({ code, phase: 2 })), { code: posed, phase: 3 }];

  const system: System = {
    name: 'pdig',
    networks: {
      stage1: network('pdig-stage1', options, masks),
      discriminator: discriminator(options, size),
      'pose-encoder': network('pdig-pose-encoder', options),
      'pose-decoder': network('pdig-pose-decoder', options),
      ...Object.fromEntries(codes.flatMap(({ code }) => drawing(code, options))),
    },
    players: {
      stage1: { networks: ['stage1'], optimiser: moving(0) },
      discriminator: { networks: ['discriminator'], optimiser: moving(0) },
      pose: { networks: ['pose-encoder', 'pose-decoder'], optimiser: moving(1) },
      ...Object.fromEntries(codes.flatMap(({ code, phase }) => drawers(code, (times) => rate(phase, times)))),
    },
    updates: {
      stage1: {
        player: 'stage1',
        objective: (runs) => {
          const made = again(runs);
          return {
            adversarial: term.bceWithLogits(judged(runs, made).fake, 1),
            reconstruction: multiply(term.l1(made, runs.read('x_a', image)), 20),
          };
        },
      },
      discriminator: {
        player: 'discriminator',
        objective: (runs) => {
          const { real, fake } = judged(runs, again(runs));
          return {
            real: multiply(term.bceWithLogits(real, 1), 0.5),
            fake: multiply(term.bceWithLogits(fake, 0), 0.5),
          };
        },
      },
      pose: { player: 'pose', objective: (runs) => ({ reconstruction: multiply(poseError(runs), 20) }) },
      ...Object.fromEntries(codes.flatMap(({ code }) => games(code))),
    },
    phases,
  };
  return {
    size,
    mirror: true,
    binding: bind({
      x_a: view('source'),
      p_a: pose('source', discs(4)),
      boxes_a: partBoxes('source'),
      seen_a: partVisibility('source'),
      mask_a: mask('source', poseMask(7)),
      pose_a: poseVector('source'),
      p_b: pose('target', discs(4)),
      x_b: view('target'),
    }),
    system,
    picture: ({ run }) => ({ output: run('stage1')['output']! }),
    figures: (runs) => {
      const { run, read } = runs;
      const made = again(runs);
      const { real, fake } = judged(runs, made);
      return {
        reconstruction: term.l1(made, read('x_a', image)),
        transfer: term.l1(run('stage1')['output']!, read('x_b', image)),
        separation: term.wassersteinCritic(fake, real),
        pose: poseError(runs),
        ...Object.fromEntries(
          codes.map(({ code }) => {
            const said = criticised(runs, code);
            return [`${code.name}Separation`, term.wassersteinCritic(said.fake, said.real)] as const;
          }),
        ),
      };
    },
  };
};

/** The networks of a code: who draws it and who judges it. */
const drawing = (
  { name, listed }: DrawnCode,
  options: RecipeOptions,
): readonly (readonly [string, AnyModel])[] => [
  [`${name}-generator`, network(`pdig-${listed}-generator`, options)],
  [`${name}-critic`, network(`pdig-${listed}-critic`, options)],
];

/* TensorFlow's RMSProp: a smaller epsilon, and squares that start at 1, so that the first steps are short. */
const wandering = (rate: (count: number) => number): Optimiser => ({
  ...rmsprop(rate, 0.9, 1e-10),
  slots: { square: 1 },
});
const drawers = (
  { name }: DrawnCode,
  rate: (times: number) => (count: number) => number,
): readonly (readonly [string, SystemPlayer])[] => [
  [`${name}-generator`, { networks: [`${name}-generator`], optimiser: wandering(rate(1)) }],
  [`${name}-critic`, { networks: [`${name}-critic`], optimiser: wandering(rate(criticSteps)), clip: 0.01 }],
];
const turns = ({ name }: DrawnCode): Phase['updates'] => [
  `${name}-generator`,
  { update: `${name}-critic`, times: criticSteps },
];

/** A code out of noise of deviation 0.2. */
const drawn = ({ run, noise }: Runs, { name, length }: DrawnCode): Value =>
  run(`${name}-generator`, { z: multiply(noise(`${name}-z`, ['n', 1, 1, length], 'normal'), 0.2) })['output']!; // prettier-ignore

/** What a critic says of real codes and of drawn ones. */
const criticised = (runs: Runs, code: DrawnCode): { readonly real: Value; readonly fake: Value } => {
  const both = term.besides([code.real(runs), drawn(runs, code)]);
  const [real, fake] = term.apart(runs.run(`${code.name}-critic`, { code: both })['output']!, 2);
  return { real: real!, fake: fake! };
};

const games = (code: DrawnCode): readonly (readonly [string, SystemUpdate])[] => [
  [
    `${code.name}-generator`,
    {
      player: `${code.name}-generator`,
      objective: (runs) => ({
        adversarial: term.wassersteinGenerator(
          runs.run(`${code.name}-critic`, { code: drawn(runs, code) })['output']!,
        ),
      }),
    },
  ],
  [
    `${code.name}-critic`,
    {
      player: `${code.name}-critic`,
      objective: (runs) => {
        const { real, fake } = criticised(runs, code);
        return { critic: term.wassersteinCritic(real, fake) };
      },
    },
  ],
];

/** PDIG, and PDIG with the paper's masks on the skips of the picture's U-Net. */
export const pdigRecipes = withPaperMasks(
  'pdig',
  'PDIG: codes of parts and background beside the pose, the pose as a code, and codes that are drawn',
  instance,
);
