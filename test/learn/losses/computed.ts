/** Terms on numbers: their values, and their gradients against finite differences. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import { tensorProgram } from '../../../src/compile/index.js';
import { planOf } from '../../../src/compile/plan/build.js';
import { verify } from '../../../src/compile/plan/verify.js';
import { add } from '../../../src/ops/elementwise.js';
import { input, parameter } from '../../../src/ops/leaves.js';
import { constant } from '../../../src/ops/initialiser.js';
import type { Value } from '../../../src/ops/value.js';
import { right } from '../train/either.js';

/** Numbers with their sizes, the batch first. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Numbers of a shape. */
export const numbers = (shape: readonly number[], data: ArrayLike<number>): Numbers => {
  assert.equal(
    data.length,
    shape.reduce((product, one) => product * one, 1),
  );
  return { shape, data: Float32Array.from(data) };
};

/** What a term reads, by name. */
export type Read = Readonly<Record<string, Value>>;

/** Every array is an input whose batch is `n`, and a shift of zeros is added to it, in which the term is differentiated. */
const programOf = (term: (read: Read) => Value, arrays: Readonly<Record<string, Numbers>>) => {
  const zeros = constant(0);
  const inputs = Object.fromEntries(
    Object.entries(arrays).map(([name, { shape }]) => [name, input(name, ['n', ...shape.slice(1)])]),
  );
  const read = Object.fromEntries(
    Object.entries(arrays).map(([name, { shape }]) => [
      name,
      add(inputs[name]!, parameter(name, [1, ...shape.slice(1)], 'weight', zeros)),
    ]),
  );
  const lowered = { mode: 'train', inputs, outputs: { loss: term(read) }, steps: [], nextState: [] } as const;
  return tensorProgram(right(verify(right(planOf(lowered)))));
};

const feedsOf = (
  arrays: Readonly<Record<string, Numbers>>,
  shifts: Readonly<Record<string, Float32Array>> = {},
) => ({
  inputs: Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]),
  ),
  parameters: Object.fromEntries(
    Object.entries(arrays).map(([name, { shape }]) => [
      name,
      shifts[name] === undefined
        ? tf.zeros([1, ...shape.slice(1)])
        : tf.tensor(shifts[name], [1, ...shape.slice(1)]),
    ]),
  ),
});

/** What a term gives. */
export const computed = async (
  term: (read: Read) => Value,
  arrays: Readonly<Record<string, Numbers>>,
): Promise<Numbers> => {
  const { loss } = programOf(term, arrays).run(feedsOf(arrays)).outputs;
  return { shape: loss!.shape, data: Float32Array.from(await loss!.data()) };
};

/** What a term of one number gives. */
export const scalar = async (
  term: (read: Read) => Value,
  arrays: Readonly<Record<string, Numbers>>,
): Promise<number> => {
  const { shape, data } = await computed(term, arrays);
  assert.deepEqual(shape, []);
  return data[0]!;
};

/** The gradient in what is added to every example of `name`. */
export const gradient = async (
  term: (read: Read) => Value,
  arrays: Readonly<Record<string, Numbers>>,
  name: string,
): Promise<Float32Array> => {
  const { gradients } = programOf(term, arrays).differentiate(feedsOf(arrays), 'loss', [name]);
  return Float32Array.from(await gradients[name]!.data());
};

/** The gradient is that of central differences, for `entries` entries (all by default). */
export const gradientHolds = async (
  term: (read: Read) => Value,
  arrays: Readonly<Record<string, Numbers>>,
  name: string,
  { step = 1e-2, tolerance = 1e-3, entries = Infinity } = {},
): Promise<void> => {
  const got = await gradient(term, arrays, name);
  const program = programOf(term, arrays);
  const at = async (index: number, shift: number): Promise<number> => {
    const { loss } = program.run(
      feedsOf(arrays, { [name]: Float32Array.from(got, (_, i) => (i === index ? shift : 0)) }),
    ).outputs;
    return (await loss!.data())[0]!;
  };
  const stride = Math.max(1, Math.floor(got.length / entries));
  let largest = 0;
  for (let i = 0; i < got.length; i += stride) {
    const wanted = ((await at(i, step)) - (await at(i, -step))) / (2 * step);
    near(got[i]!, wanted, tolerance, `gradient in ${name}, entry ${i}`);
    largest = Math.max(largest, Math.abs(wanted));
  }
  assert.ok(largest > tolerance * 10, `a gradient of at most ${largest} shows nothing`);
};

/** Two numbers agree, absolutely or relatively. */
export const near = (got: number, wanted: number, tolerance: number, what = 'value'): void =>
  assert.ok(
    Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted)),
    `${what}: ${got}, wanted ${wanted}`,
  );
