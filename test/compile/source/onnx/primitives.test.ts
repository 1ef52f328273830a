/** Every primitive as an ONNX model, through a runtime in Node and one in Python, against the tensors target. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../../../src/backend/index.js';
import { lowerings } from '../../../../src/compile/source/onnx/lowerings.js';
import type { OnnxModel } from '../../../../src/compile/source/onnx/model.js';
import { onnxModel } from '../../../../src/compile/source/onnx/onnx.js';
import { resizeNearest } from '../../../../src/ops/layout.js';
import { input } from '../../../../src/ops/leaves.js';
import { primitiveCases } from '../../graph/primitive-cases.js';
import { distance, drawnInputs, runTensors, withFolder } from '../../graph/run-graph.js';
import { planOfValues, right } from '../../graph/small-graphs.js';
import { checkedByPython, forPython, heldFeeds, madeByPython, planOutputs, runInNode, withoutPython } from './run.js'; // prettier-ignore

const tiny = input('tiny', ['n', 2, 3, 2]);
const outputs = {
  ...Object.fromEntries(
    Object.entries(primitiveCases).flatMap(([op, values]) => values.map((value, i) => [`${op}${i}`, value])),
  ),
  // Factors that are no whole numbers, where a division in floats may fall a row short.
  ...Object.fromEntries(
    [[7, 11], [6, 7], [2, 3], [49, 3], [1, 1], [4, 100]].map(([height, width]) => [`resized${height}x${width}`, resizeNearest(tiny, height!, width!)]), // prettier-ignore
  ),
};
const plan = planOfValues(outputs);
const names = Object.keys(outputs);
const model: OnnxModel = right(onnxModel(plan, { name: 'every primitive', weights: {} }));
const tolerance = 1e-5;

describe('every primitive in ONNX', function () {
  this.timeout(120_000);
  before(() => unsafeActivate({ backend: 'cpu' }));

  it('is looked at', () => {
    for (const op of Object.keys(lowerings))
      assert.ok(
        plan.nodes.some((node) => node.op === op),
        op,
      );
  });

  for (const batch of [2, 5])
    it(`in Node, with a batch of ${batch}`, async () => {
      const { inputs, noise } = drawnInputs(plan, batch);
      const wanted = await runTensors(plan, inputs);
      const made = planOutputs(model, await runInNode(model, heldFeeds(model, { ...inputs, ...noise })));
      for (const name of names) assert.ok(distance(made[name]!, wanted[name]!) <= tolerance, `${name}: ${distance(made[name]!, wanted[name]!)}`); // prettier-ignore
    });

  it('in Python, whose checker finds nothing', async function () {
    const reason = await withoutPython();
    if (reason !== undefined) {
      console.log(`      ${reason}`);
      this.skip();
    }
    const { inputs, noise } = drawnInputs(plan, 2);
    const wanted = await runTensors(plan, inputs);
    await withFolder(async (folder) => {
      await forPython(folder, 'all', model, { ...inputs, ...noise });
      const { all } = await checkedByPython(folder);
      assert.deepEqual(all!.opset, [['', 18]]);
      assert.equal(all!.irVersion, 8);
      assert.ok(all!.sameBytes, 'written again by onnx it is the same bytes');
      const made = await madeByPython(folder, 'all', model);
      for (const name of names) assert.ok(distance(made[name]!, wanted[name]!) <= tolerance, `${name}: ${distance(made[name]!, wanted[name]!)}`); // prettier-ignore
    });
  });
});
