/** Gradients of sums, means, extremes and pools. */
import { attribute, product, type Attributes, type Core, type GradConfig, type Tensor } from '../core.js';
import { gradientOf, runKernel } from './helpers.js';

/** Gradients of the reductions and of pooling. */
export const reduceGradients = (tf: Core): readonly GradConfig[] => {
  const spread = (dy: Tensor, shape: readonly number[], axes: readonly number[]): Tensor =>
    tf.reshape(
      dy,
      shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
    );
  const extreme = (kernelName: string, axisName: string): GradConfig =>
    gradientOf(kernelName, { inputs: ['x'], outputs: [true] }, (dy, saved, attributes) => {
      const x = saved[0]!;
      const axes = axesOf(x.rank, attributes, axisName);
      // Equal extremes each get the whole gradient, as in tfjs and NumPy's masked form.
      return {
        x: () =>
          tf.mul(
            spread(dy, x.shape, axes),
            tf.cast(tf.equal(x, spread(saved[1]!, x.shape, axes)), 'float32'),
          ),
      };
    });
  return [
    gradientOf('Sum', { inputs: ['x'] }, (dy, saved, attributes) => {
      const x = saved[0]!;
      const axes = axesOf(x.rank, attributes, 'axis');
      return { x: () => tf.mul(spread(dy, x.shape, axes), tf.ones(x.shape)) };
    }),
    gradientOf('Mean', { inputs: ['x'] }, (dy, saved, attributes) => {
      const x = saved[0]!;
      const axes = axesOf(x.rank, attributes, 'axis');
      const count = product(axes.map((axis) => x.shape[axis]!));
      return { x: () => tf.mul(spread(dy, x.shape, axes), tf.fill(x.shape, 1 / count)) };
    }),
    extreme('Max', 'reductionIndices'),
    extreme('Min', 'axis'),
    gradientOf('Cumsum', {}, (dy, _saved, attributes) => ({
      x: () =>
        tf.cumsum(
          dy,
          attribute<number>(attributes, 'axis'),
          attribute<boolean>(attributes, 'exclusive'),
          !attribute<boolean>(attributes, 'reverse'),
        ),
    })),
    gradientOf('MaxPool', { inputs: ['x'], outputs: [true] }, (dy, saved, attributes) => ({
      x: () => runKernel(tf, 'MaxPoolGrad', { dy, input: saved[0]!, output: saved[1]! }, { ...attributes }),
    })),
    gradientOf('AvgPool', { inputs: ['x'] }, (dy, saved, attributes) => ({
      x: () => averagePoolGradient(tf, dy, saved[0]!.shape, attributes),
    })),
  ];
};

const axesOf = (rank: number, attributes: Attributes, name: string): readonly number[] => {
  const given = attribute<number | readonly number[] | undefined>(attributes, name);
  if (given === undefined || given === null) return Array.from({ length: rank }, (_, axis) => axis);
  return (typeof given === 'number' ? [given] : given).map((axis) => (axis < 0 ? axis + rank : axis));
};

/**
 * The gradient of average pooling: dy over the number of entries averaged, spread by the transpose of a convolution
 * with ones, channel by channel. tfjs' own kernels divide by the window's size at the borders too, on some backends.
 */
const averagePoolGradient = (
  tf: Core,
  dy: Tensor,
  shape: readonly number[],
  attributes: Attributes,
): Tensor => {
  const [n, h, w, c] = shape as [number, number, number, number];
  const window = attribute<number | [number, number]>(attributes, 'filterSize');
  const [kh, kw] = typeof window === 'number' ? [window, window] : window;
  const filter = tf.ones([kh, kw, 1, 1]);
  const geometry = {
    strides: attribute<number | [number, number]>(attributes, 'strides'),
    pad: attribute<'same' | 'valid' | number>(attributes, 'pad'),
    dataFormat: 'NHWC',
    dimRoundingMode: attribute<'floor' | 'round' | 'ceil' | undefined>(attributes, 'dimRoundingMode'),
  };
  const count = runKernel(
    tf,
    'Conv2D',
    { x: tf.ones([1, h, w, 1]), filter },
    { ...geometry, dilations: [1, 1] },
  );
  const [, outHeight, outWidth] = dy.shape as [number, number, number, number];
  const shares = tf.reshape(tf.transpose(tf.div(dy, count), [0, 3, 1, 2]), [n * c, outHeight, outWidth, 1]);
  const spread = runKernel(
    tf,
    'Conv2DBackpropInput',
    { dy: shares, filter },
    { ...geometry, inputShape: [n * c, h, w, 1] },
  );
  return tf.transpose(tf.reshape(spread, [n, c, h, w]), [0, 2, 3, 1]);
};
