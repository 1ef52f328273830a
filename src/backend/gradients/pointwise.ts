/** Gradients of the one-sided pointwise kernels: activations, roots, exponentials, rounding. */
import { attribute, type Attributes, type Core, type GradConfig, type Tensor } from '../core.js';
import { gradientOf, unbroadcast, zeroGradient } from './helpers.js';

type Slope = (dy: Tensor, kept: Tensor, attributes: Attributes) => Tensor;

// Klambauer et al., "Self-normalizing neural networks", 2017, equation 14.
const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

/** Gradients of the activations and elementary functions that models and losses are made of. */
export const pointwiseGradients = (tf: Core): readonly GradConfig[] => {
  const fromInput = (kernelName: string, slope: Slope): GradConfig =>
    gradientOf(kernelName, { inputs: ['x'] }, (dy, saved, attributes) => ({
      x: () => slope(dy, saved[0]!, attributes),
    }));
  const fromOutput = (kernelName: string, slope: Slope): GradConfig =>
    gradientOf(kernelName, { outputs: [true] }, (dy, saved, attributes) => ({
      x: () => slope(dy, saved[0]!, attributes),
    }));
  const mask = (condition: Tensor): Tensor => tf.cast(condition, 'float32');
  const positive = (x: Tensor): Tensor => mask(tf.greater(x, 0));
  return [
    // A comparison, not `step`: tfjs-node composes that one of half a dozen kernels.
    fromInput('Relu', (dy, x) => tf.mul(dy, positive(x))),
    fromInput('Relu6', (dy, x) => tf.mul(dy, mask(tf.logicalAnd(tf.greater(x, 0), tf.lessEqual(x, 6))))),
    fromInput('LeakyRelu', (dy, x, attributes) => {
      const alpha = attribute<number>(attributes, 'alpha');
      return tf.mul(dy, tf.add(tf.mul(positive(x), 1 - alpha), alpha));
    }),
    gradientOf('Prelu', { inputs: ['x', 'alpha'] }, (dy, saved) => {
      const x = saved[0]!;
      const alpha = saved[1]!;
      return {
        x: () => tf.where(tf.greater(x, 0), dy, tf.mul(dy, alpha)),
        alpha: () => unbroadcast(tf, tf.mul(dy, tf.minimum(x, 0)), alpha.shape),
      };
    }),
    // y + 1 is exp(x) where x < 0, and min(y, 0) + 1 is 1 where x > 0: one expression covers both sides.
    fromOutput('Elu', (dy, y) => tf.mul(dy, tf.add(tf.minimum(y, 0), 1))),
    fromOutput('Selu', (dy, y) =>
      tf.mul(dy, tf.where(tf.greater(y, 0), tf.fill(y.shape, seluScale), tf.add(y, seluScale * seluAlpha))),
    ),
    fromOutput('Tanh', (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y)))),
    fromOutput('Sigmoid', (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
    fromInput('Softplus', (dy, x) => tf.mul(dy, tf.sigmoid(x))),
    fromInput('Abs', (dy, x) => tf.mul(dy, tf.sign(x))),
    fromInput('Neg', (dy) => tf.neg(dy)),
    fromInput('Square', (dy, x) => tf.mul(dy, tf.mul(2, x))),
    fromOutput('Sqrt', (dy, y) => tf.div(dy, tf.mul(2, y))),
    fromOutput('Rsqrt', (dy, y) => tf.mul(dy, tf.mul(-0.5, tf.mul(y, tf.square(y))))),
    fromOutput('Exp', (dy, y) => tf.mul(dy, y)),
    fromOutput('Expm1', (dy, y) => tf.mul(dy, tf.add(y, 1))),
    fromInput('Log', (dy, x) => tf.div(dy, x)),
    fromInput('Log1p', (dy, x) => tf.div(dy, tf.add(x, 1))),
    fromOutput('Reciprocal', (dy, y) => tf.neg(tf.mul(dy, tf.square(y)))),
    fromInput('Sin', (dy, x) => tf.mul(dy, tf.cos(x))),
    fromInput('Cos', (dy, x) => tf.neg(tf.mul(dy, tf.sin(x)))),
    fromInput('ClipByValue', (dy, x, attributes) => {
      const low = attribute<number>(attributes, 'clipValueMin');
      const high = attribute<number>(attributes, 'clipValueMax');
      return tf.mul(dy, mask(tf.logicalAnd(tf.greaterEqual(x, low), tf.lessEqual(x, high))));
    }),
    fromInput('Identity', (dy) => tf.clone(dy)),
    fromInput('Cast', (dy) => tf.cast(dy, 'float32')),
    gradientOf('Softmax', { outputs: [true] }, (dy, saved, attributes) => {
      const y = saved[0]!;
      const axis = attribute<number>(attributes, 'dim');
      const weighted = tf.mul(dy, y);
      return { logits: () => tf.sub(weighted, tf.mul(tf.sum(weighted, axis, true), y)) };
    }),
    gradientOf('LogSoftmax', { outputs: [true] }, (dy, saved, attributes) => {
      const axis = attribute<number>(attributes, 'axis');
      return { logits: () => tf.sub(dy, tf.mul(tf.sum(dy, axis, true), tf.exp(saved[0]!))) };
    }),
    ...['Sign', 'Step', 'Floor', 'Ceil', 'Round', 'ZerosLike', 'OnesLike', 'ArgMax', 'ArgMin', 'IsNan'].map(
      (name) => zeroGradient(tf, name, ['x']),
    ),
  ];
};
