/** `compile` for ONNX: models with trained weights, whole and in stages, in a folder that says what it holds. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../../../src/backend/index.js';
import { initialParameters, unsafeCompile } from '../../../../src/compile/index.js';
import { permuted } from '../../../../src/compile/source/channels-first.js';
import { psi, unsafeElaborate, withPsi } from '../../../../src/dsl/index.js';
import { models } from '../../../../src/models/index.js';
import { load } from '../../../../src/run/index.js';
import { unsafePlan } from '../../../dsl/plans.js';
import { distance, drawnInputs, runTensors, withFolder, type Arrays } from '../../graph/run-graph.js';
import { runBytesInNode } from './run.js';

const entry = models.find(({ name }) => name === 'vdg-stage1')!;
const vdg = withPsi(entry.at['market-1501']({ height: 32, width: 32, filters: 2 }), psi.dense());
const plan = unsafePlan(vdg);
const weights = initialParameters(plan, 4);

const channelsFirst = ({ shape, data }: Arrays[string]): Arrays[string] =>
  shape.length === 4
    ? { shape: [0, 3, 1, 2].map((axis) => shape[axis]!), data: permuted(data, shape, [0, 3, 1, 2]) }
    : { shape, data };

describe('compile for ONNX', function () {
  this.timeout(60_000);
  before(() => unsafeActivate({ backend: 'cpu' }));

  it('writes models that compute what the trained model computes, a model for each stage', async () => {
    const { inputs, noise } = drawnInputs(plan, 2);
    const wanted = channelsFirst({ shape: [2, 32, 32, 3], data: (await runTensors(plan, inputs, weights))['output']! }); // prettier-ignore
    await withFolder(async (folder) => {
      for (const stages of [undefined, [['x_a', 'p_a'], ['p_b']]] as const) {
        const out = join(folder, stages === undefined ? 'whole' : 'staged');
        const report = await unsafeCompile(unsafeElaborate(vdg), { target: 'onnx', weights, out, ...(stages === undefined ? {} : { stages }) }); // prettier-ignore
        assert.deepEqual(report.files.map(({ path }) => path), stages === undefined ? ['model.onnx'] : ['stage0/model.onnx', 'stage1/model.onnx']); // prettier-ignore
        const known: Record<string, Arrays[string]> = Object.fromEntries(
          Object.entries({ ...inputs, ...noise }).map(([name, one]) => [name, channelsFirst(one)]),
        );
        for (const stage of report.stages) {
          const bytes = await readFile(join(out, stage.at, 'model.onnx'));
          const fed = Object.fromEntries(stage.inputs.map(({ name }) => [name, known[name]!]));
          for (const { name, shape } of stage.inputs) assert.deepEqual(known[name]!.shape.slice(1), shape.slice(1), name); // prettier-ignore
          const made = await runBytesInNode(bytes, fed);
          for (const { name, shape } of stage.outputs) assert.deepEqual(made[name]!.shape.slice(1), shape.slice(1), name); // prettier-ignore
          Object.assign(known, made);
        }
        assert.ok(distance(known['output']!.data, wanted.data) <= 1e-4);
      }
    });
  });

  it('T07: our own loader says that it is for others', async () => {
    await withFolder(async (folder) => {
      const out = join(folder, 'out');
      await unsafeCompile(unsafeElaborate(vdg), { target: 'onnx', weights, out });
      const loaded = await load(out).then(E.right, E.left);
      assert.ok(E.isLeft(loaded));
      assert.match(String(loaded.left), /T07 .*got an ONNX model, wanted tfjs-graph or saved-model; give it to an ONNX runtime/); // prettier-ignore
    });
  });
});
