/** Losses: values and gradients against their closed forms. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import { random } from '../../../src/base/random.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import { tensorProgram } from '../../../src/compile/index.js';
import { conv, input, model, through } from '../../../src/dsl/index.js';
import { enhancedWeightingLoss, l1Loss, loss, maskL1Loss, term, trainingPlan, type Loss } from '../../../src/learn/index.js'; // prettier-ignore
import { numbers, scalar } from './computed.js';
import { left, right } from '../train/either.js';

/** The loss and its gradient in a bias that is added to the image: 1×1 convolution by the identity. */
const computed = async (loss: Loss, arrays: Readonly<Record<string, Float32Array>>) => {
  const net = model(through(input('x', 4, 3, 3), conv(3, { kernel: 1 })));
  const plan = right(trainingPlan(net, loss));
  const tensors = Object.fromEntries(
    Object.entries(plan.inputs).map(([name, { shape }]) => [
      name,
      tf.tensor(arrays[name]!, [2, ...shape.slice(1).map(Number)]),
    ]),
  );
  const parameters = { 'conv1/kernel': tf.reshape(tf.eye(3), [1, 1, 3, 3]), 'conv1/bias': tf.zeros([3]) };
  const result = tensorProgram(plan).differentiate({ inputs: tensors, parameters }, 'loss', ['conv1/bias']);
  return {
    value: (await result.loss.data())[0]!,
    gradient: [...(await result.gradients['conv1/bias']!.data())],
  };
};

const count = 2 * 4 * 3 * 3;
const x = random(1, 'x').normals(count);
const y = random(1, 'y').normals(count);
const mask = random(1, 'mask')
  .uniforms(count / 3)
  .map((one) => (one < 0.4 ? 1 : 0));

/** Σ w·|x − y| / n and its gradient in a bias of each channel, Σ w·sign(x − y) / n. */
const closedForm = (weight: (pixel: number) => number) => {
  let value = 0;
  const gradient = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const difference = x[i]! - y[i]!;
    const share = weight(Math.floor(i / 3)) / count;
    value += share * Math.abs(difference);
    gradient[i % 3]! += share * Math.sign(difference);
  }
  return { value, gradient };
};

const near = (got: Awaited<ReturnType<typeof computed>>, wanted: ReturnType<typeof closedForm>): void => {
  assert.ok(Math.abs(got.value - wanted.value) < 1e-5, `${got.value} ≠ ${wanted.value}`);
  got.gradient.forEach((one, i) => assert.ok(Math.abs(one - wanted.gradient[i]!) < 1e-5, `gradient ${i}`));
};

describe('losses', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));

  it('l1 is the mean absolute difference', async () => {
    near(
      await computed(l1Loss('y'), { x, y }),
      closedForm(() => 1),
    );
  });

  it('maskL1 adds the difference within the mask, as a mean over the whole image', async () => {
    const loss = maskL1Loss({ target: 'y', mask: 'm' });
    near(
      await computed(loss, { x, y, m: mask }),
      closedForm((pixel) => 1 + mask[pixel]!),
    );
  });

  it('weight scales the second term', async () => {
    const loss = maskL1Loss({ target: 'y', mask: 'm', weight: 2.5 });
    near(
      await computed(loss, { x, y, m: mask }),
      closedForm((pixel) => 1 + 2.5 * mask[pixel]!),
    );
  });

  it('an empty mask leaves l1', async () => {
    const m = new Float32Array(count / 3);
    near(
      await computed(maskL1Loss({ target: 'y', mask: 'm' }), { x, y, m }),
      closedForm(() => 1),
    );
  });

  describe('enhancedWeightingLoss', () => {
    const [h, w] = [12, 13];
    const net = model(through(input('x', h, w, 3), conv(3, { kernel: 1 })));
    const smooth = (seed: number): Float32Array =>
      random(seed, 'smooth')
        .uniforms(2 * h * w * 3)
        .map((one, i) => Math.sin(i / 9) * 0.7 + one * 0.3);
    const arrays = {
      x: numbers([2, h, w, 3], smooth(1)),
      y: numbers([2, h, w, 3], smooth(2)),
      m: numbers([2, h, w, 1], random(3, 'mask').uniforms(2 * h * w).map(Math.round)), // prettier-ignore
    };
    const valueOf = async (one: Loss): Promise<number> => {
      const tensors = Object.fromEntries(Object.entries(arrays).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])])); // prettier-ignore
      const parameters = { 'conv1/kernel': tf.reshape(tf.eye(3), [1, 1, 3, 3]), 'conv1/bias': tf.zeros([3]) };
      const { outputs } = tensorProgram(right(trainingPlan(net, one))).run({ inputs: tensors, parameters });
      return (await outputs['loss']!.data())[0]!;
    };
    const close = (got: number, wanted: number): void =>
      assert.ok(Math.abs(got - wanted) < 1e-5, `${got}, wanted ${wanted}`);

    it('reads an image and a mask, and is called by its candidate', () => {
      assert.deepEqual(enhancedWeightingLoss('a').targets, { x_b: 0, mask_b: 1 });
      assert.equal(enhancedWeightingLoss('b').name, 'enhanced-weighting-b');
      assert.equal(loss.enhancedWeighting, enhancedWeightingLoss);
    });

    it("is the candidate's term of output, target and mask", async () => {
      const names = { target: 'y', mask: 'm' } as const;
      const a = { weight: 2, ssimWeight: 3, window: 7 } as const;
      close(
        await valueOf(enhancedWeightingLoss('a', { ...names, ...a })),
        await scalar(
          (read) => term.enhancedWeightingA(read['x']!, read['y']!, read['m']!, { maskWeight: 2, ssimWeight: 3, window: 7 }), // prettier-ignore
          arrays,
        ),
      );
      close(
        await valueOf(enhancedWeightingLoss('b', names)),
        await scalar((read) => term.enhancedWeightingB(read['x']!, read['y']!, read['m']!), arrays),
      );
    });

    it('P03: is refused where the picture is smaller than the window', () => {
      const small = model(through(input('x', 8, 16, 3), conv(3)));
      const faults = left(trainingPlan(small, enhancedWeightingLoss('b')));
      assert.deepEqual(faults.map(({ rule, got }) => [rule, got]), [['P03', 'ssim: window 11×11 does not fit n×8×16×3']]); // prettier-ignore
    });
  });
});
