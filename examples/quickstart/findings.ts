/** What the figures say, in sentences, whichever way they fall; and what they cannot say. */
import type { BootstrapInterval } from 'maskskip/learn';
import { interval, percent } from './markup.js';
import type { NetworkResults, Results } from './results.js';

/** A question and what the figures answer. */
export interface Finding {
  readonly question: string;
  readonly answers: readonly string[];
}

/** One finding for each question that the figures answer. */
export const findings = ({ networks }: Results): readonly Finding[] => [
  {
    question: 'Does a network learn more than a picture could tell?',
    answers: networks.flatMap(({ title, minus }) => [
      compared(title, 'the copy of the input', minus.copy.l1),
      compared(title, 'the mean training image', minus.mean.l1),
    ]),
  },
  {
    question: 'Does mUNet beat No-mask?',
    answers: networks.flatMap(({ title, minus }) =>
      minus.noMask === undefined ? [] : [compared(title, 'No-mask', minus.noMask.l1)],
    ),
  },
  {
    question: 'Does it matter which gates are shut?',
    answers: networks.flatMap(({ title, minus }) =>
      minus.shuffled === undefined
        ? []
        : [compared(title, 'its own copy with the entries of each mask shuffled', minus.shuffled.l1)],
    ),
  },
  {
    question: 'Did the masks move?',
    answers: networks.filter(({ gates }) => gates.length > 0).map(gateSentence),
  },
];

/** What must be known to read the figures. */
export const caveats = ({ preset, evaluation, networks }: Results): readonly string[] => [
  'The network is not the paper’s. It has a second encoder for the target pose whose skips are plain, as Def-GAN’s; ψ ' +
    'stands on the image encoder’s skips alone; kernels start as He et al. propose. In the paper’s network the target pose enters ' +
    'through a narrow latent vector, and that is not learned in the few steps of a quickstart.',
  'The paper trains for 30,000 steps, with an adversary; this is ' +
    `${preset.steps} steps of mask-L1 alone, at ${preset.height}×${preset.width}.`,
  'The people are synthetic, rendered from round solids: they are easier than photographs, and no figure here can be ' +
    'set beside one of the paper’s.',
  `SSIM and mask-SSIM are the variant ${evaluation.variant}, PG2’s: a uniform 7×7 window, each channel by itself, on ` +
    'bytes. mask-SSIM multiplies both pictures with the target’s mask and keeps the black ground in the mean, as the ' +
    'published evaluations do.',
  'An interval says what another choice of pairs would change, with pairs taken as independent. Pairs of one person are ' +
    'not quite that, and another seed of the training is not in it: a small difference may turn round with the seed.',
  'A shuffled copy keeps every weight and the number of open gates of each level. That it is worse says that the ' +
    'weights rely on these very gates; whether masks help at all is what the difference to No-mask says.',
  'A gate counts as open where M ≥ 0: all skipped features come out of a ReLU, and for features ≥ 0 that is the whole ' +
    'of ψ.',
  ...(networks.some(({ name }) => name === 'munet-zero-gradient')
    ? [
        '“mUNet, zero gradient” takes the paper’s equation 3 literally: a comparison passes no gradient, so its masks ' +
          'stay as they were drawn, about half of their gates shut.',
      ]
    : []),
];

/** One method against another in held-out L1, of which less is better. */
const compared = (one: string, other: string, difference: BootstrapInterval): string => {
  const figures = `L1 difference ${interval(difference, 4)}`;
  if (difference.high < 0) return `${one} beats ${other}: ${figures}.`;
  if (difference.low > 0) return `${one} is worse than ${other}: ${figures}.`;
  return `${one} and ${other} cannot be told apart: ${figures}.`;
};

const gateSentence = ({ title, gates }: NetworkResults): string => {
  const share = (of: 'start' | 'trained'): string =>
    percent(
      gates.reduce((sum, level) => sum + level[of].reduce((a, b) => a + b, 0), 0) /
        gates.reduce((sum, { height, width, channels }) => sum + height * width * channels, 0),
    );
  const changed = gates.map(({ level, changed: one }) => `${percent(one)} in level ${level}`).join(', ');
  const allOpen = gates.every(({ height, width, trained }) =>
    trained.every((open) => open === height * width),
  );
  return (
    `${title}: ${share('start')} of all gates open at the start, ${share('trained')} after training. ` +
    `Gates that changed sides: ${changed}.` +
    (allOpen
      ? ' Not one is shut: it computes what No-mask would with its weights, and what separates the two is the ' +
        'surrogate’s part in the gradient, not a mask.'
      : '')
  );
};
