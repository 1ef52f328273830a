/**
 * Vari-UNet: a variational U-Net for conditional appearance and shape (Esser, Sutter, Ommer, CVPR 2018).
 *
 * After the released code, whose widths and appearance input differ from the paper's figures. Convolutions are
 * weight-normalised, activations elu before each convolution, blocks residual with dropout 0.1, and there is no norm
 * layer. The appearance (eight part crops, without the stick-man) reaches the image only through two latents at the two
 * deepest scales: late fusion. A latent's posterior and prior are Gaussians of variance 1 that differ in their means.
 *
 * Gains start at 1 and biases at 0. The code sets both from the moments of four batches before it trains, so that every
 * convolution's first output has mean 0 and variance 1 in each channel; without that the first outputs are tens of times
 * as large as a picture's range, and the first steps go into that. A model is no place for data: `startByMoments` of
 * `maskskip/learn` is that pass.
 */
import {
  autoregressive,
  bring,
  ceilDivide,
  conv,
  depthToSpace,
  dropout,
  elu,
  fuse,
  input,
  join,
  model,
  named,
  out,
  output,
  psi,
  residual,
  sample,
  seq,
  skip,
  spaceToDepth,
  tap,
  times,
  unused,
  weightNorm,
} from '../dsl/index.js';
import { listed, withMasks, type ListedModel } from './listed.js';

const full = <Filters extends number>(filters: Filters) => weightNorm(conv(filters));
const half = <Filters extends number>(filters: Filters) => weightNorm(conv(filters, { stride: 2 }));
const pointwise = <Filters extends number>(filters: Filters) => weightNorm(conv(filters, { kernel: 1 }));
/** Twice the height and width: four times the channels, laid out over blocks of 2×2. */
const grow = <Filters extends number>(filters: Filters) => seq(full(times(filters, 4)), depthToSpace(2));

const block = <Filters extends number>(filters: Filters) => residual(elu, dropout(0.1), full(filters));
/** A block that reads the deepest level left of an encoder. */
const reading = <Name extends string, Filters extends number, Psi>(name: Name, filters: Filters, psi: Psi) =>
  residual(
    fuse(join.concat, skip(name, psi, { join: join.replace }), elu, pointwise(filters)),
    elu,
    dropout(0.1),
    full(filters),
  );

/** Two blocks, both of which later ones may read. */
const stored = <Segment extends string, Name extends string, Filters extends number>(
  segment: Segment,
  name: Name,
  filters: Filters,
) => named(segment, block(filters), tap(name), block(filters), tap(name));

/** A block that reads a level of the appearance and the latent of its scale. */
const feedback = <Latent extends string, Filters extends number>(latent: Latent, filters: Filters) =>
  residual(
    fuse(
      join.concat,
      skip('appearance', psi.none, { join: join.replace }),
      skip(latent, psi.none, { level: 1 }),
      elu,
      pointwise(filters),
    ),
    elu,
    dropout(0.1),
    full(filters),
  );

/** A latent: its posterior mean, an output, and in training a draw around it, in reach of what follows. */
const posterior = <Latent extends string, Mean extends string, Filters extends number>(
  latent: Latent,
  mean: Mean,
  filters: Filters,
) => bring(named('mean', full(filters)), output(mean), sample(), tap(latent));

const neverRead = 'the source builds it and reads its output nowhere';
/** Up again from the appearance's deepest level: two latents, and then blocks that nothing reads. */
const latents = <Filters extends number>(filters: Filters) =>
  named(
    'posterior',
    pointwise(filters),
    named(
      'scale1',
      reading('appearance', filters, psi.none),
      posterior('z1', 'q1', filters),
      feedback('z1', filters),
    ),
    named('up1', grow(filters)),
    named('scale2', reading('appearance', filters, psi.none), posterior('z2', 'q2', filters)),
    unused(
      neverRead,
      named('unread', feedback('z2', filters), grow(filters), reading('appearance', filters, psi.none)),
    ),
  );

/** What brings the trunk of a prior to its next group: a block that reads the group. */
const update = <Filters extends number>(filters: Filters) =>
  residual(
    fuse(
      join.concat,
      skip('group', psi.none, { level: 1, join: join.replace }),
      elu,
      pointwise(times(filters, 4)),
    ),
    elu,
    dropout(0.1),
    full(times(filters, 4)),
  );

