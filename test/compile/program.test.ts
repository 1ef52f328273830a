/** Plans run: memory, noise, batches, modes, and the report of what is not finite. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import { unsafeActivate } from '../../src/backend/index.js';
import {
  initialParameters,
  tensorProgram,
  toArrays,
  toTensors,
  type Feeds,
  type Plan,
} from '../../src/compile/index.js';
import {
  batchNorm,
  conv,
  dropout,
  encoder,
  decoder,
  init,
  input,
  model,
  psi,
  relu,
  seq,
  through,
  upsample,
  withPsi,
  type Mode,
} from '../../src/dsl/index.js';
import * as ops from '../../src/ops/elementwise.js';
import * as leaves from '../../src/ops/leaves.js';
import { reduceMean } from '../../src/ops/reduction.js';
import { random } from '../../src/base/random.js';
import { unsafePlan } from '../dsl/plans.js';

const unet = model(
  seq(
    input('x', 8, 8, 2),
    conv(4, { padding: { reflect: 1 } }),
    batchNorm(),
    encoder('e', [relu, seq(conv(6, { stride: 2 }), relu, dropout(0.5))]),
    decoder('e', [upsample(2), conv(3)], psi.dense()),
  ),
);
const planOf = (mode: Mode): Plan =>
  unsafePlan(unet, mode, ({ output }) => ({
    loss: reduceMean(ops.abs(ops.subtract(output!, leaves.input('wanted', ['n', 8, 8, 3])))),
  }));
const train = planOf('train');
const trained = train.parameters.filter(({ role }) => role !== 'state').map(({ path }) => path);

/** Feeds of a batch; the caller disposes them. */
const feedsOf = (plan: Plan, batch: number, seed = 1): Feeds & { readonly free: () => void } => {
  const draw = (name: string, shape: number[]): tf.Tensor =>
    tf.tensor(random(seed, name).normals(shape.reduce((a, b) => a * b, 1)), shape);
  const inputs = { x: draw('x', [batch, 8, 8, 2]), wanted: draw('wanted', [batch, 8, 8, 3]) };
  const parameters = toTensors(initialParameters(plan, seed));
  const free = (): void => tf.dispose([...Object.values(inputs), ...Object.values(parameters)]);
  return { inputs, parameters, noise: { seed, step: 0 }, free };
};
const all = (one: Readonly<Record<string, tf.Tensor>>): readonly number[] =>
  Object.values(one).flatMap((tensor) => [...tensor.dataSync()]);

