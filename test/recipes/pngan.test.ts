/** PN-GAN: least squares, the source picture as the real one, a rate that goes to 0, resized pictures. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../src/backend/index.js';
import { datasetNames } from '../../src/models/index.js';
import { batchOf, computed, lasting, mean, meanDistance, movedBetween, people, phasesOf, readyAtFullWidth, recipeOf, trainedBy } from './instances.js'; // prettier-ignore

const tiny = { dataset: 'market-1501', height: 64, width: 64, share: 1 / 32, batchSize: 2 } as const;
const near = (got: number, wanted: number): void =>
  assert.ok(Math.abs(got - wanted) < 1e-4 * Math.max(1, Math.abs(wanted)), `${got}, not ${wanted}`);
const squares = (scores: Float32Array, label: number): number => mean(scores.map((one) => (one - label) ** 2)); // prettier-ignore

describe('recipes: PN-GAN', () => {
  const set = people();
  before(() => unsafeActivate({ backend: 'wasm' }));

  for (const dataset of datasetNames)
    it(`is ready at the source's size and width for ${dataset}`, () => {
      const { players, parameters } = readyAtFullWidth('pngan', dataset);
      assert.deepEqual(Object.keys(players), ['generator', 'discriminator']);
      for (const { optimiser } of Object.values(players))
        assert.deepEqual([optimiser.name, optimiser.options['beta1'], optimiser.options['beta2']], ['adam', 0.5, 0.999]); // prettier-ignore
      assert.deepEqual(
        parameters.filter(({ role }) => role === 'mask'),
        [],
      );
    });

  it('pictures are 256×128 for Market-1501, and what is stored smaller is resized', async () => {
    assert.deepEqual(recipeOf('pngan').at({ dataset: 'market-1501' }).size, { height: 256, width: 128 });
    assert.deepEqual(recipeOf('pngan').at({ dataset: 'deepfashion' }).size, { height: 256, width: 256 });
    const instance = recipeOf('pngan').at(tiny);
    const dataset = await set.at(instance);
    assert.notDeepEqual(dataset.stored, dataset.size);
    const { x_a, p_b } = await batchOf(instance, dataset);
    assert.deepEqual([x_a!.shape, p_b!.shape], [[2, 64, 64, 3], [2, 64, 64, 3]]); // prettier-ignore
  });

  it('20 epochs of all full batches of 32, the generator first', () => {
    const turns = 'generator discriminator';
    assert.deepEqual(phasesOf('pngan', { dataset: 'market-1501' }), [[20 * 8238, 32, turns]]);
    assert.deepEqual(phasesOf('pngan', { dataset: 'deepfashion' }), [[20 * 3186, 32, turns]]);
    assert.equal(recipeOf('pngan').at(tiny).mirror, false);
  });

  it('the rate is constant for half of the epochs and 0 in the last, however many steps there are', () => {
    for (const [steps, each] of [
      [undefined, 8238],
      [200, 10],
      [20, 1],
    ] as const) {
      // prettier-ignore
      const { system } = recipeOf('pngan').at({ dataset: 'market-1501', ...(steps === undefined ? {} : { steps }) }); // prettier-ignore
      for (const { optimiser } of Object.values(system.players)) {
        const rates = [1, 10, 11, 15, 19, 20].map((epoch) => optimiser.rate(epoch * each));
        const wanted = [2e-4, 2e-4, 1.8e-4, 1e-4, 0.2e-4, 0];
        rates.forEach((rate, i) => assert.ok(Math.abs(rate - wanted[i]!) < 1e-12, `${steps}: ${rates}`));
        assert.equal(optimiser.rate(10 * each + 1) < 2e-4, true);
      }
    }
    const two = recipeOf('pngan').at({ dataset: 'market-1501', steps: 2 }).system.players['generator']!;
    assert.deepEqual([1, 2].map(two.optimiser.rate), [2e-4, 0]);
  });

  it('squares of scores and ten times L1; the real picture is the source picture', async () => {
    const instance = recipeOf('pngan').at(tiny);
    const dataset = await set.at(instance);
    const start = (await trainedBy(lasting(instance, 0), dataset)).weights;
    const batch = await batchOf(instance, dataset);
    const got = await computed(instance, start, batch, (runs) => {
      const made = runs.run('generator')['output']!;
      return {
        made,
        ofMade: runs.run('discriminator', { x_b: made })['output']!,
        ofSource: runs.run('discriminator', { x_b: runs.read('x_a', [64, 64, 3]) })['output']!,
        ...instance.system.updates['generator']!.objective(runs),
        ...instance.system.updates['discriminator']!.objective(runs),
      };
    });
    near(got('real')[0]!, squares(got('ofSource'), 1));
    near(got('fake')[0]!, squares(got('ofMade'), 0));
    near(got('adversarial')[0]!, squares(got('ofMade'), 1));
    near(got('reconstruction')[0]!, 10 * meanDistance(got('made'), batch['x_b']!.data));
  });

  it('both players move', async () => {
    const instance = recipeOf('pngan').at({ ...tiny, steps: 40 });
    const dataset = await set.at(instance);
    const start = (await trainedBy(lasting(instance, 0), dataset)).weights;
    const { weights, curves } = await trainedBy(lasting(instance, 2), dataset);
    assert.deepEqual(movedBetween(start, weights), ['discriminator', 'generator']);
    assert.deepEqual(Object.keys(curves), ['generator', 'discriminator']);
  });
});
