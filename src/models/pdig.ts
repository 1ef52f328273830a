/**
 * PDIG, Stage I: disentangled person image generation (Ma, Sun, Georgoulis, Van Gool, Schiele, Fritz, CVPR 2018).
 *
 * After the released code. A picture is taken apart into the codes of seven body parts and of the background, the pose
 * is given; a U-Net as PG2's makes the picture again from both. There are no pairs: in training the pose is the
 * picture's own, in the pair test it is the target's. No norms; Glorot-uniform kernels, biases from 0. The adversary of
 * Stage I is PG2's for Market-1501, at both data sets. Stage II, which draws codes, is in `pdig-codes.ts`.
 */
import {
  bring,
  ceilDivide,
  channelsFirst,
  conv,
  dense,
  encoder,
  flatten,
  fuse,
  input,
  join,
  model,
  named,
  out,
  output,
  parts,
  psi,
  region,
  relu,
  reshape,
  seq,
  skip,
  tap,
  tile,
  times,
} from '../dsl/index.js';
import { listed, withMasks, type ListedModel } from './listed.js';
import { judging, start } from './pg2.js';
import { block, down, fiveLevels, fromLatent, latent } from './pg2-blocks.js';

/** Head, upper body, lower body, left arm, right arm, left leg, right leg. */
const partCount = 7;
/** The lengths of a part's code and of the background's. */
const partCode = 32;
const backgroundCode = 128;

/** The picture's features, with the parts' boxes and visibilities in reach. */
const features = <H extends number, W extends number, F extends number>(height: H, width: W, filters: F) =>
  seq(
    input('x_a', height, width, 3),
    conv(filters),
    relu,
    block,
    bring(input('boxes_a', 1, partCount, 4)),
    bring(input('seen_a', 1, 1, partCount)),
  );

/** The codes of the parts, side by side: each cut out, resized and sent through one branch, 0 where it is not seen. */
const partCodes = <Cut extends number, Downs extends readonly unknown[]>(cut: Cut, downs: Downs) =>
  seq(
    parts(
      partCount,
      region({ boxes: 'boxes_a', height: cut, width: cut, visibility: 'seen_a' }),
      named('branch', ...downs),
      flatten,
      dense(partCode),
    ),
    output('foreground'),
  );

/** The parts' codes and, after them, the background's. */
const bothCodes = seq(skip('foreground', psi.none, { join: join.replace }), skip('background'));

/** From a code to the picture: the code at every place, beside the pose, through PG2's U-Net of five levels. */
const picture = <H extends number, W extends number, F extends number, Q>(
  height: H,
  width: W,
  filters: F,
  mask: Q,
) =>
  seq(
    tile(height, width),
    fuse(join.concat, input('p_b', height, width, 18)),
    named(
      'unet',
      conv(filters),
      relu,
      encoder('image', fiveLevels(filters).downs),
      flatten,
      dense(latent),
      ...fromLatent(height, width, filters, mask, fiveLevels(filters)),
    ),
  );

/**
 * PDIG's Stage I for Market-1501: foreground and background. Height and width are multiples of 16.
 *
 * Inputs: x_a height×width×3 in [−1, 1]; p_b height×width×18; mask_a height×width×1, 1 on the person (a mask of radius 7,
 * which the source's files call 6), else 0; boxes_a 1×7×4, each part's y1, x1, y2, x2 in pixels divided by height and width (TensorFlow's crops
 * read them as shares of height − 1 and width − 1, and so does this); seen_a 1×1×7, 1 where a part is seen, else 0.
 * Outputs: `output` height×width×3, linear; the codes `foreground` 1×1×224 and `background` 1×1×128, which Stage II draws.
 * `filters` is the width of the first block (128 in the source: 118,549,859 parameters at 128×64); codes keep their
 * lengths and crops their 48×48. ψ stands on the U-Net's skips.
 *
 * @example
 * ```ts
 * const disentangled = model(pdigStage1(128, 64, 128, psi.none));
 * ```
 */
export const pdigStage1 = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) =>
  seq(
    features(height, width, filters),
    bring(
      fuse(join.multiply, input('mask_a', height, width, 1)),
      partCodes(48, fiveLevels(filters).downs),
      tap('foreground'),
    ),
    fuse(join.subtract, fuse(join.multiply, input('mask_a', height, width, 1))),
    named('background', named('branch', ...fiveLevels(filters).downs), flatten, dense(backgroundCode)),
    output('background'),
    tap('background'),
    bothCodes,
    picture(height, width, filters, psi),
  );

/**
 * PDIG's Stage I for DeepFashion: foreground only, and no mask. Height and width are multiples of 16.
 *
 * Inputs: as `pdigStage1` without mask_a. Outputs: `output` height×width×3, linear, and the code `foreground` 1×1×224.
 * Crops of 64×64 go through seven levels (140,229,219 parameters at 256×256 and 128 filters). The source draws codes
 * (its Stage II) from crops of 48×48, with the same weights.
 */
export const pdigStage1Deep = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) =>
  seq(
    features(height, width, filters),
    partCodes(64, [...fiveLevels(filters).downs, down(times(filters, 6)), down(times(filters, 7))] as const),
    picture(height, width, filters, psi),
  );

/**
 * The second half of Stage I alone: a code of 1×1×length (Market-1501: foreground, then background, 352; DeepFashion: 224)
 * and p_b height×width×18 to the picture. Its parameters are Stage I's under `unet`, by the same names: with them it shows
 * what codes that were drawn look like.
 */
export const pdigFromCode = <
  Height extends number,
  Width extends number,
  Length extends number,
  Filters extends number,
  Psi,
>(
  height: Height,
  width: Width,
  length: Length,
  filters: Filters,
  psi: Psi,
) => seq(input('code', 1, 1, length), picture(height, width, filters, psi));

/**
 * The adversary of PDIG's Stage I for DeepFashion: PG2's for Market-1501 on a larger picture, which it judges by eight
 * logits. The source lays the channels before the last layer out as vectors of the length that they have at 128×64: at
 * 256×256 eight of them, each of an eighth of the channels, and all read by the same weights (4,324,737 parameters).
 *
 * Input: x_b height×width×3, multiples of 16. Output: 8×1×1. `filters` is 64 in the source.
 */
export const pdigDiscriminatorDeep = <Height extends number, Width extends number, Filters extends number>(
  height: Height,
  width: Width,
  filters: Filters,
) =>
  seq(
    judging(height, width, filters),
    channelsFirst,
    reshape(8, 1, times(times(ceilDivide(height, 16), ceilDivide(width, 16)), filters)),
    conv(1, { kernel: 1, ...start }),
    out(8, 1, 1),
  );

/** The entries of PDIG's Stage I in the list of models. */
export const pdigStage1Models: readonly ListedModel[] = withMasks(
  listed({
    name: 'pdig-stage1',
    description: 'PDIG, Stage I: codes of seven body parts and of the background, tiled over the pose',
    families: {
      'market-1501': (height, width, filters) => model(pdigStage1(height, width, filters, psi.none)),
      deepfashion: (height, width, filters) => model(pdigStage1Deep(height, width, filters, psi.none)),
    },
    smallest: { 'market-1501': [16, 16], deepfashion: [16, 16] },
    smallestInCells: { 'market-1501': [32, 32], deepfashion: [32, 32] },
    filters: 128,
    masked: 'image',
  }),
);
