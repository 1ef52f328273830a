/** No dead weights: every trained tensor of the listed networks gets a gradient (promises R19, P8). */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import { random } from '../../../src/base/random.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import { initialParameters, tensorProgram, toTensors } from '../../../src/compile/index.js';
import { init, model, psi, surrogate, withPsi, type AnyModel, type Psi } from '../../../src/dsl/index.js';
import { maskL1Loss, trainingPlan } from '../../../src/learn/index.js';
import { vdgNpStage1, vdgStage1 } from '../../../src/models/index.js';
import { right } from './either.js';

/** Of each trained tensor: the largest gradient's size over four random batches, or NaN. */
const largestGradients = async (net: AnyModel): Promise<ReadonlyMap<string, number>> => {
  const plan = right(trainingPlan(net, maskL1Loss()));
  const program = tensorProgram(plan);
  const trained = plan.parameters.filter(({ role }) => role !== 'state').map(({ path }) => path);
  const largest = new Map<string, number>(trained.map((path) => [path, 0]));
  for (let batch = 0; batch < 4; batch++) {
    const parameters = toTensors(initialParameters(plan, 0));
    const inputs = Object.fromEntries(
      Object.entries(plan.inputs).map(([name, { shape }]) => {
        const full = [1, ...shape.slice(1).map(Number)];
        return [name, tf.tensor(random(batch, 'input', name).normals(full.reduce((a, b) => a * b)), full)];
      }),
    );
    const { loss, gradients, outputs, nextState } = program.differentiate(
      { inputs, parameters },
      'loss',
      trained,
    );
    for (const [path, gradient] of Object.entries(gradients)) {
      for (const one of await gradient.data()) largest.set(path, Math.max(largest.get(path)!, Math.abs(one)));
    }
    tf.dispose([loss, gradients, outputs, nextState, inputs, parameters]);
  }
  return largest;
};

describe('R19: every trained tensor has a finite gradient above 1e-12 on some of four batches', () => {
  before(() => unsafeActivate({ backend: 'wasm' }));

  const masks: Readonly<Record<string, Psi>> = {
    'vdg-stage1': psi.none,
    'vdg-stage1+munet': psi.dense(),
    'vdg-stage1+munet-o': psi.one(),
    'vdg-stage1+munet-g': psi.grid(2, 2),
  };
  for (const [name, mask] of Object.entries(masks)) {
    it(name, async function () {
      this.timeout(120_000);
      // Four halvings of 16 leave one column: too little for a cell of 2×2.
      const declared = model(vdgStage1(32, name.endsWith('-g') ? 32 : 16, 8, psi.none));
      const gradients = await largestGradients(withPsi(declared, mask));
      assert.ok(gradients.size > 50);
      const dead = [...gradients].filter(([, size]) => !(size > 1e-12 && size < Infinity));
      assert.deepEqual(dead, []);
    });
  }

  it('vdg-np-stage1', async function () {
    this.timeout(120_000);
    const gradients = await largestGradients(model(vdgNpStage1(32, 16, 8, psi.none)));
    assert.deepEqual(
      [...gradients].filter(([, size]) => !(size > 1e-12 && size < Infinity)),
      [],
    );
  });

  it('but a mask under surrogate.zero, which is inert: its gradient is exactly 0', async function () {
    this.timeout(120_000);
    const still = psi.dense({ surrogate: surrogate.zero, init: init.normal(0.02) });
    const gradients = await largestGradients(withPsi(model(vdgStage1(32, 16, 8, psi.none)), still));
    const inert = [...gradients].filter(([, size]) => !(size > 1e-12));
    assert.equal(inert.length, 5);
    for (const [path, size] of inert) {
      assert.match(path, /\/psi\/mask$/);
      assert.equal(size, 0);
    }
  });
});
