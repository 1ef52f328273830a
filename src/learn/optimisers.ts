/**
 * Optimisers: how a gradient changes a parameter, as values.
 *
 * An optimiser is a rule for one parameter with named slots (moments); the loop keeps the slots, so that a checkpoint
 * holds all there is. The count of updates is a whole number and its powers are computed afresh: nothing drifts, and a
 * resumed training is the uninterrupted one bit by bit.
 */
import * as tf from '@tensorflow/tfjs-core';

/** What an update is given besides the tensors. */
export interface UpdateContext {
  /** How many updates there were, this one included: from 1. */
  readonly count: number;
  /** The learning rate now. */
  readonly rate: number;
}

/** A rule that updates one parameter. */
export interface Optimiser {
  readonly name: string;
  readonly options: Readonly<Record<string, number>>;
  /** The learning rate of update `count`, from 1. */
  readonly rate: (count: number) => number;
  /** Slots by name and how they start. */
  readonly slots: Readonly<Record<string, number>>;
  /** The new parameter and slots; called inside a tidy. */
  readonly update: (
    parameter: tf.Tensor,
    gradient: tf.Tensor,
    slots: Readonly<Record<string, tf.Tensor>>,
    context: UpdateContext,
  ) => { readonly parameter: tf.Tensor; readonly slots: Readonly<Record<string, tf.Tensor>> };
}

/** A learning rate: a number, or a function of the update's count (from 1). */
export type Rate = number | ((count: number) => number);

const rateOf =
  (rate: Rate) =>
  (count: number): number =>
    typeof rate === 'number' ? rate : rate(count);
const shown = (rate: Rate): number => (typeof rate === 'number' ? rate : rate(1));

/** Plain gradient descent: p − rate · g. */
export const sgd = (rate: Rate): Optimiser => ({
  name: 'sgd',
  options: { rate: shown(rate) },
  rate: rateOf(rate),
  slots: {},
  update: (parameter, gradient, _slots, context) => ({
    parameter: tf.sub(parameter, tf.mul(gradient, context.rate)),
    slots: {},
  }),
});

/** Gradient descent with momentum: v ← momentum · v + g, p − rate · v. */
export const momentum = (rate: Rate, share = 0.9): Optimiser => ({
  name: 'momentum',
  options: { rate: shown(rate), momentum: share },
  rate: rateOf(rate),
  slots: { velocity: 0 },
  update: (parameter, gradient, slots, context) => {
    const velocity = tf.add(tf.mul(slots['velocity']!, share), gradient);
    return { parameter: tf.sub(parameter, tf.mul(velocity, context.rate)), slots: { velocity } };
  },
});

/** RMSProp: s ← decay · s + (1 − decay) · g², p − rate · g / √(s + ε). Tieleman & Hinton, 2012. */
export const rmsprop = (rate: Rate, decay = 0.9, epsilon = 1e-8): Optimiser => ({
  name: 'rmsprop',
  options: { rate: shown(rate), decay, epsilon },
  rate: rateOf(rate),
  slots: { square: 0 },
  update: (parameter, gradient, slots, context) => {
    const square = tf.add(tf.mul(slots['square']!, decay), tf.mul(tf.square(gradient), 1 - decay));
    const step = tf.div(gradient, tf.sqrt(tf.add(square, epsilon)));
    return { parameter: tf.sub(parameter, tf.mul(step, context.rate)), slots: { square } };
  },
});

/** Options of Adam. */
export interface AdamOptions {
  /** 0.9; the paper's adversarial systems use 0.5. */
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** Adam (Kingma & Ba, ICLR 2015) with the bias correction in the rate, as TensorFlow's. */
export const adam = (
  rate: Rate,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions = {},
): Optimiser => ({
  name: 'adam',
  options: { rate: shown(rate), beta1, beta2, epsilon },
  rate: rateOf(rate),
  slots: { first: 0, second: 0 },
  update: (parameter, gradient, slots, context) => {
    const first = tf.add(tf.mul(slots['first']!, beta1), tf.mul(gradient, 1 - beta1));
    const second = tf.add(tf.mul(slots['second']!, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const rate = (context.rate * Math.sqrt(1 - beta2 ** context.count)) / (1 - beta1 ** context.count);
    const step = tf.div(tf.mul(first, rate), tf.add(tf.sqrt(second), epsilon));
    return { parameter: tf.sub(parameter, step), slots: { first, second } };
  },
});
