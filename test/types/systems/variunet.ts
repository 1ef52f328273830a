/**
 * Vari-UNet (Esser et al. 2018), shapes and parameters only: does the language carry it?
 *
 * Weight-normalised residual blocks that read a skip inside themselves, two latent scales whose samples reach another
 * chain, an autoregressive prior that is fed the posterior, and layers that the published code builds and never reads.
 */
import {
  autoregressive,
  bring,
  conv,
  depthToSpace,
  dropout,
  elu,
  fuse,
  input,
  join,
  model,
  out,
  output,
  psi,
  residual,
  sample,
  seq,
  skip,
  spaceToDepth,
  tap,
  unused,
  weightNorm,
  type Level,
} from '../../../src/dsl/index.js';

const full = <F extends number>(filters: F) => weightNorm(conv(filters));
const half = <F extends number>(filters: F) => weightNorm(conv(filters, { stride: 2 }));
const pointwise = <F extends number>(filters: F) => weightNorm(conv(filters, { kernel: 1 }));
const grow = <F extends 128 | 256 | 512>(filters: F) => seq(full(filters), depthToSpace(2));

const plain = <F extends number>(filters: F) => residual(elu, dropout(0.1), full(filters));
/** A residual block that reads the deepest level left of an encoder. */
const reading = <Name extends string, F extends number, Q>(name: Name, filters: F, mask: Q) =>
  residual(
    fuse(join.concat, skip(name, mask, { join: join.replace }), elu, pointwise(filters)),
    elu,
    dropout(0.1),
    full(filters),
  );
/** Two blocks, both of which later ones may read. */
const stored = <Name extends string, F extends number>(name: Name, filters: F) =>
  seq(plain(filters), tap(name), plain(filters), tap(name));
const deeper = <Name extends string, F extends number>(name: Name, filters: F) =>
  seq(half(filters), stored(name, filters));

/** A residual block that reads a level and the sample of this scale. */
const feedback = <Z extends string>(z: Z) =>
  residual(
    fuse(
      join.concat,
      skip('appearance', psi.none, { join: join.replace }),
      skip(z, psi.none, { level: 1 }),
      elu,
      pointwise(128),
    ),
    elu,
    dropout(0.1),
    full(128),
  );
/** Draws a latent and brings it, and its mean as an output, into reach. */
const posterior = <Z extends string, Mean extends string>(z: Z, mean: Mean) =>
  bring(full(128), output(mean), sample(), tap(z));

const neverRead = 'the published code builds it and never reads it';
/** The second half of the appearance encoder: two latents on the way up. */
const latents = seq(
  pointwise(128),
  reading('appearance', 128, psi.none),
  posterior('z1', 'q1'),
  feedback('z1'),
  grow(512),
  reading('appearance', 128, psi.none),
  posterior('z2', 'q2'),
  unused(neverRead, feedback('z2'), grow(512), reading('appearance', 128, psi.none)),
);

/** The prior of one latent: four groups over a space-to-depth split, each fed the posterior's groups before it. */
const prior = <Z extends string, Groups extends string, Mean extends string>(
  z: Z,
  groups: Groups,
  mean: Mean,
) =>
  seq(
    bring(skip(z, psi.none, { level: 1, join: join.replace }), spaceToDepth(2), tap(groups)),
    bring(
      plain(128),
      spaceToDepth(2),
      autoregressive(4, {
        predict: full(128),
        update: residual(
          fuse(join.concat, skip('group', psi.none, { level: 1, join: join.replace }), elu, pointwise(512)),
          elu,
          dropout(0.1),
          full(512),
        ),
        from: groups,
      }),
      depthToSpace(2),
      output(mean),
    ),
    skip(z, psi.none, { level: 1 }),
    pointwise(128),
  );
const both = <F extends number, Q>(filters: F, mask: Q) =>
  seq(reading('pose', filters, mask), reading('pose', filters, mask));

/** Everything after the pose image, `latents` in reach: seven scales down and up, two of them latent. */
const decoding = <H extends number, W extends number, Q>(height: H, width: W, mask: Q) =>
  seq(
    ...([pointwise(32), stored('pose', 32), deeper('pose', 64), deeper('pose', 128)] as const),
    ...([deeper('pose', 128), deeper('pose', 128), deeper('pose', 128), deeper('pose', 128)] as const),
    pointwise(128),
    ...([reading('pose', 128, mask), prior('z1', 'groups1', 'p1'), reading('pose', 128, mask)] as const),
    grow(512),
    ...([reading('pose', 128, mask), prior('z2', 'groups2', 'p2'), reading('pose', 128, mask)] as const),
    ...([grow(512), both(128, mask), grow(512), both(128, mask), grow(512), both(128, mask)] as const),
    ...([grow(256), both(64, mask), grow(128), both(32, mask), full(3)] as const),
    out(height, width, 3),
  );

/** At Market-1501's size, padded to a square. */
export const variunetMarket = <Q>(mask: Q) =>
  seq(
    input('pose', 128, 128, 3),
    bring(
      input('parts', 64, 64, 24),
      ...([pointwise(64), stored('appearance', 64), deeper('appearance', 128)] as const),
      ...([deeper('appearance', 128), deeper('appearance', 128), deeper('appearance', 128)] as const),
      deeper('appearance', 128),
      latents,
    ),
    decoding(128, 128, mask),
  );
/** At DeepFashion's size. */
export const variunetFashion = <Q>(mask: Q) =>
  seq(
    input('pose', 256, 256, 3),
    bring(
      input('parts', 64, 64, 24),
      ...([pointwise(128), stored('appearance', 128), deeper('appearance', 128)] as const),
      ...([deeper('appearance', 128), deeper('appearance', 128), deeper('appearance', 128)] as const),
      latents,
    ),
    decoding(256, 256, mask),
  );

export const market = model(variunetMarket(psi.none));
export const fashion = model(variunetFashion(psi.none));
export const maskedMarket = model(variunetMarket(psi.dense()));
export const marketOutput: Level<128, 128, 3> = {} as (typeof market)['~model']['outputs']['output'];
export const marketLatent: Level<2, 2, 128> = {} as (typeof market)['~model']['outputs']['q1'];
export const fashionOutput: Level<256, 256, 3> = {} as (typeof fashion)['~model']['outputs']['output'];
export const fashionPrior: Level<8, 8, 128> = {} as (typeof fashion)['~model']['outputs']['p2'];
