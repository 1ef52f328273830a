/** The plain baselines: L1 and nothing else. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../src/backend/index.js';
import { datasetNames } from '../../src/models/index.js';
import { batchOf, computed, lasting, meanDistance, movedBetween, people, phasesOf, readyAtFullWidth, recipeOf, trainedBy } from './instances.js'; // prettier-ignore

const names = ['unet-l1', 'unet-l1+munet', 'unet-l1+munet-o', 'unet-l1+munet-g', 'resnet-l1'] as const;
const tiny = { dataset: 'market-1501', height: 32, width: 16, share: 1 / 32, batchSize: 2 } as const;

describe('recipes: baselines', () => {
  const set = people();
  before(() => unsafeActivate({ backend: 'wasm' }));

  for (const name of names) {
    for (const dataset of datasetNames)
      it(`${name} is ready at full width for ${dataset}`, () => {
        const { players, parameters } = readyAtFullWidth(name, dataset);
        const { optimiser } = players['generator']!;
        assert.deepEqual([optimiser.name, optimiser.options['beta1'], optimiser.rate(9e9)], ['adam', 0.5, 2e-4]); // prettier-ignore
        const masks = parameters.filter(({ role }) => role === 'mask');
        assert.equal(masks.length, name.includes('+') ? 4 : 0);
        assert.deepEqual(phasesOf(name, { dataset }), [[90_000, 16, 'generator']]);
      });

    it(`${name}: its loss is L1, and two steps move it`, async () => {
      const instance = recipeOf(name).at(tiny);
      const dataset = await set.at(instance);
      const batch = await batchOf(instance, dataset);
      const { weights } = await trainedBy(lasting(instance, 0), dataset);
      const got = await computed(instance, weights, batch, (runs) => ({
        ...instance.picture!(runs),
        ...instance.figures(runs),
      }));
      const l1 = meanDistance(got('output'), batch['x_b']!.data);
      assert.ok(Math.abs(got('reconstruction')[0]! - l1) < 1e-5);
      const { weights: moved, curves } = await trainedBy(lasting(instance, 2), dataset);
      assert.deepEqual(movedBetween(weights, moved), ['generator']);
      assert.equal(curves['generator']!.losses.length, 2);
    });
  }
});
