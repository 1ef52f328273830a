/** Artefacts run by the stock loaders, for tests. */
import { mkdtemp, readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadGraphModel, type GraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import type { ArtefactFile } from '../../../src/compile/graph/files.js';

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
