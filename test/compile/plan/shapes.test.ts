/** Plans followed without arithmetic: P07, P13 and P14 at a concrete batch, and memory. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import * as tf from '@tensorflow/tfjs-core';
import type { Fault } from '../../../src/base/fault.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import { initialParameters, tensorProgram, toTensors, type Plan } from '../../../src/compile/index.js';
import { planOf } from '../../../src/compile/plan/build.js';
import { shapesAt, type ConcretePlan } from '../../../src/compile/plan/shapes.js';
import { conv, input, maxPool, model, relu, seq, sigmoid, tap, upsample, skip, psi, flatten, dense, reshape } from '../../../src/dsl/index.js'; // prettier-ignore
import { datasetNames, models } from '../../../src/models/index.js';
import * as ops from '../../../src/ops/elementwise.js';
import * as layout from '../../../src/ops/layout.js';
import * as leaves from '../../../src/ops/leaves.js';
import type { Value } from '../../../src/ops/value.js';
import { unsafePlan } from '../../dsl/plans.js';

const followed = (plan: Plan, batch?: number): ConcretePlan => {
  const found = shapesAt(plan, batch);
  assert.ok(E.isRight(found), E.isLeft(found) ? found.left.map(({ text }) => text).join('\n') : '');
  return found.right;
};
const refused = (plan: Plan, batch?: number): readonly string[] => {
  const found: E.Either<readonly Fault[], unknown> = shapesAt(plan, batch);
  return E.isLeft(found) ? found.left.map(({ text }) => text) : [];
};
const laid = (outputs: Readonly<Record<string, Value>>): Plan => {
  const plan = planOf({ mode: 'infer', inputs: {}, outputs, steps: [], nextState: [] });
  assert.ok(E.isRight(plan));
  return plan.right;
};

const unet = unsafePlan(
  model(
    seq(
      input('x', 8, 8, 3),
      conv(4, { kernel: 3 }),
      relu,
      tap('e'),
      maxPool(2),
      conv(8),
      sigmoid,
      flatten,
      dense(16),
      reshape(4, 4, 1),
      upsample(2),
      skip('e', psi.none),
      conv(3),
    ),
  ),
);

describe('a plan at a concrete batch', () => {
  it('has the shapes of the plan, with numbers for the batch', () => {
    for (const batch of [1, 2, 7]) {
      const { shapes, entries } = followed(unet, batch);
      for (const { id, shape } of unet.nodes)
        assert.deepEqual(shapes[id], shape.map((extent) => (extent === 'n' ? batch : extent))); // prettier-ignore
      assert.equal(entries[unet.outputs['output']!], batch * 8 * 8 * 3);
    }
  });
  it('follows multiples of the batch', () => {
    const x = leaves.input('x', ['n', 4]);
    const plan = laid({ output: layout.reshape(layout.tile(x, [3, 1]), ['3*n', 2, 2]) });
    assert.deepEqual(followed(plan, 5).shapes, [[5, 4], [15, 4], [15, 2, 2]]); // prettier-ignore
  });

  it('P14: needs a batch', () => {
    for (const batch of [0, -1, 1.5, NaN, Infinity, 2 ** 53])
      assert.match(refused(unet, batch).join(), /^✗ P14 batch: got /);
  });
  it('P14: has entries that can be counted', () =>
    assert.match(refused(unet, 2 ** 50)[0]!, /^✗ P14 node \d+ \(.*\) at batch 1125899906842624: got /));
  it('P13: has constants whose data is of their shape', () => {
    const plan = laid({
      output: ops.relu({ ...leaves.constant([1, 2], [2]), payload: new Float32Array(3) }),
    });
    assert.deepEqual(refused(plan), [
      '✗ P13 node 0 (constant) at batch 1: got 3 numbers, wanted 2 for 2; mend the pass that made it',
    ]);
  });
  it('P07: has nodes that fit, each wrong one told once', () => {
    const at = unet.nodes.findIndex(({ op }) => op === 'relu');
    const change = (shape: readonly (number | 'n')[]): Plan => ({
      ...unet,
      nodes: unet.nodes.map((node) => (node.id === at ? { ...node, shape } : node)),
    });
    assert.match(refused(change(['n', 8, 8, 5]))[0]!, /^✗ P07 node \d+ \(relu of relu1\) at batch 1: got 1×8×8×5 float32, wanted 1×8×8×4 float32/); // prettier-ignore
    // What fits one batch only is found at another.
    assert.deepEqual(refused(change([2, 8, 8, 4]), 2), []);
    assert.match(refused(change([2, 8, 8, 4]), 3)[0]!, /P07/);
  });
});

describe('every named model, at both data sets', () => {
  for (const { name, at } of models) {
    for (const dataset of datasetNames) {
      it(`${name} at ${dataset}`, () => {
        const plan = unsafePlan(at[dataset]());
        const [one, four] = [followed(plan), followed(plan, 4)];
        for (const id of Object.values(plan.outputs)) {
          assert.deepEqual(four.shapes[id], [4, ...plan.nodes[id]!.shape.slice(1)]);
        }
        const inputBytes = (batch: number) => Object.values(plan.inputs).reduce((sum, { id }) => sum + 4 * (batch === 1 ? one : four).entries[id]!, 0); // prettier-ignore
        assert.equal(four.fedBytes - one.fedBytes, inputBytes(4) - inputBytes(1));
        assert.equal(inputBytes(4), 4 * inputBytes(1));
        // At least what one operation makes, which of a batch of four is four times as much but for what weights make.
        const made = (entries: readonly number[]) => plan.nodes.reduce((most, { id, op }) => (['input', 'parameter'].includes(op) ? most : Math.max(most, 4 * entries[id]!)), 0); // prettier-ignore
        assert.ok(one.peakBytes >= made(one.entries) && four.peakBytes >= made(four.entries));
        assert.ok(four.peakBytes > one.peakBytes && four.peakBytes <= 4 * one.peakBytes);
        assert.ok(one.peakBytes < one.entries.reduce((a, b) => a + b, 0));
      });
    }
  }
});

describe('the memory of a run', () => {
  it('frees each tensor after its last use, but not outputs', () => {
    const x = leaves.input('x', ['n', 10]);
    const [a, b] = [ops.exp(x), ops.abs(x)];
    const sum = ops.add(a, b);
    // exp, abs and their sum live at once; exp is then freed, abs is an output.
    const plan = laid({ output: ops.exp(ops.exp(sum)), abs: b });
    const { fedBytes, peakBytes, peakNode } = followed(plan);
    assert.deepEqual([fedBytes, peakBytes, plan.nodes[peakNode]?.op], [40, 120, 'add']);
  });
  it('counts a view once, and until its last name is gone', () => {
    const x = leaves.input('x', ['n', 10]);
    const a = ops.exp(x);
    const view = layout.reshape(a, ['n', 2, 5]);
    const plan = laid({ output: ops.relu(ops.add(ops.exp(view), view)) });
    // exp(x) stays under its view while two more are computed.
    assert.equal(followed(plan).peakBytes, 120);
    assert.equal(followed(laid({ output: layout.reshape(ops.stopGradient(x), ['n', 5, 2]) })).peakBytes, 0);
  });

  it('is what tfjs takes', async () => {
    await unsafeActivate({ backend: 'cpu' });
    for (const batch of [1, 3]) {
      const inputs = { x: tf.ones([batch, 8, 8, 3]) };
      const parameters = toTensors(initialParameters(unet, 1));
      const before = tf.memory().numBytes;
      const { peakBytes } = await tf.profile(() => tensorProgram(unet).run({ inputs, parameters }).outputs);
      assert.equal(peakBytes - before, followed(unet, batch).peakBytes);
      tf.dispose([inputs, parameters]);
    }
  });
});
