/**
 * PN-GAN: the pose-normalised GAN (Qian et al., ECCV 2018), after the published code.
 *
 * A residual generator without skips reads the source picture and a picture of the target skeleton, early fusion; a
 * patch discriminator sees single pictures. The source resizes Market-1501 to 256×128. Instance norms learn nothing,
 * so that the biases before them have no effect; convolutions start as PyTorch starts them. The source defines a second
 * discriminator, with an attribute head, that it never uses: it is left out.
 */
import {
  conv,
  convTranspose,
  fanInUniform,
  fuse,
  input,
  instanceNorm,
  join,
  leakyRelu,
  model,
  out,
  relu,
  residual,
  seq,
  tanh,
  times,
} from '../dsl/index.js';
import { everywhere, listed, type Inert, type ListedModel } from './listed.js';

const start = { initialiser: fanInUniform } as const;
const norm = instanceNorm({ affine: false });
const halve = <F extends number>(filters: F) =>
  seq(conv(filters, { stride: 2, padding: 1, ...start }), norm, relu);
const double = <F extends number>(filters: F) =>
  seq(convTranspose(filters, { kernel: 3, stride: 2, padding: 1, outputPadding: 1, ...start }), norm, relu);
const turn = seq(
  residual(conv('same', { padding: 1, ...start }), norm, relu, conv('same', { padding: 1, ...start }), norm),
  relu,
);
const nine = [turn, turn, turn, turn, turn, turn, turn, turn, turn] as const;

/**
 * PN-GAN's generator: height and width are multiples of 4.
 *
 * Inputs: x_a height×width×3 in [−1, 1]; p_b height×width×3, the target skeleton drawn in colours, in [−1, 1]. Output:
 * height×width×3 in (−1, 1). `filters` is the width of the first convolution (64 in the source: 11,387,584
 * parameters at every size).
 */
export const pnganGenerator = <Height extends number, Width extends number, Filters extends number>(
  height: Height,
  width: Width,
  filters: Filters,
) =>
  seq(
    input('x_a', height, width, 3),
    fuse(join.concat, input('p_b', height, width, 3)),
    conv(filters, { kernel: 7, padding: { reflect: 3 }, ...start }),
    norm,
    relu,
    halve(times(filters, 2)),
    halve(times(filters, 4)),
    ...nine,
    double(times(filters, 2)),
    double(filters),
    conv(3, { kernel: 7, padding: { reflect: 3 }, bias: false, ...start }),
    tanh,
    out(height, width, 3),
  );

const patch = { kernel: 4, stride: 2, padding: 1, ...start } as const;
const last = { kernel: 4, padding: 'valid', ...start } as const;

/**
 * PN-GAN's discriminator: a score for each of overlapping patches, for a loss of squares.
 *
 * Input: x_b height×width×3, a picture true or generated; 56×56 at least. Output: (height/8 − 6)×(width/8 − 6)×1 for
 * multiples of 8: 26×10 at 256×128. `filters` is the width of the first convolution (64 in the source: 2,764,672
 * parameters at every size). In the source, the true picture is the generator's source picture.
 */
export const pnganDiscriminator = <Height extends number, Width extends number, Filters extends number>(
  height: Height,
  width: Width,
  filters: Filters,
) =>
  seq(
    input('x_b', height, width, 3),
    conv(filters, { ...patch, bias: false }),
    leakyRelu(0.2),
    conv(times(filters, 2), patch),
    norm,
    leakyRelu(0.2),
    conv(times(filters, 4), patch),
    norm,
    leakyRelu(0.2),
    conv(times(filters, 8), last),
    norm,
    leakyRelu(0.2),
    conv(1, { ...last, bias: false }),
  );

const sizes = { 'market-1501': [256, 128], deepfashion: [256, 256] } as const;
const inert: readonly Inert[] = [{ path: /\/bias$/, reason: 'a bias before a norm that subtracts the mean' }];

/** PN-GAN's entries in the list of models. */
export const pnganModels: readonly ListedModel[] = [
  listed({
    name: 'pngan-generator',
    description: 'PN-GAN, the generator: nine residual blocks on the picture and a drawn skeleton',
    families: everywhere((height, width, filters) => model(pnganGenerator(height, width, filters))),
    sizes,
    // One pixel more than one at the blocks: a norm leaves nothing of a single one.
    smallest: { 'market-1501': [8, 8], deepfashion: [8, 8] },
    filters: 64,
    inert,
  }),
  listed({
    name: 'pngan-discriminator',
    description: 'PN-GAN, the discriminator: a score for each patch of a picture',
    families: everywhere((height, width, filters) => model(pnganDiscriminator(height, width, filters))),
    sizes,
    smallest: { 'market-1501': [56, 56], deepfashion: [56, 56] },
    filters: 64,
    inert,
  }),
];
