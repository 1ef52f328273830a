/** Plans of declarations, and what they compute, for tests. */
import * as E from 'fp-ts/lib/Either.js';
import * as tf from '@tensorflow/tfjs-core';
import { faultError } from '../../src/base/fault.js';
import { unsafeElaborate, type AnyModel, type Mode } from '../../src/dsl/index.js';
import { buildPlan, tensorProgram, type Plan, type PlanOptions } from '../../src/compile/index.js';

/** The plan of a model without faults. */
export const unsafePlan = (
  declared: AnyModel,
  mode: Mode = 'infer',
  extend?: PlanOptions['extend'],
): Plan => {
  const plan = buildPlan(unsafeElaborate(declared), { mode, ...(extend === undefined ? {} : { extend }) });
  if (E.isLeft(plan)) throw faultError(plan.left);
  return plan.right;
};

/** Numbers and their shape. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** An array of numbers drawn one by one. */
export const numbers = (shape: readonly number[], draw: (index: number) => number): Numbers => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, (_, i) =>
    draw(i),
  ),
});

const tensors = (arrays: Readonly<Record<string, Numbers>>): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [
      name,
      tf.tensor(Float32Array.from(data), [...shape]),
    ]),
  );

/** The outputs of a plan, as numbers. */
export const outputsOf = (
  plan: Plan,
  inputs: Readonly<Record<string, Numbers>>,
  parameters: Readonly<Record<string, Numbers>> = {},
): Readonly<Record<string, Float32Array>> => {
  let read: Record<string, Float32Array> = {};
  tf.tidy(() => {
    const feeds = { inputs: tensors(inputs), parameters: tensors(parameters), noise: { seed: 1, step: 0 } };
    const { outputs } = tensorProgram(plan).run(feeds);
    read = Object.fromEntries(
      Object.entries(outputs).map(([name, one]) => [name, Float32Array.from(one.dataSync())]),
    );
  });
  return read;
};

/** The loss of a plan and its gradients in some parameters, as numbers. */
export const gradientsOf = (
  plan: Plan,
  loss: string,
  inputs: Readonly<Record<string, Numbers>>,
  parameters: Readonly<Record<string, Numbers>>,
): { readonly loss: number; readonly gradients: Readonly<Record<string, Float32Array>> } => {
  let read: { loss: number; gradients: Record<string, Float32Array> } = { loss: NaN, gradients: {} };
  tf.tidy(() => {
    const feeds = { inputs: tensors(inputs), parameters: tensors(parameters), noise: { seed: 1, step: 0 } };
    const found = tensorProgram(plan).differentiate(feeds, loss, Object.keys(parameters));
    read = {
      loss: found.loss.dataSync()[0]!,
      gradients: Object.fromEntries(
        Object.entries(found.gradients).map(([path, one]) => [path, Float32Array.from(one.dataSync())]),
      ),
    };
  });
  return read;
};