/**
 * The prior of a latent in training and transfer: four groups over a space-to-depth split, each given the posterior's
 * groups before it. Its mean is an output; the image does not see it.
 */
const forced = <Latent extends string, Groups extends string, Mean extends string, Filters extends number>(
  latent: Latent,
  groups: Groups,
  mean: Mean,
  filters: Filters,
) =>
  seq(
    bring(skip(latent, psi.none, { level: 1, join: join.replace }), spaceToDepth(2), tap(groups)),
    bring(
      named(
        'prior',
        block(filters),
        spaceToDepth(2),
        autoregressive(4, { predict: full(filters), update: update(filters), from: groups }),
        depthToSpace(2),
      ),
      output(mean),
    ),
  );

/** A latent drawn from its prior: each group is a draw around its mean, given the draws before it. */
const drawn = <Latent extends string, Filters extends number>(latent: Latent, filters: Filters) =>
  bring(
    named(
      'prior',
      block(filters),
      spaceToDepth(2),
      autoregressive(4, {
        predict: seq(full(filters), sample({ when: 'always' })),
        update: update(filters),
      }),
      depthToSpace(2),
    ),
    tap(latent),
  );

/** Down to half the height and width, and two stored blocks there. */
const deeper = <Down extends string, Segment extends string, Name extends string, Filters extends number>(
  down: Down,
  segment: Segment,
  name: Name,
  filters: Filters,
) => seq(named(down, half(filters)), stored(segment, name, filters));

/** The appearance of Market-1501: crops of half the picture's size, six scales. */
const appearanceOfSix = <H extends number, W extends number, F extends number>(
  height: H,
  width: W,
  filters: F,
) =>
  bring(
    input('parts_a', ceilDivide(height, 2), ceilDivide(width, 2), 24),
    named(
      'appearance',
      pointwise(times(filters, 2)),
      stored('scale1', 'appearance', times(filters, 2)),
      deeper('down1', 'scale2', 'appearance', times(filters, 4)),
      deeper('down2', 'scale3', 'appearance', times(filters, 4)),
      deeper('down3', 'scale4', 'appearance', times(filters, 4)),
      deeper('down4', 'scale5', 'appearance', times(filters, 4)),
      deeper('down5', 'scale6', 'appearance', times(filters, 4)),
    ),
    latents(times(filters, 4)),
  );

/** The appearance of DeepFashion: crops of a quarter of the picture's size, five scales. */
const appearanceOfFive = <H extends number, W extends number, F extends number>(
  height: H,
  width: W,
  filters: F,
) =>
  bring(
    input('parts_a', ceilDivide(height, 4), ceilDivide(width, 4), 24),
    named(
      'appearance',
      pointwise(times(filters, 4)),
      stored('scale1', 'appearance', times(filters, 4)),
      deeper('down1', 'scale2', 'appearance', times(filters, 4)),
      deeper('down2', 'scale3', 'appearance', times(filters, 4)),
      deeper('down3', 'scale4', 'appearance', times(filters, 4)),
      deeper('down4', 'scale5', 'appearance', times(filters, 4)),
    ),
    latents(times(filters, 4)),
  );

/** The stick-man's way down: seven scales. */
const poseDown = <F extends number>(filters: F) =>
  named(
    'pose',
    pointwise(filters),
    stored('scale1', 'pose', filters),
    deeper('down1', 'scale2', 'pose', times(filters, 2)),
    deeper('down2', 'scale3', 'pose', times(filters, 4)),
    deeper('down3', 'scale4', 'pose', times(filters, 4)),
    deeper('down4', 'scale5', 'pose', times(filters, 4)),
    deeper('down5', 'scale6', 'pose', times(filters, 4)),
    deeper('down6', 'scale7', 'pose', times(filters, 4)),
  );

const both = <F extends number, Q>(filters: F, psi: Q) =>
  seq(reading('pose', filters, psi), reading('pose', filters, psi));
/** A scale of the image with a latent; `prior` brings the latent, or its prior mean, into reach. */
const latentScale = <Segment extends string, Latent extends string, F extends number, Q, Prior>(
  segment: Segment,
  latent: Latent,
  filters: F,
  mask: Q,
  prior: Prior,
) =>
  named(
    segment,
    reading('pose', filters, mask),
    prior,
    skip(latent, psi.none, { level: 1 }),
    pointwise(filters),
    reading('pose', filters, mask),
  );

