/** PG2: phases, what stands still, and the quirks of each data set's code in the adversary's losses. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../src/backend/index.js';
import { term } from '../../src/learn/index.js';
import { datasetNames } from '../../src/models/index.js';
import { recipes } from '../../src/recipes/index.js';
import { batchOf, computed, crossEntropy, lasting, maskedDistance, movedBetween, people, phasesOf, readyAtFullWidth, recipeOf, trainedBy } from './instances.js'; // prettier-ignore

const names = recipes.map(({ name }) => name).filter((name) => name.startsWith('pg2'));
const tiny = { dataset: 'market-1501', height: 16, width: 16, share: 1 / 64, batchSize: 2 } as const;
const tinyDeep = { ...tiny, dataset: 'deepfashion', height: 32, width: 32 } as const;
const near = (got: number, wanted: number): void =>
  assert.ok(Math.abs(got - wanted) < 2e-5 * Math.max(1, Math.abs(wanted)), `${got}, not ${wanted}`);

describe('recipes: PG2', () => {
  const set = people();
  before(() => unsafeActivate({ backend: 'wasm' }));

  for (const name of names)
    for (const dataset of datasetNames)
      it(`${name} is ready at the source's size and width for ${dataset}`, () => {
        const { players, parameters } = readyAtFullWidth(name, dataset);
        for (const { optimiser } of Object.values(players))
          assert.deepEqual(
            [optimiser.name, optimiser.options['beta1'], optimiser.options['beta2'], optimiser.rate(1), optimiser.rate(9e9)], // prettier-ignore
            ['adam', 0.5, 0.999, 2e-5, 2e-5],
          );
        const masks = new Set(
          parameters.filter(({ role }) => role === 'mask').map(({ path }) => path.split('/')[0]!),
        );
        assert.deepEqual([...masks].sort(), name.includes('+') ? ['g1', 'g2'] : []);
      });

  it("phases are the code's, on mirrored copies too", () => {
    const turns = 'g2 discriminator';
    assert.deepEqual(phasesOf('pg2', { dataset: 'market-1501' }), [[22_000, 16, 'g1'], [38_000, 16, turns]]); // prettier-ignore
    assert.deepEqual(phasesOf('pg2', { dataset: 'deepfashion' }), [[22_000, 1, 'g1'], [58_000, 1, turns]]); // prettier-ignore
    assert.equal(recipeOf('pg2').at(tiny).mirror, true);
  });

  it('G1 moves alone, then stands still', async () => {
    const instance = recipeOf('pg2').at(tiny);
    const dataset = await set.at(instance);
    const [none, first, both] = [
      (await trainedBy(lasting(instance, 0, 0), dataset)).weights,
      (await trainedBy(lasting(instance, 2, 0), dataset)).weights,
      (await trainedBy(lasting(instance, 2, 2), dataset)).weights,
    ];
    assert.deepEqual(movedBetween(none, first), ['g1']);
    assert.deepEqual(movedBetween(first, both), ['discriminator', 'g2']);
  });

  for (const [options, order, weight] of [
    [tiny, ['x_b', 'x_a', 'coarse', 'made'], 10],
    [tinyDeep, ['x_b', 'made', 'x_a'], 50],
  ] as const)
    it(`losses for ${options.dataset}`, async () => {
      const instance = recipeOf('pg2').at(options);
      const dataset = await set.at(instance);
      const batch = await batchOf(instance, dataset);
      const { weights } = await trainedBy(lasting(instance, 0, 0), dataset);
      const { g1, g2, discriminator } = instance.system.updates;
      const got = await computed(instance, weights, batch, (runs) => {
        const coarse = runs.run('g1')['output']!;
        const made = runs.run('g2', { coarse })['output']!;
        const image = [options.height, options.width, 3] as const;
        const pictures = { x_a: runs.read('x_a', image), x_b: runs.read('x_b', image), coarse, made };
        const judged = runs.run('discriminator', { x_b: term.besides(order.map((one) => pictures[one])) });
        return {
          coarse,
          made,
          logits: judged['output']!,
          first: g1!.objective(runs)['reconstruction']!,
          ...g2!.objective(runs),
          ...discriminator!.objective(runs),
          ...instance.picture!(runs),
        };
      });
      const of = (name: 'x_a' | 'x_b' | 'made'): Float32Array => {
        const at = (order as readonly string[]).indexOf(name);
        return got('logits').slice(2 * at, 2 * at + 2);
      };
      const [real, mask] = [batch['x_b']!.data, batch['mask_b']!.data];
      near(got('first')[0]!, maskedDistance(got('coarse'), real, mask));
      near(got('real')[0]!, crossEntropy(of('x_b'), 1) / 2);
      near(got('source')[0]!, crossEntropy(of('x_a'), 0) / 4);
      near(got('fake')[0]!, crossEntropy(of('made'), 0) / 4);
      const fooled = crossEntropy(of('made'), 1);
      near(got('adversarial')[0]!, weight === 10 ? fooled : (fooled + crossEntropy(of('x_a'), 1)) / 2);
      near(got('reconstruction')[0]!, weight * maskedDistance(got('made'), real, mask));
      assert.deepEqual(got('output'), got('made'));
    });
});
