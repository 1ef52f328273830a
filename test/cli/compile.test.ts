import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { unsafeActivate } from '../../src/backend/index.js';
import { initialParameters, type CompileReport } from '../../src/compile/index.js';
import { conv, input, model, relu, seq } from '../../src/dsl/index.js';
import { saveCheckpoint } from '../../src/learn/index.js';
import { distance, drawnInputs, graphModel, runGraphModel, runTensors } from '../compile/graph/run-graph.js';
import { right } from '../compile/graph/small-graphs.js';
import { unsafePlan } from '../dsl/plans.js';
import { network, temporaryFiles } from './folder.js';
import { maskskip } from './in-process.js';

/* The network of `folder.ts`. */
const plan = unsafePlan(model(seq(input('x_a', 16, 8, 3), conv(4), relu, conv(3))));
const parameters = initialParameters(plan, 3);
const saved = async (folder: string): Promise<void> => {
  const checkpoint = { model: 'net.ts#unet', step: 1, seed: 3, parameters, state: {}, optimisers: {}, extra: {} };
  right(await saveCheckpoint(folder, checkpoint)());
}; // prettier-ignore

describe('maskskip compile', () => {
  const file = temporaryFiles();
  const prepared = async (): Promise<{ readonly asked: readonly string[]; readonly out: string }> => {
    const [net, run, out] = await Promise.all([file('net.ts', network()), file('run'), file('out')]);
    await saved(run);
    return { asked: ['compile', net, '--weights', run, '--target', 'tfjs-graph', '--out', out], out };
  };

  it('writes a graph model that computes what the trained network computes', async () => {
    const { asked, out } = await prepared();
    const { code, results, messages } = await maskskip([...asked, '--json']);
    assert.equal(code, 0, messages);
    const report = JSON.parse(results) as CompileReport;
    assert.deepEqual([report.target, report.out, report.model], ['tfjs-graph', out, 'net.ts#unet']);
    await unsafeActivate({ backend: 'cpu' });
    const { inputs } = drawnInputs(plan, 2);
    const wanted = (await runTensors(plan, inputs, parameters))['output']!;
    const graph = await graphModel(out);
    assert.ok(distance((await runGraphModel(graph, inputs, ['output']))['output']!, wanted) <= 1e-5);
    graph.dispose();
  });

  it('tells people the ends, the files and the sizes', async () => {
    const { asked, out } = await prepared();
    const { results } = await maskskip(asked);
    assert.match(results, new RegExp(`^tfjs-graph in ${out}$`, 'm'));
    assert.match(results, /inputs {3}x_a n×16×8×3$/m);
    assert.match(results, /^model\.json +[\d,]+$/m);
    // The seven biases are 0 at the start: nothing is added.
    assert.match(results, /^216 weights, of these 0 gates: 864 bytes as floats/m);
  });

  it('takes stages, of which one is that of all inputs, and passes to leave out', async () => {
    const { asked, out } = await prepared();
    const { code, messages } = await maskskip([...asked, '--stages', 'x_a', '--without', 'share', '--without', 'simplify']); // prettier-ignore
    assert.equal(code, 0, messages);
    assert.deepEqual((await readdir(out)).sort(), ['artefact.json', 'stage0']);
    assert.deepEqual((await readdir(`${out}/stage0`)).sort(), ['group1-shard1of1.bin', 'model.json']);
  });

  it('writes the weights for other programs where it is asked to', async () => {
    const { asked, out } = await prepared();
    const { code, messages } = await maskskip([...asked, '--safetensors']);
    assert.equal(code, 0, messages);
    assert.deepEqual((await readdir(out)).sort(), ['artefact.json', 'group1-shard1of1.bin', 'model.json', 'weights.safetensors']); // prettier-ignore
  });

  it('refuses what it cannot do, and leaves nothing', async () => {
    const { asked, out } = await prepared();
    const refused = async (more: readonly string[], code: number, message: RegExp): Promise<void> => {
      const ran = await maskskip([...asked, ...more]);
      assert.equal(ran.code, code, ran.messages);
      assert.match(ran.messages, message);
      await assert.rejects(readdir(out));
    };
    await refused(['--stages', 'x_a/'], 2, /name inputs, as in x_a,p_a\/p_b/);
    await refused(['--stages', 'x_a,p_b'], 1, /^✗ P22 /);
    await refused(['--without', 'nothing'], 1, /^✗ P24 /);
    await refused(['--target', 'coreml'], 2, /tfjs-graph, saved-model, onnx/);
    await refused(['--weights', await file('nowhere')], 1, /^✗ C03 /);
  });
});
