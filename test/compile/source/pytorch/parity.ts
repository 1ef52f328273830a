/** Generated networks and the plans that they were made of, on the same numbers: outputs, and one step of SGD. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import * as tf from '@tensorflow/tfjs-core';
import { random } from '../../../../src/base/random.js';
import type { ParameterArray, Plan } from '../../../../src/compile/index.js';
import {
  channelsFirst,
  permuted,
  type ChannelsFirstPlan,
} from '../../../../src/compile/source/channels-first.js';
import { pythonFile, pytorch } from '../../../../src/compile/source/pytorch/target.js';
import { tensorProgram } from '../../../../src/compile/tensors/program.js';
import { readSafetensors, writeSafetensors, type StoredTensor } from '../../../../src/files/safetensors.js';
import * as ops from '../../../../src/ops/elementwise.js';
import { reduceMean } from '../../../../src/ops/reduction.js';
import { unsafePlan } from '../../../dsl/plans.js';
import { right } from '../../../learn/train/either.js';
import { relativeDistance } from '../../../models/torch/harness.js';
import type { Variant } from '../thirty.js';
import { runPython } from './python.js';

type Arrays = Readonly<Record<string, ParameterArray>>;

/** How far a variant's module is from its plan, as a share of the greatest entry. */
export interface Distance {
  readonly name: string;
  /** The greatest of all outputs, in inference. */
  readonly forward: number;
  /** The greatest of all parameters, masks and running moments after a step. */
  readonly step: number;
  /** The same as a share of the greatest change that the step made. */
  readonly change: number;
}

const rate = 0.1;
const batch = 2;

/** Distances of all variants, of one run of Python. */
export const distances = async (variants: readonly Variant[]): Promise<readonly Distance[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'maskskip-pytorch-'));
  const at = (variant: Variant, kind: string): string =>
    join(folder, `${moduleOf(variant)}.${kind}.safetensors`);
  try {
    for (const { path, text } of pytorch.common([])) await writeFile(join(folder, path), text);
    for (const variant of variants) {
      const files = pytorch.files(variant);
      if (E.isLeft(files)) throw new Error(files.left.map(({ text }) => text).join('\n'));
      for (const { path, text } of files.right) await writeFile(join(folder, path), text);
      const train = channelsFirst(variant.plan('train'));
      await write(at(variant, 'weights'), variant.parameters(allParameters(variant)));
      await write(at(variant, 'inputs'), heldInputs(train, variant.inputs(batch)));
      await write(at(variant, 'noise'), heldNoise([train, channelsFirst(variant.plan('infer'))]));
    }
    const jobs = variants.map((variant) => ({ module: moduleOf(variant), rate }));
    await writeFile(join(folder, 'jobs.json'), JSON.stringify(jobs));
    const { stderr } = await runPython([join(dirname(fileURLToPath(import.meta.url)), 'parity.py'), folder]);
    assert.equal(stderr, '');
    const found: Distance[] = [];
    for (const variant of variants) {
      const outputs = await read(at(variant, 'outputs'));
      const after = await read(at(variant, 'after'));
      found.push({
        name: variant.name,
        forward: forwardDistance(variant, outputs),
        ...stepDistance(variant, after),
      });
    }
    return found;
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** The module of a variant. */
export const moduleOf = (variant: Variant): string => pythonFile(variant).replace(/\.py$/, '');

const allParameters = (variant: Variant): Pick<Plan, 'parameters'> => {
  const [train, infer] = [variant.plan('train'), variant.plan('infer')];
  const known = new Set(train.parameters.map(({ path }) => path));
  return { parameters: [...train.parameters, ...infer.parameters.filter(({ path }) => !known.has(path))] };
};

const write = async (path: string, arrays: Arrays): Promise<void> => {
  const stored = Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]): [string, StoredTensor] => [
      name,
      { dtype: 'F32', shape, data: Float32Array.from(data) },
    ]),
  );
  right(await writeSafetensors(path, stored)());
};
const read = async (path: string): Promise<Arrays> => right(await readSafetensors(path)()).tensors as Arrays;

