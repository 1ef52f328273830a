/** VDG, VDG_np and the one-stage generator: phases, losses, what stands still, where the masks are. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../src/backend/index.js';
import { ssimOfFloats, term } from '../../src/learn/index.js';
import { datasetNames } from '../../src/models/index.js';
import { recipes, vdgRecipesWith } from '../../src/recipes/index.js';
import { right } from '../learn/train/either.js';
import { batchOf, computed, crossEntropy, lasting, maskedDistance, movedBetween, people, phasesOf, readyAtFullWidth, recipeOf, trainedBy } from './instances.js'; // prettier-ignore

const names = recipes.map(({ name }) => name).filter((name) => name.startsWith('vdg'));
const tiny = { dataset: 'market-1501', height: 16, width: 16, share: 1 / 64, batchSize: 2 } as const;
const tinyDeep = { ...tiny, dataset: 'deepfashion', height: 32, width: 32 } as const;
const near = (got: number, wanted: number): void =>
  assert.ok(Math.abs(got - wanted) < 2e-5 * Math.max(1, Math.abs(wanted)), `${got}, not ${wanted}`);

describe('recipes: VDG', () => {
  const set = people();
  before(() => unsafeActivate({ backend: 'wasm' }));

  for (const name of names)
    for (const dataset of datasetNames)
      it(`${name} is ready at the source's size and width for ${dataset}`, () => {
        const { players, parameters } = readyAtFullWidth(name, dataset);
        for (const { optimiser } of Object.values(players))
          assert.deepEqual(
            [optimiser.name, optimiser.options['beta1'], optimiser.rate(1), optimiser.rate(9e9)],
            ['adam', 0.5, 2e-5, 2e-5],
          );
        const masks = parameters.filter(({ role }) => role === 'mask').map(({ path }) => path);
        assert.equal(masks.length, name.includes('+') ? (dataset === 'deepfashion' ? 6 : 5) : 0);
        assert.ok(
          masks.every((path) => /^(stage1|generator)\//.test(path)),
          masks.join(),
        );
      });

  it('VDG_np sees no source pose', () => {
    assert.ok('p_a' in recipeOf('vdg').at(tiny).binding.feeds);
    assert.ok(!('p_a' in recipeOf('vdg-np').at(tiny).binding.feeds));
  });

  it("phases are the paper's, batches PG2's", () => {
    const turns = 'stage2 discriminator';
    for (const name of ['vdg', 'vdg-np', 'vdg-np+munet']) {
      assert.deepEqual(phasesOf(name, { dataset: 'market-1501' }), [[30_000, 16, 'stage1'], [14_000, 16, turns]]); // prettier-ignore
      assert.deepEqual(phasesOf(name, { dataset: 'deepfashion' }), [[50_000, 1, 'stage1'], [30_000, 1, turns]]); // prettier-ignore
    }
    assert.deepEqual(phasesOf('vdg-one-stage', { dataset: 'market-1501' }), [[30_000, 16, 'generator discriminator']]); // prettier-ignore
    assert.equal(recipeOf('vdg').at(tiny).mirror, false);
  });

  it('the first stage moves alone, then stands still', async () => {
    const instance = recipeOf('vdg+munet').at(tiny);
    const dataset = await set.at(instance);
    const [none, first, both] = [
      (await trainedBy(lasting(instance, 0, 0), dataset)).weights,
      (await trainedBy(lasting(instance, 2, 0), dataset)).weights,
      await trainedBy(lasting(instance, 2, 2), dataset),
    ];
    assert.deepEqual(movedBetween(none, first), ['stage1']);
    assert.deepEqual(movedBetween(first, both.weights), ['discriminator', 'stage2']);
    assert.deepEqual(
      Object.entries(both.curves).map(([name, { losses }]) => [name, losses.length]),
      [
        ['stage1', 2],
        ['stage2', 2],
        ['discriminator', 2],
      ],
    );
    const mask = Object.keys(first).filter((path) => path.endsWith('/mask'));
    assert.ok(mask.length > 0 && mask.every((path) => path.startsWith('stage1/')), mask.join());
  });

  it('the one-stage generator moves against its discriminator from the first step', async () => {
    const instance = recipeOf('vdg-one-stage').at(tiny);
    const dataset = await set.at(instance);
    const start = (await trainedBy(lasting(instance, 0), dataset)).weights;
    const { weights, curves } = await trainedBy(lasting(instance, 2), dataset);
    assert.deepEqual(movedBetween(start, weights), ['discriminator', 'generator']);
    assert.deepEqual(Object.keys(curves['generator']!.terms), ['adversarial', 'reconstruction']);
  });

  it("the first stage's loss is mask-L1 and the similarity of what the mask shows", async () => {
    const instance = recipeOf('vdg').at(tiny);
    const dataset = await set.at(instance);
    const batch = await batchOf(instance, dataset);
    const { weights } = await trainedBy(lasting(instance, 0, 0), dataset);
    const got = await computed(instance, weights, batch, (runs) => ({
      ...instance.system.updates['stage1']!.objective(runs),
      made: runs.run('stage1')['output']!,
    }));
    const [made, real, mask] = [got('made'), batch['x_b']!.data, batch['mask_b']!.data];
    const person = (image: Float32Array): Float32Array =>
      image.map((one, i) => ((one + 1) / 2) * mask[Math.floor(i / 3)]!);
    const each = 16 * 16 * 3;
    const likeness = [0, 1].map((i) =>
      right(
        ssimOfFloats(
          person(real).slice(i * each, (i + 1) * each),
          person(made).slice(i * each, (i + 1) * each),
          {
            height: 16,
            width: 16,
            channels: 3,
          },
        ),
      ),
    );
    assert.ok(mask.includes(1) && mask.includes(0));
    near(got('reconstruction')[0]!, maskedDistance(made, real, mask) + 1 - (likeness[0]! + likeness[1]!) / 2);
  });

  for (const [options, order, weight] of [
    [tiny, ['x_b', 'x_a', 'coarse', 'made'], 10],
    [tinyDeep, ['x_b', 'made', 'x_a'], 50],
  ] as const)
    it(`the second stage's losses for ${options.dataset}`, async () => {
      const instance = recipeOf('vdg').at(options);
      const dataset = await set.at(instance);
      const batch = await batchOf(instance, dataset);
      const { weights } = await trainedBy(lasting(instance, 0, 0), dataset);
      const { stage2, discriminator } = instance.system.updates;
      const got = await computed(instance, weights, batch, (runs) => {
        const coarse = runs.run('stage1')['output']!;
        const made = runs.run('stage2', { coarse })['output']!;
        const image = [options.height, options.width, 3] as const;
        const pictures = { x_a: runs.read('x_a', image), x_b: runs.read('x_b', image), coarse, made };
        const judged = runs.run('discriminator', { x_b: term.besides(order.map((one) => pictures[one])) });
        return {
          made,
          logits: judged['output']!,
          ...stage2!.objective(runs),
          ...discriminator!.objective(runs),
          ...instance.picture!(runs),
        };
      });
      const of = (name: 'x_a' | 'x_b' | 'made'): Float32Array => {
        const at = (order as readonly string[]).indexOf(name);
        return got('logits').slice(2 * at, 2 * at + 2);
      };
      near(got('real')[0]!, crossEntropy(of('x_b'), 1) / 2);
      near(got('source')[0]!, crossEntropy(of('x_a'), 0) / 4);
      near(got('fake')[0]!, crossEntropy(of('made'), 0) / 4);
      const fooled = crossEntropy(of('made'), 1);
      near(got('adversarial')[0]!, weight === 10 ? fooled : (fooled + crossEntropy(of('x_a'), 1)) / 2);
      near(got('reconstruction')[0]!, weight * maskedDistance(got('made'), batch['x_b']!.data, batch['mask_b']!.data)); // prettier-ignore
      assert.deepEqual(got('output'), got('made'));
    });

  it('what is not public can be chosen otherwise', async () => {
    const chosen = vdgRecipesWith({ coarse: (made, real) => term.l1(made, real), reconstructionWeight: 3 });
    assert.deepEqual(chosen.map(({ name }) => name), names); // prettier-ignore
    const [plain, other] = [recipeOf('vdg').at(tiny), chosen[0]!.at(tiny)];
    const dataset = await set.at(plain);
    const batch = await batchOf(plain, dataset);
    const { weights } = await trainedBy(lasting(plain, 0, 0), dataset);
    const terms = (instance: typeof plain, update: string) =>
      computed(plain, weights, batch, (runs) => ({
        ...instance.system.updates[update]!.objective(runs),
        made: runs.run('stage1')['output']!,
        l1: term.l1(runs.run('stage1')['output']!, runs.read('x_b', [16, 16, 3])),
      }));
    const first = await terms(other, 'stage1');
    near(first('reconstruction')[0]!, first('l1')[0]!);
    const [ten, three] = [await terms(plain, 'stage2'), await terms(other, 'stage2')];
    near(three('reconstruction')[0]!, 0.3 * ten('reconstruction')[0]!);
  });
});
