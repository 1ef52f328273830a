/** Def-GAN's configurations: what each compares pictures by, and weights that the user brings. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { random } from '../../src/base/random.js';
import { unsafeActivate } from '../../src/backend/index.js';
import { writeSafetensors, type StoredTensor } from '../../src/files/safetensors.js';
import { term, trainSystem } from '../../src/learn/index.js';
import { datasetNames } from '../../src/models/index.js';
import { broughtWeights, recipes, type RecipeInstance } from '../../src/recipes/index.js';
import { left, right, textsOf } from '../learn/train/either.js';
import { batchOf, computed, lasting, mean, meanDistance, movedBetween, people, phasesOf, readyAtFullWidth, recipeOf, trainedBy, type Weights } from './instances.js'; // prettier-ignore

const names = recipes.map(({ name }) => name).filter((name) => name.startsWith('defgan'));
const tiny = { dataset: 'market-1501', height: 64, width: 64, share: 1 / 32, batchSize: 1 } as const;
const tinyDeep = { ...tiny, dataset: 'deepfashion', height: 128, width: 128 } as const;
const near = (got: number, wanted: number): void =>
  assert.ok(Math.abs(got - wanted) < 1e-4 * Math.max(1, Math.abs(wanted)), `${got}, not ${wanted}`);
const logs = (probabilities: Float32Array): number =>
  -mean(Array.from(probabilities, (one) => Math.log(one + 1e-7)));

/** Drawn weights of VGG-19's first layers, as Keras names them. */
const vgg = Object.fromEntries(
  (
    [
      ['block1_conv1', 3, 64],
      ['block1_conv2', 64, 64],
      ['block2_conv1', 64, 128],
      ['block2_conv2', 128, 128],
    ] as const
  ).flatMap(([layer, from, to]): (readonly [string, StoredTensor])[] => [
    [`${layer}/kernel`, { dtype: 'F32', shape: [3, 3, from, to], data: random(1, layer).normals(9 * from * to).map((one) => one / Math.sqrt(9 * from)) }], // prettier-ignore
    [`${layer}/bias`, { dtype: 'F32', shape: [to], data: new Float32Array(to) }],
  ]),
);

/** mean over p of the least Σ_c|real(q) − made(p)|, q in a window about p and within the image. */
const nearestByHand = (made: Float32Array, real: Float32Array, side: number, window: number): number => {
  const channels = made.length / side ** 2;
  const reach = (window - 1) / 2;
  let sum = 0;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      let least = Infinity;
      for (let row = Math.max(0, y - reach); row <= Math.min(side - 1, y + reach); row++)
        for (let column = Math.max(0, x - reach); column <= Math.min(side - 1, x + reach); column++) {
          let distance = 0;
          const [p, q] = [(y * side + x) * channels, (row * side + column) * channels];
          for (let c = 0; c < channels; c++) distance += Math.abs(real[q + c]! - made[p + c]!);
          least = Math.min(least, distance);
        }
      sum += least;
    }
  return sum / side ** 2;
};

