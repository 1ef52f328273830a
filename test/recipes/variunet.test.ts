/** Vari-UNet: its own stick-man in training, schedules of two rounds, comparison by features or by pixels. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../src/backend/index.js';
import { initialParameters } from '../../src/compile/index.js';
import { model } from '../../src/dsl/index.js';
import { term } from '../../src/learn/index.js';
import { datasetNames, vgg19Features } from '../../src/models/index.js';
import { recipes, startedWeights, type RecipeInstance } from '../../src/recipes/index.js';
import { unsafePlan } from '../dsl/plans.js';
import { right } from '../learn/train/either.js';
import { batchOf, computed, lasting, mean, meanDistance, movedBetween, people, phasesOf, readyAtFullWidth, recipeOf, trainedBy, type Weights } from './instances.js'; // prettier-ignore

const names = recipes.map(({ name }) => name).filter((name) => name.startsWith('variunet'));
const tiny = { dataset: 'market-1501', height: 128, width: 128, share: 1 / 32, batchSize: 1 } as const;
const tinyDeep = { ...tiny, dataset: 'deepfashion' } as const;
const near = (got: number, wanted: number): void =>
  assert.ok(Math.abs(got - wanted) < 1e-4 * Math.max(1, Math.abs(wanted)), `${got}, not ${wanted}`);
const byte = (image: Float32Array): Float32Array => image.map((one) => (one + 1) * 127.5);
/** ½ Σ (q − p)² over all entries of a batch of one. */
const divergence = (q: Float32Array, p: Float32Array): number =>
  q.reduce((sum, one, i) => sum + (one - p[i]!) ** 2 / 2, 0);

/* VGG-19's own width takes seconds a step: as many layers, narrow ones. */
const narrow = model(vgg19Features(128, 128, 1));
const narrowed = (instance: RecipeInstance): RecipeInstance => ({
  ...instance,
  system: { ...instance.system, networks: { ...instance.system.networks, features: narrow } },
});
const looked: Weights = Object.fromEntries(
  Object.entries(initialParameters(unsafePlan(narrow), 3)).map(([path, { shape, data }]) => [
    `features/${path}`,
    { shape, data: Float32Array.from(data) },
  ]),
);
const five = [1, 2, 3, 4, 5].map((k) => `block${k}_conv2`);

