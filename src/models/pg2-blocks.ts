/**
 * PG2's building blocks (Ma et al., NIPS 2017): what its G1 is made of, and what follows it (VDG by inference, PDIG).
 *
 * Level k has k·filters channels; the residual is added after the second relu and nothing follows it; what comes out of
 * a block is what skips read. No norms, Glorot-uniform kernels, biases from 0.
 */
import {
  ceilDivide,
  conv,
  decoder,
  dense,
  out,
  relu,
  reshape,
  residual,
  seq,
  times,
  upsample,
} from '../dsl/index.js';

/** Two 3×3 convolutions with relu, and the block's input added after the second relu. */
export const block = residual(conv('same'), relu, conv('same'), relu);

/** One level down: half the height and width, then a block. */
export const down = <Filters extends number>(filters: Filters) =>
  seq(conv(filters, { stride: 2 }), relu, block);

/** One level up: a block on what was joined, twice the height and width, then a 1×1 convolution. */
export const rise = <Filters extends number>(filters: Filters) =>
  seq(block, upsample(2), conv(filters, { kernel: 1 }), relu);

/** The length of the latent vector. */
export const latent = 64;

/** Levels on the way down and up, and the number by which height and width are divided on the way. */
export interface Levels<
  Downs extends readonly unknown[],
  Rises extends readonly unknown[],
  By extends number,
> {
  readonly downs: Downs;
  readonly rises: Rises;
  readonly by: By;
}

const fiveDowns = <F extends number>(f: F) =>
  [block, down(times(f, 2)), down(times(f, 3)), down(times(f, 4)), down(times(f, 5))] as const;
const fiveRises = <F extends number>(f: F) =>
  [rise(times(f, 4)), rise(times(f, 3)), rise(times(f, 2)), rise(f), block] as const;

/** Five levels, for Market-1501. */
export const fiveLevels = <Filters extends number>(filters: Filters) =>
  ({ downs: fiveDowns(filters), rises: fiveRises(filters), by: 16 }) as const;

/** Six levels, for DeepFashion. */
export const sixLevels = <Filters extends number>(filters: Filters) =>
  ({
    downs: [...fiveDowns(filters), down(times(filters, 6))],
    rises: [rise(times(filters, 5)), ...fiveRises(filters)],
    by: 32,
  }) as const;

/** From a latent vector to the picture, with skips of the encoder `image`: layers for a chain of height×width. */
export const fromLatent = <
  Height extends number,
  Width extends number,
  Filters extends number,
  Psi,
  Rises extends readonly unknown[],
  By extends number,
>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
  { rises, by }: Levels<readonly unknown[], Rises, By>,
) =>
  [
    dense(times(times(ceilDivide(height, by), ceilDivide(width, by)), filters)),
    reshape(ceilDivide(height, by), ceilDivide(width, by), filters),
    decoder('image', rises, psi),
    conv(3),
    out(height, width, 3),
  ] as const;
