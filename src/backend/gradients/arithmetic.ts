/** Gradients of the two-sided pointwise kernels, with broadcasting, and of the comparisons (zero). */
import type { Core, GradConfig, Tensor } from '../core.js';
import { gradientOf, unbroadcast, zeroGradient } from './helpers.js';

type Side = (dy: Tensor, a: Tensor, b: Tensor) => Tensor;

/** Gradients of add, subtract, multiply, divide, power, maximum, minimum, where and the comparisons. */
export const arithmeticGradients = (tf: Core): readonly GradConfig[] => {
  const two = (kernelName: string, toA: Side, toB: Side): GradConfig =>
    gradientOf(kernelName, { inputs: ['a', 'b'] }, (dy, saved) => {
      const a = saved[0]!;
      const b = saved[1]!;
      return {
        a: () => unbroadcast(tf, toA(dy, a, b), a.shape),
        b: () => unbroadcast(tf, toB(dy, a, b), b.shape),
      };
    });
  const only = (dy: Tensor, where: Tensor): Tensor => tf.mul(dy, tf.cast(where, 'float32'));
  return [
    two(
      'Add',
      (dy) => dy,
      (dy) => dy,
    ),
    two(
      'Sub',
      (dy) => dy,
      (dy) => tf.neg(dy),
    ),
    two(
      'Multiply',
      (dy, _a, b) => tf.mul(dy, b),
      (dy, a) => tf.mul(dy, a),
    ),
    two(
      'RealDiv',
      (dy, _a, b) => tf.div(dy, b),
      (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.square(b))),
    ),
    // Ties go to a for maximum and minimum alike, as in TensorFlow, so that the two shares add up to dy.
    two(
      'Maximum',
      (dy, a, b) => only(dy, tf.greaterEqual(a, b)),
      (dy, a, b) => only(dy, tf.less(a, b)),
    ),
    two(
      'Minimum',
      (dy, a, b) => only(dy, tf.lessEqual(a, b)),
      (dy, a, b) => only(dy, tf.greater(a, b)),
    ),
    two(
      'SquaredDifference',
      (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(a, b))),
      (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(b, a))),
    ),
    two(
      'Pow',
      (dy, a, b) => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))),
      (dy, a, b) => {
        const positive = tf.greater(a, 0);
        const logarithm = tf.log(tf.where(positive, a, tf.onesLike(a)));
        return tf.mul(dy, tf.mul(tf.pow(a, b), logarithm));
      },
    ),
    gradientOf('AddN', { allInputs: true }, (dy, saved) =>
      Object.fromEntries(saved.map((_, index) => [index, () => tf.clone(dy)])),
    ),
    gradientOf('Select', { inputs: ['condition', 't', 'e'] }, (dy, saved) => {
      const condition = saved[0]!;
      const zero = tf.zerosLike(dy);
      return {
        condition: () => tf.zeros(condition.shape),
        t: () => unbroadcast(tf, tf.where(condition, dy, zero), saved[1]!.shape),
        e: () => unbroadcast(tf, tf.where(condition, zero, dy), saved[2]!.shape),
      };
    }),
    ...['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd', 'LogicalOr'].map(
      (name) => zeroGradient(tf, name, ['a', 'b']),
    ),
    zeroGradient(tf, 'FloorDiv', ['a', 'b']),
    zeroGradient(tf, 'LogicalNot', ['x']),
  ];
};
