/**
 * 2. Masks on the skips.
 *
 * What passes along a skip is decided by ψ. The four networks of the paper are one declaration and four ψ.
 */
import {
  conv,
  decoder,
  elaborate,
  encoder,
  input,
  model,
  psi,
  relu,
  seq,
  upsample,
  withPsi,
  type AnyModel,
} from 'maskskip';
import { buildPlan, parameterCounts } from 'maskskip/compile';

const declare = (width: number) =>
  model(
    seq(
      input('x', 64, width, 3),
      encoder('image', [
        seq(conv(8), relu),
        seq(conv(16, { stride: 2 }), relu),
        seq(conv(32, { stride: 2 }), relu),
      ]),
      decoder('image', [seq(conv(16), relu, upsample(2)), seq(conv(8), relu, upsample(2)), conv(8)]),
      conv(3),
    ),
  );
const unet = declare(32);

const variants: Readonly<Record<string, AnyModel>> = {
  UNet: unet,
  // One mask value per pixel and channel, per pixel, and per cell of 4×4 pixels.
  mUNet: withPsi(unet, psi.dense()),
  mUNet_o: withPsi(unet, psi.one()),
  mUNet_g: withPsi(unet, psi.grid(4, 4)),
};

for (const [name, variant] of Object.entries(variants)) {
  const elaborated = elaborate(variant);
  if (elaborated._tag === 'Left') continue;
  const plan = buildPlan(elaborated.right, { mode: 'infer' });
  if (plan._tag === 'Left') continue;
  const { parameters, maskParameters } = parameterCounts(plan.right);
  console.log(`${name.padEnd(8)} ${parameters} parameters, ${maskParameters} of them masks`);
}

// A width of 30 halves to 15 and then to 8, which comes back as 16: the skip does not fit. Had `declare` been given
// its width as a literal, the compiler would say this very line; here the width is a `number`, so `elaborate` does.
const wrong = elaborate(declare(30));
if (wrong._tag === 'Left') for (const { text } of wrong.left) console.log(text);
