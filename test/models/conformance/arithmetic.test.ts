/**
 * What every listed model must keep, computed: gradients, a training, its checkpoint, every backend, both graph targets.
 *
 * A model is held to it by being listed. Each is taken at the least size and a small width, with Market-1501's levels and
 * with one of its masks; MASKSKIP_FULL=1 takes all.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { activate, unsafeActivate } from '../../../src/backend/index.js';
import { random } from '../../../src/base/random.js';
import { mapValues } from '../../../src/base/record.js';
import { initialParameters, unsafeCompile, type CompileTarget, type ParameterArray, type Plan } from '../../../src/compile/index.js'; // prettier-ignore
import { init, psi, surrogate, unsafeElaborate, withPsi, type AnyModel } from '../../../src/dsl/index.js';
import { loadWeights, predictor } from '../../../src/learn/index.js';
import { models } from '../../../src/models/index.js';
import {
  distance,
  graphModel,
  runGraphModel,
  runSavedModel,
  runTensors,
} from '../../compile/graph/run-graph.js';
import { temporaryFolder } from '../../data/temporary.js';
import { unsafePlan } from '../../dsl/plans.js';
import { right } from '../../learn/train/either.js';
import { auditFaults, largestGradients } from './audit.js';
import { drawnFeeds, type Feeds } from './feeds.js';
import { eachOnce, full, withAndWithoutMasks, type Subject } from './subjects.js';
import { trained } from './training.js';

/* The width of the first block where a model learns. */
const learning = 8;
/* The same where plain JavaScript has to compute it. */
const narrow = 2;
const tolerance = 1e-4;

/* The native backend where it is there; else the next best that every machine has. */
const onTheFastest = async (): Promise<void> => {
  if (E.isLeft(await activate({ backend: 'native' })())) await unsafeActivate({ backend: 'wasm' });
};
const onCpu = async (): Promise<void> => {
  await unsafeActivate({ backend: 'cpu' });
};

describe('R19: every trained tensor of a listed model is moved, save those that are listed as inert', function () {
  this.timeout(full ? 0 : 120_000);
  before(onTheFastest);
  after(onCpu);

  for (const { name, entry, small } of withAndWithoutMasks) {
    it(name, async () => {
      const largest = await largestGradients(small(learning), entry.inert);
      assert.ok(largest.size > 0);
      assert.deepEqual(auditFaults(largest, entry.inert), []);
    });
  }

  it('a tensor that stands still is named, and so is an inert one that is moved or not there', async () => {
    const unet = models
      .find(({ name }) => name === 'unet')!
      .at['market-1501']({ height: 16, width: 16, filters: 2 });
    const still = psi.dense({ surrogate: surrogate.zero, init: init.normal(0.02) });
    const inert = [
      { path: /^conv3\/bias$/, reason: 'a test' },
      { path: /^nowhere$/, reason: 'a test' },
    ];
    const faults = auditFaults(await largestGradients(withPsi(unet, still), inert), inert);
    assert.deepEqual(
      faults.filter((one) => !/^conv3\/bias: moved by/.test(one)),
      [
        ...[1, 2, 3, 4].map((k) => `decoder/image/level${k}/psi/mask: no gradient, and not listed as inert`),
        '^nowhere$: listed as inert, but there is no such tensor',
      ],
    );
    assert.equal(faults.length, 6);
    assert.deepEqual(auditFaults(new Map([['a', NaN], ['b', Infinity]]), []), ['a', 'b'].map((path) => `${path}: a gradient that is not finite`)); // prettier-ignore
  });
});

describe('20 steps on one batch (of a long plan 6, unless all is asked for) lower the loss, and the checkpoint gives what was trained', function () {
  this.timeout(full ? 0 : 180_000);
  const folder = temporaryFolder();
  before(onTheFastest);
  after(onCpu);

  for (const { name, small } of eachOnce) {
    it(name, async () => {
      const declared = small(learning);
      const plan = unsafePlan(declared);
      // Of a long plan a few steps show as much; 20 of each would take a minute.
      const steps = full || plan.nodes.length < 150 ? 20 : 6;
      const { losses, weights } = await trained(declared, steps, folder());
      assert.equal(losses.length, steps);
      const [first, last] = [losses[0]!, losses.slice(-3).reduce((sum, one) => sum + one / 3, 0)];
      assert.ok(last < 0.97 * first, `from ${first} to ${last}`);
      const loaded = right(await loadWeights(folder())());
      assert.equal(loaded.step, steps);
      const predicted = await predictions(declared, ofNet(weights));
      assert.ok(Object.values(predicted).every((one) => one.every(Number.isFinite)));
      assert.deepEqual(await predictions(declared, ofNet(loaded.weights)), predicted);
      assert.notDeepEqual(await predictions(declared, initialParameters(plan, 0)), predicted);
    });
  }
});

