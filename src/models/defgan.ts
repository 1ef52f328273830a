/**
 * Def-GAN: deformable skip connections (Siarohin, Sangineto, Lathuilière, Sebe, CVPR 2018). From the authors' code.
 *
 * Two encoders, of the source's appearance and of the target's pose, meet in the decoder at every level. The four
 * shallow levels of the appearance encoder are moved to the target pose, part by part (`psi.warp`); ψ comes after
 * that. Where the code pads by 1 and convolves, or convolves back and crops by 1, padding 1 stands here. Its instance
 * norm is over height, width and channels at once, with one scale and one offset, and 1e-3 added to the deviation.
 */
import {
  bring,
  conv,
  convTranspose,
  dropout,
  encoder,
  fuse,
  input,
  instanceNorm,
  join,
  leakyRelu,
  model,
  out,
  psi,
  relu,
  seq,
  sigmoid,
  skip,
  tanh,
  times,
} from '../dsl/index.js';
import { everywhere, listed, withMasks, type ListedModel } from './listed.js';

const norm = instanceNorm({ over: 'space-and-channels', epsilon: 1e-3, epsilonTo: 'deviation' });
const halve = <Filters extends number>(filters: Filters) =>
  seq(leakyRelu(0.2), conv(filters, { kernel: 4, stride: 2, padding: 1, bias: false }));
const down = <Filters extends number>(filters: Filters) => seq(halve(filters), norm);
const rise = <Filters extends number>(filters: Filters) =>
  seq(relu, convTranspose(filters, { kernel: 4, stride: 2, padding: 1, bias: false }), norm);
const dropped = <Filters extends number>(filters: Filters) => seq(rise(filters), dropout(0.5));

/** Features before their activation: all but the first and the last level come out of a norm, and are signed. */
const sixLevels = <F extends number>(f: F) =>
  [
    conv(f),
    ...([down(times(f, 2)), down(times(f, 4)), down(times(f, 8)), down(times(f, 8))] as const),
    halve(times(f, 8)),
  ] as const;
const sevenLevels = <F extends number>(f: F) =>
  [
    conv(f),
    ...([down(times(f, 2)), down(times(f, 4)), down(times(f, 8)), down(times(f, 8))] as const),
    ...([down(times(f, 8)), halve(times(f, 8))] as const),
  ] as const;

/** The first block takes the deepest levels alone, so that a skip stands in their place. */
const deepest = { join: join.replace } as const;
/** A decoder's feature, the appearance and the pose. */
const joined = <Q>(mask: Q) => seq(skip('appearance', mask), skip('pose'));

const sixBlocks = <H extends number, W extends number, F extends number, S, D, Q>(
  height: H,
  width: W,
  f: F,
  source: S,
  warp: D,
  mask: Q,
) => {
  const warped = joined(psi.chain(warp, mask));
  return seq(
    source,
    ...([encoder('appearance', sixLevels(f)), skip('appearance', mask, deepest)] as const),
    fuse(
      join.concat,
      ...([
        input('p_b', height, width, 18),
        encoder('pose', sixLevels(f)),
        skip('pose', psi.none, deepest),
      ] as const),
    ),
    ...([dropped(times(f, 8)), joined(mask), dropped(times(f, 8)), warped] as const),
    ...([dropped(times(f, 8)), warped, rise(times(f, 4)), warped, rise(times(f, 2)), warped] as const),
    ...([relu, conv(3), tanh, out(height, width, 3)] as const),
  );
};
const sevenBlocks = <H extends number, W extends number, F extends number, S, D, Q>(
  height: H,
  width: W,
  f: F,
  source: S,
  warp: D,
  mask: Q,
) => {
  const warped = joined(psi.chain(warp, mask));
  return seq(
    source,
    ...([encoder('appearance', sevenLevels(f)), skip('appearance', mask, deepest)] as const),
    fuse(
      join.concat,
      ...([
        input('p_b', height, width, 18),
        encoder('pose', sevenLevels(f)),
        skip('pose', psi.none, deepest),
      ] as const),
    ),
    ...([dropped(times(f, 8)), joined(mask), dropped(times(f, 8)), joined(mask)] as const),
    ...([dropped(times(f, 8)), warped, rise(times(f, 8)), warped] as const),
    ...([rise(times(f, 4)), warped, rise(times(f, 2)), warped] as const),
    ...([relu, conv(3), tanh, out(height, width, 3)] as const),
  );
};

const appearance = <H extends number, W extends number>(height: H, width: W) =>
  seq(input('x_a', height, width, 3), fuse(join.concat, input('p_a', height, width, 18)));
const ofParts = <H extends number, W extends number>(height: H, width: W) =>
  seq(appearance(height, width), bring(input('affines', 1, 10, 8)), bring(input('masks', height, width, 10)));
const ofOne = <H extends number, W extends number>(height: H, width: W) =>
  seq(appearance(height, width), bring(input('affine', 1, 1, 8)));
const partsMoved = psi.warp({ affines: 'affines', masks: 'masks' });
const allMoved = psi.warp({ affines: 'affine', frame: 'x_a' });

