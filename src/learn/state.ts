/** The memory of a training: parameters, state and optimiser slots as tensors, and the same as a checkpoint. */
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../base/fault.js';
import { toArrays, toTensors, type ParameterArray, type Plan, type PlanParameter } from '../compile/index.js';
import { showShape } from '../ops/value.js';
import type { Checkpoint } from './checkpoint.js';
import type { Optimiser } from './optimisers.js';

/** Tensors that live from step to step; `dispose` frees them all. */
export interface TrainingState {
  readonly parameters: Record<string, tf.Tensor>;
  /** Slot → path → tensor. */
  readonly slots: Readonly<Record<string, Record<string, tf.Tensor>>>;
  /** The paths that the optimiser updates. */
  readonly trained: readonly string[];
}

/** A fresh start. */
export const startingState = (
  plan: Plan,
  optimiser: Optimiser,
  start: Readonly<Record<string, ParameterArray>>,
): TrainingState => {
  const trained = trainedIn(plan).map(({ path }) => path);
  return {
    parameters: toTensors(start),
    slots: mapValues(optimiser.slots, (value) =>
      Object.fromEntries(trained.map((path) => [path, tf.fill([...start[path]!.shape], value)])),
    ),
    trained,
  };
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
    slots: mapValues(optimiser.slots, (_, slot) => toTensors(picked(trainedIn(plan), saved[slot]!))),
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
  const slots = Object.fromEntries(
    await Promise.all(
      Object.entries(state.slots).map(async ([name, slot]) => [name, await toArrays(slot)] as const),
    ),
  );
  return {
    parameters: ofRole(false),
    state: ofRole(true),
    optimisers: { [optimiser.name]: { scalars: {}, slots } },
  };
};

/** One update of every trained parameter, in place of the old tensors. */
export const update = (
  state: TrainingState,
  optimiser: Optimiser,
  gradients: Readonly<Record<string, tf.Tensor>>,
  nextState: Readonly<Record<string, tf.Tensor>>,
  count: number,
): void => {
  const context = { count, rate: optimiser.rate(count) };
  for (const path of state.trained) {
    const slots = mapValues(state.slots, (slot) => slot[path]!);
    tf.tidy(() => {
      const next = optimiser.update(state.parameters[path]!, gradients[path]!, slots, context);
      replace(state.parameters, path, tf.keep(next.parameter));
      for (const [name, tensor] of Object.entries(next.slots))
        replace(state.slots[name]!, path, tf.keep(tensor));
    });
  }
  for (const [path, tensor] of Object.entries(nextState)) replace(state.parameters, path, tensor);
};

const replace = (tensors: Record<string, tf.Tensor>, path: string, next: tf.Tensor): void => {
  tensors[path]?.dispose();
  tensors[path] = next;
};

/** Frees every tensor of the state. */
export const disposeState = (state: TrainingState): void => {
  for (const tensor of Object.values(state.parameters)) tensor.dispose();
  for (const slot of Object.values(state.slots)) for (const tensor of Object.values(slot)) tensor.dispose();
};

const mapValues = <A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A, key: string) => B,
): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