const inOrder = ({ shape, data }: ParameterArray, order: readonly number[]): ParameterArray => ({
  shape: order.map((axis) => shape[axis]!),
  data: permuted(data, shape, order),
});
const heldInputs = (plan: ChannelsFirstPlan, inputs: Arrays): Arrays =>
  Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, inOrder(input, plan.orders[plan.inputs[name]!.id]!)])); // prettier-ignore

/* What `tensorProgram` draws for this seed and step. */
const heldNoise = (plans: readonly ChannelsFirstPlan[]): Arrays =>
  Object.fromEntries(
    plans.flatMap((plan) =>
      plan.noises.map(({ path, shape, distribution, id }) => {
        const extents = shape.map((one) => (typeof one === 'number' ? one : batch * (one === 'n' ? 1 : Number.parseInt(one, 10)))); // prettier-ignore
        const count = extents.reduce((product, one) => product * one, 1);
        const stream = random(1, 'noise', path, 0);
        const data = Float32Array.from(distribution === 'uniform' ? stream.uniforms(count) : stream.normals(count)); // prettier-ignore
        return [path, inOrder({ shape: extents, data }, plan.orders[id]!)];
      }),
    ),
  );

const tensors = (arrays: Arrays): Record<string, tf.Tensor> =>
  Object.fromEntries(Object.entries(arrays).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])])); // prettier-ignore
const noise = { seed: 1, step: 0 };

const forwardDistance = (variant: Variant, got: Arrays): number => {
  const plan = variant.plan('infer');
  const held = channelsFirst(plan);
  return tf.tidy(() => {
    const { outputs } = tensorProgram(plan).run({
      inputs: tensors(variant.inputs(batch)),
      parameters: tensors(variant.parameters(plan)),
      noise,
    });
    assert.deepEqual(Object.keys(got).sort(), Object.keys(outputs).sort());
    const each = Object.entries(outputs).map(([name, one]) => {
      const wanted = inOrder({ shape: one.shape, data: one.dataSync() as Float32Array }, held.orders[held.outputs[name]!]!); // prettier-ignore
      assert.deepEqual(got[name]!.shape, wanted.shape);
      return relativeDistance(got[name]!.data, wanted.data);
    });
    return Math.max(...each);
  }) as unknown as number;
};

const stepDistance = (variant: Variant, got: Arrays): Pick<Distance, 'step' | 'change'> => {
  const plan = unsafePlan(variant.model, 'train', (outputs) => ({
    'the loss': Object.values(outputs)
      .map((one) => reduceMean(ops.square(one)))
      .reduce((sum, one) => ops.add(sum, one)),
  }));
  const start = variant.parameters(allParameters(variant));
  const trained = plan.parameters.filter(({ role }) => role !== 'state');
  const distances: { step: number; change: number }[] = [];
  tf.tidy(() => {
    const found = tensorProgram(plan).differentiate(
      { inputs: tensors(variant.inputs(batch)), parameters: tensors(start), noise },
      'the loss',
      trained.map(({ path }) => path),
    );
    const after = new Map<string, Float32Array>();
    for (const { path, projection } of trained) {
      const gradient = found.gradients[path]!.dataSync();
      const [least, most] = projection?.clip ?? [-Infinity, Infinity];
      after.set(
        path,
        start[path]!.data.map((one, i) => Math.min(Math.max(one - rate * gradient[i]!, least), most)),
      );
    }
    for (const [path, next] of Object.entries(found.nextState))
      after.set(path, Float32Array.from(next.dataSync()));
    assert.deepEqual(Object.keys(got).sort(), Object.keys(start).sort());
    let greatestChange = 0;
    let greatestError = 0;
    for (const [path, values] of after) {
      distances.push({ step: relativeDistance(got[path]!.data, values), change: 0 });
      values.forEach((one, i) => {
        greatestChange = Math.max(greatestChange, Math.abs(one - start[path]!.data[i]!));
        greatestError = Math.max(greatestError, Math.abs(one - got[path]!.data[i]!));
      });
    }
    distances.push({ step: 0, change: greatestError / greatestChange });
  });
  return {
    step: Math.max(...distances.map(({ step }) => step)),
    change: Math.max(...distances.map(({ change }) => change)),
  };
};
