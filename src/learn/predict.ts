/** Running a trained model on arrays. */
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, faultError, type Fault } from '../base/fault.js';
import {
  buildPlan,
  planOfNetworks,
  tensorProgram,
  toTensors,
  type ParameterArray,
  type Plan,
} from '../compile/index.js';
import type { BatchArray } from '../data/index.js';
import { elaborate, type AnyModel } from '../dsl/index.js';
import { showShape } from '../ops/value.js';
import { loadCheckpoint, type LoadedCheckpoint } from './checkpoint.js';
import { arrayFaults, surplusFaults } from './state.js';
import { elaboratedNetworks, type Objective } from './system.js';

/** Which noise a prediction gets, where the model draws at inference too; both are 0 by default. */
export interface Draw {
  readonly seed?: number;
  /** Tells draws of one seed apart. */
  readonly step?: number;
}

/** A model with its weights, on the active backend. */
export interface Predictor {
  readonly plan: Plan;
  /**
   * Outputs by name, of input arrays (batch first) by name; further arrays are ignored. Rejects with L01 faults. The
   * same draw gives the same outputs.
   */
  readonly predict: (
    arrays: Readonly<Record<string, BatchArray>>,
    draw?: Draw,
  ) => Promise<Readonly<Record<string, BatchArray>>>;
  /** Frees the weights. */
  readonly dispose: () => void;
}

/** Puts weights into a model, for inference. Fault L02 for weights that are not this model's. */
export const predictor = (
  model: AnyModel,
  weights: Readonly<Record<string, ParameterArray>>,
): E.Either<readonly Fault[], Predictor> =>
  pipe(
    elaborate(model),
    E.flatMap((elaborated) => buildPlan(elaborated, { mode: 'infer' })),
    E.flatMap((plan) => {
      const others = surplusFaults(plan.parameters, weights);
      return others.length > 0 ? E.left(others) : planPredictor(plan, weights);
    }),
  );

/**
 * Several networks with their weights, for inference: what an objective computes by running them, images and numbers
 * alike. Faults: the models', P15, P16, L02 for weights that are not these networks'.
 *
 * @example
 * ```ts
 * const two = networksPredictor({ g1, g2 }, weights, ({ run }) => run('g2', { coarse: run('g1')['output']! }));
 * ```
 */
export const networksPredictor = (
  networks: Readonly<Record<string, AnyModel>>,
  weights: Readonly<Record<string, ParameterArray>>,
  objective: Objective,
): E.Either<readonly Fault[], Predictor> =>
  pipe(
    elaboratedNetworks(networks),
    E.flatMap((elaborated) => planOfNetworks(elaborated, 'infer', objective)),
    E.flatMap((plan) => planPredictor(plan, weights)),
  );

const planPredictor = (
  plan: Plan,
  weights: Readonly<Record<string, ParameterArray>>,
): E.Either<readonly Fault[], Predictor> => {
  const faults = arrayFaults(plan.parameters, weights);
  if (faults.length > 0) return E.left(faults);
  const program = tensorProgram(plan);
  const parameters = toTensors(Object.fromEntries(plan.parameters.map(({ path }) => [path, weights[path]!])));
  return E.right({
    plan,
    predict: async (arrays, { seed = 0, step = 0 } = {}) => {
      const unfit = inputFaults(plan, arrays);
      if (unfit.length > 0) throw faultError(unfit);
      const inputs = Object.fromEntries(
        Object.keys(plan.inputs).map((name) => [
          name,
          tf.tensor(arrays[name]!.data, [...arrays[name]!.shape], 'float32'),
        ]),
      );
      try {
        const { outputs, nextState } = program.run({ inputs, parameters, noise: { seed, step } });
        try {
          const read = Object.entries(outputs).map(
            async ([name, one]) =>
              [name, { data: Float32Array.from(await one.data()), shape: one.shape }] as const,
          );
          return Object.fromEntries(await Promise.all(read));
        } finally {
          tf.dispose([...Object.values(outputs), ...Object.values(nextState)]);
        }
      } finally {
        tf.dispose(Object.values(inputs));
      }
    },
    dispose: () => void tf.dispose(Object.values(parameters)),
  });
};

/** L01 for each input that is not given as the model reads it. */
const inputFaults = (plan: Plan, arrays: Readonly<Record<string, BatchArray>>): readonly Fault[] =>
  Object.entries(plan.inputs).flatMap(([name, { shape }]) => {
    const given = Object.hasOwn(arrays, name) ? arrays[name] : undefined;
    const size = given?.shape.reduce((product, extent) => product * extent, 1);
    const fits =
      given !== undefined &&
      given.data.length === size &&
      given.shape.length === shape.length &&
      given.shape.every((extent, axis) => axis === 0 || extent === shape[axis]);
    return fits
      ? []
      : [
          fault({
            rule: 'L01',
            where: `predict: input '${name}'`,
            got:
              given === undefined ? 'nothing' : `${given.data.length} numbers as ${showShape(given.shape)}`,
            wanted: showShape(shape),
            fix: 'give an array of this shape, n examples at once',
          }),
        ];
  });

/** The weights of a checkpoint file, or of the newest checkpoint in a folder. */
export const loadWeights =
  (
    pathOrFolder: string,
  ): TE.TaskEither<
    readonly Fault[],
    {
      readonly model: string;
      readonly step: number;
      readonly weights: Readonly<Record<string, ParameterArray>>;
    }
  > =>
  async () => {
    const loaded = await loadCheckpoint(pathOrFolder)();
    return E.map(({ checkpoint }: LoadedCheckpoint) => ({
      model: checkpoint.model,
      step: checkpoint.step,
      weights: { ...checkpoint.parameters, ...checkpoint.state },
    }))(loaded);
  };
