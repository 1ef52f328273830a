/** PDIG: all stages in one run, its own pose in training, codes that are drawn only from encoders that stand still. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../src/backend/index.js';
import { initialParameters } from '../../src/compile/index.js';
import { model } from '../../src/dsl/index.js';
import { term } from '../../src/learn/index.js';
import { datasetNames, pdigDiscriminatorDeep, pg2Discriminator, type DatasetName } from '../../src/models/index.js'; // prettier-ignore
import { multiply } from '../../src/ops/elementwise.js';
import { recipes } from '../../src/recipes/index.js';
import { numbers, outputsOf, unsafePlan } from '../dsl/plans.js';
import { batchOf, computed, crossEntropy, lasting, mean, meanDistance, movedBetween, people, readyAtFullWidth, recipeOf, trainedBy } from './instances.js'; // prettier-ignore

const names = recipes.map(({ name }) => name).filter((name) => name.startsWith('pdig'));
const tiny = { dataset: 'market-1501', height: 32, width: 32, share: 1 / 64, batchSize: 2 } as const;
const tinyDeep = { ...tiny, dataset: 'deepfashion' } as const;
const near = (got: number, wanted: number): void =>
  assert.ok(Math.abs(got - wanted) < 1e-4 * Math.max(1, Math.abs(wanted)), `${got}, not ${wanted}`);
const shown: Readonly<Record<DatasetName, readonly string[]>> = {
  'market-1501': ['foreground', 'background'],
  deepfashion: ['foreground'],
};
const drawers = (codes: readonly string[]): readonly string[] =>
  codes.flatMap((code) => [`${code}-critic`, `${code}-generator`]).sort();

describe('recipes: PDIG', () => {
  const set = people();
  before(() => unsafeActivate({ backend: 'wasm' }));

  for (const name of names)
    for (const dataset of datasetNames)
      it(`${name} is ready at the source's size and width for ${dataset}`, () => {
        const { players, moves, parameters } = readyAtFullWidth(name, dataset);
        const codes = [...shown[dataset], 'pose'];
        assert.deepEqual(Object.keys(players).sort(), ['discriminator', 'pose', 'stage1', ...drawers(codes)].sort()); // prettier-ignore
        const masks = parameters.filter(({ role }) => role === 'mask').map(({ path }) => path);
        assert.equal(masks.length, name.includes('+') ? 5 : 0);
        assert.ok(masks.every((path) => path.startsWith('stage1/')), masks.join()); // prettier-ignore
        // In training a picture is made again from its own pose; the target's is for the pair test.
        const reads = ['boxes_a', ...(dataset === 'market-1501' ? ['mask_a'] : []), 'p_a', 'seen_a', 'x_a'];
        for (const update of ['stage1', 'discriminator'])
          assert.deepEqual(Object.keys(moves[update]!.plan.inputs).sort(), reads);
        for (const code of codes) assert.deepEqual(moves[`${code}-generator`]!.plan.inputs, {});
        assert.deepEqual(Object.keys(moves['pose']!.plan.inputs), ['pose_a']);
      });

  it('rates halve every 50,000 steps, five updates of a critic to a step; critics are clipped', () => {
    const { players } = readyAtFullWidth('pdig', 'market-1501');
    for (const [name, { optimiser, clip }] of Object.entries(players)) {
      const every = name.endsWith('critic') ? 250_000 : 50_000;
      assert.deepEqual(
        [1, every, every + 1, 2 * every, 2 * every + 1].map(optimiser.rate),
        [2e-5, 2e-5, 1e-5, 1e-5, 5e-6],
        name,
      );
      const isDrawn = /-(generator|critic)$/.test(name);
      assert.equal(optimiser.name, isDrawn ? 'rmsprop' : 'adam');
      assert.deepEqual(optimiser.slots, isDrawn ? { square: 1 } : { first: 0, second: 0 });
      assert.equal(isDrawn ? 0.5 : optimiser.options['beta1'], 0.5);
      assert.equal(clip, name.endsWith('critic') ? 0.01 : undefined);
    }
    const { players: short } = recipeOf('pdig').at({ ...tiny, steps: 360 }).system;
    assert.deepEqual([50, 51].map(short['stage1']!.optimiser.rate), [2e-5, 1e-5]);
    assert.deepEqual([250, 251].map(short['foreground-critic']!.optimiser.rate), [2e-5, 1e-5]);
  });

  it("phases are the source's, by data set", () => {
    const turns = (...codes: readonly string[]) =>
      codes.flatMap((code) => [`${code}-generator`, { update: `${code}-critic`, times: 5 }]);
    const source = (name: string, dataset: DatasetName) =>
      recipeOf(name)
        .at({ dataset })
        .system.phases.map(({ steps, batchSize, updates }) => [steps, batchSize, updates]);
    assert.deepEqual(source('pdig', 'market-1501'), [
      [120_000, 16, ['stage1', 'discriminator']],
      [60_000, 64, ['pose']],
      [120_000, 32, turns('foreground', 'background')],
      [60_000, 64, turns('pose')],
    ]);
    assert.deepEqual(source('pdig+munet', 'deepfashion'), [
      [120_000, 6, ['stage1', 'discriminator']],
      [120_000, 16, ['pose']],
      [120_000, 16, turns('foreground')],
      [60_000, 32, turns('pose')],
    ]);
    assert.equal(recipeOf('pdig').at(tiny).mirror, true);
  });

  for (const [name, options] of [
    ['pdig+munet', tiny],
    ['pdig', tinyDeep],
  ] as const)
    it(`${name} for ${options.dataset}: each phase moves its own networks and no others`, async () => {
      const instance = recipeOf(name).at(options);
      const dataset = await set.at(instance);
      const after = async (...steps: readonly number[]) => (await trainedBy(lasting(instance, ...steps), dataset)).weights; // prettier-ignore
      const stages = [await after(0), await after(1), await after(1, 1), await after(1, 1, 1), await after(1, 1, 1, 1)]; // prettier-ignore
      assert.deepEqual(
        stages.slice(1).map((weights, i) => movedBetween(stages[i]!, weights)),
        [
          ['discriminator', 'stage1'],
          ['pose-decoder', 'pose-encoder'],
          drawers(shown[options.dataset]),
          drawers(['pose']),
        ],
      );
      const largest = (weights: (typeof stages)[number], network: string): number =>
        Math.max(...Object.entries(weights).filter(([path]) => path.startsWith(network)).flatMap(([, { data }]) => [...data].map(Math.abs))); // prettier-ignore
      assert.ok(largest(stages[0]!, 'pose-critic/') > 0.02);
      assert.ok(largest(stages[4]!, 'pose-critic/') <= Math.fround(0.01));
    });

  it('a critic moves five times for each step of its generator, on whole batches of drawn codes', async () => {
    const instance = lasting(recipeOf('pdig').at(tiny), 0, 0, 0, 3);
    const { curves } = await trainedBy(instance, await set.at(instance));
    assert.equal(curves['pose-generator']!.losses.length, 3);
    assert.equal(curves['pose-critic']!.losses.length, 15);
  });

  for (const options of [tiny, tinyDeep])
    it(`the losses for ${options.dataset}`, async () => {
      const instance = recipeOf('pdig').at(options);
      const dataset = await set.at(instance);
      const batch = await batchOf(instance, dataset);
      const { weights } = await trainedBy(lasting(instance, 0), dataset);
      const { updates } = instance.system;
      const codes = [...shown[options.dataset], 'pose'] as const;
      const of = (prefix: string, terms: Readonly<Record<string, ReturnType<typeof multiply>>>) =>
        Object.fromEntries(Object.entries(terms).map(([name, value]) => [`${prefix} ${name}`, value]));
      const got = await computed(instance, weights, batch, (runs) => {
        const own = { p_b: runs.read('p_a', [32, 32, 18]) };
        const made = runs.run('stage1', own);
        const both = term.besides([runs.read('x_a', [32, 32, 3]), made['output']!]);
        const code = runs.run('pose-encoder', { p_b: runs.read('pose_a', [1, 1, 54]) })['output']!;
        const lengths: Readonly<Record<string, number>> = { foreground: 224, background: 128, pose: 32 };
        return {
          made: made['output']!,
          logits: runs.run('discriminator', { x_b: both })['output']!,
          decoded: runs.run('pose-decoder', { code })['output']!,
          ...Object.assign(
            {},
            ...codes.map((name) => {
              const z = multiply(runs.noise(`${name}-z`, ['n', 1, 1, lengths[name]!], 'normal'), 0.2);
              const drawn = runs.run(`${name}-generator`, { z })['output']!;
              const critic = (one: typeof drawn) => runs.run(`${name}-critic`, { code: one })['output']!;
              return { [`${name} fake`]: critic(drawn), [`${name} real`]: critic(made[name] ?? code) };
            }),
          ),
          ...Object.assign({}, ...Object.entries(updates).map(([name, { objective }]) => of(name, objective(runs)))), // prettier-ignore
          ...instance.figures(runs),
          ...instance.picture!(runs),
        };
      });
      const logits = got('logits');
      const half = options.dataset === 'market-1501' ? 2 : 16;
      assert.equal(logits.length, 2 * half);
      near(got('stage1 adversarial')[0]!, crossEntropy(logits.slice(half), 1));
      near(got('stage1 reconstruction')[0]!, 20 * meanDistance(got('made'), batch['x_a']!.data));
      near(got('discriminator real')[0]!, crossEntropy(logits.slice(0, half), 1) / 2);
      near(got('discriminator fake')[0]!, crossEntropy(logits.slice(half), 0) / 2);
      const error = mean(got('decoded').map((one, i) => (one - batch['pose_a']!.data[i]!) ** 2));
      near(got('pose reconstruction')[0]!, 20 * error);
      for (const name of codes) {
        const [real, fake] = [mean(got(`${name} real`)), mean(got(`${name} fake`))];
        near(got(`${name}-critic critic`)[0]!, fake - real);
        near(got(`${name}-generator adversarial`)[0]!, -fake);
        near(got(`${name}Separation`)[0]!, real - fake);
      }
      near(got('transfer')[0]!, meanDistance(got('output'), batch['x_b']!.data));
      assert.notDeepEqual(got('output'), got('made'));
    });

  it('the pose’s auto-encoder learns in 100 steps', async () => {
    const instance = lasting(recipeOf('pdig').at({ ...tiny, share: 1 / 8 }), 0, 100);
    const dataset = await set.at(instance);
    const batch = await batchOf(instance, dataset);
    const error = async (steps: number): Promise<number> => {
      const { weights } = await trainedBy(lasting(instance, 0, steps), dataset);
      const got = await computed(instance, weights, batch, (runs) => ({
        pose: instance.figures(runs)['pose']!,
      }));
      return got('pose')[0]!;
    };
    const [before, after] = [await error(0), await error(100)];
    assert.ok(after < 0.9 * before, `${before} → ${after}`);
  });
});

describe('the adversary of PDIG’s Stage I for DeepFashion', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));

  it('has PG2’s parameters for Market-1501, and eight logits', () => {
    const { parameters, outputs, nodes } = unsafePlan(model(pdigDiscriminatorDeep(256, 256, 64)));
    assert.equal(parameters.filter(({ role }) => role !== 'state').reduce((sum, { shape }) => sum + shape.reduce((product, one) => product * one, 1), 0), 4_324_737); // prettier-ignore
    assert.deepEqual(nodes[outputs['output']!]!.shape, ['n', 8, 1, 1]);
  });
  it('gives each eighth of the channels a logit by the same weights', () => {
    const eight = unsafePlan(model(pdigDiscriminatorDeep(32, 32, 2)));
    const one = unsafePlan(model(pg2Discriminator(32, 32, 2)));
    const weights = initialParameters(eight, 3);
    const last = (plan: typeof one) => plan.parameters.filter(({ path }) => path.endsWith('/kernel')).at(-1)!.path; // prettier-ignore
    const kernel = weights[last(eight)]!;
    const repeated = { shape: [64, 1], data: Array.from({ length: 8 }, () => [...kernel.data]).flat() };
    const image = { x_b: numbers([2, 32, 32, 3], (i) => Math.sin(i * i)) };
    const logits = outputsOf(eight, image, weights)['output']!;
    const whole = outputsOf(one, image, { ...initialParameters(one, 3), ...weights, [last(one)]: repeated })['output']!; // prettier-ignore
    assert.equal(logits.length, 16);
    for (const n of [0, 1]) near(whole[n]!, [...logits.slice(8 * n, 8 * n + 8)].reduce((a, b) => a + b, 0)); // prettier-ignore
  });
});
