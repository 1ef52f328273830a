/** Artefacts run by the stock loaders, for tests. */
import { mkdtemp, readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadGraphModel, type GraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { random, type RandomStream } from '../../../src/base/random.js';
import { mapValues } from '../../../src/base/record.js';
import type { ArtefactFile } from '../../../src/compile/graph/files.js';
import { tensorProgram, type Plan } from '../../../src/compile/index.js';
import type { Shape } from '../../../src/ops/value.js';

/** Numbers by name. */
export type Arrays = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>
>;

/** A folder that is removed after the work. */
export const withFolder = async <A>(work: (folder: string) => Promise<A>): Promise<A> => {
  const folder = await mkdtemp(join(tmpdir(), 'graph-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Writes files. */
export const written = async (folder: string, files: readonly ArtefactFile[]): Promise<void> => {
  for (const { path, pieces } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), Buffer.concat(pieces));
  }
};

/** A graph model from a folder, through the loader of tfjs and nothing of ours but the reading of files. */
export const graphModel = async (folder: string): Promise<GraphModel> => {
  const json = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as tf.io.ModelJSON;
  return loadGraphModel({
    load: () =>
      tf.io.getModelArtifactsForJSON(json, async (manifest) => {
        const shards = manifest.flatMap(({ paths }) => paths).map((path) => readFile(join(folder, path)));
        const whole = Uint8Array.from(Buffer.concat(await Promise.all(shards)));
        return [manifest.flatMap(({ weights }) => weights), whole.buffer];
      }),
  });
};

/** What a graph model computes, by the names of its outputs. */
export const runGraphModel = async (
  model: GraphModel,
  inputs: Arrays,
  outputs: readonly string[],
): Promise<Record<string, Float32Array>> => {
  const fed = tensors(inputs);
  const results = [model.execute(fed, [...outputs])].flat();
  return read(outputs, results, fed);
};

/** The data of tensors, which are freed. */
export const read = async (
  names: readonly string[],
  results: readonly tf.Tensor[],
  fed: Readonly<Record<string, tf.Tensor>>,
): Promise<Record<string, Float32Array>> => {
  const out = Object.fromEntries(
    await Promise.all(names.map(async (name, i) => [name, Float32Array.from(await results[i]!.data())] as const)), // prettier-ignore
  );
  tf.dispose([...results, ...Object.values(fed)]);
  return out;
};

export const tensors = (arrays: Arrays): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
  );

/** How far numbers are from those that are wanted, relative to the largest of them. */
export const distance = (got: Float32Array, wanted: Float32Array): number => {
  if (got.length !== wanted.length) return Infinity;
  let largest = 0;
  let off = 0;
  for (const [i, x] of wanted.entries()) {
    largest = Math.max(largest, Math.abs(x));
    off = Math.max(off, Math.abs(x - got[i]!));
    if (Number.isNaN(x) || Number.isNaN(got[i]!)) return Infinity;
  }
  return off / Math.max(largest, 1e-30);
};

/** Inputs of a plan, drawn; noise as a plan on tensors draws it with seed 1 at step 0. */
export const drawnInputs = (
  plan: Plan,
  batch: number,
  seed = 5,
): { readonly inputs: Arrays; readonly noise: Arrays } => {
  const extents = (shape: Shape): number[] =>
    shape.map((extent) => (typeof extent === 'number' ? extent : batch * Math.max(1, Number.parseInt(extent, 10) || 1))); // prettier-ignore
  const filled = (shape: readonly number[], stream: RandomStream) => ({
    shape,
    data: Float32Array.from(stream.normals(shape.reduce((product, extent) => product * extent, 1))),
  });
  return {
    inputs: mapValues(plan.inputs, ({ shape }, name) => filled(extents(shape), random(seed, name))),
    noise: Object.fromEntries(
      plan.noises.map(({ path, shape }) => [`noise/${path}`, filled(extents(shape), random(1, 'noise', path, 0))]), // prettier-ignore
    ),
  };
};

/** What the tensors target computes on the active backend. */
export const runTensors = async (
  plan: Plan,
  inputs: Arrays,
  parameters: Arrays = {},
): Promise<Record<string, Float32Array>> => {
  const fed = tensors(inputs);
  const weights = tensors(parameters);
  const { outputs } = tensorProgram(plan).run({ inputs: fed, parameters: weights, noise: { seed: 1, step: 0 } }); // prettier-ignore
  const names = Object.keys(outputs);
  const results = names.map((name) => outputs[name]!);
  const numbers = await read(names, results, fed);
  tf.dispose(Object.values(weights));
  return numbers;
};

/** What a signature of a SavedModel computes under tfjs-node. */
export const runSavedModel = async (
  folder: string,
  inputs: Arrays,
  signature = 'serving_default',
): Promise<Record<string, { shape: readonly number[]; data: Float32Array }>> => {
  const native = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu') as {
    readonly node: { readonly loadSavedModel: (path: string, tags: string[], signature: string) => Promise<tf.InferenceModel & { dispose: () => void }> }; // prettier-ignore
  };
  const model = await native.node.loadSavedModel(folder, ['serve'], signature);
  const fed = tensors(inputs);
  const results = Object.entries(model.predict(fed, {}) as tf.NamedTensorMap);
  const out = results.map(([name, one]) => [name, { shape: one.shape, data: Float32Array.from(one.dataSync()) }]); // prettier-ignore
  tf.dispose([...results.map(([, one]) => one), ...Object.values(fed)]);
  model.dispose();
  return Object.fromEntries(out);
};
