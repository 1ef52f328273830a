/** `compile()`: from a model and its weights to a folder that stock loaders run, the same as the tensors target. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { activate, unsafeActivate } from '../../src/backend/index.js';
import { random } from '../../src/base/random.js';
import {
  compile,
  compiledFiles,
  initialParameters,
  unsafeCompile,
  type Artefact,
  type ArtefactPort,
  type Compiled,
  type CompileOptions,
  type ParameterArray,
  type Plan,
} from '../../src/compile/index.js';
import { conv, fuse, input, join as joins, model, named, psi, sample, seq, toSpec, specText, unsafeElaborate, withPsi, type AnyModel, type Psi } from '../../src/dsl/index.js'; // prettier-ignore
import { models } from '../../src/models/index.js';
import { unsafePlan } from '../dsl/plans.js';
import { distance, drawnInputs, graphModel, runSavedModel, runTensors, tensors, read, withFolder, written, type Arrays } from './graph/run-graph.js'; // prettier-ignore
import { right, rulesOf } from './graph/small-graphs.js';

/** Every parameter drawn; deviations stay away from 0. */
const drawnWeights = (plan: Plan): Record<string, ParameterArray> =>
  Object.fromEntries(
    Object.entries(initialParameters(plan, 1)).map(([path, { shape, data }]) => {
      const noise = random(2, path).normals(data.length);
      const spread = path.endsWith('variance') ? (i: number) => 0.5 + Math.abs(noise[i]!) : (i: number) => data[i]! + 0.05 * noise[i]!; // prettier-ignore
      return [path, { shape, data: Float32Array.from(data, (_, i) => spread(i)) }];
    }),
  );

/** What a compiled graph model computes on the active backend, its stages one after another. */
const runStages = async (folder: string, { artefact }: Pick<Compiled, 'artefact'>, inputs: Arrays): Promise<Record<string, Float32Array>> => {
  const known: Record<string, Arrays[string]> = { ...inputs };
  const given = (ports: readonly ArtefactPort[]): Arrays => Object.fromEntries(ports.map(({ name }) => [name, known[name]!]));
  for (const stage of artefact.stages) {
    const graph = await graphModel(join(folder, stage.at));
    const names = stage.outputs.map(({ name }) => name);
    const fed = tensors(given(stage.inputs));
    const results = [graph.execute(fed, names)].flat();
    const shapes = results.map(({ shape }) => shape);
    const out = await read(names, results, fed);
    names.forEach((name, i) => (known[name] = { shape: shapes[i]!, data: out[name]! }));
    graph.dispose();
  }
  return Object.fromEntries(artefact.outputs.map(({ name }) => [name, known[name]!.data]));
}; // prettier-ignore

const listed = models.find(({ name }) => name === 'vdg-stage1')!;
const vdg: AnyModel = listed.at['market-1501']({ height: 32, width: 32, filters: 2 });
const personThenPose = [['x_a', 'p_a'], ['p_b']]; // prettier-ignore
const operators: Readonly<Record<string, Psi>> = {
  none: psi.none,
  closed: psi.closed,
  dense: psi.dense(),
  one: psi.one(),
  grouped: psi.grouped(2),
  grid: psi.grid(1, 1),
  resize: psi.resize(),
  chain: psi.chain(psi.dense(), psi.one()),
};

