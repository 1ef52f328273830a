/**
 * The quickstart's network: two encoders whose levels meet in every level of the decoder.
 *
 * The image encoder sees the person and their pose; its skips pass through ψ. The pose encoder sees the target pose and
 * has plain skips, as Def-GAN's has: where the target pose enters through a narrow latent vector alone, it is not
 * learned in the few steps of a quickstart.
 */
import {
  conv,
  decoder,
  encoder,
  fuse,
  heNormal,
  input,
  join,
  model,
  out,
  psi,
  relu,
  seq,
  skip,
  tanh,
  times,
  upsample,
} from 'maskskip';

const he = { initialiser: heNormal };
const down = <Filters extends number>(filters: Filters) =>
  seq(conv(filters, { stride: 2, ...he }), relu, conv('same', he), relu);
const rise = <Filters extends number>(filters: Filters) =>
  seq(skip('pose'), conv(filters, he), relu, upsample(2));

/**
 * x_a, p_a, p_b at height × width → the person of x_a in pose p_b, in [−1, 1]. Every width is a multiple of `filters`,
 * and the compiler knows each of them.
 */
export const quickstartNetwork = <const Filters extends number>(height: 64, width: 32, filters: Filters) =>
  model(
    seq(
      input('x_a', height, width, 3),
      fuse(join.concat, input('p_a', height, width, 18)),
      encoder('image', [
        seq(conv(times(filters, 3), he), relu),
        down(times(filters, 4)),
        down(times(filters, 8)),
        down(times(filters, 12)),
        down(times(filters, 12)),
      ]),
      fuse(
        join.concat,
        input('p_b', height, width, 18),
        encoder('pose', [
          seq(conv(times(filters, 2), he), relu),
          down(times(filters, 3)),
          down(times(filters, 4)),
          down(times(filters, 6)),
          down(times(filters, 8)),
        ]),
      ),
      conv(times(filters, 12), he),
      relu,
      decoder(
        'image',
        [
          rise(times(filters, 12)),
          rise(times(filters, 8)),
          rise(times(filters, 6)),
          rise(times(filters, 4)),
          seq(skip('pose'), conv(times(filters, 4), he), relu),
        ],
        psi.none,
      ),
      conv(3),
      tanh,
      out(height, width, 3),
    ),
  );

/** The network's type; it is the same for all widths. */
export type QuickstartNetwork = ReturnType<typeof quickstartNetwork>;