describe('recipes: Def-GAN', () => {
  const set = people();
  before(() => unsafeActivate({ backend: 'wasm' }));

  const file = async (tensors: Readonly<Record<string, StoredTensor>> = vgg): Promise<string> => {
    const path = join(set.folder(), 'vgg19.safetensors');
    right(await writeSafetensors(path, tensors)());
    return path;
  };
  const brought = async (instance: RecipeInstance): Promise<Weights> =>
    right(await broughtWeights(instance, await file())());

  for (const name of names)
    for (const dataset of datasetNames)
      it(`${name} is ready at the source's size and width for ${dataset}`, () => {
        const { players, parameters } = readyAtFullWidth(name, dataset);
        assert.deepEqual(Object.keys(players), ['generator', 'discriminator']);
        for (const { optimiser } of Object.values(players))
          assert.deepEqual(
            [optimiser.name, optimiser.options['beta1'], optimiser.options['beta2'], optimiser.rate(1), optimiser.rate(9e9)], // prettier-ignore
            ['adam', 0.5, 0.999, 2e-4, 2e-4],
          );
        const masks = parameters.filter(({ role }) => role === 'mask').map(({ path }) => path);
        assert.equal(masks.length, name.includes('+') ? (dataset === 'deepfashion' ? 7 : 6) : 0);
      });

  it('the discriminator moves first, then the generator, for 90 epochs of 1000 steps', () => {
    for (const { name } of recipes.filter((one) => one.name.startsWith('defgan'))) {
      const turns = 'discriminator generator';
      const batch = name.startsWith('defgan-full') ? 2 : 4;
      assert.deepEqual(phasesOf(name, { dataset: 'market-1501' }), [[90_000, 4, turns]]);
      assert.deepEqual(phasesOf(name, { dataset: 'deepfashion' }), [[90_000, batch, turns]]);
    }
    assert.equal(recipeOf('defgan-dsc').at(tiny).mirror, false);
  });

  it('only the baseline reads no parts', () => {
    const parts = ({ binding }: RecipeInstance) => Object.keys(binding.feeds).filter((one) => ['affines', 'masks'].includes(one)); // prettier-ignore
    assert.deepEqual(parts(recipeOf('defgan-baseline').at(tiny)), []);
    assert.deepEqual(parts(recipeOf('defgan-full').at(tiny)), ['affines', 'masks']);
  });

  for (const name of ['defgan-baseline', 'defgan-dsc'])
    it(`${name}: logs of probabilities and a hundred times L1; both players move`, async () => {
      const instance = recipeOf(name).at(tiny);
      assert.equal(instance.features, undefined);
      const dataset = await set.at(instance);
      const start = (await trainedBy(lasting(instance, 0), dataset)).weights;
      const batch = await batchOf(instance, dataset, 1);
      const got = await computed(instance, start, batch, (runs) => {
        const made = runs.run('generator')['output']!;
        return {
          made,
          ofMade: runs.run('discriminator', { x_b: made })['output']!,
          ofReal: runs.run('discriminator')['output']!,
          ...instance.system.updates['generator']!.objective(runs),
          ...instance.system.updates['discriminator']!.objective(runs),
        };
      });
      near(got('real')[0]!, logs(got('ofReal')));
      near(got('fake')[0]!, logs(got('ofMade').map((one) => 1 - one))); // prettier-ignore
      near(got('adversarial')[0]!, logs(got('ofMade')));
      near(got('reconstruction')[0]!, 100 * meanDistance(got('made'), batch['x_b']!.data));
      const { weights, curves } = await trainedBy(lasting(instance, 2), dataset);
      assert.deepEqual(movedBetween(start, weights), ['discriminator', 'generator']);
      assert.deepEqual(Object.keys(curves), ['discriminator', 'generator']);
    });

  for (const [name, options, window] of [
    ['defgan-full', tiny, 3],
    ['defgan-full', tinyDeep, 5],
    ['defgan-feature-matching', tiny, 0],
  ] as const)
    it(`${name} for ${options.dataset}: distances of features, the means taken off the wrong channels`, async () => {
      const instance = recipeOf(name).at(options);
      const dataset = await set.at(instance);
      const weights = (await trainedBy(lasting(instance, 0), dataset, await brought(instance))).weights;
      const batch = await batchOf(instance, dataset, 1);
      const layer = window === 0 ? 'block2_conv1' : 'block1_conv2';
      const got = await computed(instance, weights, batch, (runs) => {
        const made = runs.run('generator')['output']!;
        const real = runs.read('x_b', [options.height, options.width, 3]);
        return {
          made: runs.run('features', { image: term.vggInputOfDefGan(made) })[layer]!,
          real: runs.run('features', { image: term.vggInputOfDefGan(real) })[layer]!,
          ...instance.system.updates['generator']!.objective(runs),
          figure: instance.figures(runs)['reconstruction']!,
        };
      });
      const byHand =
        window === 0
          ? meanDistance(got('made'), got('real'))
          : nearestByHand(got('made'), got('real'), options.height, window);
      near(got('reconstruction')[0]!, (window === 0 ? 0.5 : 0.01) * byHand);
      near(got('figure')[0]!, byHand);
    });

  it('features keep the weights that were brought while both players move', async () => {
    const instance = recipeOf('defgan-full+munet').at(tiny);
    const dataset = await set.at(instance);
    const given = await brought(instance);
    const start = (await trainedBy(lasting(instance, 0), dataset, given)).weights;
    const { weights, curves } = await trainedBy(lasting(instance, 2), dataset, given);
    assert.deepEqual(movedBetween(start, weights), ['discriminator', 'generator']);
    assert.equal(Object.keys(given).length, 4);
    for (const [path, { data }] of Object.entries(given)) assert.deepEqual(weights[path]!.data, data, path);
    assert.equal(curves['generator']!.losses.length, 2);
  });

  describe('L02: weights of VGG-19 that nobody brought', () => {
    it('no file: which weights are wanted, and how to make the file', async () => {
      for (const [name, wanted] of [
        ['defgan-full', /VGG-19 trained on ImageNet, up to block1_conv2/],
        ['defgan-feature-matching', /VGG-19 trained on ImageNet, up to block2_conv1/],
      ] as const) {
        const [text] = textsOf(left(await broughtWeights(recipeOf(name).at(tiny), undefined)()), 'L02');
        assert.match(text!, wanted);
        assert.match(text!, /docs\/losses\.md/);
      }
    });
    it('a file of something else', async () => {
      const { 'block1_conv2/kernel': _kernel, ...rest } = vgg;
      const path = await file(rest);
      const [text] = textsOf(left(await broughtWeights(recipeOf('defgan-full').at(tiny), path)()), 'L02');
      assert.match(text!, /block1_conv2\/kernel/);
    });
    it('training without them does not begin', async () => {
      const instance = recipeOf('defgan-full').at(tiny);
      const dataset = await set.at(instance);
      const { system, binding } = instance;
      const [text] = textsOf(left(await trainSystem({ system, binding, dataset, seed: 0 })()), 'L02');
      assert.match(text!, /network 'features'/);
    });
    it('a recipe that looks through no network needs none', async () => {
      for (const path of [undefined, 'nowhere.safetensors'])
        assert.deepEqual(right(await broughtWeights(recipeOf('defgan-baseline').at(tiny), path)()), {});
    });
  });
});
