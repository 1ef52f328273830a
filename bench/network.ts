/** What is measured: VDG, Stage I, with a ψ on its skips; its weights, its inputs, and the files that peers read. */
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../src/base/fault.js';
import { random } from '../src/base/random.js';
import { mapValues } from '../src/base/record.js';
import { buildPlan, initialParameters, type ParameterArray, type Plan } from '../src/compile/index.js';
import { elaborate, init, model, psi, type AnyModel, type Elaborated } from '../src/dsl/index.js';
import { readSafetensors, writeSafetensors, type StoredTensor } from '../src/files/safetensors.js';
import { vdgStage1 } from '../src/models/index.js';

/** The masks that are compared. */
export const psiNames = ['none', 'dense', 'one', 'grid'] as const;
export type PsiName = (typeof psiNames)[number];

/** Which network. */
export interface Network {
  readonly height: number;
  readonly width: number;
  readonly filters: number;
  readonly psi: PsiName;
}

/* Masks with about half of their gates shut. */
const half = { init: init.normal(1) };
const operators = {
  none: psi.none,
  dense: psi.dense(half),
  one: psi.one(half),
  grid: psi.grid(2, 2, half),
} as const;

/** The declaration. */
export const declared = ({ height, width, filters, psi: name }: Network): AnyModel =>
  model(vdgStage1(height, width, filters, operators[name]));

/** The checked model. */
export const elaborated = (network: Network): E.Either<readonly Fault[], Elaborated> =>
  elaborate(declared(network));

/** Arrays by name. */
export type Arrays = Readonly<Record<string, ParameterArray>>;

/** Weights as a training with this seed draws them. */
export const freshWeights = (network: Network, seed: number): E.Either<readonly Fault[], Arrays> => {
  const plan = E.flatMap((checked: Elaborated) => buildPlan(checked, { mode: 'infer' }))(elaborated(network));
  return E.map((made: Plan): Arrays => initialParameters(made, seed))(plan);
};

/** The same, but biases are not zero, so that none can be forgotten unseen. */
export const weightsOf = (network: Network): E.Either<readonly Fault[], Arrays> =>
  E.map((fresh: Arrays) =>
    mapValues(fresh, ({ shape, data }, path) =>
      path.endsWith('/bias')
        ? { shape, data: Float32Array.from(random(2, path).normals(data.length), (one) => 0.05 * one) }
        : { shape, data },
    ),
  )(freshWeights(network, 1));

/** A batch: a person and their pose, target poses, and for training the person in them. */
export const inputsOf = ({ height, width }: Network, batch: number, onePerson = false): Arrays => {
  const drawnOnce = (name: string, channels: number, examples: number): Float32Array =>
    Float32Array.from(random(3, name).uniforms(examples * height * width * channels), (u) =>
      channels === 3 ? 2 * u - 1 : u < 0.02 ? 1 : -1,
    );
  const array = (name: string, channels: number, repeats = false): ParameterArray => {
    const data = drawnOnce(name, channels, repeats ? 1 : batch);
    return {
      shape: [batch, height, width, channels],
      data: repeats ? repeated(data, batch) : data,
    };
  };
  return {
    x_a: array('x_a', 3, onePerson),
    p_a: array('p_a', 18, onePerson),
    p_b: array('p_b', 18),
    x_b: array('x_b', 3),
  };
};

const repeated = (data: Float32Array, times: number): Float32Array => {
  const all = new Float32Array(data.length * times);
  for (let i = 0; i < times; i++) all.set(data, i * data.length);
  return all;
};

/** Writes arrays where every peer can read them. Faults: those of safetensors files. */
export const writeArrays = async (
  folder: string,
  name: string,
  arrays: Arrays,
): Promise<E.Either<readonly Fault[], string>> => {
  const path = join(folder, `${name}.safetensors`);
  const tensors = Object.fromEntries(
    Object.entries(arrays).map(([key, { shape, data }]) => [key, { dtype: 'F32', shape, data } as const]),
  );
  return E.map(() => path)(await writeSafetensors(path, tensors)());
};

/** Reads them again; throws what is wrong, which a worker reports. */
export const unsafeReadArrays = async (path: string): Promise<Arrays> => {
  const read = await readSafetensors(path)();
  if (E.isLeft(read)) throw new Error(read.left[0]!.text);
  return Object.fromEntries(
    Object.entries(read.right.tensors).map(([name, tensor]: [string, StoredTensor]) => {
      if (tensor.dtype !== 'F32') throw new Error(`${path}: ${name} is ${tensor.dtype}, not F32`);
      return [name, { shape: tensor.shape, data: tensor.data }];
    }),
  );
};
