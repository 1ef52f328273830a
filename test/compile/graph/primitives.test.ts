/** Every primitive through both files and their stock loaders, on every backend, against the tensors target. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import { activate, unsafeActivate } from '../../../src/backend/index.js';
import { faultError, type Fault } from '../../../src/base/fault.js';
import { withBiases, withFusedConvolutions } from '../../../src/compile/graph/fuse.js';
import type { Graph } from '../../../src/compile/graph/graph.js';
import { lowerings } from '../../../src/compile/graph/lowerings.js';
import { graphOf } from '../../../src/compile/graph/nodes.js';
import { savedModelFiles } from '../../../src/compile/graph/saved-model.js';
import { tfjsFiles } from '../../../src/compile/graph/tfjs.js';
import { planOf } from '../../../src/compile/plan/build.js';
import { verify, type Plan } from '../../../src/compile/index.js';
import { alphabet } from '../../../src/ops/alphabet.js';
import type { Value } from '../../../src/ops/value.js';
import { primitiveCases } from './primitive-cases.js';
import { distance, drawnInputs, graphModel, runGraphModel, runSavedModel, runTensors, withFolder, written } from './run-graph.js'; // prettier-ignore

const right = <A>(outcome: E.Either<readonly Fault[], A>): A => {
  if (E.isLeft(outcome)) throw faultError(outcome.left);
  return outcome.right;
};
const outputs = Object.fromEntries(
  Object.entries(primitiveCases).flatMap(([op, values]) => values.map((value, i) => [`${op}${i}`, value])),
);
const inputsOf = (value: Value): readonly Value[] =>
  value.op === 'input' ? [value] : value.operands.flatMap(inputsOf);
const plan: Plan = right(
  E.flatMap(verify)(
    planOf({
      mode: 'infer',
      inputs: Object.fromEntries(Object.values(outputs).flatMap(inputsOf).map((one) => [String(one.attributes['name']), one])), // prettier-ignore
      outputs,
      steps: [],
      nextState: [],
    }),
  ),
);
const names = Object.keys(outputs);
const graph: Graph = right(graphOf([{ name: 'all', plan }]));
const forms: Readonly<Record<string, Graph>> = {
  'as lowered': graph,
  'with fused convolutions': withFusedConvolutions(withBiases(graph)),
};
const { inputs, noise } = drawnInputs(plan, 2);
const tolerance = 1e-5;
let wanted: Record<string, Float32Array> = {};

describe('every primitive in a graph', function () {
  this.timeout(120_000);
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
    wanted = await runTensors(plan, inputs);
  });

  it('is looked at', () => {
    const computed = Object.keys(alphabet).filter((op) => op !== 'parameter');
    assert.deepEqual(Object.keys(primitiveCases).sort(), computed.sort());
    for (const op of Object.keys(lowerings))
      assert.ok(
        plan.nodes.some((node) => node.op === op),
        op,
      );
  });

  it('computes something: no output is constant', () => {
    for (const name of names) assert.ok(new Set(wanted[name]!).size > 1, name);
  });

  it('takes the batch as it comes', async () => {
    await unsafeActivate({ backend: 'cpu' });
    const five = drawnInputs(plan, 5);
    const there = await runTensors(plan, five.inputs);
    await withFolder(async (folder) => {
      await written(folder, tfjsFiles(graph, { generatedBy: 'test' }));
      const model = await graphModel(folder);
      const got = await runGraphModel(model, { ...five.inputs, ...five.noise }, names);
      for (const name of names) assert.ok(distance(got[name]!, there[name]!) <= tolerance, name);
      model.dispose();
    });
  });

  for (const [form, of] of Object.entries(forms)) {
    for (const backend of ['cpu', 'wasm', 'native', 'webgpu'] as const) {
      it(`through the loader of tfjs on ${backend}, ${form}`, async function () {
        // A software adapter takes minutes.
        if (backend === 'webgpu' && process.env['MASKSKIP_FULL'] === undefined) this.skip();
        const active = await activate({ backend })();
        if (E.isLeft(active)) {
          console.log(`      ${active.left.map(({ text }) => text).join('; ')}`);
          this.skip();
        }
        await withFolder(async (folder) => {
          await written(folder, tfjsFiles(of, { generatedBy: 'test' }));
          const model: GraphModel = await graphModel(folder);
          const got = await runGraphModel(model, { ...inputs, ...noise }, names);
          for (const name of names) assert.ok(distance(got[name]!, wanted[name]!) <= tolerance, `${name}: ${distance(got[name]!, wanted[name]!)}`); // prettier-ignore
          // Nothing but the weights stays behind.
          const before = active.right.tf.memory().numTensors;
          await runGraphModel(model, { ...inputs, ...noise }, names);
          assert.equal(active.right.tf.memory().numTensors, before);
          model.dispose();
        });
      });
    }
  }

  for (const [form, of] of Object.entries({ 'as lowered': graph, 'with biases': withBiases(graph) })) {
    it(`through TensorFlow's own loader of SavedModels, ${form}`, async function () {
      const active = await activate({ backend: 'native' })();
      if (E.isLeft(active)) {
        console.log(`      ${active.left.map(({ text }) => text).join('; ')}`);
        this.skip();
      }
      await withFolder(async (folder) => {
        await written(folder, right(savedModelFiles(of)));
        const got = await runSavedModel(folder, { ...inputs, ...noise });
        assert.deepEqual(Object.keys(got).sort(), [...names].sort());
        for (const name of names) assert.ok(distance(got[name]!.data, wanted[name]!) <= tolerance, name);
      });
    });
  }
});
