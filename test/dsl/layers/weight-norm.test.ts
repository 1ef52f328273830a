/** Weight normalisation: gain · V / ‖V‖ in place of the kernel. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../../src/backend/index.js';
import { initialParameters } from '../../../src/compile/index.js';
import { conv, convTranspose, dense, flatten, layerOf, relu, residual, seq, weightNorm, type HasKernel, type Layer } from '../../../src/dsl/index.js'; // prettier-ignore
import { fine } from '../../../src/dsl/rule.js';
import { multiply } from '../../../src/ops/elementwise.js';
import { heNormal } from '../../../src/ops/initialiser.js';
import type { Numbers } from '../plans.js';
import { computed, drawn, gradientsAgree, near, parametersOf, planOf, says } from './runs.js';

/** V with each slice at one index of the axis scaled to the length of its gain. */
const normalised = ({ shape, data }: Numbers, gain: Numbers, axis: number): Numbers => {
  const after = shape.slice(axis + 1).reduce((product, extent) => product * extent, 1);
  const outputOf = (i: number): number => Math.floor(i / after) % shape[axis]!;
  const squares = Array.from({ length: shape[axis]! }, () => 0);
  Array.from(data).forEach((x, i) => (squares[outputOf(i)]! += x * x));
  return {
    shape,
    data: Array.from(data, (x, i) => (gain.data[outputOf(i)]! * x) / Math.sqrt(squares[outputOf(i)]!)),
  };
};

describe('weightNorm', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('shapes are the layer’s', () => {
    assert.equal(says([8, 8, 3], weightNorm(conv(4, { stride: 2 }))), '4×4×4');
    assert.equal(says([8, 8, 3], weightNorm(convTranspose(4)), flatten, weightNorm(dense(5))), '1×1×5');
  });
  it('paths are the layer’s, the gain beside the kernel', () => {
    assert.deepEqual(
      parametersOf([4, 4, 3], weightNorm(conv(8)), residual(relu, weightNorm(conv(8, { bias: false })))),
      [
        'conv1/kernel 3×3×3×8',
        'conv1/gain 8',
        'conv1/bias 8',
        'residual1/conv1/kernel 3×3×8×8',
        'residual1/conv1/gain 8',
      ],
    );
    assert.deepEqual(parametersOf([2, 2, 3], weightNorm(convTranspose(5)), flatten, weightNorm(dense(7))), [
      'convTranspose1/kernel 4×4×5×3',
      'convTranspose1/gain 5',
      'convTranspose1/bias 5',
      'dense1/kernel 80×7',
      'dense1/gain 7',
      'dense1/bias 7',
    ]);
  });
  it('V starts normal with deviation 0.05 whatever the layer’s own start, the gain at 1', () => {
    const plan = planOf([1, 1, 64], [weightNorm(conv(64, { initialiser: heNormal }))]);
    const start = initialParameters(plan, 1);
    const kernel = Array.from(start['conv1/kernel']!.data);
    const deviation = Math.sqrt(kernel.reduce((sum, x) => sum + x * x, 0) / kernel.length);
    assert.ok(Math.abs(deviation - 0.05) < 0.001, `deviation ${deviation}`);
    assert.deepEqual(new Set(start['conv1/gain']!.data), new Set([1]));
  });

  const cases = [
    ['conv', conv(3), [2, 4, 5, 2], [3, 3, 2, 3], 3],
    ['convTranspose', convTranspose(3, { kernel: 2 }), [2, 3, 2, 4], [2, 2, 3, 4], 2],
    ['dense', dense(3), [2, 1, 1, 6], [6, 3], 1],
  ] as const;
  for (const [name, layer, shape, kernelShape, axis] of cases) {
    it(`${name}: the kernel is gain · V / ‖V‖, by output`, () => {
      const [x, kernel] = [drawn(shape), drawn(kernelShape, 2)];
      const gain = { shape: [3], data: [2, -0.5, 0.25] };
      const bias = { shape: [3], data: [0.1, 0.2, 0.3] };
      const path = `${name}1`;
      const got = computed(x, [weightNorm(layer)], {
        [`${path}/kernel`]: kernel,
        [`${path}/gain`]: gain,
        [`${path}/bias`]: bias,
      });
      const wanted = computed(x, [layer], {
        [`${path}/kernel`]: normalised(kernel, gain, axis),
        [`${path}/bias`]: bias,
      });
      near(got, wanted, 1e-5);
    });
    it(`${name}: gradients`, () => {
      const [, h, w, c] = shape;
      gradientsAgree([h, w, c], [weightNorm(layer)], { step: 2e-3 });
    });
  }
  it('the length of V does not matter', () => {
    const [x, kernel] = [drawn([1, 4, 4, 2]), drawn([3, 3, 2, 3], 2)];
    const by = (factor: number): Float32Array =>
      computed(x, [weightNorm(conv(3, { bias: false }))], {
        'conv1/kernel': { ...kernel, data: Array.from(kernel.data, (one) => factor * one) },
        'conv1/gain': { shape: [3], data: [1, 2, 3] },
      });
    near(by(100), by(1), 1e-5);
  });
  it('V = 0 gives 0, not NaN', () =>
    near(
      computed({ shape: [1, 1, 1, 2], data: [1, 2] }, [weightNorm(conv(1, { kernel: 1, bias: false }))], {
        'conv1/kernel': { shape: [1, 1, 2, 1], data: [0, 0] },
        'conv1/gain': { shape: [1], data: [1] },
      }),
      [0],
    ));
  it('takes a user’s layer that says that it has a kernel', () => {
    const scale = layerOf<Layer & HasKernel>({
      kernelOutputs: 'last',
      definition: {
        name: 'scale',
        shape: fine,
        lower: (flow, lowering) => ({
          ...flow,
          value: multiply(flow.value, lowering.parameter({ name: 'kernel', shape: [1, 2], initialiser: heNormal })), // prettier-ignore
        }),
      },
    });
    const got = computed({ shape: [1, 1, 1, 2], data: [1, 1] }, [weightNorm(scale)], {
      'scale1/kernel': { shape: [1, 2], data: [-7, 0.1] },
      'scale1/gain': { shape: [2], data: [2, 3] },
    });
    near(got, [-2, 3]);
  });

  it('S31: takes one layer with a kernel', () => {
    const text =
      '✗ S31 weightNorm: the layer has no kernel of its own; give it one conv, convTranspose or dense, inside a group each by itself';
    assert.deepEqual(says([8, 8, 3], weightNorm(relu)), [text]);
    assert.deepEqual(says([8, 8, 3], weightNorm(seq(conv(3)))), [text]);
    assert.deepEqual(says([8, 8, 3], weightNorm(weightNorm(conv(3)))), [text]);
  });
  it('repeats what is wrong with the layer itself', () => {
    assert.deepEqual(says([8, 8, 3], weightNorm(conv(0))), [
      '✗ S02 conv: filters 0 is not a positive whole number; give 1 or more',
    ]);
    assert.deepEqual(says([8, 8, 3], weightNorm(conv)), [
      '✗ S01 not a layer (a combinator left uncalled?); call it, or pass a layer',
    ]);
  });
});
