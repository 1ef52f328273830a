/** The operations that training a U-Net needs, each as a function of float tensors, for comparing backends. */
import type * as TensorFlow from '@tensorflow/tfjs-core';

type Tf = typeof TensorFlow;
type Tensor = TensorFlow.Tensor;

/** One operation: the shapes of its inputs and the function whose value and gradients are compared. */
export interface Operation {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  /** Keeps the inputs in (0.5, 1.5), for operations that are defined for positive numbers only. */
  readonly positive?: boolean;
  readonly run: (tf: Tf, ...inputs: Tensor[]) => Tensor;
}

const image = [2, 8, 6, 3];

const unary = (
  name: string,
  run: (tf: Tf, x: Tensor) => Tensor,
  options: { readonly positive?: boolean; readonly shape?: readonly number[] } = {},
): Operation => ({
  name,
  shapes: [options.shape ?? image],
  run: (tf, x) => run(tf, x!),
  ...(options.positive === undefined ? {} : { positive: options.positive }),
});

const binary = (
  name: string,
  run: (tf: Tf, a: Tensor, b: Tensor) => Tensor,
  shapes: readonly (readonly number[])[] = [image, image],
  positive = false,
): Operation => ({ name, shapes, positive, run: (tf, a, b) => run(tf, a!, b!) });

const broadcast: readonly (readonly (readonly number[])[])[] = [
  [image, image],
  [image, [3]],
  [image, [2, 1, 1, 3]],
  [image, [8, 6, 3]],
  [[], image],
  [
    [2, 8, 1, 3],
    [1, 6, 1],
  ],
];

const pads = [
  'same',
  'valid',
  [
    [0, 0],
    [1, 2],
    [2, 0],
    [0, 0],
  ],
] as const;

type Padding = 'same' | 'valid' | TensorFlow.backend_util.ExplicitPadding;

const convolutions: readonly Operation[] = [1, 3, 4, 7].flatMap((k) =>
  [1, 2].flatMap((stride) =>
    pads.flatMap((pad) =>
      [
        [2, 9, 8, 3],
        [1, 7, 10, 1],
      ].map((shape) =>
        binary(
          `conv2d ${k}x${k} stride ${stride} pad ${JSON.stringify(pad)} on ${shape.join('x')}`,
          (tf, x, w) =>
            tf.conv2d(
              x as TensorFlow.Tensor4D,
              w as TensorFlow.Tensor4D,
              stride,
              pad as Padding,
              'NHWC',
              1,
              typeof pad === 'string' ? undefined : 'floor',
            ),
          [shape, [k, k, shape[3]!, 4]],
        ),
      ),
    ),
  ),
);

const sparse: readonly Operation[] = [
  [2, 3],
  [1, 3],
].map(([k, stride]) =>
  binary(
    `conv2d ${k}x${k} stride ${stride} same`,
    (tf, x, w) => tf.conv2d(x as TensorFlow.Tensor4D, w as TensorFlow.Tensor4D, stride!, 'same'),
    [
      [2, 11, 8, 3],
      [k!, k!, 3, 4],
    ],
  ),
);

const dilated: readonly Operation[] = [2, 3].map((dilation) =>
  binary(
    `conv2d 3x3 dilation ${dilation}`,
    (tf, x, w) => tf.conv2d(x as TensorFlow.Tensor4D, w as TensorFlow.Tensor4D, 1, 'same', 'NHWC', dilation),
    [
      [2, 9, 8, 3],
      [3, 3, 3, 4],
    ],
  ),
);

const transposed: readonly Operation[] = [2, 3, 4].flatMap((k) =>
  [1, 2].map((stride) =>
    binary(
      `conv2dTranspose ${k}x${k} stride ${stride}`,
      (tf, x, w) =>
        tf.conv2dTranspose(
          x as TensorFlow.Tensor4D,
          w as TensorFlow.Tensor4D,
          [2, 6 * stride, 5 * stride, 4],
          stride,
          'same',
        ),
      [
        [2, 6, 5, 3],
        [k, k, 4, 3],
      ],
    ),
  ),
);

const arithmetic: readonly Operation[] = broadcast.flatMap((shapes) => {
  const on = shapes.map((shape) => `[${shape.join(',')}]`).join(' ');
  return [
    binary(`add ${on}`, (tf, a, b) => tf.add(a, b), shapes),
    binary(`sub ${on}`, (tf, a, b) => tf.sub(a, b), shapes),
    binary(`mul ${on}`, (tf, a, b) => tf.mul(a, b), shapes),
    binary(`div ${on}`, (tf, a, b) => tf.div(a, b), shapes, true),
    binary(`maximum ${on}`, (tf, a, b) => tf.maximum(a, b), shapes),
    binary(`minimum ${on}`, (tf, a, b) => tf.minimum(a, b), shapes),
    binary(`squaredDifference ${on}`, (tf, a, b) => tf.squaredDifference(a, b), shapes),
    binary(
      `where(a >= b, a, b) ${on}`,
      (tf, a, b) => tf.where(tf.greaterEqual(a, b), a, tf.mul(b, 2)),
      shapes,
    ),
  ];
});

