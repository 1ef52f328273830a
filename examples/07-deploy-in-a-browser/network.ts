/** The network: a U-Net with a mask on every skip, small enough for a page. */
import { conv, decoder, encoder, init, input, model, psi, relu, seq, tanh, upsample } from 'maskskip';

/** Half of each mask is shut to begin with; a trained mask has learned what to shut. */
const masks = psi.dense({ init: init.normal(0.02) });

/** A picture of 64×64 in, another out; colours from −1 to 1. */
export const network = model({
  made: seq(
    input('picture', 64, 64, 3),
    conv(8),
    relu,
    encoder('picture', [seq(conv(8), relu), seq(conv(16, { stride: 2 }), relu), seq(conv(16, { stride: 2 }), relu)]), // prettier-ignore
    conv(16),
    relu,
    decoder('picture', [seq(conv(16), relu, upsample(2)), seq(conv(8), relu, upsample(2)), seq(conv(8), relu)], masks), // prettier-ignore
    conv(3),
    tanh,
  ),
});
