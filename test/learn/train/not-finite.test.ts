/** Numbers that are not finite stop a run within a step, are traced to the first tensor and never saved (R29, P8). */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { unsafeActivate } from '../../../src/backend/index.js';
import { bind } from '../../../src/data/index.js';
import { conv, input, layerOf, model, seq, type Layer, type SameShape } from '../../../src/dsl/index.js';
import {
  loadCheckpoint,
  readRecord,
  saveCheckpoint,
  sgd,
  train,
  type Loss,
} from '../../../src/learn/index.js';
import { constant } from '../../../src/ops/initialiser.js';
import * as ops from '../../../src/ops/elementwise.js';
import { reduceMean } from '../../../src/ops/reduction.js';
import type { Value } from '../../../src/ops/value.js';
import { temporaryFolder } from '../../data/temporary.js';
import { left, right, textsOf } from './either.js';

describe('L03: numbers that are not finite', () => {
  const folder = temporaryFolder();
  before(() => unsafeActivate({ backend: 'cpu' }));

  const pointwise = (name: string, apply: (x: Value) => Value): Layer<SameShape> =>
    layerOf<Layer<SameShape>>({
      definition: {
        name,
        shape: (state) => ({ state, flaws: [] }),
        lower: (flow) => ({ ...flow, value: apply(flow.value) }),
      },
    });
  const gain = layerOf<Layer<SameShape>>({
    definition: {
      name: 'gain',
      shape: (state) => ({ state, flaws: [] }),
      lower: (flow, lowering) => ({
        ...flow,
        value: ops.multiply(flow.value, lowering.scalar('factor', 1)),
      }),
    },
  });
  const root = pointwise('root', ops.sqrt);
  const logarithm = pointwise('logarithm', ops.log);

  /** One example a step: ones, but for step `bad` (from 1) of the first epoch. */
  const onesBut = (bad: number, value: number) =>
    bind({
      from: (epoch) =>
        Array.from({ length: 10 }, (_, index) => {
          const x = new Float32Array(4).fill(1);
          if (epoch === 0 && index === bad - 1) x[2] = value;
          return { x, y: new Float32Array(4) };
        }),
      shapes: { x: [2, 2, 1], y: [2, 2, 1] },
    });
  /** A weight of exactly 1, so that what goes in comes out. */
  const same = conv(1, { kernel: 1, initialiser: constant(1) });
  const from = input('x', 2, 2, 1);
  const meanSquare: Loss<{ readonly y: 1 }>['lower'] = (outputs, target) =>
    reduceMean(ops.square(ops.subtract(outputs['output']!, target('y'))));
  const meanOf: Loss<{ readonly y: 1 }>['lower'] = (outputs, target) =>
    reduceMean(ops.add(outputs['output']!, target('y')));
  const squares: Loss<{ readonly y: 1 }> = { name: 'squares', targets: { y: 1 }, lower: meanSquare };
  const linear: Loss<{ readonly y: 1 }> = { name: 'linear', targets: { y: 1 }, lower: meanOf };
  const options = {
    name: 'toy',
    loss: squares,
    optimiser: sgd(0),
    steps: 10,
    batchSize: 1,
    seed: 0,
    checkpointEvery: 2,
    recordEvery: 1000,
  };

  /** Runs into the fault at step 4: its text, and what is left behind. */
  const stops = async (run: (out: string) => ReturnType<ReturnType<typeof train>>): Promise<string> => {
    const out = join(folder(), 'run');
    const texts = textsOf(left(await run(out)), 'L03');
    assert.equal(texts.length, 1);
    const { checkpoint, warnings } = right(await loadCheckpoint(out)());
    assert.deepEqual(warnings, []);
    for (const { data } of Object.values(checkpoint.parameters)) assert.ok(data.every(Number.isFinite));
    assert.equal(checkpoint.step, 2, 'the last good checkpoint is the newest');
    assert.deepEqual(right(await readRecord(join(out, 'metrics.jsonl'))()).lines, []);
    return texts[0]!;
  };

  it('in a scalar of the step', async () => {
    const text = await stops((out) =>
      train({
        ...options,
        model: model(seq(from, same, gain)),
        binding: onesBut(0, 0),
        scalars: (step) => (step === 3 ? { 'gain1/factor': NaN } : {}),
        out,
      })(),
    );
    assert.equal(
      text,
      '✗ L03 step 4: got a loss of NaN; the first value that is not finite is scalar gain1/factor, wanted finite ' +
        'numbers; lower the learning rate or look at the data; the last checkpoint is as it was',
    );
  });

  it('in the loss, of finite data that overflow', async () => {
    const binding = onesBut(4, 3e38);
    const text = await stops((out) => train({ ...options, model: model(seq(from, same)), binding, out })());
    assert.match(
      text,
      /step 4: got a loss of Infinity; the first value that is not finite is square of the loss/,
    );
  });

  it('in an activation: the logarithm of a negative number', async () => {
    const binding = onesBut(4, -1);
    const net = model(seq(from, same, logarithm));
    const text = await stops((out) => train({ ...options, model: net, binding, out })());
    assert.match(text, /step 4: got a loss of NaN; the first value that is not finite is log of logarithm1,/);
  });

  it('in a gradient alone: the square root of 0', async () => {
    const binding = onesBut(4, 0);
    const net = model(seq(from, same, root));
    const text = await stops((out) => train({ ...options, model: net, loss: linear, binding, out })());
    assert.match(
      text,
      /step 4: got a loss of 0\.75; the first value that is not finite is the gradient of conv1\/kernel,/,
    );
  });

  it('in the norm alone: gradients whose squares overflow', async () => {
    const binding = onesBut(4, 1e25);
    const net = model(seq(from, same));
    const text = await stops((out) => train({ ...options, model: net, loss: linear, binding, out })());
    assert.match(text, /the first value that is not finite is the norm of the gradients,/);
  });

  it('in an update: found before it is saved', async () => {
    const optimiser = sgd((count) => (count === 4 ? Infinity : 0));
    const net = model(seq(from, same));
    const text = await stops((out) =>
      train({ ...options, model: net, optimiser, binding: onesBut(0, 0), out })(),
    );
    assert.match(
      text,
      /step 4: got after the update the first value that is not finite is parameter conv1\/kernel,/,
    );
  });

  it('in an update between two saves: found at the next step', async () => {
    const optimiser = sgd((count) => (count === 3 ? Infinity : 0));
    const net = model(seq(from, same));
    const text = await stops((out) =>
      train({ ...options, model: net, optimiser, binding: onesBut(0, 0), out })(),
    );
    assert.match(
      text,
      /step 4: got a loss of .*; the first value that is not finite is parameter conv1\/kernel,/,
    );
  });

  it('in a weight of a checkpoint', async () => {
    const out = join(folder(), 'run');
    const run = { ...options, model: model(seq(from, same)), binding: onesBut(0, 0), out };
    right(await train({ ...run, steps: 2 })());
    const { checkpoint } = right(await loadCheckpoint(out)());
    const kernel = { shape: [1, 1, 1, 1], data: Float32Array.of(NaN) };
    const broken = {
      ...checkpoint,
      step: 3,
      parameters: { ...checkpoint.parameters, 'conv1/kernel': kernel },
    };
    right(await saveCheckpoint(out, broken)());
    const texts = textsOf(left(await train({ ...run, resume: true })()), 'L03');
    assert.match(texts[0]!, /step 4: .* is parameter conv1\/kernel,/);
    const good = right(await loadCheckpoint(join(out, 'step-00000002.safetensors'))());
    assert.equal(good.checkpoint.step, 2);
  });
});