const pointwise: readonly Operation[] = [
  unary('relu', (tf, x) => tf.relu(x)),
  unary('relu6', (tf, x) => tf.relu6(x)),
  unary('leakyRelu', (tf, x) => tf.leakyRelu(x, 0.2)),
  unary('prelu', (tf, x) => tf.prelu(x, tf.scalar(0.1))),
  unary('elu', (tf, x) => tf.elu(x)),
  unary('selu', (tf, x) => tf.selu(x)),
  unary('tanh', (tf, x) => tf.tanh(x)),
  unary('sigmoid', (tf, x) => tf.sigmoid(x)),
  unary('softplus', (tf, x) => tf.softplus(x)),
  unary('abs', (tf, x) => tf.abs(x)),
  unary('neg', (tf, x) => tf.neg(x)),
  unary('sign', (tf, x) => tf.mul(tf.sign(x), x)),
  unary('step', (tf, x) => tf.mul(tf.step(x, 0.1), x)),
  unary('square', (tf, x) => tf.square(x)),
  unary('exp', (tf, x) => tf.exp(x)),
  unary('clip', (tf, x) => tf.clipByValue(x, -0.3, 0.4)),
  unary('sqrt', (tf, x) => tf.sqrt(x), { positive: true }),
  unary('rsqrt', (tf, x) => tf.rsqrt(x), { positive: true }),
  unary('log', (tf, x) => tf.log(x), { positive: true }),
  unary('log1p', (tf, x) => tf.log1p(x), { positive: true }),
  unary('reciprocal', (tf, x) => tf.reciprocal(x), { positive: true }),
  unary('pow', (tf, x) => tf.pow(x, 3), { positive: true }),
  unary('floor', (tf, x) => tf.mul(tf.floor(tf.mul(x, 4)), x)),
  unary('round', (tf, x) => tf.mul(tf.round(tf.mul(x, 4)), x)),
  unary('cast', (tf, x) => tf.mul(tf.cast(tf.greater(x, 0), 'float32'), x)),
  unary('cast to int32', (tf, x) => tf.mul(tf.cast(tf.cast(tf.mul(x, 9), 'int32'), 'float32'), x)),
  unary('logical', (tf, x) =>
    tf.mul(tf.cast(tf.logicalAnd(tf.greater(x, -0.5), tf.logicalNot(tf.less(x, 0))), 'float32'), x),
  ),
  unary('softmax', (tf, x) => tf.softmax(x)),
  unary('logSoftmax', (tf, x) => tf.logSoftmax(x)),
  unary('dropout mask', (tf, x) => tf.mul(x, tf.cast(tf.greater(tf.range(0, 3), 0), 'float32'))),
  unary('custom gradient (stop gradient)', (tf, x) =>
    tf.customGrad((y) => ({ value: tf.square(y as Tensor), gradFunc: (dy) => tf.mul(dy as Tensor, 0) }))(x),
  ),
];

