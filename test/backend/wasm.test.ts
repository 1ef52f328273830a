/** The wasm backend, with our kernels and gradients, against the cpu backend: values, gradients, memory, speed. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../src/backend/activate.js';
import type { Core } from '../../src/backend/core.js';
import { wasmKernels } from '../../src/backend/wasm/kernels.js';
import { greatestDifference, numericGradients, valueAndGradients } from './compare.js';
import { operations } from './training-ops.js';

describe('backend wasm', () => {
  const wanted = new Map<string, readonly Float32Array[]>();
  let tf: Core;

  before(async () => {
    ({ tf } = await unsafeActivate({ backend: 'cpu' }));
    for (const operation of operations) wanted.set(operation.name, valueAndGradients(tf, operation));
    await unsafeActivate({ backend: 'wasm' });
  });

  after(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  describe('every operation that training needs has the values and gradients of the cpu', () => {
    for (const operation of operations) {
      it(operation.name, () => {
        assert.equal(tf.getBackend(), 'wasm');
        const difference = greatestDifference(valueAndGradients(tf, operation), wanted.get(operation.name)!);
        assert.ok(difference < 1e-4, `differs by ${difference}`);
      });
    }
  });

  describe('composed kernels keep nothing', () => {
    it('leaves as many tensors and as much memory as before', () => {
      const some = operations.filter(({ name }) => /conv2d|gather|maxPool/.test(name));
      valueAndGradients(tf, some[0]!);
      const before = { tensors: tf.memory().numTensors, held: tf.engine().backend.numDataIds() };
      for (const operation of some) valueAndGradients(tf, operation);
      assert.deepEqual({ tensors: tf.memory().numTensors, held: tf.engine().backend.numDataIds() }, before);
    });

    it('registers the kernels that tfjs lacks', () => {
      for (const { kernelName } of wasmKernels(tf)) {
        assert.ok(tf.getKernel(kernelName, 'wasm') !== undefined, kernelName);
      }
    });
  });
});

describe('backend gradients', () => {
  // Kinks (relu at 0), rounding and ties have no central difference; these operations are smooth where they are drawn.
  const smooth =
    /^(conv2d|conv2dTranspose|add|sub|mul|div|squaredDifference|elu|tanh|sigmoid|softplus|square|exp|sqrt|rsqrt|log$|log1p|reciprocal|pow|softmax|logSoftmax|matMul|concat|slice|split|gather|pad|mirrorPad|resize|transpose|reshape|reverse|tile|stack|depthToSpace|sum|mean|cumsum|avgPool|batch normalisation)/;
  let tf: Core;

  before(async () => {
    ({ tf } = await unsafeActivate({ backend: 'cpu' }));
  });

  for (const operation of operations.filter(
    ({ name }) => smooth.test(name) && !/7x7|4x4 stride/.test(name),
  )) {
    it(`${operation.name} equals its central difference`, () => {
      const [, ...gradients] = valueAndGradients(tf, operation);
      const difference = greatestDifference(gradients, numericGradients(tf, operation, 1e-2));
      assert.ok(difference < 2e-2, `differs by ${difference}`);
    }).timeout(120_000);
  }
});