const sixPlain = <H extends number, W extends number, F extends number, Q>(
  height: H,
  width: W,
  f: F,
  mask: Q,
) => {
  const skipped = skip('image', mask);
  return seq(
    appearance(height, width),
    fuse(join.concat, input('p_b', height, width, 18)),
    ...([encoder('image', sixLevels(f)), skip('image', mask, deepest)] as const),
    ...([dropped(times(f, 8)), skipped, dropped(times(f, 8)), skipped] as const),
    ...([dropped(times(f, 8)), skipped, rise(times(f, 4)), skipped, rise(times(f, 2)), skipped] as const),
    ...([relu, conv(3), tanh, out(height, width, 3)] as const),
  );
};
const sevenPlain = <H extends number, W extends number, F extends number, Q>(
  height: H,
  width: W,
  f: F,
  mask: Q,
) => {
  const skipped = skip('image', mask);
  return seq(
    appearance(height, width),
    fuse(join.concat, input('p_b', height, width, 18)),
    ...([encoder('image', sevenLevels(f)), skip('image', mask, deepest)] as const),
    ...([dropped(times(f, 8)), skipped, dropped(times(f, 8)), skipped] as const),
    ...([dropped(times(f, 8)), skipped, rise(times(f, 8)), skipped] as const),
    ...([rise(times(f, 4)), skipped, rise(times(f, 2)), skipped] as const),
    ...([relu, conv(3), tanh, out(height, width, 3)] as const),
  );
};

/**
 * The generator with six levels, by its warp: height and width are multiples of 32 (Market-1501: 128×64).
 *
 * Inputs: x_a height×width×3 in [−1, 1], p_a and p_b height×width×18. `mask` moves ten parts and reads affines 1×10×8
 * (target to source, in pixels of x_a) and masks height×width×10 (of the target); `full` moves all by one affine
 * (affine 1×1×8); `none` is the baseline, one encoder of x_a, p_a and p_b and plain skips. Output: height×width×3 in
 * [−1, 1]. `filters` is the width of the first block (64 in the source: 61,109,085 parameters at 128×64, 36,072,533
 * without a warp). ψ stands on all levels of the appearance encoder, after the warp.
 */
export const defganGenerators = {
  none: <Height extends number, Width extends number, Filters extends number, Psi>(
    height: Height,
    width: Width,
    filters: Filters,
    psi: Psi,
  ) => sixPlain(height, width, filters, psi),
  mask: <Height extends number, Width extends number, Filters extends number, Psi>(
    height: Height,
    width: Width,
    filters: Filters,
    psi: Psi,
  ) => sixBlocks(height, width, filters, ofParts(height, width), partsMoved, psi),
  full: <Height extends number, Width extends number, Filters extends number, Psi>(
    height: Height,
    width: Width,
    filters: Filters,
    psi: Psi,
  ) => sixBlocks(height, width, filters, ofOne(height, width), allMoved, psi),
};

/** The generator with seven levels, by its warp: height and width are multiples of 64 (DeepFashion: 256×256). */
export const defganGeneratorsDeep = {
  none: <Height extends number, Width extends number, Filters extends number, Psi>(
    height: Height,
    width: Width,
    filters: Filters,
    psi: Psi,
  ) => sevenPlain(height, width, filters, psi),
  mask: <Height extends number, Width extends number, Filters extends number, Psi>(
    height: Height,
    width: Width,
    filters: Filters,
    psi: Psi,
  ) => sevenBlocks(height, width, filters, ofParts(height, width), partsMoved, psi),
  full: <Height extends number, Width extends number, Filters extends number, Psi>(
    height: Height,
    width: Width,
    filters: Filters,
    psi: Psi,
  ) => sevenBlocks(height, width, filters, ofOne(height, width), allMoved, psi),
};

/**
 * The discriminator: how probable it is that x_b is real, given x_a and the poses, for each patch.
 *
 * Inputs: x_a, p_a, x_b and p_b, joined in this order. Output: 3×1×1 at 128×64, 7×7×1 at 256×256, in [0, 1]. The first
 * convolution is not padded. `filters` is its width (64 in the source: 2,803,782 parameters).
 */
export const defganDiscriminator = <Height extends number, Width extends number, Filters extends number>(
  height: Height,
  width: Width,
  filters: Filters,
) =>
  seq(
    appearance(height, width),
    fuse(join.concat, input('x_b', height, width, 3)),
    fuse(join.concat, input('p_b', height, width, 18)),
    conv(filters, { kernel: 4, stride: 2, padding: 0 }),
    ...([
      down(times(filters, 2)),
      down(times(filters, 4)),
      down(times(filters, 8)),
      halve(1),
      sigmoid,
    ] as const),
  );

/* Of two rows and columns at the deepest level, so that a mask of 2×2 cells stands there too. */
const smallest = { 'market-1501': [64, 64], deepfashion: [128, 128] } as const;

/** Def-GAN's entries in the list of models. */
export const defganModels: readonly ListedModel[] = [
  ...withMasks(
    listed({
      name: 'defgan-generator',
      description: 'Def-GAN: appearance and pose encoders, skips deformed by ten masked affines',
      families: {
        'market-1501': (height, width, filters) =>
          model(defganGenerators.mask(height, width, filters, psi.none)),
        deepfashion: (height, width, filters) =>
          model(defganGeneratorsDeep.mask(height, width, filters, psi.none)),
      },
      smallest,
      filters: 64,
      masked: 'appearance',
    }),
  ),
  ...withMasks(
    listed({
      name: 'defgan-baseline-generator',
      description: 'Def-GAN without a warp: one encoder of both poses, plain skips',
      families: {
        'market-1501': (height, width, filters) =>
          model(defganGenerators.none(height, width, filters, psi.none)),
        deepfashion: (height, width, filters) =>
          model(defganGeneratorsDeep.none(height, width, filters, psi.none)),
      },
      smallest,
      filters: 64,
    }),
  ),
  listed({
    name: 'defgan-discriminator',
    description: 'Def-GAN: a patch discriminator of both pictures and both poses',
    families: everywhere((height, width, filters) => model(defganDiscriminator(height, width, filters))),
    smallest: { 'market-1501': [34, 34], deepfashion: [34, 34] },
    filters: 64,
  }),
];
