/**
 * VDG and VDG_np, Stage I: the view-disentangled generator (Lakhal, Lanz, Cavallaro, ECCV Workshops 2018).
 *
 * Neither code nor full text is public. The layer table is *inferred*: PG2's G1 (whose first block, 128×64×128, is the
 * one the seed paper prints) split into an image and a pose encoder that meet in a latent vector. Widths, latent size
 * and linear output are part of that inference.
 */
import { conv, dense, encoder, flatten, fuse, input, join, model, psi, relu, seq } from '../dsl/index.js';
import { fiveLevels, fromLatent, latent, sixLevels, type Levels } from './pg2-blocks.js';
import { listed, withMasks, type ListedModel } from './listed.js';
import { criticism, refinement } from './pg2.js';

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
    stage1(height, width, filters, psi, fiveLevels(filters)),
  );

/** VDG_np, Stage I, with five levels: the image encoder sees no source pose. */
export const vdgNpStage1 = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) => seq(input('x_a', height, width, 3), stage1(height, width, filters, psi, fiveLevels(filters)));

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
    stage1(height, width, filters, psi, sixLevels(filters)),
  );

/** VDG_np, Stage I, with six levels. */
export const vdgNpStage1Deep = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) => seq(input('x_a', height, width, 3), stage1(height, width, filters, psi, sixLevels(filters)));

/* From the image encoder's input to the picture; layers for a chain, so that messages count them as they stand. */
const stage1 = <
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
    conv(filters),
    relu,
    encoder('image', levels.downs),
    flatten,
    dense(latent),
    fuse(
      join.concat,
      input('p_b', height, width, 18),
      conv(filters),
      relu,
      encoder('pose', levels.downs),
      flatten,
      dense(latent),
    ),
    ...fromLatent(height, width, filters, psi, levels),
  );

const smallest = { 'market-1501': [16, 16], deepfashion: [32, 32] } as const;
const smallestInCells = { 'market-1501': [32, 32], deepfashion: [64, 64] } as const;

/** VDG's Stage II and adversary, *inferred*: nothing of them is public but that Stage II has no dense layer. */
export {
  pg2Discriminator as vdgDiscriminator,
  pg2DiscriminatorDeep as vdgDiscriminatorDeep,
  pg2G2 as vdgStage2,
  pg2G2Deep as vdgStage2Deep,
} from './pg2.js';

/** VDG's entries in the list of models. */
export const vdgModels: readonly ListedModel[] = [
  ...[
    listed({
      name: 'vdg-stage1',
      description: 'VDG, Stage I: image and pose encoder fused in a latent vector (layer table inferred)',
      families: {
        'market-1501': (height, width, filters) => model(vdgStage1(height, width, filters, psi.none)),
        deepfashion: (height, width, filters) => model(vdgStage1Deep(height, width, filters, psi.none)),
      },
      smallest,
      smallestInCells,
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
      smallestInCells,
      filters: 128,
    }),
    listed({
      name: 'vdg-stage2',
      description: "VDG, Stage II: what to add to Stage I's picture, and the sum (inferred: PG2's G2)",
      ...refinement,
    }),
  ].flatMap(withMasks),
  listed({
    name: 'vdg-discriminator',
    description: "VDG, the adversary: one logit for a picture (inferred: PG2's discriminator)",
    ...criticism,
  }),
];
