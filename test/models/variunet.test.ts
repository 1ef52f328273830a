/** What is special to Vari-UNet: its latents, in training, in transfer and drawn; what its source never reads. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../src/backend/index.js';
import { initialParameters, sizeOf, type Plan } from '../../src/compile/index.js';
import { model, psi, unsafeElaborate, withPsi } from '../../src/dsl/index.js';
import { models, variunet, variunetDeep, variunetDrawn } from '../../src/models/index.js';
import { numbers, outputsOf, unsafePlan, type Numbers } from '../dsl/plans.js';
import { reached } from './reach.js';

const small = model(variunet(128, 128, 2, psi.none));
const training = unsafePlan(small, 'train');
const transfer = unsafePlan(small);
const shapes = (plan: Plan) => new Map(plan.parameters.map(({ path, shape }) => [path, shape]));

describe('Vari-UNet: two latents', () => {
  it('are given by the means that KL compares, at the two deepest scales', () => {
    for (const [declared, side] of [
      [variunet(128, 256, 32, psi.none), 2],
      [variunetDeep(256, 512, 32, psi.none), 4],
    ] as const) {
      const { outputs } = unsafeElaborate(model(declared));
      const { output: _, ...means } = outputs;
      assert.deepEqual(means, {
        q1: { h: side, w: 2 * side, c: 128 },
        q2: { h: 2 * side, w: 4 * side, c: 128 },
        p1: { h: side, w: 2 * side, c: 128 },
        p2: { h: 2 * side, w: 4 * side, c: 128 },
      });
    }
  });

  it('are drawn around their posterior means in training, and are those means in transfer', () => {
    const drawn = training.noises.filter(({ path }) => !path.includes('/dropout'));
    assert.deepEqual(
      drawn.map(({ path, shape, distribution }) => [path, shape, distribution]),
      [
        ['posterior/scale1/sample1/noise', ['n', 2, 2, 8], 'normal'],
        ['posterior/scale2/sample1/noise', ['n', 4, 4, 8], 'normal'],
      ],
    );
    assert.deepEqual(transfer.noises, []);
  });

  it('reach the image, which the prior does not', () => {
    const image = reached(training, 'output');
    assert.deepEqual(image.parameters.filter((path) => path.includes('/prior/')), []); // prettier-ignore
    for (const mean of ['posterior/scale1/mean/conv1/kernel', 'posterior/scale2/mean/conv1/kernel']) {
      assert.ok(image.parameters.includes(mean));
    }
    assert.deepEqual(image.inputs, ['p_b', 'parts_a']);
  });

  it('have a prior whose groups are given the posterior’s draws before them', () => {
    for (const [prior, scale, groups] of [
      ['p1', 1, 4],
      ['p2', 2, 4],
    ] as const) {
      const { parameters, noises } = reached(training, prior);
      const own = parameters.filter((path) => path.startsWith(`image/scale${scale}/prior/autoregressive1/`));
      const kernels = (what: string) => own.filter((path) => path.includes(`/${what}/`) && path.endsWith('conv1/kernel')); // prettier-ignore
      assert.equal(kernels('predict').length, groups);
      assert.equal(kernels('update').length, groups - 1);
      assert.ok(noises.includes(`posterior/scale${scale}/sample1/noise`));
      assert.ok(parameters.includes(`posterior/scale${scale}/mean/conv1/kernel`));
    }
    // The first scale's prior sees no later one.
    assert.ok(reached(training, 'p1').parameters.every((path) => !path.startsWith('image/scale2/')));
  });

  it('come from the crops alone: the posterior sees no stick-man', () => {
    assert.deepEqual(reached(training, 'q1', 'q2').inputs, ['parts_a']);
  });
});

describe('Vari-UNet: what its source never reads', () => {
  for (const dataset of ['market-1501', 'deepfashion'] as const) {
    it(`is built, counted and listed at ${dataset}: 1,230,848 parameters`, () => {
      const entry = models.find(({ name }) => name === 'variunet')!;
      const plan = unsafePlan(entry.at[dataset](), 'train');
      const still = plan.parameters.filter(({ inert }) => inert !== undefined);
      const { parameters } = reached(plan, ...Object.keys(plan.outputs));
      const unread = plan.parameters.filter(({ path }) => !parameters.includes(path));
      assert.deepEqual(unread, still);
      assert.equal(still.reduce((sum, { shape }) => sum + sizeOf(shape), 0), 1_230_848); // prettier-ignore
      for (const { path, inert } of still) {
        assert.ok(
          entry.inert.some((one) => one.path.test(path) && one.reason === inert),
          path,
        );
      }
      assert.ok(plan.parameters.every(({ path, inert }) => inert !== undefined || !entry.inert.some((one) => one.path.test(path)))); // prettier-ignore
    });
  }
});

describe('Vari-UNet drawn from its prior', () => {
  const alone = unsafePlan(model(variunetDrawn(128, 128, 2, psi.none)));

  it('has the parameters of the trained one that it needs, by the same names', () => {
    const trained = shapes(training);
    for (const [path, shape] of shapes(alone)) assert.deepEqual(trained.get(path), shape, path);
    const left = [...trained.keys()].filter((path) => !shapes(alone).has(path));
    assert.ok(left.every((path) => /^(appearance|posterior)\//.test(path)));
  });

  it('draws each of the four groups of both latents, in inference too', () => {
    const groups = [1, 2].flatMap((scale) =>
      [1, 2, 3, 4].map((k) => `image/scale${scale}/prior/autoregressive1/group${k}/predict/sample1/noise`),
    );
    assert.deepEqual(reached(alone, 'output').noises, groups);
    assert.deepEqual(reached(alone, 'output').inputs, ['p_b']);
  });

  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });
  it('gives what the trained one gives with the same weights, but for its latents', () => {
    // Of [h, z] the 1×1 convolution after it reads h alone: half of its kernel's inputs are 0.
    const weights = Object.fromEntries(
      Object.entries(initialParameters(transfer, 7)).map(([path, { shape, data }]): [string, Numbers] => [
        path,
        {
          shape,
          data: /^image\/scale[12]\/conv1\/kernel$/.test(path)
            ? data.map((one, index) => (index < data.length / 2 ? one : 0))
            : data,
        },
      ]),
    );
    const p_b = numbers([1, 128, 128, 3], (i) => Math.sin(i));
    const parts_a = numbers([1, 64, 64, 24], (i) => Math.cos(i / 3));
    const mine = (plan: Plan) =>
      Object.fromEntries(plan.parameters.map(({ path }) => [path, weights[path]!]));
    const one = outputsOf(transfer, { p_b, parts_a }, mine(transfer))['output']!;
    const other = outputsOf(alone, { p_b }, mine(alone))['output']!;
    assert.deepEqual(one, other);
    assert.ok(one.every(Number.isFinite) && new Set(one).size > 1000);
  });
});

describe('masks on Vari-UNet', () => {
  it('stand on the stick-man’s fourteen levels, before what reads them', () => {
    const masked = models.find(({ name }) => name === 'variunet+munet')!;
    const plan = unsafePlan(masked.at['market-1501'](), 'train');
    const paths = plan.parameters.filter(({ role }) => role === 'mask').map(({ path }) => path);
    const scales = [1, 2, 3, 4, 5, 6, 7].flatMap((k) => [`image/scale${k}/residual1/skip1`, `image/scale${k}/residual2/skip1`]); // prettier-ignore
    assert.deepEqual(paths, scales.map((path) => `${path}/psi/mask`)); // prettier-ignore
  });
  it('could stand on the appearance’s levels as well', () => {
    const plan = unsafePlan(withPsi(small, psi.one(), { encoder: 'appearance' }), 'train');
    assert.equal(plan.parameters.filter(({ role }) => role === 'mask').length, 5);
  });
});
