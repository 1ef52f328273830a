/**
 * The plain U-Net as a baseline: Ronneberger, Fischer and Brox, MICCAI 2015, with pictures instead of label maps.
 *
 * Ours are the inputs, padding that keeps the size instead of cropping to what is valid, and the tanh at the end.
 */
import {
  conv,
  convTranspose,
  cropTo,
  decoder,
  encoder,
  fuse,
  heNormal,
  input,
  join,
  maxPool,
  model,
  out,
  psi,
  relu,
  seq,
  tanh,
  times,
} from '../dsl/index.js';
import { everywhere, listed, withMasks, type ListedModel } from './listed.js';

const start = { initialiser: heNormal } as const;
const pair = <F extends number>(filters: F) => seq(conv(filters, start), relu, conv(filters, start), relu);
const down = <F extends number>(filters: F) => seq(maxPool(2, { padding: 'same' }), pair(filters));
/* Doubled, then cut to the level that is joined next: the two differ by one where a level is odd. */
const up = <F extends number>(filters: F) =>
  seq(convTranspose(filters, { kernel: 2, ...start }), cropTo('image'));

/**
 * The plain U-Net on source picture, source pose and target pose, early fusion: four halvings, any height and width.
 *
 * Inputs: x_a height×width×3 in [−1, 1], p_a and p_b height×width×18. Output: height×width×3 in (−1, 1). `filters` is
 * the width of the first level (64 in the paper); level k has filters·2ᵏ⁻¹. ψ stands on the four skips.
 */
export const unet = <Height extends number, Width extends number, Filters extends number, Psi>(
  height: Height,
  width: Width,
  filters: Filters,
  psi: Psi,
) =>
  seq(
    input('x_a', height, width, 3),
    fuse(join.concat, input('p_a', height, width, 18)),
    fuse(join.concat, input('p_b', height, width, 18)),
    encoder('image', [
      pair(filters),
      down(times(filters, 2)),
      down(times(filters, 4)),
      down(times(filters, 8)),
    ]),
    down(times(filters, 16)),
    up(times(filters, 8)),
    decoder(
      'image',
      [
        seq(pair(times(filters, 8)), up(times(filters, 4))),
        seq(pair(times(filters, 4)), up(times(filters, 2))),
        seq(pair(times(filters, 2)), up(filters)),
        pair(filters),
      ],
      psi,
    ),
    conv(3, { kernel: 1 }),
    tanh,
    out(height, width, 3),
  );

/** The U-Net's entries in the list of models. */
export const unetModels: readonly ListedModel[] = withMasks(
  listed({
    name: 'unet',
    description: 'a plain U-Net on source picture, source pose and target pose',
    families: everywhere((height, width, filters) => model(unet(height, width, filters, psi.none))),
    smallest: { 'market-1501': [16, 16], deepfashion: [16, 16] },
    filters: 64,
  }),
);