const shapes: readonly Operation[] = [
  binary('matMul', (tf, a, b) => tf.matMul(a, b), [
    [5, 7],
    [7, 4],
  ]),
  binary('matMul transposed', (tf, a, b) => tf.matMul(a, b, true, true), [
    [7, 5],
    [4, 7],
  ]),
  binary('matMul batched', (tf, a, b) => tf.matMul(a, b, false, true), [
    [2, 5, 7],
    [2, 4, 7],
  ]),
  binary('concat', (tf, a, b) => tf.concat([a, b], 3), [image, [2, 8, 6, 5]]),
  binary('concat over batch', (tf, a, b) => tf.concat([a, b], 0)),
  unary('slice', (tf, x) => tf.slice(x, [0, 1, 2, 1], [2, 5, 3, 2])),
  unary('split', (tf, x) => tf.split(x, 2, 1)[1]!),
  unary('gather rows', (tf, x) => tf.gather(x, tf.tensor1d([2, 0, 2, 1, 2], 'int32')), { shape: [4, 5] }),
  unary('gather axis 1', (tf, x) => tf.gather(x, tf.tensor1d([3, 3, 0], 'int32'), 1), { shape: [2, 4, 3] }),
  unary(
    'gather matrix of indices',
    (tf, x) =>
      tf.gather(
        x,
        tf.tensor2d(
          [
            [1, 1],
            [0, 3],
          ],
          [2, 2],
          'int32',
        ),
        2,
      ),
    {
      shape: [2, 3, 4, 2],
    },
  ),
  unary('pad', (tf, x) =>
    tf.pad(
      x,
      [
        [0, 0],
        [1, 2],
        [0, 3],
        [0, 0],
      ],
      0.5,
    ),
  ),
  unary('mirrorPad reflect', (tf, x) =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [2, 1],
        [3, 2],
        [0, 0],
      ],
      'reflect',
    ),
  ),
  unary('mirrorPad symmetric', (tf, x) =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [2, 1],
        [3, 2],
        [0, 0],
      ],
      'symmetric',
    ),
  ),
  ...[false, true].flatMap((half) => [
    unary(`resizeNearestNeighbor half-pixel ${half}`, (tf, x) =>
      tf.image.resizeNearestNeighbor(x as TensorFlow.Tensor4D, [16, 12], false, half),
    ),
    unary(`resizeBilinear half-pixel ${half}`, (tf, x) =>
      tf.image.resizeBilinear(x as TensorFlow.Tensor4D, [16, 12], false, half),
    ),
    unary(`resizeBilinear down half-pixel ${half}`, (tf, x) =>
      tf.image.resizeBilinear(x as TensorFlow.Tensor4D, [5, 4], false, half),
    ),
  ]),
  unary('resizeNearestNeighbor aligned', (tf, x) =>
    tf.image.resizeNearestNeighbor(x as TensorFlow.Tensor4D, [15, 11], true),
  ),
  unary('resizeBilinear aligned', (tf, x) =>
    tf.image.resizeBilinear(x as TensorFlow.Tensor4D, [15, 11], true),
  ),
  unary('transpose', (tf, x) => tf.transpose(x, [0, 3, 2, 1])),
  unary('reshape', (tf, x) => tf.reshape(x, [2, 48, 3])),
  unary('reverse', (tf, x) => tf.reverse(x, [1, 2])),
  unary('tile', (tf, x) => tf.tile(x, [1, 2, 1, 3])),
  unary('expandDims', (tf, x) => tf.expandDims(x, 1)),
  unary('stack and unstack', (tf, x) => tf.stack(tf.unstack(x, 0), 1)),
  unary('depthToSpace', (tf, x) => tf.depthToSpace(x as TensorFlow.Tensor4D, 2), { shape: [2, 3, 4, 8] }),
  unary('space to depth', (tf, x) =>
    tf.reshape(tf.transpose(tf.reshape(x, [2, 4, 2, 3, 2, 3]), [0, 1, 3, 2, 4, 5]), [2, 4, 3, 12]),
  ),
  ...[[0], [1, 2], [3], [0, 1, 2], [0, 1, 2, 3]].flatMap((axes) => [
    unary(`sum over ${axes}`, (tf, x) => tf.sum(x, axes)),
    unary(`mean over ${axes}`, (tf, x) => tf.mean(x, axes, true)),
    unary(`max over ${axes}`, (tf, x) => tf.max(x, axes)),
    unary(`min over ${axes}`, (tf, x) => tf.min(x, axes)),
  ]),
  unary('cumsum', (tf, x) => tf.cumsum(x, 1)),
  unary('maxPool', (tf, x) => tf.maxPool(x as TensorFlow.Tensor4D, 2, 2, 'same')),
  unary('maxPool 3 stride 2', (tf, x) => tf.maxPool(x as TensorFlow.Tensor4D, 3, 2, 'same')),
  unary('avgPool', (tf, x) => tf.avgPool(x as TensorFlow.Tensor4D, 2, 2, 'valid')),
  unary('avgPool 3 same', (tf, x) => tf.avgPool(x as TensorFlow.Tensor4D, 3, 1, 'same')),
  unary('batch normalisation', (tf, x) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2], true);
    return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)));
  }),
  unary('oneHot', (tf, x) => tf.mul(tf.oneHot(tf.tensor1d([0, 2, 1], 'int32'), 4), x), { shape: [3, 4] }),
  unary('argMax', (tf, x) => tf.mul(tf.cast(tf.expandDims(tf.argMax(x, 1), 1), 'float32'), x), {
    shape: [3, 4],
  }),
];

/** Every operation of the comparison. */
export const operations: readonly Operation[] = [
  ...convolutions,
  ...sparse,
  ...dilated,
  ...transposed,
  ...arithmetic,
  ...pointwise,
  ...shapes,
];
