/**
 * 3. Two inputs that meet in a latent vector.
 *
 * The picture and the pose are encoded apart. In the first network only the picture's levels reach the decoder,
 * through masks; in the second those of both encoders do. What a network reads is in its type, so a binding that
 * forgets the pose does not compile (see 4).
 */
import {
  concat,
  conv,
  decoder,
  dense,
  elaborate,
  encoder,
  flatten,
  fuse,
  input,
  join,
  model,
  psi,
  relu,
  reshape,
  seq,
  skip,
  through,
  upsample,
} from 'maskskip';
import { buildPlan } from 'maskskip/compile';

const level = <Filters extends number>(filters: Filters) => seq(conv(filters, { stride: 2 }), relu);

const lateFusion = model(
  seq(
    input('x_a', 16, 8, 3),
    encoder('image', [level(8), level(16)]),
    flatten,
    dense(32),
    // A branch of its own: it begins with its input and ends where the two vectors are joined.
    fuse(join.concat, input('p_b', 16, 8, 18), encoder('pose', [level(8), level(16)]), flatten, dense(32)),
    dense(4 * 2 * 16),
    reshape(4, 2, 16),
    decoder('image', [seq(conv(8), relu, upsample(2)), seq(conv(8), relu, upsample(2))], psi.dense()),
    conv(3),
  ),
);

const elaborated = elaborate(lateFusion);
if (elaborated._tag === 'Right') {
  for (const [name, { h, w, c }] of Object.entries(elaborated.right.inputs))
    console.log(`reads ${name}: ${h}×${w}×${c}`);

  // In a plan for training, gates pass gradients; in one for inference they are plain thresholds.
  for (const mode of ['infer', 'train'] as const) {
    const plan = buildPlan(elaborated.right, { mode });
    if (plan._tag === 'Right') console.log(`${mode}: ${plan.right.nodes.length} primitive operations`);
  }
  const plan = buildPlan(elaborated.right, { mode: 'infer' });
  if (plan._tag === 'Right') {
    const masks = plan.right.parameters.filter(({ role }) => role === 'mask');
    for (const { path, shape } of masks) console.log(`mask ${path}: ${shape.join('×')}`);
  }
}

// Two encoders, one decoder: a decoder takes the levels of one encoder, further skips inside of it those of another.
// The picture's levels pass through a mask, the pose's as they are.
const picture = through(input('x_a', 16, 8, 3), encoder('image', [level(8), level(16)]));
const pose = through(input('p_b', 16, 8, 18), encoder('pose', [level(8), level(16)]));
const rise = seq(skip('pose'), conv(8), relu, upsample(2));

const bothEncoders = model(
  through(concat(picture, pose), decoder('image', [rise, rise], psi.dense()), conv(3)),
);

const both = elaborate(bothEncoders);
if (both._tag === 'Right') {
  for (const { op, path, input: before, output: after } of both.right.steps) {
    if (op === 'skip') console.log(`${path}: ${before.c} → ${after.c} channels at ${after.h}×${after.w}`);
  }
} else for (const { text } of both.left) console.log(text);