describe('compile', function () {
  this.timeout(120_000);
  before(() => unsafeActivate({ backend: 'cpu' }));

  for (const [name, operator] of Object.entries(operators)) {
    it(`a small VDG with ψ ${name}: whole and in stages, the same as on tensors`, async () => {
      const declared = withPsi(vdg, operator);
      const plan = unsafePlan(declared);
      const weights = drawnWeights(plan);
      const { inputs } = drawnInputs(plan, 2);
      const wanted = (await runTensors(plan, inputs, weights))['output']!;
      assert.ok(new Set(wanted).size > wanted.length / 2);
      for (const stages of [undefined, personThenPose]) {
        const options = {
          target: 'tfjs-graph',
          weights,
          ...(stages === undefined ? {} : { stages }),
        } as const;
        const compiled = right(compiledFiles(unsafeElaborate(declared), options));
        await withFolder(async (folder) => {
          await written(folder, compiled.files);
          const got = (await runStages(folder, compiled, inputs))['output']!;
          assert.ok(distance(got, wanted) <= 1e-4, `${distance(got, wanted)}`);
        });
      }
    });
  }

  it('a SavedModel with stages, the same as on tensors', async function () {
    const active = await activate({ backend: 'native' })();
    if (E.isLeft(active)) {
      console.log(`      ${active.left.map(({ text }) => text).join('; ')}`);
      this.skip();
    }
    const declared = withPsi(vdg, psi.dense());
    const plan = unsafePlan(declared);
    const weights = drawnWeights(plan);
    const { inputs } = drawnInputs(plan, 2);
    const wanted = (await runTensors(plan, inputs, weights))['output']!;
    await withFolder(async (folder) => {
      const out = join(folder, 'model');
      const report = await unsafeCompile(unsafeElaborate(declared), { target: 'saved-model', weights, stages: personThenPose, out }); // prettier-ignore
      assert.ok(distance((await runSavedModel(out, inputs))['output']!.data, wanted) <= 1e-4);
      let known: Arrays = inputs;
      for (const stage of report.stages) {
        const fed = Object.fromEntries(stage.inputs.map((port) => [port.name, known[port.name]!]));
        known = { ...known, ...(await runSavedModel(out, fed, stage.at)) };
      }
      assert.ok(distance(known['output']!.data, wanted) <= 1e-4);
    });
  });

  const hostile = model(
    seq(
      input('größe 1', 4, 4, 2),
      named('a b …', conv(3)),
      named('ψ', conv(3)),
      fuse(joins.concat, seq(input('größe_1', 4, 4, 2), named('a_b', conv(3)), named('χ', conv(3)))),
    ),
  );

  it('with hostile names: all within the rules of TensorFlow, none twice, inputs under their own names', async () => {
    await unsafeActivate({ backend: 'cpu' });
    const plan = unsafePlan(hostile);
    const weights = drawnWeights(plan);
    const compiled = right(compiledFiles(unsafeElaborate(hostile), { target: 'tfjs-graph', weights }));
    const json = JSON.parse(Buffer.concat(compiled.files[0]!.pieces).toString()) as {
      readonly modelTopology: { readonly node: readonly { readonly name: string }[] };
    };
    const names = json.modelTopology.node.map(({ name }) => name);
    for (const name of names) assert.match(name, /^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$/);
    assert.equal(new Set(names).size, names.length);
    assert.ok(!names.some((name) => name.split('/').includes('..')));
    assert.deepEqual(compiled.artefact.inputs.map(({ name }) => name), ['größe 1', 'größe_1']); // prettier-ignore
    for (const { path } of compiled.files) assert.match(path, /^[a-z0-9.-]+$/);
    const { inputs } = drawnInputs(plan, 1);
    const wanted = (await runTensors(plan, inputs, weights))['output']!;
    await withFolder(async (folder) => {
      await written(folder, compiled.files);
      assert.ok(distance((await runStages(folder, compiled, inputs))['output']!, wanted) <= 1e-4);
    });
  });
});

