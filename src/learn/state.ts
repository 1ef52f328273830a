/** The memory of a training: parameters, state and optimiser slots as tensors, and the same as a checkpoint. */
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../base/fault.js';
import { mapValues } from '../base/record.js';
import { toArrays, toTensors, type ParameterArray, type PlanParameter } from '../compile/index.js';
import { showShape } from '../ops/value.js';
import { bundlesOf, packed, packedArrays, unpacked, unpackedArrays, type Bundle } from './bundles.js';
import type { Checkpoint } from './checkpoint.js';
import type { Player, Prepared } from './train/prepared.js';

/** Tensors that live from step to step; `disposeState` frees them all. */
export interface TrainingState {
  /** By path, running moments included: what a plan is fed. */
  readonly parameters: Record<string, tf.Tensor>;
  /** What each player's optimiser updates, a few parameters at a time. */
  readonly bundles: Readonly<Record<string, readonly TrainedBundle[]>>;
}

/** A bundle's parameters and slots as vectors. */
export interface TrainedBundle {
  readonly bundle: Bundle;
  vector: tf.Tensor;
  readonly slots: Record<string, tf.Tensor>;
}

/** A fresh start. */
export const startingState = (
  { players }: Prepared,
  start: Readonly<Record<string, ParameterArray>>,
): TrainingState => ({
  parameters: toTensors(start),
  bundles: mapValues(players, ({ parameters, optimiser }) =>
    bundlesOf(parameters).map((bundle) => {
      const vector = packedArrays(bundle, start);
      return { bundle, vector, slots: mapValues(optimiser.slots, (value) => tf.fill([vector.size], value)) };
    }),
  ),
});

/** The state of a checkpoint. Fault L02 for each array that the training does not have in this shape. */
export const restoredState = (
  { parameters, players }: Prepared,
  checkpoint: Checkpoint,
): E.Either<readonly Fault[], TrainingState> => {
  const arrays = { ...checkpoint.parameters, ...checkpoint.state };
  const slotsOf = (player: string): Slots | undefined =>
    Object.hasOwn(checkpoint.optimisers, player) ? checkpoint.optimisers[player]!.slots : undefined;
  const faults = [
    ...arrayFaults(parameters, arrays),
    ...surplusFaults(parameters, arrays),
    ...Object.values(players).flatMap(({ name, optimiser, parameters: own }) => {
      const saved = slotsOf(name);
      return saved === undefined
        ? [otherOptimiser(Object.keys(checkpoint.optimisers).join(', ') || 'none', name)]
        : Object.keys(optimiser.slots).flatMap((slot) =>
            arrayFaults(own, saved[slot] ?? {}, `${name}'s ${slot} of `),
          );
    }),
  ];
  if (faults.length > 0) return E.left(faults);
  return E.right({
    parameters: toTensors(picked(parameters, arrays)),
    bundles: mapValues(players, ({ name, optimiser, parameters: own }) =>
      bundlesOf(own).map((bundle) => ({
        bundle,
        vector: packedArrays(bundle, arrays),
        slots: mapValues(optimiser.slots, (_, slot) => packedArrays(bundle, slotsOf(name)![slot]!)),
      })),
    ),
  });
};

type Slots = Readonly<Record<string, Readonly<Record<string, ParameterArray>>>>;

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

/** Fault L02 for arrays that are of no parameter: weights of a network with more in it, masks perhaps. */
export const surplusFaults = (
  parameters: readonly PlanParameter[],
  arrays: Readonly<Record<string, unknown>>,
): readonly Fault[] => {
  const known = new Set(parameters.map(({ path }) => path));
  const others = Object.keys(arrays).filter((path) => !known.has(path));
  return others.length === 0
    ? []
    : [
        fault({
          rule: 'L02',
          where: others[0]!,
          got: others.length === 1 ? 'an array' : `an array, and ${others.length - 1} more`,
          wanted: 'nothing: the model has no such parameter',
          fix: 'use weights of this model',
        }),
      ];
};

/** The state as a checkpoint's arrays. */
export const savedArrays = async (
  { parameters, players }: Prepared,
  state: TrainingState,
): Promise<Pick<Checkpoint, 'parameters' | 'state' | 'optimisers'>> => {
  const arrays = await toArrays(state.parameters);
  const ofRole = (isState: boolean): Record<string, ParameterArray> =>
    Object.fromEntries(
      parameters
        .filter(({ role }) => (role === 'state') === isState)
        .map(({ path }) => [path, arrays[path]!]),
    );
  const optimisers: Record<string, Checkpoint['optimisers'][string]> = {};
  for (const { name, optimiser } of Object.values(players)) {
    const slots: Record<string, Readonly<Record<string, ParameterArray>>> = mapValues(
      optimiser.slots,
      () => ({}),
    );
    for (const { bundle, slots: vectors } of state.bundles[name]!) {
      for (const [slot, vector] of Object.entries(vectors)) {
        slots[slot] = { ...slots[slot], ...(await unpackedArrays(bundle, vector)) };
      }
    }
    optimisers[name] = { scalars: {}, slots };
  }
  return { parameters: ofRole(false), state: ofRole(true), optimisers };
};

/** The gradients of a player's bundles as vectors, in their order; the caller disposes them. */
export const packedGradients = (
  bundles: readonly TrainedBundle[],
  gradients: Readonly<Record<string, tf.Tensor>>,
): readonly tf.Tensor[] => tf.tidy(() => bundles.map(({ bundle }) => packed(bundle, gradients)));

const projected = ({ projection }: Bundle, vector: tf.Tensor): tf.Tensor =>
  projection === undefined ? vector : tf.clipByValue(vector, ...projection.clip);

/**
 * One update of a player's parameters by their bundles' gradients, in place of the old tensors; what has a projection is
 * put back into it after the optimiser, and after the player's own clipping.
 */
export const update = (
  state: TrainingState,
  { name, optimiser, clip }: Player,
  gradients: readonly tf.Tensor[],
  nextState: Readonly<Record<string, tf.Tensor>>,
  count: number,
): void => {
  const context = { count, rate: optimiser.rate(count) };
  state.bundles[name]!.forEach((trained, index) => {
    tf.tidy(() => {
      const next = optimiser.update(trained.vector, gradients[index]!, trained.slots, context);
      trained.vector.dispose();
      const clipped = clip === undefined ? next.parameter : tf.clipByValue(next.parameter, -clip, clip);
      trained.vector = tf.keep(projected(trained.bundle, clipped));
      for (const [slot, tensor] of Object.entries(next.slots)) replace(trained.slots, slot, tf.keep(tensor));
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
  for (const { vector, slots } of Object.values(state.bundles).flat())
    tf.dispose([vector, ...Object.values(slots)]);
};
