/** Networks and data small enough to train in a test. */
import { random } from '../../../src/base/random.js';
import { bind, type ExampleArrays } from '../../../src/data/index.js';
import {
  batchNorm,
  conv,
  decoder,
  dropout,
  encoder,
  input,
  model,
  psi,
  relu,
  seq,
  upsample,
  withPsi,
} from '../../../src/dsl/index.js';
import { adam, l1Loss, type TrainOptions } from '../../../src/learn/index.js';

/** A U-Net of two levels at 8×8×1. */
export const unet = model(
  seq(
    input('x', 8, 8, 1),
    encoder('image', [seq(conv(4), relu), seq(conv(4, { stride: 2 }), relu)]),
    decoder('image', [seq(conv(4), relu, upsample(2)), conv(4)]),
    conv(1, { kernel: 1 }),
  ),
);

/** The same with a mask on each skip. */
export const munet = withPsi(unet, psi.dense());

/** A network with running moments and noise. */
export const noisy = model(
  seq(input('x', 8, 8, 1), conv(4), batchNorm(), relu, dropout(0.25), conv(1, { kernel: 1 })),
);

/** Example `index` of an epoch: noise, and its negative to be learned. */
export const example = (
  epoch: number,
  index: number,
): { readonly x: Float32Array; readonly y: Float32Array } => {
  const x = random(5, 'example', epoch, index).normals(64);
  return { x, y: x.map((one) => -one) };
};

/** Eight examples an epoch. */
export const examples = (epoch: number): readonly ExampleArrays[] =>
  Array.from({ length: 8 }, (_, index) => example(epoch, index));

export const toy = bind({ from: examples, shapes: { x: [8, 8, 1], y: [8, 8, 1] } });

/** The target of every toy. */
export const loss = l1Loss('y');

/** Options that most tests share. */
export const common = {
  name: 'toy',
  binding: toy,
  loss,
  optimiser: adam(0.01),
  batchSize: 2,
  seed: 3,
} satisfies Partial<TrainOptions<typeof unet, typeof loss, typeof toy>>;
