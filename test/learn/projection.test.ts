/** Projections: where training puts a parameter back after each update, alone and in a system. */
import assert from 'node:assert/strict';
import { join as pathOf } from 'node:path';
import { unsafeActivate } from '../../src/backend/index.js';
import type { PlanParameter } from '../../src/compile/index.js';
import { psi, withPsi, type AnyModel, type Psi } from '../../src/dsl/index.js';
import { constant } from '../../src/ops/initialiser.js';
import { multiply } from '../../src/ops/elementwise.js';
import { reshape } from '../../src/ops/layout.js';
import { bundlesOf } from '../../src/learn/bundles.js';
import { adam, gateReport, term, train, trainSystem, type System } from '../../src/learn/index.js';
import { temporaryFolder } from '../data/temporary.js';
import { right } from './train/either.js';
import { common, toy, unet } from './train/toy.js';

const parameterOf = (path: string, size: number, clip?: readonly [number, number]): PlanParameter => ({
  path,
  shape: [size],
  role: 'weight',
  initialiser: constant(0),
  ...(clip === undefined ? {} : { projection: { clip } }),
  id: 0,
});

describe('bundles', () => {
  it('hold parameters of one projection', () => {
    const parameters = [
      parameterOf('a', 2),
      parameterOf('b', 3, [0, 1]),
      parameterOf('c', 4),
      parameterOf('d', 5, [-1, 1]),
      parameterOf('e', 2 ** 16, [0, 1]),
      parameterOf('f', 6, [0, 1]),
    ];
    assert.deepEqual(
      bundlesOf(parameters).map(({ members, projection }) => [members.map(({ path }) => path).join(''), projection?.clip]), // prettier-ignore
      [
        ['ac', undefined],
        ['bf', [0, 1]],
        ['e', [0, 1]],
        ['d', [-1, 1]],
      ],
    );
  });
});

describe('masks under training', () => {
  const folder = temporaryFolder();
  before(() => unsafeActivate({ backend: 'cpu' }));

  type Weights = Readonly<Record<string, { readonly data: Float32Array }>>;
  const masksOf = (weights: Weights): readonly number[] =>
    Object.entries(weights).flatMap(([path, { data }]) => (path.endsWith('psi/mask') ? [...data] : []));
  const isWithin = (most: number, masks: readonly number[]): boolean =>
    masks.length > 0 && masks.every((one) => one >= 0 && one <= most);
  /* A rate at which masks run against both ends. */
  const options = { ...common, optimiser: adam(0.3), steps: 6 };
  const connected = (operator: Psi): AnyModel => withPsi(unet, operator as never);
  /* The same gate without a projection. */
  const loose = psi.define<Psi>({ name: 'loose' }, {
    forward: ({ feature }, { lowering }) => {
      const channels = Number(feature.shape[3]);
      const mask = lowering.parameter({ name: 'mask', shape: [channels], initialiser: constant(0.5), role: 'mask' });
      return multiply(feature, reshape(mask, [1, 1, 1, channels]));
    },
  }); // prettier-ignore

  it('leave 0 to 1 where nothing keeps them there', async () => {
    const { weights } = right(await train({ ...options, model: connected(loose), steps: 2 })());
    assert.ok(!isWithin(1, masksOf(weights)));
  });

  for (const [name, operator] of [
    ['maskConnectChannel', psi.maskConnectChannel()],
    ['maskConnectChannel of 2', psi.maskConnectChannel({ fanIn: 2 })],
    ['maskConnectLevel', psi.maskConnectLevel()],
  ] as const) {
    it(`${name}: stay between 0 and 1, reach the ends, and have moved`, async () => {
      const { weights, gates } = right(await train({ ...options, model: connected(operator as Psi) })());
      const masks = masksOf(weights);
      assert.ok(isWithin(1, masks), String(masks));
      assert.ok(masks.some((one) => one === 0 || one === 1));
      assert.ok(Object.values(gates).length > 0 && Object.values(gates).every(({ still }) => !still));
      const open = Object.entries(gates).map(([path, gate]) => [gate.open, masksOf({ [path]: weights[path]! })] as const); // prettier-ignore
      for (const [share, own] of open)
        assert.equal(share, own.filter((one) => one >= 0.5).length / own.length);
    });
  }

  it('are the same after a run that went on from a checkpoint', async () => {
    const model = connected(psi.maskConnectChannel({ fanIn: 2 }) as Psi);
    const out = pathOf(folder(), 'resumed');
    right(await train({ ...options, model, steps: 3, out })());
    const resumed = right(await train({ ...options, model, out, resume: true })());
    const whole = right(await train({ ...options, model })());
    assert.equal(resumed.stepsRun, 3);
    assert.deepEqual(resumed.weights, whole.weights);
  });

  const systemOf = (clip?: number): System => ({
    name: 'masked',
    networks: { generator: connected(psi.maskConnectChannel() as Psi) },
    players: {
      generator: { networks: ['generator'], optimiser: adam(0.3), ...(clip === undefined ? {} : { clip }) },
    },
    updates: {
      l1: {
        player: 'generator',
        objective: ({ run, read }) => ({ l1: term.l1(run('generator')['output']!, read('y', [8, 8, 1])) }),
      },
    },
    phases: [{ name: 'alone', steps: 6, batchSize: 2, updates: ['l1'] }],
  });

  it('stay between 0 and 1 in a system, under its clipping too', async () => {
    for (const [clip, most] of [[undefined, 1], [0.25, 0.25]] as const) {
      const { weights } = right(await trainSystem({ system: systemOf(clip), binding: toy, seed: 3 })());
      const masks = masksOf(weights);
      assert.ok(isWithin(most, masks), String(masks));
      assert.ok(masks.some((one) => one === 0 || one === most));
      const others = Object.entries(weights).flatMap(([path, { data }]) => (path.endsWith('kernel') ? [...data] : []));
      assert.ok(others.some((one) => one < 0));
    } // prettier-ignore
  });
});

describe('gate reports of masks between two numbers', () => {
  it('count from their middle', () => {
    const [now, start] = [Float32Array.of(0.5, 0.49, 1, 0), Float32Array.of(0.5, 0.5, 0.5, 0.5)];
    assert.deepEqual(gateReport(now, start, 0.5), { open: 0.5, changed: 0.5, still: false });
  });
});
