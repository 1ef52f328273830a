/**
 * VDG and VDG_np, Stage I: the view-disentangled generator (Lakhal, Lanz, Cavallaro, ECCV Workshops 2018).
 *
 * Neither code nor full text is public. The layer table is *inferred*: PG2's G1 (whose first block, 128×64×128, is the
 * one the seed paper prints) split into an image and a pose encoder that meet in a latent vector. Widths, latent size
 * and linear output are part of that inference.
 */
import {
  ceilDivide,
  conv,
  decoder,
  dense,
  encoder,
  flatten,
  fuse,
  input,
  join,
  model,
  out,
  psi,
  relu,
  reshape,
  residual,
  seq,
  times,
  upsample,
} from '../dsl/index.js';
import { listed, withMasks, type ListedModel } from './listed.js';

/** Two 3×3 convolutions with relu and the block's input added after the second relu. */
const block = residual(conv('same'), relu, conv('same'), relu);
const down = <Filters extends number>(filters: Filters) => seq(conv(filters, { stride: 2 }), relu, block);
const rise = <Filters extends number>(filters: Filters) =>
  seq(block, upsample(2), conv(filters, { kernel: 1 }), relu);

/** The latent vector of each encoder, as PG2's. */
const latent = 64;

/**
 * VDG, Stage I, with five levels: height and width are multiples of 16 (Market-1501: 128×64).
 *
 * Inputs: x_a height×width×3 in [−1, 1], p_a and p_b height×width×18. Output: height×width×3, linear. `filters` is the
 * width of the first block (128 in the reference: 94,512,899 parameters at 128×64); level k has k·filters. ψ stands on
 * the image encoder's skips.
 */
export const vdgStage1 = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) =>
  seq(
    input('x_a', height, width, 3),
    fuse(join.concat, input('p_a', height, width, 18)),
    fiveLevels(height, width, filters, psi),
  );

/** VDG_np, Stage I, with five levels: the image encoder sees no source pose. */
export const vdgNpStage1 = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) => seq(input('x_a', height, width, 3), fiveLevels(height, width, filters, psi));

/** VDG, Stage I, with six levels: height and width are multiples of 32 (DeepFashion: 256×256). */
export const vdgStage1Deep = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) =>
  seq(
    input('x_a', height, width, 3),
    fuse(join.concat, input('p_a', height, width, 18)),
    sixLevels(height, width, filters, psi),
  );

/** VDG_np, Stage I, with six levels. */
export const vdgNpStage1Deep = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) => seq(input('x_a', height, width, 3), sixLevels(height, width, filters, psi));

const fiveWidths = <F extends number>(f: F) =>
  [block, down(times(f, 2)), down(times(f, 3)), down(times(f, 4)), down(times(f, 5))] as const;
const sixWidths = <F extends number>(f: F) => [...fiveWidths(f), down(times(f, 6))] as const;

const fiveLevels = <H extends number, W extends number, F extends number, Q>(
  height: H,
  width: W,
  filters: F,
  psi: Q,
) =>
  seq(
    conv(filters),
    relu,
    encoder('image', fiveWidths(filters)),
    flatten,
    dense(latent),
    fuse(
      join.concat,
      input('p_b', height, width, 18),
      conv(filters),
      relu,
      encoder('pose', fiveWidths(filters)),
      flatten,
      dense(latent),
    ),
    dense(times(times(ceilDivide(height, 16), ceilDivide(width, 16)), filters)),
    reshape(ceilDivide(height, 16), ceilDivide(width, 16), filters),
    decoder(
      'image',
      [rise(times(filters, 4)), rise(times(filters, 3)), rise(times(filters, 2)), rise(filters), block],
      psi,
    ),
    conv(3),
    out(height, width, 3),
  );

const sixLevels = <H extends number, W extends number, F extends number, Q>(
  height: H,
  width: W,
  filters: F,
  psi: Q,
) =>
  seq(
    conv(filters),
    relu,
    encoder('image', sixWidths(filters)),
    flatten,
    dense(latent),
    fuse(
      join.concat,
      input('p_b', height, width, 18),
      conv(filters),
      relu,
      encoder('pose', sixWidths(filters)),
      flatten,
      dense(latent),
    ),
    dense(times(times(ceilDivide(height, 32), ceilDivide(width, 32)), filters)),
    reshape(ceilDivide(height, 32), ceilDivide(width, 32), filters),
    decoder(
      'image',
      [
        rise(times(filters, 5)),
        rise(times(filters, 4)),
        rise(times(filters, 3)),
        rise(times(filters, 2)),
        rise(filters),
        block,
      ],
      psi,
    ),
    conv(3),
    out(height, width, 3),
  );

const smallest = { 'market-1501': [16, 16], deepfashion: [32, 32] } as const;

/** VDG's entries in the list of models. */
export const vdgModels: readonly ListedModel[] = [
  listed({
    name: 'vdg-stage1',
    description: 'VDG, Stage I: image and pose encoder fused in a latent vector (layer table inferred)',
    families: {
      'market-1501': (height, width, filters) => model(vdgStage1(height, width, filters, psi.none)),
      deepfashion: (height, width, filters) => model(vdgStage1Deep(height, width, filters, psi.none)),
    },
    smallest,
    filters: 128,
  }),
  listed({
    name: 'vdg-np-stage1',
    description: 'VDG_np, Stage I: as VDG, without the source pose (layer table inferred)',
    families: {
      'market-1501': (height, width, filters) => model(vdgNpStage1(height, width, filters, psi.none)),
      deepfashion: (height, width, filters) => model(vdgNpStage1Deep(height, width, filters, psi.none)),
    },
    smallest,
    filters: 128,
  }),
].flatMap(withMasks);