describe('recipes: Vari-UNet', () => {
  const set = people();
  before(() => unsafeActivate({ backend: 'wasm' }));

  for (const name of names)
    for (const dataset of datasetNames)
      it(`${name} is ready at the source's size and width for ${dataset}`, () => {
        const { players, moves, parameters } = readyAtFullWidth(name, dataset);
        const { features } = recipeOf(name).at({ dataset });
        const isBrought = name.startsWith('variunet-features');
        assert.equal(features?.network, isBrought ? 'features' : undefined);
        assert.ok(players['variunet']!.parameters.every(({ path }) => path.startsWith('variunet/')));
        assert.equal(parameters.some(({ path }) => path === 'features/block5_conv2/conv1/kernel'), isBrought); // prettier-ignore
        // Those that nothing reads are kept: a checkpoint is of the whole network.
        const own = players['variunet']!.parameters.filter(({ role }) => role !== 'mask');
        const count = own.reduce(
          (sum, { shape }) => sum + shape.reduce((product, one) => product * one, 1),
          0,
        );
        assert.equal(count, dataset === 'market-1501' ? 47_419_270 : 47_272_966);
        const masks = parameters.filter(({ role }) => role === 'mask').map(({ path }) => path);
        assert.equal(masks.length, name.includes('+') ? 14 : 0);
        // In training a picture is made again from its own stick-man.
        for (const { plan } of Object.values(moves))
          assert.deepEqual(Object.keys(plan.inputs).sort(), ['p_a', 'parts_a', 'x_a']);
      });

  it('rounds of 100,000 steps: the rate falls to 0 and the divergence counts more and more, twice', () => {
    assert.deepEqual(phasesOf('variunet-features', { dataset: 'market-1501' }), [[100_000, 16, 'first'], [100_000, 16, 'second']]); // prettier-ignore
    assert.deepEqual(phasesOf('variunet-features', { dataset: 'deepfashion' }), [[100_000, 8, 'first'], [100_000, 8, 'second']]); // prettier-ignore
    assert.deepEqual(phasesOf('variunet-pixels+munet', { dataset: 'deepfashion' }), [[100_000, 8, 'first']]);
    for (const [name, first, rounds] of [
      ['variunet-features', 'first', 0],
      ['variunet-features', 'second', 100_000],
      ['variunet-pixels', 'first', 0],
    ] as const) {
      const { players, updates } = recipeOf(name).at({ dataset: 'market-1501' }).system;
      const { optimiser } = players['variunet']!;
      assert.deepEqual([optimiser.name, optimiser.options['beta1'], optimiser.options['beta2']], ['adam', 0.5, 0.9]); // prettier-ignore
      const rates = [1, 1001, 50_501, 100_000].map((count) => optimiser.rate(rounds + count));
      [1e-3, 1e-3, 0.5e-3, 1e-3 / 99_000].forEach((wanted, i) => assert.ok(Math.abs(rates[i]! - wanted) < 1e-12, `${rates[i]}`)); // prettier-ignore
      const weights = [1, 50_001, 62_501, 75_001].map((count) => updates[first]!.scalars!(rounds + count)['divergence']!); // prettier-ignore
      [1e-6, 1e-6, 0.5, 1].forEach((wanted, i) => assert.ok(Math.abs(weights[i]! - wanted) < 1e-6, `${weights[i]}`)); // prettier-ignore
    }
    assert.equal(recipeOf('variunet-pixels').at({ dataset: 'market-1501' }).system.players['variunet']!.optimiser.rate(9e9), 0); // prettier-ignore
  });

  it('schedules of a shorter training have the same shape', () => {
    const { updates, phases, players } = recipeOf('variunet-features').at({ ...tiny, steps: 400 }).system;
    assert.deepEqual(phases.map(({ steps }) => steps), [200, 200]); // prettier-ignore
    const at = (count: number) => updates['first']!.scalars!(count)['divergence'];
    assert.deepEqual([101, 151, 301, 351].map(at), [1e-6, 1, 1e-6, 1]);
    assert.equal(players['variunet']!.optimiser.rate(201), 1e-3);
    assert.ok(players['variunet']!.optimiser.rate(200) < 1e-5);
  });

  it('Market-1501 is shown at 128×128, nothing mirrored; the transfer reads the target’s stick-man', async () => {
    const instance = recipeOf('variunet-pixels').at({ dataset: 'market-1501' });
    assert.deepEqual(instance.size, { height: 128, width: 128 });
    assert.equal(instance.mirror, false);
    const small = recipeOf('variunet-pixels').at(tiny);
    const dataset = await set.at(small);
    const batch = await batchOf(small, dataset, 1);
    const { weights } = await trainedBy(lasting(small, 0), dataset);
    const own = { ...batch, p_b: batch['p_a']! };
    const got = await computed(small, weights, own, (runs) => ({ ...small.picture!(runs), ...small.figures(runs) })); // prettier-ignore
    near(got('reconstruction')[0]!, meanDistance(got('output'), batch['x_a']!.data));
    near(got('transfer')[0]!, meanDistance(got('output'), batch['x_b']!.data));
    const other = await computed(small, weights, batch, (runs) => ({ ...small.picture!(runs), ...small.figures(runs) })); // prettier-ignore
    near(other('reconstruction')[0]!, got('reconstruction')[0]!);
    assert.notEqual(other('transfer')[0], got('transfer')[0]);
  });

  it('pixels alone: five times the difference of bytes, and the divergence of both latents; two steps', async () => {
    const instance = recipeOf('variunet-pixels+munet').at(tiny);
    const dataset = await set.at(instance);
    const batch = await batchOf(instance, dataset, 1);
    const { weights } = await trainedBy(lasting(instance, 0), dataset);
    const got = await computed(instance, weights, batch, (runs) => ({
      ...instance.system.updates['first']!.objective(runs),
      ...runs.run('variunet', { p_b: runs.read('p_a', [128, 128, 3]) }),
    }));
    near(got('reconstruction')[0]!, 5 * meanDistance(byte(got('output')), byte(batch['x_a']!.data)));
    near(got('divergence')[0]!, divergence(got('q1'), got('p1')) + divergence(got('q2'), got('p2')));
    const { weights: moved, curves } = await trainedBy(lasting(instance, 2), dataset);
    assert.deepEqual(movedBetween(weights, moved), ['variunet']);
    assert.deepEqual(Object.keys(curves['first']!.terms), ['reconstruction', 'divergence']);
    // In training a latent is a draw, and its divergence counts a millionth.
    assert.ok(curves['first']!.terms['divergence']![0]! < 1e-3 * got('divergence')[0]!);
  });

  for (const [options, weights] of [
    [tiny, { block1_conv2: 0.05, block2_conv2: 0.05 }],
    [tinyDeep, Object.fromEntries(['input', ...five].map((name) => [name, 0.1]))],
  ] as const)
    it(`through VGG-19 for ${options.dataset}: six features, and Gram matrices in the second round`, async () => {
      const instance = narrowed(recipeOf('variunet-features').at(options));
      const dataset = await set.at(instance);
      const batch = await batchOf(instance, dataset, 1);
      const start = (await trainedBy(lasting(instance, 0), dataset, looked)).weights;
      const { first, second } = instance.system.updates;
      const got = await computed(instance, start, batch, (runs) => {
        const made = runs.run('variunet', { p_b: runs.read('p_a', [128, 128, 3]) })['output']!;
        const seen = (prefix: string, image: typeof made) => {
          const given = term.vggInput(image);
          const all = { input: given, ...runs.run('features', { image: given }) };
          return [
            ...Object.entries(all).map(([name, one]) => [`${prefix} ${name}`, one] as const),
            ...Object.entries(all).map(([name, one]) => [`${prefix} gram ${name}`, term.gram(one)] as const),
          ];
        };
        return {
          ...Object.fromEntries([...seen('made', made), ...seen('real', runs.read('x_a', [128, 128, 3]))]),
          alone: first!.objective(runs)['reconstruction']!,
          ...second!.objective(runs),
        };
      });
      const sum = (of: (name: string) => number, some: readonly string[]): number => 5 * some.length * mean(some.map(of)); // prettier-ignore
      const wanted = sum((name) => meanDistance(got(`made ${name}`), got(`real ${name}`)), ['input', ...five]); // prettier-ignore
      near(got('alone')[0]!, wanted);
      near(got('reconstruction')[0]!, wanted);
      const grams = sum(
        (name) => weights[name as keyof typeof weights] * meanDistance(got(`made gram ${name}`), got(`real gram ${name}`)), // prettier-ignore
        Object.keys(weights),
      );
      near(got('gram')[0]!, grams);
      assert.ok(!('gram' in (await trainedBy(lasting(instance, 1), dataset, looked)).curves['first']!.terms));
    });

  it('begins with gains and biases by the moments of four batches, as training sees them', async () => {
    const instance = recipeOf('variunet-pixels').at({ ...tiny, batchSize: 2 });
    assert.equal(instance.start?.pairs, 8);
    assert.equal(recipeOf('variunet-features').at({ dataset: 'deepfashion' }).start?.pairs, 32);
    const [dataset, seed] = [await set.at(instance), 5];
    const drawn = (await trainedBy(lasting(instance, 0), dataset)).weights;
    const weights = right(await startedWeights({ instance, dataset, seed })());
    const changed = Object.keys(drawn).filter((path) => drawn[path]!.data.some((one, i) => one !== weights[path]!.data[i])); // prettier-ignore
    const isRead = (path: string): boolean => !path.startsWith('variunet/posterior/unread/');
    assert.deepEqual(changed, Object.keys(drawn).filter((path) => /\/(gain|bias)$/.test(path) && isRead(path))); // prettier-ignore
    const objective = instance.start!.objective;
    const batch = await batchOf(instance, dataset, 8);
    const output = async (some: Weights) => (await computed(instance, some, batch, objective))('output');
    const spread = (image: Float32Array): number => mean(image.map((one) => one ** 2)) - mean(image) ** 2;
    const [before, after] = [spread(await output(drawn)), spread(await output(weights))];
    assert.ok(before > 25, `${before}`);
    assert.ok(after > 0.5 && after < 2, `${after}`);
    const { weights: kept } = await trainedBy(lasting(instance, 0), dataset, weights);
    assert.deepEqual(kept, weights);
  });

  it('a recipe whose source begins with what it draws keeps what was brought', async () => {
    const instance = recipeOf('pg2').at({ ...tiny, height: 32, width: 32 });
    const dataset = await set.at(instance);
    const weights = {};
    assert.equal(right(await startedWeights({ instance, dataset, seed: 0, weights })()), weights);
  });

  it('features stand still while two steps of each round move the rest', async () => {
    const instance = narrowed(recipeOf('variunet-features').at(tiny));
    const dataset = await set.at(instance);
    const start = (await trainedBy(lasting(instance, 0), dataset, looked)).weights;
    const { weights, curves } = await trainedBy(lasting(instance, 2, 2), dataset, looked);
    assert.deepEqual(movedBetween(start, weights), ['variunet']);
    assert.deepEqual(Object.keys(curves['second']!.terms), ['reconstruction', 'gram', 'divergence']);
    const inert = Object.keys(start).filter((path) => path.startsWith('variunet/posterior/unread/'));
    assert.ok(inert.length > 0);
    for (const path of inert) assert.deepEqual(weights[path]!.data, start[path]!.data, path);
  });
});
