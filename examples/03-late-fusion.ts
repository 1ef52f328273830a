/**
 * 3. Two inputs that meet in a latent vector.
 *
 * The picture and the pose are encoded apart; only the picture's levels reach the decoder, through masks. What a
 * network reads is in its type, so a binding that forgets the pose does not compile (see 4).
 */
import {
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
