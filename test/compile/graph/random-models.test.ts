/** Random architectures, compiled, against the tensors target. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import { buildPlan, compiledFiles, initialParameters } from '../../../src/compile/index.js';
import { elaborate } from '../../../src/dsl/index.js';
import { anyModel } from '../../dsl/spec/arbitrary.js';
import { distance, drawnInputs, graphModel, runGraphModel, runTensors, withFolder, written } from './run-graph.js'; // prettier-ignore
import { right } from './small-graphs.js';

describe('random models', function () {
  this.timeout(0);
  const numRuns = process.env['MASKSKIP_FULL'] === undefined ? 30 : 300;

  it('compute as a graph what they compute on tensors', async () => {
    await unsafeActivate({ backend: 'cpu' });
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(anyModel, fc.integer({ min: 0, max: 1000 }), async (declared, seed) => {
        const elaborated = elaborate(declared);
        if (E.isLeft(elaborated)) return;
        const plan = buildPlan(elaborated.right, { mode: 'infer' });
        if (E.isLeft(plan)) return;
        const weights = initialParameters(plan.right, seed);
        const { inputs, noise } = drawnInputs(plan.right, 2, seed);
        const wanted = await runTensors(plan.right, inputs, weights);
        const { files } = right(compiledFiles(elaborated.right, { target: 'tfjs-graph', weights }));
        await withFolder(async (folder) => {
          await written(folder, files);
          const graph = await graphModel(folder);
          const names = Object.keys(wanted);
          const known = { ...inputs, ...noise };
          const asked = graph.inputNodes;
          const fed = Object.fromEntries(Object.entries(known).filter(([name]) => asked.includes(name)));
          const got = await runGraphModel(graph, fed, names);
          for (const name of names) assert.ok(distance(got[name]!, wanted[name]!) <= 1e-4, `${name}: ${distance(got[name]!, wanted[name]!)}`); // prettier-ignore
          graph.dispose();
        });
        compared += 1;
      }),
      { numRuns },
    );
    // The others have faults, which is for the tests of the language.
    assert.ok(compared >= numRuns / 3, `${compared}`);
  });
});
