/** One update: forward, backward, check, update. */
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Fault } from '../../base/fault.js';
import type { Feeds, TensorProgram } from '../../compile/index.js';
import type { Batch, ChannelsByName } from '../../data/index.js';
import { packedGradients, update, type TrainingState } from '../state.js';
import { notFinite } from './not-finite.js';
import { termPrefix, type Move, type Player } from './prepared.js';

/** What an update tells. */
export interface Stepped {
  readonly loss: number;
  /** What the loss is made of, by name; nothing where it is one term. */
  readonly terms: Readonly<Record<string, number>>;
  /** The Euclidean norm of all gradients together. */
  readonly gradientNorm: number;
}

/** One update: which, of whom, on what. */
export interface Turn {
  readonly move: Move;
  readonly program: TensorProgram;
  readonly player: Player;
  readonly batch: Batch<ChannelsByName>;
  /** The player's updates, this one included: from 1. */
  readonly count: number;
  readonly noise: { readonly seed: number; readonly step: number };
  /** The step, for reports: from 1. */
  readonly step: number;
}

/**
 * Makes one update and changes the state. Fault L03: the loss or a gradient is not finite; the state is then as it
 * was. Frees all that it makes.
 */
export const takeStep =
  (state: TrainingState, turn: Turn): TE.TaskEither<readonly Fault[], Stepped> =>
  async () => {
    const { move, program, player, count } = turn;
    const feeds = feedsOf(state, turn);
    const bundles = state.bundles[player.name]!;
    const paths = bundles.flatMap(({ bundle }) => bundle.members.map(({ path }) => path));
    try {
      const { loss, gradients, outputs, nextState } = program.differentiate(feeds, 'loss', paths);
      const vectors = packedGradients(bundles, gradients);
      let handedOver = false;
      try {
        const told = await measured(loss, termsOf(outputs), vectors);
        if (!Number.isFinite(told.loss) || !Number.isFinite(told.gradientNorm)) {
          const where = move.name === '' ? `step ${turn.step}` : `step ${turn.step}, update '${move.name}'`;
          return E.left([await notFinite(program, feeds, gradients, where, told.loss)]);
        }
        handedOver = true;
        update(state, player, vectors, nextState, count);
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

const feedsOf = (state: TrainingState, { move, batch, count, noise, program }: Turn): Feeds => ({
  inputs: Object.fromEntries(
    Object.keys(program.plan.inputs).map((name) => {
      const { data, shape } = batch.arrays[name]!;
      return [name, tf.tensor(data, [...shape], 'float32')];
    }),
  ),
  parameters: state.parameters,
  noise,
  // An update of noise alone, as that of a generator of codes, is of as many examples as the others.
  batch: batch.names.length,
  ...(move.scalars === undefined ? {} : { scalars: move.scalars(count) }),
});

const termsOf = (outputs: Readonly<Record<string, tf.Tensor>>): Readonly<Record<string, tf.Tensor>> =>
  Object.fromEntries(
    Object.entries(outputs).flatMap(([name, one]) =>
      name.startsWith(termPrefix) ? [[name.slice(termPrefix.length), one]] : [],
    ),
  );

/** All numbers in one transfer; each bundle's squares are summed by the backend, the bundles' sums in double precision. */
const measured = async (
  loss: tf.Scalar,
  terms: Readonly<Record<string, tf.Tensor>>,
  gradients: readonly tf.Tensor[],
): Promise<Stepped> => {
  const names = Object.keys(terms);
  const numbers = tf.tidy(() =>
    tf.stack([
      loss,
      ...Object.values(terms).map((one) => tf.reshape(one, [])),
      ...gradients.map((one) => tf.sum(tf.square(one))),
    ]),
  );
  try {
    const [first, ...rest] = await numbers.data();
    const squares = rest.slice(names.length);
    return {
      loss: first!,
      terms: Object.fromEntries(names.map((name, i) => [name, rest[i]!])),
      gradientNorm: Math.sqrt(squares.reduce((total, one) => total + one, 0)),
    };
  } finally {
    numbers.dispose();
  }
};
