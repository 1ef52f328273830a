/**
 * PG2: pose guided person image generation in two stages (Ma et al., NIPS 2017), after the published code.
 *
 * G1 draws a coarse picture from the source picture and the target pose; the source pose is never read. G2 reads that
 * and the source picture and gives what to add. The discriminator sees single pictures: the paper's text speaks of
 * pairs, the code has none. Pictures are in [−1, 1], outputs linear.
 */
import {
  batchNorm,
  channelsFirst,
  conv,
  decoder,
  dense,
  encoder,
  flatten,
  fuse,
  input,
  join,
  leakyRelu,
  model,
  out,
  output,
  psi,
  relu,
  seq,
  times,
  uniform,
  upsample,
} from '../dsl/index.js';
import { listed, withMasks, type Inert, type Listing, type ListedModel } from './listed.js';
import { fiveLevels, fromLatent, latent, sixLevels, type Levels } from './pg2-blocks.js';

/**
 * PG2's G1 with five levels: height and width are multiples of 16 (Market-1501: 128×64).
 *
 * Inputs: x_a height×width×3, p_b height×width×18. Output: height×width×3. `filters` is the width of the first block
 * (128 in the source: 70,795,075 parameters at 128×64); level k has k·filters.
 */
export const pg2G1 = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) => coarse(height, width, filters, psi, fiveLevels(filters));

/** PG2's G1 with six levels: multiples of 32 (DeepFashion, 256×256: 122,103,235 parameters). */
export const pg2G1Deep = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) => coarse(height, width, filters, psi, sixLevels(filters));

const coarse = <
  H extends number,
  W extends number,
  F extends number,
  Q,
  Downs extends readonly unknown[],
  Rises extends readonly unknown[],
  By extends number,
>(
  height: H,
  width: W,
  filters: F,
  psi: Q,
  levels: Levels<Downs, Rises, By>,
) =>
  seq(
    input('x_a', height, width, 3),
    fuse(join.concat, input('p_b', height, width, 18)),
    conv(filters),
    relu,
    encoder('image', levels.downs),
    flatten,
    dense(latent),
    ...fromLatent(height, width, filters, psi, levels),
  );

/* G2's blocks have no residual, and halve before they widen. */
const pair = <F extends number>(filters: F) => seq(conv(filters), relu, conv(filters), relu);
const lower = <F extends number>(filters: F) => seq(conv('same', { stride: 2 }), relu, pair(filters));
const higher = <F extends number>(filters: F) => seq(pair(filters), upsample(2));

/**
 * PG2's G2 with three levels: height and width are multiples of 4 (Market-1501: 128×64).
 *
 * Inputs: `coarse`, what G1 gives, and x_a, each height×width×3. Outputs: `difference`, and `output`, which is
 * `coarse` with the difference added; losses and the discriminator read the latter. `filters` is the width of the
 * first block (128 in the source: 6,058,883 parameters). The first level is not skipped, the deepest is joined with
 * itself: both as the source has it.
 */
export const pg2G2 = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) =>
  seq(
    refined(height, width, filters),
    pair(filters),
    conv('same', { stride: 2 }),
    relu,
    encoder('image', [pair(times(filters, 2)), lower(times(filters, 3))]),
    decoder('image', [higher(filters), higher(filters)], psi),
    pair(filters),
    conv(3),
    ...added(height, width),
  );

/** PG2's G2 with four levels, all of them skipped: multiples of 8 (DeepFashion, 256×256: 12,696,067 parameters). */
export const pg2G2Deep = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) =>
  seq(
    refined(height, width, filters),
    encoder('image', [
      pair(filters),
      lower(times(filters, 2)),
      lower(times(filters, 3)),
      lower(times(filters, 4)),
    ]),
    decoder('image', [higher(filters), higher(filters), higher(filters), pair(filters)], psi),
    conv(3),
    ...added(height, width),
  );

const refined = <H extends number, W extends number, F extends number>(height: H, width: W, filters: F) =>
  seq(
    input('coarse', height, width, 3),
    fuse(join.concat, input('x_a', height, width, 3)),
    conv(filters),
    relu,
  );