/** The image's way up: seven scales, the first two with a latent each. */
const imageUp = <F extends number, Q, First, Second>(filters: F, psi: Q, first: First, second: Second) =>
  named(
    'image',
    pointwise(times(filters, 4)),
    latentScale('scale1', 'z1', times(filters, 4), psi, first),
    named('up1', grow(times(filters, 4))),
    latentScale('scale2', 'z2', times(filters, 4), psi, second),
    named('up2', grow(times(filters, 4))),
    named('scale3', both(times(filters, 4), psi)),
    named('up3', grow(times(filters, 4))),
    named('scale4', both(times(filters, 4), psi)),
    named('up4', grow(times(filters, 4))),
    named('scale5', both(times(filters, 4), psi)),
    named('up5', grow(times(filters, 2))),
    named('scale6', both(times(filters, 2), psi)),
    named('up6', grow(filters)),
    named('scale7', both(filters, psi)),
  );

const withPosterior = <H extends number, W extends number, F extends number, Q>(
  height: H,
  width: W,
  filters: F,
  psi: Q,
) =>
  seq(
    poseDown(filters),
    imageUp(
      filters,
      psi,
      forced('z1', 'groups1', 'p1', times(filters, 4)),
      forced('z2', 'groups2', 'p2', times(filters, 4)),
    ),
    full(3),
    out(height, width, 3),
  );

/**
 * Vari-UNet at Market-1501's proportions: in training and in transfer. Height and width are multiples of 128; the source
 * pads Market-1501 to 128×128.
 *
 * Inputs: p_b height×width×3, the target's stick-man; parts_a ½height×½width×24, eight crops of the source image; both in
 * [−1, 1]. Outputs: `output` height×width×3, linear; the means of the two latents' posteriors, `q1` and `q2`, and priors,
 * `p1` and `p2`, of height/64×width/64×4·filters and twice that height and width: their KL divergence is ½ Σ (q − p)².
 * `filters` is the width of the stick-man's first block (32 in the source: 47,419,270 parameters at 128×128, of which
 * 1,230,848 are built and never read).
 *
 * In training a latent is a draw around its posterior mean, and the prior's groups are given the posterior's; in
 * inference, the source's transfer, the latent is that mean. There the source still feeds the appearance's second scale a
 * draw of the first latent; here inference draws nothing. ψ stands on the stick-man's levels where a block reads them,
 * before its 1×1 convolution (*inferred*: the masks' paper does not say). For the model that draws the appearance from
 * the prior see `variunetDrawn`.
 *
 * @example
 * ```ts
 * const variational = model(variunet(128, 128, 32, psi.none));
 * ```
 */
export const variunet = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) =>
  seq(
    input('p_b', height, width, 3),
    appearanceOfSix(height, width, filters),
    withPosterior(height, width, filters, psi),
  );

/**
 * Vari-UNet at DeepFashion's proportions: as `variunet`, the crops a quarter of the picture's size and the appearance one
 * scale shorter (47,272,966 parameters at 256×256). Height and width are multiples of 128.
 */
export const variunetDeep = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) =>
  seq(
    input('p_b', height, width, 3),
    appearanceOfFive(height, width, filters),
    withPosterior(height, width, filters, psi),
  );

/**
 * Vari-UNet without a source image, of both proportions: the appearance is drawn from the prior, group by group, in
 * inference too (the source's test of its samples). Its parameters are those of `variunet` under `pose`, `image` and
 * `conv1`, by the same names.
 */
export const variunetDrawn = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) =>
  seq(
    input('p_b', height, width, 3),
    poseDown(filters),
    imageUp(filters, psi, drawn('z1', times(filters, 4)), drawn('z2', times(filters, 4))),
    full(3),
    out(height, width, 3),
  );

/** Vari-UNet's entries in the list of models. */
export const variunetModels: readonly ListedModel[] = withMasks(
  listed({
    name: 'variunet',
    description: 'Vari-UNet: part crops and a stick-man, two latent scales with an autoregressive prior',
    families: {
      'market-1501': (height, width, filters) => model(variunet(height, width, filters, psi.none)),
      deepfashion: (height, width, filters) => model(variunetDeep(height, width, filters, psi.none)),
    },
    sizes: { 'market-1501': [128, 128], deepfashion: [256, 256] },
    smallest: { 'market-1501': [128, 128], deepfashion: [128, 128] },
    filters: 32,
    masked: 'pose',
    inert: [{ path: /^posterior\/unread\//, reason: neverRead }],
  }),
);