describe('programs', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  describe('memory', () => {
    for (const batch of [1, 3]) {
      it(`a run of ${batch} leaves its results and nothing else`, () => {
        const program = tensorProgram(train);
        const feeds = feedsOf(train, batch);
        const before = tf.memory().numTensors;
        for (let step = 0; step < 3; step++) {
          const { outputs, nextState } = program.run(feeds);
          assert.equal(tf.memory().numTensors, before + 2 + 2);
          assert.deepEqual(Object.keys(nextState).sort(), [
            'batchNorm1/runningMean',
            'batchNorm1/runningVariance',
          ]);
          tf.dispose([...Object.values(outputs), ...Object.values(nextState)]);
          assert.equal(tf.memory().numTensors, before);
        }
        feeds.free();
      });
      it(`a gradient of ${batch} leaves its results and nothing else`, () => {
        const program = tensorProgram(train);
        const feeds = feedsOf(train, batch);
        const before = tf.memory().numTensors;
        for (let step = 0; step < 3; step++) {
          const { loss, outputs, nextState, gradients } = program.differentiate(feeds, 'loss', trained);
          assert.deepEqual(Object.keys(gradients), trained);
          assert.equal(tf.memory().numTensors, before + 1 + 2 + 2 + trained.length);
          tf.dispose([loss, ...[outputs, nextState, gradients].flatMap((one) => Object.values(one))]);
          assert.equal(tf.memory().numTensors, before);
        }
        feeds.free();
      });
    }
    it('results stay when the feeds are disposed, even where an output is an input', () => {
      const program = tensorProgram(unsafePlan(model(input('x', 2, 1, 1))));
      const x = tf.tensor4d([5, 6], [1, 2, 1, 1]);
      const { outputs } = program.run({ inputs: { x }, parameters: {} });
      x.dispose();
      assert.deepEqual([...outputs['output']!.dataSync()], [5, 6]);
      tf.dispose([outputs['output']!]);
    });
    it('looking for what is not finite leaves nothing', async () => {
      const feeds = feedsOf(train, 1);
      const before = tf.memory().numTensors;
      assert.equal(await tensorProgram(train).firstNonFinite(feeds), undefined);
      assert.equal(tf.memory().numTensors, before);
      feeds.free();
    });
  });

  describe('noise and modes', () => {
    it('equal seeds and steps give equal numbers, others do not', () => {
      const program = tensorProgram(train);
      const feeds = feedsOf(train, 2);
      const at = (seed: number, step: number): readonly number[] =>
        tf.tidy(() => ({ read: all(program.run({ ...feeds, noise: { seed, step } }).outputs) as unknown as tf.TensorContainer })).read as unknown as readonly number[]; // prettier-ignore
      assert.deepEqual(at(1, 0), at(1, 0));
      assert.notDeepEqual(at(1, 0), at(1, 1));
      assert.notDeepEqual(at(1, 0), at(2, 0));
      feeds.free();
    });
    it('training without noise fed is refused by name', () => {
      const feeds = feedsOf(train, 1);
      const { inputs, parameters } = feeds;
      assert.throws(() => tensorProgram(train).run({ inputs, parameters }), /e\/level2\/dropout1\/keep/);
      feeds.free();
    });
    it('a missing input or parameter is named', () => {
      const feeds = feedsOf(train, 1);
      assert.throws(() => tensorProgram(train).run({ ...feeds, inputs: {} }), /input 'x' was not fed/);
      assert.throws(() => tensorProgram(train).run({ ...feeds, parameters: {} }), /parameter .+ was not fed/);
      feeds.free();
    });
    it('inference draws nothing and moves no state', () => {
      const plan = planOf('infer');
      assert.deepEqual([plan.noises, plan.nextState], [[], {}]);
    });
    it('training moves the running moments by 1 − momentum', () => {
      const feeds = feedsOf(train, 3);
      const program = tensorProgram(train);
      const { outputs, nextState } = program.run(feeds);
      const mean = nextState['batchNorm1/runningMean']!.dataSync();
      assert.ok(mean.every((x) => x !== 0 && Math.abs(x) < 0.05));
      tf.dispose([...Object.values(outputs), ...Object.values(nextState)]);
      feeds.free();
    });
    it('a batch is its samples side by side at inference', () => {
      const plan = planOf('infer');
      const program = tensorProgram(plan);
      const feeds = feedsOf(plan, 3);
      tf.tidy(() => {
        const whole = program.run(feeds).outputs['output']!.dataSync();
        [0, 1, 2].forEach((k) => {
          const inputs = Object.fromEntries(
            Object.entries(feeds.inputs).map(([name, one]) => [
              name,
              tf.slice(one, [k, 0, 0, 0], [1, -1, -1, -1]),
            ]),
          );
          const single = program.run({ ...feeds, inputs }).outputs['output']!.dataSync();
          assert.deepEqual([...single], [...whole.subarray(k * single.length, (k + 1) * single.length)]);
        });
      });
      feeds.free();
    });
    it('an open mask on features ≥ 0 is no mask, bit by bit', () => {
      const open = unsafePlan(withPsi(unet, psi.dense({ init: init.open })));
      const plain = unsafePlan(withPsi(unet, psi.none));
      const outputs = [open, plain].map((plan) => {
        const feeds = feedsOf(plan, 1);
        const { output } = tensorProgram(plan).run(feeds).outputs;
        const read = [...output!.dataSync()];
        output!.dispose();
        feeds.free();
        return read;
      });
      assert.deepEqual(outputs[0], outputs[1]);
    });
  });

  describe('parameters', () => {
    it('depend on seed and path alone', () => {
      const [a, b] = [initialParameters(train, 5), initialParameters(train, 5)];
      assert.deepEqual(a, b);
      assert.notDeepEqual(a['conv1/kernel'], initialParameters(train, 6)['conv1/kernel']);
      const alone = unsafePlan(model(through(input('x', 4, 4, 2), conv(4))));
      assert.deepEqual(initialParameters(alone, 5)['conv1/kernel'], a['conv1/kernel']);
    });
    it('come back from tensors as they were', async () => {
      const arrays = initialParameters(train, 5);
      const tensors = toTensors(arrays);
      assert.deepEqual(await toArrays(tensors), arrays);
      tf.dispose(Object.values(tensors));
    });
  });

  describe('what is not finite', () => {
    for (const [path, op] of [['conv1/kernel', 'parameter'], ['e/level2/conv1/bias', 'parameter']] as const) {
      it(`is found first in ${path}`, async () => {
        const feeds = feedsOf(train, 2);
        const bad = { ...feeds.parameters, [path]: tf.mul(feeds.parameters[path]!, NaN) };
        const found = await tensorProgram(train).firstNonFinite({ ...feeds, parameters: bad });
        assert.equal(found?.node.op, op);
        assert.equal(found?.node.attributes['path'], path);
        assert.equal(found?.batch, 2);
        bad[path]!.dispose();
        feeds.free();
      });
    } // prettier-ignore
    it('is found in the layer that makes it', async () => {
      const plan = unsafePlan(model(through(input('x', 2, 2, 1), relu, conv(1, { kernel: 1 }))));
      const x = tf.fill([1, 2, 2, 1], 3e38);
      const parameters = { 'conv1/kernel': tf.fill([1, 1, 1, 1], 10), 'conv1/bias': tf.zeros([1]) };
      const found = await tensorProgram(plan).firstNonFinite({ inputs: { x }, parameters });
      assert.deepEqual([found?.node.op, found?.node.scope], ['conv2d', 'conv1']);
      tf.dispose([x, ...Object.values(parameters)]);
    });
  });
});