describe('the folder of a compiled model', () => {
  const small = model(seq(input('x', 4, 4, 2), conv(3), sample({ when: 'always' }), conv(1)));
  const weights = drawnWeights(unsafePlan(small));
  const options: CompileOptions = { target: 'tfjs-graph', weights, name: 'small' };
  const written = (out: string, more: Partial<CompileOptions> = {}) => compile(unsafeElaborate(small), { ...options, ...more, out })(); // prettier-ignore

  for (const target of ['tfjs-graph', 'saved-model'] as const) {
    it(`${target}: artefact.json has every other file with its size and hash, the ends and the spec's hash`, async () => {
      await withFolder(async (folder) => {
        const out = join(folder, 'deep', 'model');
        const report = right(await written(out, { target }));
        const artefact = JSON.parse(await readFile(join(out, 'artefact.json'), 'utf8')) as Artefact;
        const { out: place, sizes, ...same } = report;
        assert.deepEqual(artefact, same);
        assert.equal(place, out);
        assert.equal(sizes.float32, 4 * sizes.entries);
        assert.deepEqual((await readdir(out)).sort(), [...artefact.files.map(({ path }) => path), 'artefact.json'].sort()); // prettier-ignore
        for (const { path, bytes, sha256 } of artefact.files) {
          const data = await readFile(join(out, path));
          assert.equal(data.length, bytes);
          assert.equal(createHash('sha256').update(data).digest('hex'), sha256);
        }
        assert.deepEqual([artefact.target, artefact.model], [target, 'small']);
        const spec = toSpec(small);
        assert.equal(
          artefact.spec,
          createHash('sha256')
            .update(specText(right(spec)))
            .digest('hex'),
        );
        assert.deepEqual(artefact.inputs, [
          { name: 'x', dtype: 'float32', shape: [-1, 4, 4, 2] },
          { name: 'noise/sample1/noise', dtype: 'float32', shape: [-1, 4, 4, 3], noise: { path: 'sample1/noise', distribution: 'normal' } }, // prettier-ignore
        ]);
        assert.deepEqual(artefact.outputs, [{ name: 'output', dtype: 'float32', shape: [-1, 4, 4, 1] }]);
      });
    });
  }

  it('has weights.safetensors where it is asked for, of the size that is told', async () => {
    await withFolder(async (folder) => {
      const plain = right(await written(join(folder, 'plain')));
      const both = right(await written(join(folder, 'both'), { safetensors: true }));
      assert.deepEqual(both.files.slice(0, -1), plain.files);
      const { path, bytes } = both.files.at(-1)!;
      assert.equal(path, 'weights.safetensors');
      assert.equal((await readFile(join(folder, 'both', path))).length, bytes);
      // The numbers, and a header.
      assert.ok(bytes > both.sizes.gatesAsBits && bytes < both.sizes.gatesAsBits + 2000);
      assert.deepEqual(both.sizes, plain.sizes);
    });
  });

  it('F02: is never in the place of something', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'mine'));
      await writeFile(join(folder, 'mine', 'thesis.txt'), 'years of work');
      assert.deepEqual(rulesOf(await written(join(folder, 'mine'))), ['F02']);
      assert.deepEqual(await readdir(join(folder, 'mine')), ['thesis.txt']);
    });
  });

  it('F01: is absent, and nothing half-written is left, where it cannot be written', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '');
      assert.deepEqual(rulesOf(await written(join(folder, 'file', 'model'))), ['F01']);
      assert.deepEqual(await readdir(folder), ['file']);
    });
  });

  it('has the same bytes each time', () => {
    for (const target of ['tfjs-graph', 'saved-model'] as const) {
      const make = (): Buffer =>
        Buffer.concat(right(compiledFiles(unsafeElaborate(small), { ...options, target })).files.flatMap(({ pieces }) => pieces)); // prettier-ignore
      assert.deepEqual(make(), make());
    }
  });

  it('is not made of weights of another model (P11), an unknown pass (P24) or inputs in no stage (P20)', async () => {
    await withFolder(async (folder) => {
      const out = join(folder, 'model');
      assert.deepEqual(rulesOf(await written(out, { weights: {} })), ['P11', 'P11', 'P11', 'P11']);
      assert.deepEqual(rulesOf(await written(out, { without: ['no-such-pass'] })), ['P24']);
      assert.deepEqual(rulesOf(await written(out, { stages: [] })), ['P20']);
      assert.deepEqual(await readdir(folder), []);
      await assert.rejects(unsafeCompile(unsafeElaborate(small), { ...options, weights: {}, out }), /P11/);
    });
  });
});
