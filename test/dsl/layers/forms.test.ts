/** Forms of the layers: what they say of a layer makes the same layer again. */
import assert from 'node:assert/strict';
import { averagePool, channelsFirst, conv, crop, denseBlock, depthToSpace, globalAveragePool, layerNorm, maxPool, pad, relu, round, spaceToDepth, weightNorm, type Layer } from '../../../src/dsl/index.js'; // prettier-ignore

/** A layer's own options: all but its definition. */
const optionsOf = ({ definition: _, ...options }: Layer): object => options;

describe('forms', () => {
  const layers: readonly Layer[] = [
    maxPool(),
    maxPool(3, { stride: 2, padding: 'same' }),
    averagePool(3),
    averagePool(2, { stride: 1, padding: 1 }),
    globalAveragePool,
    channelsFirst,
    depthToSpace(2),
    spaceToDepth(3),
    crop(2),
    crop(1, 2, 3, 4),
    pad(1),
    pad(1, 2, 3, 4, { mode: 'reflect' }),
    denseBlock(relu),
    weightNorm(conv(3)),
    round,
    layerNorm(),
    layerNorm({ affine: false, epsilon: 1e-3 }),
  ];
  layers.forEach((layer, index) => {
    it(`${index + 1}: ${layer.definition.name}`, () => {
      const form = layer.definition.form!;
      const again = form.make(form.options(layer)) as Layer;
      assert.deepEqual(optionsOf(again), optionsOf(layer));
      assert.equal(again.definition.form, form);
    });
  });
  it('leaves out a stride that is the window’s size', () => {
    const { form } = maxPool(3).definition;
    assert.deepEqual(form!.options(maxPool(3)), { window: 3, stride: undefined, padding: 'valid' });
    assert.deepEqual(form!.options(maxPool(3, { stride: 2 })), { window: 3, stride: 2, padding: 'valid' });
  });
});
