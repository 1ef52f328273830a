/** Losses: values and gradients against their closed forms. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import { random } from '../../src/base/random.js';
import { unsafeActivate } from '../../src/backend/index.js';
import { tensorProgram } from '../../src/compile/index.js';
import { conv, input, model, through } from '../../src/dsl/index.js';
import { l1Loss, maskL1Loss, trainingPlan, type Loss } from '../../src/learn/index.js';
import { right } from './train/either.js';

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
});
