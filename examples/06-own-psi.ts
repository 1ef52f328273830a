/**
 * 6. A ψ of your own.
 *
 * What stands on a skip is a value too, and it may read more than the skipped level: here an attention gate (Oktay et
 * al. 2018) looks at the decoder's feature, and a mask is gated by a pose. Both get training, checking and every
 * target from the primitives that they are written in.
 */
import {
  bring,
  conv,
  elaborate,
  encoder,
  init,
  input,
  model,
  psi,
  relu,
  seq,
  skip,
  surrogate,
  through,
  upsample,
  withPsi,
  type AnyModel,
} from 'maskskip';
import {
  differsInSpace,
  ops,
  showLevel,
  type DiffersInSpace,
  type Inputs,
  type KeepsShape,
  type Level,
  type Lowering,
  type Psi,
  type PsiRule,
  type ShowShape,
  type Value,
} from 'maskskip/extend';
import { glorotUniform } from 'maskskip';
import { buildPlan, parameterCounts } from 'maskskip/compile';

const pointwise = (x: Value, name: string, filters: number, lowering: Lowering): Value =>
  ops.conv2d(
    x,
    lowering.parameter({ name, shape: [1, 1, Number(x.shape[3]), filters], initialiser: glorotUniform }),
    { strides: [1, 1], padding: [[0, 0], [0, 0]] }, // prettier-ignore
  );

// An attention gate: ψ(f) = f ⊙ σ(w·relu(W_f f + W_d d)), d the decoder's feature. Its rule keeps the level's shape.
interface Attention extends Psi<KeepsShape> {
  readonly name: 'attention';
  readonly filters: number;
}
const attention = (filters: number): Attention =>
  psi.define<Attention>(
    { name: 'attention', filters },
    {
      options: { filters },
      forward: ({ feature, decoder }, { lowering }) => {
        const both = ops.add(
          pointwise(feature, 'feature', filters, lowering),
          pointwise(decoder, 'decoder', filters, lowering),
        );
        const map = ops.sigmoid(pointwise(ops.relu(both), 'map', 1, lowering));
        return ops.multiply(feature, map);
      },
    },
  );

// A mask that a pose moves: ψ(f) = f ⊙ 1[f·(M + pose) ≥ 0]. The rule asks that an input 'pose' of the level's size
// with one channel is in reach; the surrogate is what stands in for the threshold's gradient.
interface Posed extends Psi<PosedRule> {
  readonly name: 'posed';
}
interface PosedRule extends PsiRule {
  readonly out: this['inputs'] extends Inputs
    ? PosedOut<this['feature'], this['inputs']['pose'] extends Level ? this['inputs']['pose'] : undefined>
    : never;
}
type PosedOut<E extends Level, P> =
  P extends Level<infer H, infer W, infer C>
    ? [DiffersInSpace<H, W, E['h'], E['w']>] extends [never]
      ? E
      : `✗ A01 posed: pose is ${ShowShape<H, W, C>}, the level ${ShowShape<E['h'], E['w'], E['c']>} (${DiffersInSpace<H, W, E['h'], E['w']>}); bring a pose of the level's size`
    : "✗ A01 posed: no input 'pose' in reach; bring(input('pose', …)) first";
const flaw = (body: string, fix: string) => ({ rule: 'A01', body, got: 'another', wanted: 'a pose', fix });
const posed = psi.define<Posed>(
  { name: 'posed' },
  {
    init: init.normal(0.02),
    surrogate: surrogate.sigmoid,
    shape: ({ feature, inputs }) => {
      const pose = inputs['pose'];
      if (pose === undefined) {
        return {
          level: feature,
          flaws: [flaw("posed: no input 'pose' in reach", "bring(input('pose', …)) first")],
        };
      }
      const pair = differsInSpace(pose, feature);
      return {
        level: feature,
        flaws:
          pair === undefined
            ? []
            : [
                flaw(
                  `posed: pose is ${showLevel(pose)}, the level ${showLevel(feature)} (${pair})`,
                  "bring a pose of the level's size",
                ),
              ],
      };
    },
    forward: ({ feature, inputs }, { mask, gate }) => {
      const shape = feature.shape.slice(1).map(Number);
      const moved = ops.add(mask(shape), inputs['pose']!);
      return ops.multiply(feature, gate(ops.multiply(feature, moved)));
    },
  },
);

const unet = model(
  seq(
    input('x', 32, 32, 3),
    bring(input('pose', 16, 16, 1)),
    encoder('image', [
      seq(conv(8), relu),
      seq(conv(16, { stride: 2 }), relu),
      seq(conv(32, { stride: 2 }), relu),
    ]),
    skip('image'),
    conv(16),
    relu,
    upsample(2),
    skip('image', posed),
    conv(8),
    relu,
    upsample(2),
    skip('image'),
    conv(3),
  ),
);

const report = (name: string, declared: AnyModel): void => {
  const elaborated = elaborate(declared);
  if (elaborated._tag === 'Left') {
    for (const { text } of elaborated.left) console.log(text);
    return;
  }
  const plan = buildPlan(elaborated.right, { mode: 'train' });
  if (plan._tag === 'Left') return;
  const { parameters, maskParameters } = parameterCounts(plan.right);
  console.log(`${name.padEnd(18)} ${parameters} parameters, ${maskParameters} of them masks`);
};
report('posed at level 2', unet);
report('attention', withPsi(unet, attention(8)));

// At level 1 the pose has another size: refused in the editor, and at run time in the same words.
const wrong = through(
  input('x', 32, 32, 3),
  bring(input('pose', 16, 16, 1)),
  encoder('image', [conv(8)]),
  // @ts-expect-error ✗ A01 skip 'image' 1 › posed: pose is 16×16×1, the level 32×32×8 (height 16 ≠ 32); …
  skip('image', posed),
);
// @ts-expect-error `model` refuses what was refused before
report('wrong', model(wrong));