const added = <H extends number, W extends number>(height: H, width: W) =>
  [output('difference'), fuse(join.add, input('coarse', height, width, 3)), out(height, width, 3)] as const;

/** How the discriminator's kernels start: deviation 0.02, as the source draws it, uniformly. */
export const start = { initialiser: uniform(0.02 * Math.sqrt(3)) } as const;
const halve = <F extends number>(filters: F) => conv(filters, { kernel: 5, stride: 2, ...start });
const normed = <F extends number>(filters: F) =>
  seq(halve(filters), batchNorm({ epsilon: 1e-5, batchStatisticsAlways: true }), leakyRelu(0.2));

/**
 * PG2's discriminator for Market-1501: four halvings, then one logit.
 *
 * Input: x_b height×width×3, a picture true or generated. Output: 1×1×1. `filters` is the width of the first
 * convolution (64 in the source: 4,324,737 parameters at 128×64). The norms use the batch's own moments at inference
 * too; the last layer reads channel by channel, as the source, whose images are channels × height × width.
 */
export const pg2Discriminator = <Height extends number, Width extends number, Filters extends number>(
  height: Height,
  width: Width,
  filters: Filters,
) => seq(judging(height, width, filters), ...verdict);

/** PG2's discriminator for DeepFashion: five halvings (10,896,257 parameters at 256×256). */
export const pg2DiscriminatorDeep = <Height extends number, Width extends number, Filters extends number>(
  height: Height,
  width: Width,
  filters: Filters,
) => seq(judging(height, width, filters), normed(times(filters, 8)), ...verdict);

/** Four halvings of a picture, what a discriminator judges by. */
export const judging = <H extends number, W extends number, F extends number>(
  height: H,
  width: W,
  filters: F,
) =>
  seq(
    input('x_b', height, width, 3),
    halve(filters),
    leakyRelu(0.2),
    normed(times(filters, 2)),
    normed(times(filters, 4)),
    normed(times(filters, 8)),
  );
const verdict = [channelsFirst, flatten, dense(1, start), out(1, 1, 1)] as const;

/** What is listed of G2 and the discriminator but for their names: VDG, by inference, has the same. */
export const refinement: Omit<Listing, 'name' | 'description'> = {
  families: {
    'market-1501': (height, width, filters) => model(pg2G2(height, width, filters, psi.none)),
    deepfashion: (height, width, filters) => model(pg2G2Deep(height, width, filters, psi.none)),
  },
  // Four pixels at the deepest level: of a single one, padded with zeros, hardly anything comes through.
  smallest: { 'market-1501': [16, 16], deepfashion: [32, 32] },
  filters: 128,
};
const subtracted: Inert = {
  path: /^conv[2-5]\/bias$/,
  reason: 'a bias before a norm that subtracts the mean',
};
/** The discriminator's: the least size leaves 2×2, since the moments of a single number leave nothing of it. */
export const criticism: Omit<Listing, 'name' | 'description'> = {
  families: {
    'market-1501': (height, width, filters) => model(pg2Discriminator(height, width, filters)),
    deepfashion: (height, width, filters) => model(pg2DiscriminatorDeep(height, width, filters)),
  },
  smallest: { 'market-1501': [32, 32], deepfashion: [64, 64] },
  filters: 64,
  inert: [subtracted],
};

/** PG2's entries in the list of models. */
export const pg2Models: readonly ListedModel[] = [
  ...withMasks(
    listed({
      name: 'pg2-g1',
      description: 'PG2, G1: a coarse picture from the source picture and the target pose',
      families: {
        'market-1501': (height, width, filters) => model(pg2G1(height, width, filters, psi.none)),
        deepfashion: (height, width, filters) => model(pg2G1Deep(height, width, filters, psi.none)),
      },
      smallest: { 'market-1501': [16, 16], deepfashion: [32, 32] },
      smallestInCells: { 'market-1501': [32, 32], deepfashion: [64, 64] },
      filters: 128,
    }),
  ),
  ...withMasks(
    listed({
      name: 'pg2-g2',
      description: "PG2, G2: what to add to G1's picture, and the sum",
      ...refinement,
    }),
  ),
  listed({
    name: 'pg2-discriminator',
    description: 'PG2, the discriminator: one logit for a picture',
    ...criticism,
  }),
];
