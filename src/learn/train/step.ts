/** One training step: forward, backward, check, update. */
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Fault } from '../../base/fault.js';
import type { Feeds, TensorProgram } from '../../compile/index.js';
import type { Batch, ChannelsByName } from '../../data/index.js';
import { packedGradients, update, type TrainingState } from '../state.js';
import { notFinite } from './not-finite.js';
import type { Run } from './options.js';

/** What a step tells. */
export interface Stepped {
  readonly loss: number;
  /** The Euclidean norm of all gradients together. */
  readonly gradientNorm: number;
}

/**
 * Takes step `count` (from 1) and changes the state. Fault L03: the loss or a gradient is not finite; the state is
 * then as it was. Frees all that it makes.
 */
export const takeStep =
  (
    program: TensorProgram,
    run: Run,
    state: TrainingState,
    batch: Batch<ChannelsByName>,
    count: number,
  ): TE.TaskEither<readonly Fault[], Stepped> =>
  async () => {
    const feeds = feedsOf(run, state, batch, count - 1);
    try {
      const { loss, gradients, outputs, nextState } = program.differentiate(feeds, 'loss', state.trained);
      const vectors = packedGradients(state, gradients);
      let handedOver = false;
      try {
        const told = await measured(loss, vectors);
        if (!Number.isFinite(told.loss) || !Number.isFinite(told.gradientNorm)) {
          return E.left([await notFinite(program, feeds, gradients, count, told.loss)]);
        }
        handedOver = true;
        update(state, run.optimiser, vectors, nextState, count);
        return E.right(told);
      } finally {
        // The next state belongs to the training state once the update is made.
        const rest = handedOver ? [] : Object.values(nextState);
        tf.dispose([loss, ...Object.values(gradients), ...vectors, ...Object.values(outputs), ...rest]);
      }
    } finally {
      tf.dispose(feeds.inputs);
    }
  };

const feedsOf = (run: Run, state: TrainingState, batch: Batch<ChannelsByName>, step: number): Feeds => ({
  inputs: Object.fromEntries(
    Object.entries(batch.arrays).map(([name, { data, shape }]) => [
      name,
      tf.tensor(data, [...shape], 'float32'),
    ]),
  ),
  parameters: state.parameters,
  noise: { seed: run.seed, step },
  ...(run.scalars === undefined ? {} : { scalars: run.scalars(step) }),
});

/** The loss and the norm in one transfer; the sum of the gradients' squares is taken in double precision. */
const measured = async (loss: tf.Scalar, gradients: readonly tf.Tensor[]): Promise<Stepped> => {
  const numbers = tf.tidy(() => tf.stack([loss, ...gradients.map((one) => tf.sum(tf.square(one)))]));
  try {
    const [first, ...squares] = await numbers.data();
    return { loss: first!, gradientNorm: Math.sqrt(squares.reduce((total, one) => total + one, 0)) };
  } finally {
    numbers.dispose();
  }
};
