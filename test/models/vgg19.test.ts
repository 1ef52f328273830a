/** VGG-19's features: Keras' names, shapes and counts. */
import assert from 'node:assert/strict';
import { parameterCounts } from '../../src/compile/index.js';
import { model, type Level } from '../../src/dsl/index.js';
import { vgg19Block1, vgg19Block2, vgg19Features } from '../../src/models/index.js';
import { unsafePlan } from '../dsl/plans.js';

const market = model(vgg19Features(128, 64, 64));
const fashion = model(vgg19Features(256, 256, 64));
export const deepest: Level<8, 4, 512> = {} as (typeof market)['~model']['outputs']['block5_conv2'];
export const widest: Level<256, 256, 64> = {} as (typeof fashion)['~model']['outputs']['block1_conv2'];
export const read: Level<64, 32, 128> = {} as (typeof market)['~model']['outputs']['block2_conv1'];

/* Weights and biases of Keras' layers, from `summary()` of its VGG19 without the top. */
const layers = [
  ['block1_conv1', 1_792], ['block1_conv2', 36_928],
  ['block2_conv1', 73_856], ['block2_conv2', 147_584],
  ['block3_conv1', 295_168], ['block3_conv2', 590_080], ['block3_conv3', 590_080], ['block3_conv4', 590_080],
  ['block4_conv1', 1_180_160], ['block4_conv2', 2_359_808], ['block4_conv3', 2_359_808], ['block4_conv4', 2_359_808],
  ['block5_conv1', 2_359_808], ['block5_conv2', 2_359_808],
] as const; // prettier-ignore

describe('vgg19', () => {
  it('has the layers and counts of Keras’ VGG19 up to block5_conv2', () => {
    const plan = unsafePlan(market);
    const counted = layers.map(([name]) =>
      plan.layers
        .filter(({ path }) => path.startsWith(`${name}/`))
        .reduce((sum, { parameters }) => sum + parameters, 0),
    );
    assert.deepEqual(counted, layers.map(([, count]) => count)); // prettier-ignore
    assert.equal(parameterCounts(plan).parameters, layers.reduce((sum, [, count]) => sum + count, 0)); // prettier-ignore
  });

  it('gives the features that losses read, by name', () => {
    const shapes = (of: Parameters<typeof unsafePlan>[0]) => {
      const plan = unsafePlan(of);
      return Object.fromEntries(
        Object.entries(plan.outputs).map(([name, id]) => [name, plan.nodes[id]!.shape.slice(1).join('×')]),
      );
    };
    assert.deepEqual(shapes(market), {
      output: '8×4×512',
      block1_conv2: '128×64×64',
      block2_conv1: '64×32×128',
      block2_conv2: '64×32×128',
      block3_conv2: '32×16×256',
      block4_conv2: '16×8×512',
      block5_conv2: '8×4×512',
    });
    assert.equal(shapes(fashion)['block5_conv2'], '16×16×512');
    assert.deepEqual(shapes(model(vgg19Block1(16, 8, 4))), { output: '16×8×4', block1_conv2: '16×8×4' });
    assert.equal(shapes(model(vgg19Block2(16, 8, 4)))['block2_conv1'], '8×4×8');
  });

  it('gives no feature below 0', () => {
    const plan = unsafePlan(model(vgg19Features(16, 16, 2)));
    for (const id of Object.values(plan.outputs)) assert.equal(plan.nodes[id]!.op, 'relu');
  });
});
