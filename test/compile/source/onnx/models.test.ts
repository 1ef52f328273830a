/**
 * Whole models as ONNX: valid to its checker, and the same numbers as on tensors, with ψ as it is written and after the
 * rewrites. MASKSKIP_FULL=1 takes all thirty variants and all listed models.
 */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../../../src/backend/index.js';
import { onnxModel, rewrittenOnnxModel } from '../../../../src/compile/source/onnx/onnx.js';
import type { OnnxModel } from '../../../../src/compile/source/onnx/model.js';
import { models } from '../../../../src/models/index.js';
import { distance, drawnInputs, runTensors, withFolder } from '../../graph/run-graph.js';
import { right } from '../../graph/small-graphs.js';
import { thirty, variantOf, type Variant } from '../thirty.js';
import { checkedByPython, forPython, heldFeeds, madeByPython, planOutputs, runInNode, withoutPython } from './run.js'; // prettier-ignore

const full = process.env['MASKSKIP_FULL'] === '1';
const tolerance = 1e-4;
const batch = 2;

/* Masks of every shape, norms, soft masks, and a critic. */
const few = ['unet-market-psi_grid_3x2', 'vdg-np-stage1-market-psi_soft', 'pdig-fg-critic-market-psi_none'];
const listed = (): readonly Variant[] =>
  models.map(({ name, at, smallest }) => {
    const [height, width] = smallest['market-1501'];
    return variantOf(name, at['market-1501']({ height, width, filters: 4 }));
  });
const subjects = full ? [...thirty, ...listed()] : thirty.filter(({ name }) => few.includes(name));

/** A variant, what it is fed, and what tensors make of it. */
interface Case {
  readonly name: string;
  readonly forms: Readonly<Record<string, OnnxModel>>;
  readonly fed: Parameters<typeof heldFeeds>[1];
  readonly wanted: Readonly<Record<string, Float32Array>>;
}
const caseOf = async (variant: Variant): Promise<Case> => {
  const plan = variant.plan('infer');
  const weights = variant.parameters(plan);
  const inputs = variant.inputs(batch);
  const { noise } = drawnInputs(plan, batch);
  const options = { name: variant.name, weights, axes: variant.axes };
  return {
    name: variant.name,
    forms: {
      'as written': right(onnxModel(plan, options)),
      rewritten: right(rewrittenOnnxModel(plan, options)),
    },
    fed: { ...inputs, ...noise },
    wanted: await runTensors(plan, inputs, weights),
  };
};

describe('models in ONNX', function () {
  this.timeout(full ? 0 : 120_000);
  let cases: readonly Case[] = [];
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
    if (!full) assert.equal(subjects.length, few.length);
    const made: Case[] = [];
    for (const one of subjects) made.push(await caseOf(one));
    cases = made;
  });

  const compare = (name: string, form: string, made: Case['wanted'], wanted: Case['wanted']): number => {
    assert.deepEqual(Object.keys(made).sort(), Object.keys(wanted).sort());
    const apart = Math.max(...Object.entries(made).map(([output, data]) => distance(data, wanted[output]!)));
    assert.ok(apart <= tolerance, `${name}, ${form}: ${apart}`);
    return apart;
  };

  it(`${subjects.length} models in Node: the same to 1e-4`, async () => {
    let largest = 0;
    for (const { name, forms, fed, wanted } of cases)
      for (const [form, model] of Object.entries(forms)) {
        const made = planOutputs(model, await runInNode(model, heldFeeds(model, fed)));
        largest = Math.max(largest, compare(name, form, made, wanted));
      }
    console.info(`      at most ${largest.toExponential(1)}`);
  });

  it(`${subjects.length} models in Python: nothing to find for its checker, the same to 1e-4`, async function () {
    const reason = await withoutPython();
    if (reason !== undefined) {
      console.log(`      ${reason}: ${2 * subjects.length} models not looked at`);
      this.skip();
    }
    await withFolder(async (folder) => {
      const all = cases.flatMap(({ name, forms, fed, wanted }) =>
        Object.entries(forms).map(([form, model]) => ({
          name,
          form,
          file: `${name}-${form}`,
          model,
          fed,
          wanted,
        })),
      );
      for (const { file, model, fed } of all) await forPython(folder, file, model, fed);
      const reports = await checkedByPython(folder);
      let largest = 0;
      for (const { name, form, file, model, wanted } of all) {
        const report = reports[file]!;
        assert.ok(report.sameBytes, file);
        assert.equal(report.nodes.length, model.graph.nodes.length);
        assert.deepEqual(report.nodes, model.graph.nodes.map((node) => [node.name, node.op])); // prettier-ignore
        largest = Math.max(largest, compare(name, form, await madeByPython(folder, file, model), wanted));
      }
      console.info(`      at most ${largest.toExponential(1)}`);
    });
  });
});
