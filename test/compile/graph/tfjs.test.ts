/** `model.json` and its shards: the layout that the stock loader knows. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { activate, unsafeActivate } from '../../../src/backend/index.js';
import { random } from '../../../src/base/random.js';
import { graphOf } from '../../../src/compile/graph/nodes.js';
import { tfjsFiles } from '../../../src/compile/graph/tfjs.js';
import * as ops from '../../../src/ops/elementwise.js';
import { constant, input, noise, parameter, scalar } from '../../../src/ops/leaves.js';
import { reduceSum } from '../../../src/ops/reduction.js';
import { constant as filled } from '../../../src/ops/initialiser.js';
import { graphModel, runGraphModel, withFolder, written, type Arrays } from './run-graph.js';
import { graphOfValues, planOfValues, rulesOf } from './small-graphs.js';

interface ModelJson {
  readonly format: string;
  readonly signature: { readonly inputs: object; readonly outputs: object };
  readonly userDefinedMetadata: Readonly<Record<string, unknown>>;
  readonly modelTopology: { readonly node: readonly { readonly name: string; readonly op: string }[] };
  readonly weightsManifest: readonly [
    { readonly paths: readonly string[]; readonly weights: readonly Readonly<Record<string, unknown>>[] },
  ];
}
const options = { generatedBy: 'test', metadata: { spec: 'abc' } };
const x = input('x', ['n', 2, 2]);
const numbers: Arrays = { x: { shape: [1, 2, 2], data: Float32Array.of(1, -2, 3, -4) } };
const modelOf = (graph: Parameters<typeof tfjsFiles>[0]) => {
  const files = tfjsFiles(graph, options);
  return { files, json: JSON.parse(Buffer.concat(files[0]!.pieces).toString()) as ModelJson };
};

describe('a tfjs graph model', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));

  it('names its inputs and outputs, with their shapes, and carries metadata', () => {
    const { json } = modelOf(graphOfValues({ 'the output': ops.relu(x) }));
    assert.equal(json.format, 'graph-model');
    assert.deepEqual(json.signature, {
      inputs: { x: { name: 'x:0', dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '-1' }, { size: '2' }, { size: '2' }] } } },
      outputs: { 'the output': { name: 'the_output:0', dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '-1' }, { size: '2' }, { size: '2' }] } } },
    }); // prettier-ignore
    assert.deepEqual(json.userDefinedMetadata, { spec: 'abc' });
  });

  it('stores gates as bytes, by the quantisation of the manifest, and they come back exact', async () => {
    const gate = Array.from({ length: 4 }, (_, i) => i % 2);
    const graph = graphOfValues({ y: ops.add(ops.multiply(x, constant(gate, [2, 2])), constant([0.25, 1], [2])) }); // prettier-ignore
    const { files, json } = modelOf(graph);
    const [{ weights }] = json.weightsManifest;
    assert.deepEqual(
      weights.map(({ quantization, dtype }) => [dtype, quantization]),
      [
        ['float32', { dtype: 'uint8', scale: 1, min: 0, original_dtype: 'float32' }],
        ['float32', undefined],
      ],
    );
    assert.equal(
      files[1]!.pieces.reduce((sum, { length }) => sum + length, 0),
      4 + 2 * 4,
    );
    await withFolder(async (folder) => {
      await written(folder, files);
      const model = await graphModel(folder);
      assert.deepEqual([...(await runGraphModel(model, numbers, ['y']))['y']!], [0.25, -1, 0.25, -3]);
      model.dispose();
    });
  });

  it('cuts weights into shards of 4 MiB, across tensors', async () => {
    const size = 1_500_000;
    const large = [1, 2].map((seed) => Float32Array.from(random(seed).uniforms(size)));
    const sum = (data: Float32Array) => reduceSum(constant(data, [size]));
    const graph = graphOfValues({ y: ops.add(x, ops.add(sum(large[0]!), sum(large[1]!))) });
    const { files, json } = modelOf(graph);
    const lengths = files.slice(1).map(({ pieces }) => pieces.reduce((all, { length }) => all + length, 0));
    const whole = 4 * 2 * size + 2 * 4;
    assert.deepEqual(lengths, [2 ** 22, 2 ** 22, whole - 2 * 2 ** 22]);
    assert.deepEqual(
      json.weightsManifest[0].paths,
      [1, 2, 3].map((i) => `group1-shard${i}of3.bin`),
    );
    assert.deepEqual(files.slice(1).map(({ path }) => path), json.weightsManifest[0].paths); // prettier-ignore
    await withFolder(async (folder) => {
      await written(folder, files);
      const model = await graphModel(folder);
      const got = (await runGraphModel(model, numbers, ['y']))['y']!;
      const wanted = large.reduce((all, data) => all + data.reduce((a, b) => a + b, 0), 0);
      assert.ok(Math.abs(got[0]! - 1 - wanted) < 1e-3 * wanted);
      model.dispose();
    });
  });

  it('without any weights loads too, and with several outputs predicts them by name', async () => {
    const graph = graphOfValues({ up: ops.relu(x), down: ops.negate(x), same: x, again: x });
    await withFolder(async (folder) => {
      await written(folder, tfjsFiles(graph, options));
      const model = await graphModel(folder);
      const fed = tf.tensor([1, -2, 3, -4], [1, 2, 2]);
      const outputs = model.predict({ x: fed }) as tf.NamedTensorMap;
      assert.deepEqual(Object.keys(outputs).sort(), ['again', 'down', 'same', 'up']);
      assert.deepEqual([...outputs['up']!.dataSync()], [1, 0, 3, 0]);
      assert.deepEqual([...outputs['down']!.dataSync()], [-1, 2, -3, 4]);
      assert.deepEqual([...outputs['again']!.dataSync()], [1, -2, 3, -4]);
      tf.dispose([fed, ...Object.values(outputs)]);
      model.dispose();
    });
  });

  it('has scalars with a value, which may be fed, and noise as inputs', async () => {
    const graph = graphOfValues({ y: ops.add(ops.multiply(x, scalar('a/temperature', 0.5)), noise('a/noise', ['n', 2, 2], 'uniform')) }); // prettier-ignore
    await withFolder(async (folder) => {
      await written(folder, tfjsFiles(graph, options));
      const model = await graphModel(folder);
      assert.deepEqual(model.inputNodes, ['x', 'noise/a/noise']);
      const drawn = { 'noise/a/noise': { shape: [1, 2, 2], data: Float32Array.of(10, 10, 10, 10) } };
      const run = async (more: Arrays): Promise<readonly number[]> =>
        [...(await runGraphModel(model, { ...numbers, ...drawn, ...more }, ['y']))['y']!]; // prettier-ignore
      assert.deepEqual(await run({}), [10.5, 9, 11.5, 8]);
      assert.deepEqual(await run({ 'a/temperature': { shape: [], data: Float32Array.of(2) } }), [12, 6, 16, 2]); // prettier-ignore
      model.dispose();
    });
  });

  it('loads with a plain file:// address where tfjs-node runs', async function () {
    const active = await activate({ backend: 'native' })();
    if (E.isLeft(active)) {
      console.log(`      ${active.left.map(({ text }) => text).join('; ')}`);
      this.skip();
    }
    await withFolder(async (folder) => {
      await written(folder, tfjsFiles(graphOfValues({ y: ops.multiply(x, constant([0, 1, 1, 0], [2, 2])) }), options)); // prettier-ignore
      const model = await loadGraphModel(`file://${join(folder, 'model.json')}`);
      assert.deepEqual([...(await runGraphModel(model, numbers, ['y']))['y']!].map(Math.abs), [0, 2, 3, 0]);
      model.dispose();
    });
  });

  it('is the same bytes each time', () => {
    const make = (): Buffer => {
      const files = tfjsFiles(graphOfValues({ y: ops.add(ops.tanh(x), constant([1, 2], [2])) }), options);
      return Buffer.concat(files.flatMap(({ pieces }) => pieces));
    };
    assert.deepEqual(make(), make());
  });
});

describe('G01: numbers for every parameter', () => {
  it('are wanted before there is a graph', () => {
    const plan = planOfValues({ y: ops.add(x, parameter('conv0/bias', [2], 'weight', filled(0))) });
    const graph = graphOf([{ name: 'all', plan }]);
    assert.deepEqual(rulesOf(graph), ['G01']);
    assert.match(E.isLeft(graph) ? graph.left[0]!.text : '', /conv0\/bias.*without numbers.*freeze/);
  });
});

describe('G02: a plan for inference', () => {
  it('is wanted', () => {
    const plan = { ...planOfValues({ y: ops.relu(x) }), mode: 'train' } as const;
    assert.deepEqual(rulesOf(graphOf([{ name: 'all', plan }])), ['G02']);
  });
});
