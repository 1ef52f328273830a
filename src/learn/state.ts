/** The memory of a training: parameters, state and optimiser slots as tensors, and the same as a checkpoint. */
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../base/fault.js';
import { mapValues } from '../base/record.js';
import { toArrays, toTensors, type ParameterArray, type Plan, type PlanParameter } from '../compile/index.js';
import { showShape } from '../ops/value.js';
import { bundlesOf, packed, packedArrays, unpacked, unpackedArrays, type Bundle } from './bundles.js';
import type { Checkpoint } from './checkpoint.js';
import type { Optimiser } from './optimisers.js';

/** Tensors that live from step to step; `disposeState` frees them all. */
export interface TrainingState {
  /** By path, running moments included: what a plan is fed. */
  readonly parameters: Record<string, tf.Tensor>;
  /** What the optimiser updates, a few parameters at a time. */
  readonly bundles: readonly TrainedBundle[];
  /** The paths that the optimiser updates. */
  readonly trained: readonly string[];
}

/** A bundle's parameters and slots as vectors. */
export interface TrainedBundle {
  readonly bundle: Bundle;
  vector: tf.Tensor;
  readonly slots: Record<string, tf.Tensor>;
}

/** A fresh start. */
export const startingState = (
  plan: Plan,
  optimiser: Optimiser,
  start: Readonly<Record<string, ParameterArray>>,
): TrainingState => {
  const bundles = bundlesOf(trainedIn(plan)).map((bundle) => {
    const vector = packedArrays(bundle, start);
    return { bundle, vector, slots: mapValues(optimiser.slots, (value) => tf.fill([vector.size], value)) };
  });
  return { parameters: toTensors(start), bundles, trained: trainedIn(plan).map(({ path }) => path) };
};

/** The state of a checkpoint. Fault L02 for each array that the plan or optimiser does not have in this shape. */
export const restoredState = (
  plan: Plan,
  optimiser: Optimiser,
  checkpoint: Checkpoint,
): E.Either<readonly Fault[], TrainingState> => {
  const arrays = { ...checkpoint.parameters, ...checkpoint.state };
  const saved = Object.hasOwn(checkpoint.optimisers, optimiser.name)
    ? checkpoint.optimisers[optimiser.name]!.slots
    : undefined;
  const faults = [
    ...arrayFaults(plan.parameters, arrays),
    ...(saved === undefined
      ? [otherOptimiser(Object.keys(checkpoint.optimisers).join(', ') || 'none', optimiser.name)]
      : Object.keys(optimiser.slots).flatMap((slot) =>
          arrayFaults(trainedIn(plan), saved[slot] ?? {}, `${optimiser.name}'s ${slot} of `),
        )),
  ];
  if (faults.length > 0 || saved === undefined) return E.left(faults);
  return E.right({
    parameters: toTensors(picked(plan.parameters, arrays)),
    bundles: bundlesOf(trainedIn(plan)).map((bundle) => ({
      bundle,
      vector: packedArrays(bundle, arrays),
      slots: mapValues(optimiser.slots, (_, slot) => packedArrays(bundle, saved[slot]!)),
    })),
    trained: trainedIn(plan).map(({ path }) => path),
  });
};

const trainedIn = (plan: Plan): readonly PlanParameter[] =>
  plan.parameters.filter(({ role }) => role !== 'state');

const picked = (
  parameters: readonly PlanParameter[],
  arrays: Readonly<Record<string, ParameterArray>>,
): Readonly<Record<string, ParameterArray>> =>
  Object.fromEntries(parameters.map(({ path }) => [path, arrays[path]!]));

const otherOptimiser = (got: string, wanted: string): Fault =>
  fault({
    rule: 'L02',
    where: 'checkpoint',
    got: `optimisers ${got}`,
    wanted,
    fix: 'resume with the optimiser of the checkpoint',
  });

/** Fault L02 for each parameter that arrays lack or have in another shape. */
export const arrayFaults = (
  parameters: readonly PlanParameter[],
  arrays: Readonly<Record<string, ParameterArray>>,
  what = '',
): readonly Fault[] =>
  parameters.flatMap(({ path, shape }) => {
    const got = Object.hasOwn(arrays, path) ? showShape(arrays[path]!.shape) : 'nothing';
    return got === showShape(shape)
      ? []
      : [
          fault({
            rule: 'L02',
            where: `${what}${path}`,
            got,
            wanted: showShape(shape),
            fix: 'use weights of this model',
          }),
        ];
  });

/** The state as a checkpoint's arrays. */
export const savedArrays = async (
  plan: Plan,
  optimiser: Optimiser,
  state: TrainingState,
): Promise<Pick<Checkpoint, 'parameters' | 'state' | 'optimisers'>> => {
  const arrays = await toArrays(state.parameters);
  const ofRole = (isState: boolean): Record<string, ParameterArray> =>
    Object.fromEntries(
      plan.parameters
        .filter(({ role }) => (role === 'state') === isState)
        .map(({ path }) => [path, arrays[path]!]),
    );
  const slots: Record<string, Readonly<Record<string, ParameterArray>>> = mapValues(
    optimiser.slots,
    () => ({}),
  );
  for (const { bundle, slots: vectors } of state.bundles) {
    for (const [slot, vector] of Object.entries(vectors)) {
      slots[slot] = { ...slots[slot], ...(await unpackedArrays(bundle, vector)) };
    }
  }
  return {
    parameters: ofRole(false),
    state: ofRole(true),
    optimisers: { [optimiser.name]: { scalars: {}, slots } },
  };
};

/** The gradients of all bundles as vectors, in the state's order; the caller disposes them. */
export const packedGradients = (
  state: TrainingState,
  gradients: Readonly<Record<string, tf.Tensor>>,
): readonly tf.Tensor[] => tf.tidy(() => state.bundles.map(({ bundle }) => packed(bundle, gradients)));

/** One update of every trained parameter by its bundle's gradient, in place of the old tensors. */
export const update = (
  state: TrainingState,
  optimiser: Optimiser,
  gradients: readonly tf.Tensor[],
  nextState: Readonly<Record<string, tf.Tensor>>,
  count: number,
): void => {
  const context = { count, rate: optimiser.rate(count) };
  state.bundles.forEach((trained, index) => {
    tf.tidy(() => {
      const next = optimiser.update(trained.vector, gradients[index]!, trained.slots, context);
      trained.vector.dispose();
      trained.vector = tf.keep(next.parameter);
      for (const [name, tensor] of Object.entries(next.slots)) replace(trained.slots, name, tf.keep(tensor));
      for (const [path, tensor] of Object.entries(unpacked(trained.bundle, trained.vector))) {
        replace(state.parameters, path, tf.keep(tensor));
      }
    });
  });
  for (const [path, tensor] of Object.entries(nextState)) replace(state.parameters, path, tensor);
};

const replace = (tensors: Record<string, tf.Tensor>, path: string, next: tf.Tensor): void => {
  tensors[path]?.dispose();
  tensors[path] = next;
};

/** Frees every tensor of the state. */
export const disposeState = (state: TrainingState): void => {
  for (const tensor of Object.values(state.parameters)) tensor.dispose();
  for (const { vector, slots } of state.bundles) tf.dispose([vector, ...Object.values(slots)]);
};
