/**
 * PDIG's networks (Ma et al. 2018), shapes and parameters only: does the language carry them?
 *
 * Market-1501: seven part crops through one shared branch, a background branch, a code tiled over the pose, a U-Net.
 * DeepFashion: the same without background. Then the pose auto-encoder with its rounding, and the samplers.
 */
import {
  bring,
  concat,
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
  named,
  out,
  output,
  parts,
  psi,
  region,
  relu,
  reshape,
  residual,
  round,
  seq,
  sigmoid,
  through,
  tile,
  upsample,
  type Level,
} from '../../../src/dsl/index.js';

const block = residual(conv('same'), relu, conv('same'), relu);
const down = <F extends number>(filters: F) => seq(conv(filters, { stride: 2 }), relu, block);
const rise = <F extends number>(filters: F) => seq(block, upsample(2), conv(filters, { kernel: 1 }), relu);
const five = [block, down(256), down(384), down(512), down(640)] as const;

/** PG2's U-Net with five levels on whatever comes in. */
const unet = <H extends number, W extends number, LH extends number, LW extends number, Q>(
  height: H,
  width: W,
  latentHeight: LH,
  latentWidth: LW,
  latent: 4096 | 32768,
  mask: Q,
) =>
  seq(
    conv(128),
    relu,
    encoder('code', five),
    flatten,
    dense(64),
    dense(latent),
    reshape(latentHeight, latentWidth, 128),
    decoder('code', [rise(512), rise(384), rise(256), rise(128), block], mask),
    conv(3),
    out(height, width, 3),
  );

const stem = through(input('x', 128, 64, 3), conv(128), relu, block);
const foreground = through(
  stem,
  fuse(join.multiply, input('person', 128, 64, 1)),
  bring(input('boxes', 1, 7, 4)),
  bring(input('seen', 1, 1, 7)),
  parts(
    7,
    region({ boxes: 'boxes', height: 48, width: 48, visibility: 'seen' }),
    ...five,
    flatten,
    dense(32),
  ),
);
const background = through(
  stem,
  fuse(join.multiply, input('surroundings', 128, 64, 1)),
  named('background', ...five, flatten, dense(128)),
);
const marketCode = through(concat(foreground, background), output('code'));
/** Stage I at Market-1501's size. */
export const market = model(
  through(
    marketCode,
    tile(128, 64),
    fuse(join.concat, input('p', 128, 64, 18)),
    named('image', unet(128, 64, 8, 4, 4096, psi.none)),
  ),
);

const seven = [...five, down(768), down(896)] as const;
const fashionCode = through(
  input('x', 256, 256, 3),
  conv(128),
  relu,
  block,
  fuse(join.multiply, input('person', 256, 256, 1)),
  bring(input('boxes', 1, 7, 4)),
  bring(input('seen', 1, 1, 7)),
  parts(
    7,
    region({ boxes: 'boxes', height: 64, width: 64, visibility: 'seen' }),
    ...seven,
    flatten,
    dense(32),
  ),
);
/** Stage I at DeepFashion's size. */
export const fashion = model(
  through(
    fashionCode,
    tile(256, 256),
    fuse(join.concat, input('p', 256, 256, 18)),
    named('image', unet(256, 256, 16, 16, 32768, psi.none)),
  ),
);
export const marketCodeLength: Level<1, 1, 352> = {} as (typeof market)['~model']['outputs']['code'];
export const marketOutput: Level<128, 64, 3> = {} as (typeof market)['~model']['outputs']['output'];
export const fashionOutput: Level<256, 256, 3> = {} as (typeof fashion)['~model']['outputs']['output'];

const four = <F extends number>(width: F) => {
  const pair = residual(dense(width), leakyRelu(0.2), dense(width), leakyRelu(0.2));
  return seq(pair, pair, pair, pair);
};
export const poseEncoder = model(
  seq(input('keypoints', 1, 1, 54), dense(512), leakyRelu(0.2), four(512), dense(32)),
);
const poseTrunk = through(input('code', 1, 1, 32), dense(512), four(512));
export const poseDecoder = model({
  coordinates: through(poseTrunk, dense(36)),
  visibilities: through(poseTrunk, dense(18), sigmoid, round),
});
const sampler = <C extends number, F extends number>(length: C, width: F) =>
  seq(input('z', 1, 1, length), dense(width), leakyRelu(0.2), four(width), dense(length));
export const foregroundSampler = model(sampler(224, 512));
export const backgroundSampler = model(sampler(128, 256));
export const poseSampler = model(sampler(32, 512));
const critic = <C extends number>(length: C) =>
  seq(
    input('code', 1, 1, length),
    dense(512),
    leakyRelu(0.2),
    dense(512),
    leakyRelu(0.2),
    dense(512),
    leakyRelu(0.2),
    dense(512),
    leakyRelu(0.2),
    dense(1),
  );
export const foregroundCritic = model(critic(224));
export const backgroundCritic = model(critic(128));
export const poseCritic = model(critic(32));
