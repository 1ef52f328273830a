/** ONNX models run by runtimes that are not ours, for tests: in Node, and in Python with its checker. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as ort from 'onnxruntime-web';
import { onnxFiles } from '../../../../src/compile/source/onnx/encode.js';
import type { OnnxModel } from '../../../../src/compile/source/onnx/model.js';
import { permuted } from '../../../../src/compile/source/channels-first.js';
import { decodeSafetensors, unsafeEncodeSafetensors } from '../../../../src/files/safetensors.js';
import type { Arrays } from '../../graph/run-graph.js';
import { right } from '../../graph/small-graphs.js';
import { python } from '../../../support/python.js';

/** What a model says of one of its ends. */
export interface End {
  /** As the model calls it. */
  readonly name: string;
  /** As the graph calls it. */
  readonly value: string;
  readonly shape: readonly (number | string)[];
  readonly order: readonly number[];
}

/** A list of the metadata; empty where it has none of the name. */
export const listed = ({ metadata }: Pick<OnnxModel, 'metadata'>, key: string): readonly End[] => {
  const text = metadata.find(([one]) => one === key)?.[1];
  return text === undefined ? [] : (JSON.parse(text) as readonly End[]);
};

/** The one file of a model. */
export const bytesOf = (model: OnnxModel): Uint8Array => Buffer.concat(onnxFiles(model, { path: 'model.onnx' })[0]!.pieces); // prettier-ignore

/** What a model is fed, by the names of the graph and in its layout; `arrays` are named and laid as in the plan. */
export const heldFeeds = (model: OnnxModel, arrays: Arrays): Arrays => {
  const noises = listed(model, 'noises').map((one) => ({ ...one, name: `noise/${one.name}` }));
  return Object.fromEntries(
    [...listed(model, 'inputs'), ...noises].map(({ name, value, order }) => {
      const { shape, data } = arrays[name]!;
      return [value, { shape: order.map((axis) => shape[axis]!), data: permuted(data, shape, order) }];
    }),
  );
};

/** Outputs by the names of the model and in the plan's layout. */
export const planOutputs = (model: OnnxModel, made: Arrays): Readonly<Record<string, Float32Array>> =>
  Object.fromEntries(
    listed(model, 'outputs').map(({ name, value, order }) => {
      const { shape, data } = made[value]!;
      return [name, permuted(data, shape, order.map((_, axis) => order.indexOf(axis)))]; // prettier-ignore
    }),
  );

/** What `check.py` says of a model. */
export interface PythonReport {
  readonly sameBytes: boolean;
  readonly opset: readonly (readonly [domain: string, version: number])[];
  readonly irVersion: number;
  readonly nodes: readonly (readonly [name: string, op: string])[];
  readonly initialisers: readonly (readonly [name: string, shape: readonly number[]])[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

const execute = promisify(execFile);

/** Why Python cannot check models here; `undefined` where it can. */
export const withoutPython = async (): Promise<string | undefined> => {
  const found = await execute(python, ['-c', "import importlib.util as u; print(all(u.find_spec(one) for one in ('onnx', 'onnxruntime', 'safetensors')))"]).catch(() => ({ stdout: '' })); // prettier-ignore
  return found.stdout.trim() === 'True'
    ? undefined
    : `${python} has no onnx, onnxruntime and safetensors; MASKSKIP_PYTHON may name one that has`;
};

/** Checks every model of a folder, in one process. */
export const checkedByPython = async (folder: string): Promise<Readonly<Record<string, PythonReport>>> => {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'check.py');
  const { stdout } = await execute(python, [script, folder], { maxBuffer: 2 ** 28 });
  return JSON.parse(stdout) as Readonly<Record<string, PythonReport>>;
};

/** Writes a model, and what it is fed, for `checkedByPython`. */
export const forPython = async (
  folder: string,
  name: string,
  model: OnnxModel,
  fed: Arrays,
): Promise<void> => {
  await writeFile(join(folder, `${name}.onnx`), bytesOf(model));
  const stored = Object.fromEntries(Object.entries(heldFeeds(model, fed)).map(([key, one]) => [key, { dtype: 'F32', ...one } as const])); // prettier-ignore
  await writeFile(join(folder, `${name}.inputs.safetensors`), unsafeEncodeSafetensors(stored));
};

/** What a model gave in Python, as the plan would have it. */
export const madeByPython = async (folder: string, name: string, model: OnnxModel): Promise<Readonly<Record<string, Float32Array>>> => {
  const bytes = await readFile(join(folder, `${name}.outputs.safetensors`));
  const { tensors } = right(decodeSafetensors(new Uint8Array(bytes)));
  for (const one of Object.values(tensors)) assert.equal(one.dtype, 'F32');
  return planOutputs(model, tensors as Arrays);
}; // prettier-ignore

/** Runs a model in Node; `fed` and what it gives are by the names of the graph and in its layout. */
export const runInNode = (model: OnnxModel, fed: Arrays): Promise<Arrays> =>
  runBytesInNode(bytesOf(model), fed);

/** The same for a file's bytes. */
export const runBytesInNode = async (bytes: Uint8Array, fed: Arrays): Promise<Arrays> => {
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'], logSeverityLevel: 3 }); // prettier-ignore
  try {
    const tensors = Object.entries(fed).map(([name, { shape, data }]) => [name, new ort.Tensor('float32', data, [...shape])]); // prettier-ignore
    const made = await session.run(Object.fromEntries(tensors) as Record<string, ort.Tensor>);
    return Object.fromEntries(
      Object.entries(made).map(([name, { data, dims }]) => [
        name,
        { shape: dims, data: data as Float32Array },
      ]),
    );
  } finally {
    await session.release();
  }
};
