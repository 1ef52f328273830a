/** One model, five interpreters: tensors on cpu, wasm and native, a tfjs graph and a SavedModel compute the same. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { activate, unsafeActivate } from '../../src/backend/index.js';
import { random } from '../../src/base/random.js';
import { initialParameters, unsafeCompile, type ParameterArray, type Plan } from '../../src/compile/index.js';
import { psi, unsafeElaborate, withPsi, type AnyModel, type Psi } from '../../src/dsl/index.js';
import { models } from '../../src/models/index.js';
import { unsafePlan } from '../dsl/plans.js';
import { distance, drawnInputs, graphModel, runGraphModel, runSavedModel, runTensors, withFolder, type Arrays } from './graph/run-graph.js'; // prettier-ignore

const full = process.env['MASKSKIP_FULL'] === '1';
const tolerance = 1e-4;
const everywhere = (operator: Psi) => (declared: AnyModel) => withPsi(declared, operator);
const operators: Readonly<Record<string, (declared: AnyModel) => AnyModel>> = {
  none: everywhere(psi.none),
  dense: everywhere(psi.dense()),
  one: everywhere(psi.one()),
  // Cells of several pixels where there are several; the deepest levels are of one.
  grid: (declared) => withPsi(everywhere(psi.grid(1, 1))(declared), psi.grid(3, 2), { levels: [1] }),
};
/* Small enough for the plain JavaScript backend. */
const names = ['unet', 'vdg-stage1', ...(full ? ['pg2-g1', 'vdg-np-stage1'] : [])];
const listed = models.filter(({ name }) => names.includes(name));

/** Every parameter drawn, masks of both signs; deviations stay away from 0. */
const drawnWeights = (plan: Plan): Record<string, ParameterArray> =>
  Object.fromEntries(
    Object.entries(initialParameters(plan, 1)).map(([path, { shape, data }]) => {
      const noise = random(2, path).normals(data.length);
      const spread = path.endsWith('ariance')
        ? (i: number) => 0.5 + Math.abs(noise[i]!)
        : (i: number) => data[i]! + (path.endsWith('mask') ? 0.3 : 0.05) * noise[i]!;
      return [path, { shape, data: Float32Array.from(data, (_, i) => spread(i)) }];
    }),
  );

/** A model with its numbers, compiled into a folder for both targets. */
interface Subject {
  readonly name: string;
  readonly plan: Plan;
  readonly weights: Readonly<Record<string, ParameterArray>>;
  readonly inputs: Arrays;
  readonly noise: Arrays;
  readonly folder: string;
}
const subjects = async (folder: string): Promise<readonly Subject[]> => {
  const made: Subject[] = [];
  for (const { name: model, at, smallest } of listed) {
    const [height, width] = smallest['market-1501'];
    const declared = at['market-1501']({ height, width, filters: 2 });
    for (const [name, operator] of Object.entries(operators)) {
      const variant = operator(declared);
      const plan = unsafePlan(variant);
      const weights = drawnWeights(plan);
      const place = join(folder, `${model}-${name}`);
      for (const target of ['tfjs-graph', 'saved-model'] as const)
        await unsafeCompile(unsafeElaborate(variant), { target, weights, out: join(place, target) });
      made.push({ name: `${model} with psi.${name}`, plan, weights, ...drawnInputs(plan, 2), folder: place });
    }
  }
  return made;
};

type Outputs = Readonly<Record<string, Float32Array>>;
/** What each interpreter of the active backend makes of a model. */
const interpreted = async ({ plan, weights, inputs, noise, folder }: Subject, backend: string): Promise<Record<string, Outputs>> => {
  const outputs = Object.keys(plan.outputs);
  const graph = await graphModel(join(folder, 'tfjs-graph'));
  const made: Record<string, Outputs> = {
    [`tensors on ${backend}`]: await runTensors(plan, inputs, weights),
    [`tfjs graph on ${backend}`]: await runGraphModel(graph, { ...inputs, ...noise }, outputs),
  };
  graph.dispose();
  if (backend !== 'native') return made;
  const saved = await runSavedModel(join(folder, 'saved-model'), { ...inputs, ...noise });
  const data = Object.fromEntries(outputs.map((name) => [name, saved[name]!.data]));
  return { ...made, 'SavedModel on native': data };
}; // prettier-ignore

describe('one model, five interpreters', function () {
  this.timeout(full ? 0 : 120_000);
  after(() => unsafeActivate({ backend: 'cpu' }));

  it(`${listed.map(({ name }) => name).join(', ')}, each with ψ none, dense, one and grid: the same to 1e-4`, async () => {
    await unsafeActivate({ backend: 'cpu' });
    await withFolder(async (folder) => {
      const all = await subjects(folder);
      const wanted = new Map<Subject, Outputs>();
      for (const one of all) wanted.set(one, await runTensors(one.plan, one.inputs, one.weights));
      // Not all alike: a mask that lets nothing through would make any two interpreters agree.
      const outputs = [...wanted.values()].map((one) => Object.values(one)[0]!);
      for (const data of outputs) assert.ok(new Set(data).size > data.length / 2);
      const largest = new Map<string, readonly [apart: number, name: string]>();
      for (const backend of ['cpu', 'wasm', 'native'] as const) {
        const active = await activate({ backend })();
        if (E.isLeft(active)) {
          console.log(`      ${active.left.map(({ text }) => text).join('; ')}`);
          continue;
        }
        for (const one of all) {
          for (const [interpreter, made] of Object.entries(await interpreted(one, backend))) {
            assert.deepEqual(Object.keys(made).sort(), Object.keys(one.plan.outputs).sort());
            for (const [name, data] of Object.entries(made)) {
              const apart = distance(data, wanted.get(one)![name]!);
              assert.ok(apart <= tolerance, `${one.name}, ${interpreter}, output ${name}: ${apart}`);
              if (apart >= (largest.get(interpreter)?.[0] ?? 0)) largest.set(interpreter, [apart, one.name]);
            }
          }
        }
      }
      for (const [interpreter, [apart, name]] of largest)
        console.log(`      ${interpreter}: at most ${apart.toExponential(1)} (${name})`);
    });
  });
});
