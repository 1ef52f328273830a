/**
 * Systems of the paper that the language must carry before its form is fixed: Def-GAN, PDIG, Vari-UNet.
 *
 * Their declarations are checked by every compiler together with the other sources of this folder ("nothing else is
 * reported"); here stand the sizes and counts of parameters, to the unit.
 */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { buildPlan, parameterCounts } from '../../src/compile/index.js';
import { fromSpec, toSpec, unsafeElaborate, type AnyModel } from '../../src/dsl/index.js';
import * as defgan from './systems/defgan.js';
import * as pdig from './systems/pdig.js';
import * as variunet from './systems/variunet.js';

/* Published code's counts; masks apart. */
const counts: readonly (readonly [name: string, of: AnyModel, weights: number, masks: number])[] = [
  ['Def-GAN, Market-1501', defgan.market, 61_109_085, 0],
  ['Def-GAN, DeepFashion', defgan.fashion, 82_080_611, 0],
  ['Def-GAN with one affine, Market-1501', defgan.wholeMarket, 61_109_085, 0],
  ['Def-GAN with one affine, DeepFashion', defgan.wholeFashion, 82_080_611, 0],
  ['Def-GAN without a warp, Market-1501', defgan.baselineMarket, 36_072_533, 0],
  ['Def-GAN without a warp, DeepFashion', defgan.baselineFashion, 48_655_449, 0],
  ['Def-GAN + mUNet, Market-1501', defgan.maskedMarket, 61_109_085, 1_003_520],
  ['Def-GAN + mUNet, DeepFashion', defgan.maskedFashion, 82_080_611, 8_036_352],
  ['Def-GAN discriminator, Market-1501', defgan.marketDiscriminator, 2_803_782, 0],
  ['Def-GAN discriminator, DeepFashion', defgan.fashionDiscriminator, 2_803_782, 0],
  ['PDIG Stage I, Market-1501', pdig.market, 118_549_859, 0],
  ['PDIG Stage I, DeepFashion', pdig.fashion, 140_229_219, 0],
  ['PDIG Stage I + mUNet, Market-1501', pdig.maskedMarket, 118_549_859, 1_855_488],
  ['PDIG from a code, Market-1501', pdig.fromCode, 71_197_123, 0],
  ['PDIG pose encoder', pdig.poseEncoder, 2_145_824, 0],
  ['PDIG pose decoder', pdig.poseDecoder, 2_145_846, 0],
  ['PDIG foreground generator', pdig.foregroundGenerator, 2_331_360, 0],
  ['PDIG background generator', pdig.backgroundGenerator, 592_256, 0],
  ['PDIG pose generator', pdig.poseGenerator, 2_134_560, 0],
  ['PDIG foreground critic', pdig.foregroundCritic, 903_681, 0],
  ['PDIG background critic', pdig.backgroundCritic, 854_529, 0],
  ['PDIG pose critic', pdig.poseCritic, 805_377, 0],
  ['Vari-UNet, Market-1501', variunet.market, 47_419_270, 0],
  ['Vari-UNet, DeepFashion', variunet.fashion, 47_272_966, 0],
  ['Vari-UNet + mUNet', variunet.maskedMarket, 47_419_270, 1_922_048],
  ['Vari-UNet drawn from its prior', variunet.drawn, 42_116_102, 0],
];

describe('systems that the language carries', () => {
  for (const [name, of, weights, masks] of counts) {
    it(`${name}: ${weights.toLocaleString('en')} parameters`, () => {
      const plan = buildPlan(unsafeElaborate(of), { mode: 'train' });
      assert.ok(E.isRight(plan));
      assert.deepEqual(parameterCounts(plan.right), { parameters: weights + masks, maskParameters: masks });
    });
  }

  it('Vari-UNet gives its latents and lists what the published code never reads', () => {
    assert.deepEqual(unsafeElaborate(variunet.market).outputs, {
      output: { h: 128, w: 128, c: 3 },
      q1: { h: 2, w: 2, c: 128 },
      q2: { h: 4, w: 4, c: 128 },
      p1: { h: 2, w: 2, c: 128 },
      p2: { h: 4, w: 4, c: 128 },
    });
    const plan = buildPlan(unsafeElaborate(variunet.market), { mode: 'train' });
    assert.ok(E.isRight(plan));
    const inert = plan.right.parameters.filter(({ inert: reason }) => reason !== undefined);
    const entries = inert.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    assert.equal(entries, 328_192 + 590_848 + 311_808);
  });

  it('all stand in a spec and come back', () => {
    for (const [name, of] of counts) {
      const spec = toSpec(of);
      assert.ok(E.isRight(spec), name);
      const back = fromSpec(JSON.parse(JSON.stringify(spec.right)));
      assert.ok(E.isRight(back), name);
      assert.deepEqual(toSpec(back.right), spec);
    }
  });
});