describe('the backends agree on each listed model to 1e-4, and so do the graphs that are written of it', function () {
  this.timeout(full ? 0 : 180_000);
  const wanted = new Map<Subject, Outputs>();
  let folder = '';
  const placeOf = (one: Subject, target: CompileTarget): string =>
    join(folder, String(eachOnce.indexOf(one)), target);
  before(async () => {
    await onCpu();
    folder = await mkdtemp(join(tmpdir(), 'maskskip-conformance-'));
  });
  after(async () => {
    await onCpu();
    await rm(folder, { recursive: true, force: true });
  });

  describe('cpu', () => {
    for (const one of eachOnce) {
      it(one.name, async () => {
        const { plan, weights, feeds } = narrowly(one);
        const outputs = await runTensors(plan, feeds, weights);
        // Not all alike: any two backends agree on nothing but zeros.
        for (const [name, data] of Object.entries(outputs))
          assert.ok(data.length < 10 || new Set(data).size > data.length / 4, name);
        wanted.set(one, outputs);
      });
    }
  });
  for (const backend of ['wasm', 'native', 'webgpu'] as const) {
    describe(backend, () => {
      before(async function () {
        const active = await activate({ backend })();
        if (E.isRight(active)) return;
        console.log(`      ${active.left.map(({ text }) => text).join('; ')}`);
        this.skip();
      });
      for (const one of eachOnce) {
        it(one.name, async () => {
          const { plan, weights, feeds } = narrowly(one);
          agree(await runTensors(plan, feeds, weights), wanted.get(one)!);
        });
      }
    });
  }

  for (const [target, backend] of [['tfjs-graph', 'wasm'], ['saved-model', 'native']] as const) {
    describe(`${target}, written, loaded again and run on ${backend}`, () => {
      before(async function () {
        if (E.isLeft(await activate({ backend })())) this.skip();
      });
      for (const one of eachOnce) {
        it(one.name, async () => {
          const { declared, plan, weights, feeds } = narrowly(one);
          const out = placeOf(one, target);
          await unsafeCompile(unsafeElaborate(declared), { target, weights, out });
          agree(await (target === 'tfjs-graph' ? ofGraph : ofSavedModel)(out, plan, feeds), wanted.get(one)!);
        });
      }
    });
  } // prettier-ignore
});

type Arrays = Readonly<Record<string, ParameterArray>>;
type Outputs = Readonly<Record<string, Float32Array>>;

/** A model with every parameter drawn: none stays at a constant, deviations stay away from 0. */
const narrowly = ({ small }: Subject) => {
  const declared = small(narrow);
  const plan = unsafePlan(declared);
  const weights: Arrays = mapValues(initialParameters(plan, 1), ({ shape, data }, path) => {
    const noise = random(2, path).normals(data.length);
    const moved = path.endsWith('ariance')
      ? (i: number) => 0.5 + Math.abs(noise[i]!)
      : (i: number) => data[i]! + 0.05 * noise[i]!;
    return { shape, data: Float32Array.from(data, (_, i) => moved(i)) };
  });
  return { declared, plan, weights, feeds: drawnFeeds(plan, 1, 5) };
};

const agree = (got: Outputs, wanted: Outputs): void => {
  assert.deepEqual(Object.keys(got).toSorted(), Object.keys(wanted).toSorted());
  for (const [name, data] of Object.entries(wanted)) {
    const apart = distance(got[name]!, data);
    assert.ok(apart <= tolerance, `${name}: ${apart} of the greatest entry`);
  }
};

const ofGraph = async (folder: string, plan: Plan, feeds: Feeds): Promise<Outputs> => {
  const graph = await graphModel(folder);
  const outputs = await runGraphModel(graph, feeds, Object.keys(plan.outputs));
  graph.dispose();
  return outputs;
};
const ofSavedModel = async (folder: string, _plan: Plan, feeds: Feeds): Promise<Outputs> =>
  mapValues(await runSavedModel(folder, feeds), ({ data }) => data);

/* The training's network is called `net`. */
const ofNet = (weights: Arrays): Arrays =>
  Object.fromEntries(Object.entries(weights).map(([path, one]) => [path.replace(/^net\//, ''), one]));

const predictions = async (declared: AnyModel, weights: Arrays): Promise<Outputs> => {
  const { plan, predict, dispose } = right(predictor(declared, weights));
  try {
    return mapValues(await predict(drawnFeeds(plan, 1, 7)), ({ data }) => Float32Array.from(data));
  } finally {
    dispose();
  }
};
