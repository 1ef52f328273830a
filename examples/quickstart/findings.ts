/** What the figures say, in sentences, whichever way they fall; and what they cannot say. */
import type { BootstrapInterval } from 'maskskip/learn';
import { interval, meanOf, percent } from './markup.js';
import type { NetworkResults, Results } from './results.js';

/** One sentence for each question that the figures answer. */
export const findings = ({ networks }: Results): readonly string[] => [
  ...networks.flatMap(({ title, minus }) => [againstBaselines(title, minus.copy.l1, minus.mean.l1)]),
  ...networks.flatMap(({ title, minus }) =>
    minus.noMask === undefined ? [] : [compared(title, 'No-mask', minus.noMask.l1)],
  ),
  ...networks.flatMap(({ title, minus }) =>
    minus.shuffled === undefined
      ? []
      : [compared(title, 'its own copy with the entries of each mask shuffled', minus.shuffled.l1)],
  ),
  ...networks.filter(({ gates }) => gates.length > 0).map(gateSentence),
];

/** What must be known to read the figures. */
export const caveats = ({ preset, evaluation, networks }: Results): readonly string[] => [
  'The network is not the paper’s. It has a second encoder for the target pose whose skips are plain, as Def-GAN’s; ψ ' +
    'stands on the image encoder’s skips alone; kernels start after He. In the paper’s network the target pose enters ' +
    'through a narrow latent vector, and that is not learned in the few steps of a quickstart.',
  'The paper trains for 30,000 steps and with an adversary; this is ' +
    `${preset.steps} steps of mask-L1 alone, at ${preset.height}×${preset.width}.`,
  'The people are synthetic, rendered from round solids: they are easier than photographs, and no figure here can be ' +
    'set beside one of the paper’s.',
  `SSIM and mask-SSIM are the variant ${evaluation.variant}, PG2’s: 7×7 uniform window, per channel, on bytes. mask-SSIM ` +
    'multiplies both pictures with the target’s mask and keeps the black ground in the mean, as published evaluations do.',
  'An interval says what another choice of pairs would change, with pairs taken as independent. Pairs of one person are ' +
    'not quite that, and another seed of the training is not in it: a small difference may turn round with the seed.',
  'A gate counts as open where M ≥ 0: all skipped features come out of a ReLU, and for f ≥ 0 this is the whole of ψ.',
  ...(networks.some(({ name }) => name === 'munet-zero-gradient')
    ? [
        'mUNet, zero gradient takes equation 3 of the paper literally: a comparison passes no gradient, so its masks stay ' +
          'as they were drawn. Its gates are those of a random mask, about half of them shut.',
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

const againstBaselines = (title: string, copy: BootstrapInterval, mean: BootstrapInterval): string => {
  const verb = (one: BootstrapInterval): string =>
    one.high < 0 ? 'beats' : one.low > 0 ? 'is worse than' : 'cannot be told from';
  return (
    `${title} ${verb(copy)} the copy of the input (L1 ${interval(copy, 4)}) and ` +
    `${verb(mean)} the mean image (L1 ${interval(mean, 4)}).`
  );
};

const gateSentence = ({ title, gates }: NetworkResults): string => {
  const share = (of: 'start' | 'trained'): number =>
    gates.reduce((sum, level) => sum + level[of].reduce((a, b) => a + b, 0), 0) /
    gates.reduce((sum, { height, width, channels }) => sum + height * width * channels, 0);
  const changed = gates.map(({ level, changed: one }) => `level ${level} ${percent(one)}`).join(', ');
  return (
    `${title}: ${percent(share('start'))} of the gates open at the start, ${percent(share('trained'))} after training; ` +
    `changed sides: ${changed} (mean of levels ${percent(meanOf(gates.map((one) => one.changed)))}).`
  );
};
