/**
 * 1. A U-Net, declared.
 *
 * A model is a value. Declaring it computes nothing; the compiler already knows the shape after every layer, and
 * `elaborate` finds the same shapes (and any mistake) at run time.
 */
import { conv, decoder, elaborate, encoder, input, model, out, relu, seq, upsample } from 'maskskip';
import { buildPlan, parameterCounts } from 'maskskip/compile';

/** What every level does. `'same'` keeps the number of channels that comes in. */
const block = seq(conv('same'), relu);
const down = <Filters extends number>(filters: Filters) => seq(conv(filters, { stride: 2 }), relu, block);
const up = <Filters extends number>(filters: Filters) => seq(block, upsample(2), conv(filters), relu);

export const unet = model(
  seq(
    input('x', 64, 32, 3),
    // Each level of the encoder is left open under the name 'image' …
    encoder('image', [seq(conv(16), relu), down(32), down(64)]),
    // … and each level of the decoder begins by joining the deepest one that is left.
    decoder('image', [up(32), up(16), block]),
    conv(3),
    // Costs nothing; the compiler refuses the model if this is not what comes out.
    out(64, 32, 3),
  ),
);

// Faults are values: a `Left` holds all of them, a `Right` the model with its shapes.
const elaborated = elaborate(unet);
if (elaborated._tag === 'Right') {
  const { h, w, c } = elaborated.right.outputs['output']!;
  console.log(`output: ${h}×${w}×${c}`);

  // A plan is the model in primitive operations; each row tells a layer, what comes out of it and what it learns.
  const plan = buildPlan(elaborated.right, { mode: 'infer' });
  if (plan._tag === 'Right') {
    for (const { path, output, parameters } of plan.right.layers) {
      if (parameters > 0) console.log(`${path.padEnd(28)} ${output.join('×').padEnd(12)} ${parameters}`);
    }
    console.log(`parameters: ${parameterCounts(plan.right).parameters}`);
  }
}
