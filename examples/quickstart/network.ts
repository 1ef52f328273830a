/**
 * The quickstart's network: two encoders whose levels meet in every level of the decoder.
 *
 * The image encoder sees the person and their pose; its skips pass through ψ. The pose encoder sees the target pose and
 * has plain skips, as Def-GAN's has: where the target pose enters through a narrow latent vector alone, it is not
 * learned in the few steps of a quickstart.
 */
import { conv, decoder, encoder, fuse, heNormal, input, join, model, out, psi, relu, seq, skip, tanh, upsample } from 'maskskip';

const he = { initialiser: heNormal };
const down = <Filters extends number>(filters: Filters) =>
  seq(conv(filters, { stride: 2, ...he }), relu, conv('same', he), relu);
const rise = <Filters extends number>(filters: Filters) =>
  seq(skip('pose'), conv(filters, he), relu, upsample(2));

/** x_a, p_a, p_b at height × width → the person of x_a in pose p_b, in [−1, 1]. */
export const quickstartNetwork = (height: 64, width: 32) =>
  model(
    seq(
      input('x_a', height, width, 3),
      fuse(join.concat, input('p_a', height, width, 18)),
      encoder('image', [seq(conv(24, he), relu), down(32), down(64), down(96), down(96)]),
      fuse(
        join.concat,
        input('p_b', height, width, 18),
        encoder('pose', [seq(conv(16, he), relu), down(24), down(32), down(48), down(64)]),
      ),
      conv(96, he),
      relu,
      decoder('image', [rise(96), rise(64), rise(48), rise(32), seq(skip('pose'), conv(32, he), relu)], psi.none),
      conv(3),
      tanh,
      out(height, width, 3),
    ),
  );
