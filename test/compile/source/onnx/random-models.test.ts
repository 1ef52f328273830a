/** Random architectures as ONNX, as written and rewritten, against the tensors target. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../../../src/backend/index.js';
import { buildPlan, initialParameters } from '../../../../src/compile/index.js';
import { onnxModel, rewrittenOnnxModel } from '../../../../src/compile/source/onnx/onnx.js';
import { elaborate } from '../../../../src/dsl/index.js';
import { anyModel } from '../../../dsl/spec/arbitrary.js';
import { distance, drawnInputs, runTensors } from '../../graph/run-graph.js';
import { right } from '../../graph/small-graphs.js';
import { heldFeeds, planOutputs, runInNode } from './run.js';

describe('random models in ONNX', function () {
  this.timeout(0);
  const numRuns = process.env['MASKSKIP_FULL'] === undefined ? 15 : 300;

  it('compute what they compute on tensors', async () => {
    await unsafeActivate({ backend: 'cpu' });
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(anyModel, fc.integer({ min: 0, max: 1000 }), async (declared, seed) => {
        const plan = E.flatMap((one: Parameters<typeof buildPlan>[0]) => buildPlan(one, { mode: 'infer' }))(elaborate(declared)); // prettier-ignore
        if (E.isLeft(plan)) return;
        const options = { name: 'random', weights: initialParameters(plan.right, seed) };
        const { inputs, noise } = drawnInputs(plan.right, 2, seed);
        const wanted = await runTensors(plan.right, inputs, options.weights);
        for (const form of [onnxModel, rewrittenOnnxModel]) {
          const model = right(form(plan.right, options));
          const made = planOutputs(model, await runInNode(model, heldFeeds(model, { ...inputs, ...noise })));
          assert.deepEqual(Object.keys(made).sort(), Object.keys(wanted).sort());
          for (const [name, data] of Object.entries(made)) assert.ok(distance(data, wanted[name]!) <= 1e-4, `${name}: ${distance(data, wanted[name]!)}`); // prettier-ignore
        }
        compared += 1;
      }),
      { numRuns },
    );
    // The others have faults, which is for the tests of the language.
    assert.ok(compared >= numRuns / 3, `${compared}`);
  });
});
