import assert from 'node:assert/strict';
import { withBiases, withFusedConvolutions } from '../../../src/compile/graph/fuse.js';
import { conv2d, matMul } from '../../../src/ops/convolution.js';
import { add, elu, leakyRelu, multiply, relu } from '../../../src/ops/elementwise.js';
import { constant, input } from '../../../src/ops/leaves.js';
import type { Value } from '../../../src/ops/value.js';
import { graphOfValues, operationsOf } from './small-graphs.js';

const x = input('x', ['n', 4, 4, 2]);
const convolved = (by = constant(new Float32Array(54).fill(0.5), [3, 3, 2, 3])): Value =>
  conv2d(x, by, { strides: [1, 1], padding: [[1, 1], [1, 1]] }); // prettier-ignore
const bias = constant([1, 2, 3], [3]);
const biases = (outputs: Readonly<Record<string, Value>>): readonly string[] =>
  operationsOf(withBiases(graphOfValues(outputs)));
const fused = (outputs: Readonly<Record<string, Value>>): readonly string[] =>
  operationsOf(withFusedConvolutions(withBiases(graphOfValues(outputs))));

describe('biases', () => {
  it('of convolutions and matrix products are found on either side and in any rank', () => {
    assert.deepEqual(biases({ y: add(convolved(), bias) }), ['Conv2D', 'BiasAdd']);
    assert.deepEqual(biases({ y: add(constant([1, 2, 3], [1, 1, 1, 3]), convolved()) }), ['Conv2D', 'BiasAdd']); // prettier-ignore
    const product = matMul(input('v', ['n', 2]), constant([1, 2, 3, 4, 5, 6], [2, 3]));
    assert.deepEqual(biases({ y: add(product, bias) }), ['MatMul', 'BiasAdd']);
  });

  it('are one for each filter: nothing else that is added is taken for them', () => {
    for (const other of [
      constant(2),
      constant([2], [1]),
      constant(new Float32Array(12), [4, 3]),
      constant([1, 2, 3], [1, 1, 1, 1, 3]),
    ])
      // prettier-ignore
      assert.deepEqual(biases({ y: add(convolved(), other) }), ['Conv2D', 'AddV2']);
    const both = convolved();
    assert.deepEqual(biases({ y: add(both, both) }), ['Conv2D', 'AddV2']);
    assert.deepEqual(biases({ y: add(x, constant([1, 2], [2])) }), ['AddV2']);
  });

  it('leave a convolution that something else reads', () => {
    const shared = convolved();
    assert.deepEqual(biases({ y: add(shared, bias), z: shared }), ['Conv2D', 'AddV2']);
  });
});

describe('fused convolutions', () => {
  it('are one operation with their bias, relu and leakyRelu', () => {
    assert.deepEqual(fused({ y: add(convolved(), bias) }), ['_FusedConv2D']);
    assert.deepEqual(fused({ y: relu(add(convolved(), bias)) }), ['_FusedConv2D']);
    const graph = withFusedConvolutions(withBiases(graphOfValues({ y: leakyRelu(add(convolved(), bias), 0.3) }))); // prettier-ignore
    const node = graph.nodes.find(({ op }) => op === '_FusedConv2D');
    assert.deepEqual(node?.attributes['fused_ops'], { kind: 'texts', value: ['BiasAdd', 'LeakyRelu'] });
    assert.deepEqual(node?.attributes['leakyrelu_alpha'], { kind: 'float', value: 0.3 });
  });

  it('end where no runtime goes on, or where another reads what is between', () => {
    assert.deepEqual(fused({ y: elu(add(convolved(), bias)) }), ['_FusedConv2D', 'Elu']);
    const biased = add(convolved(), bias);
    assert.deepEqual(fused({ y: relu(biased), z: multiply(biased, 2) }), ['_FusedConv2D', 'Relu', 'Mul']);
    assert.deepEqual(fused({ y: relu(convolved()) }), ['Conv2D', 'Relu']);
  });

  it('keep every node behind those that it reads, under the name of the last', () => {
    const graph = withFusedConvolutions(withBiases(graphOfValues({ y: relu(add(convolved(), constant([1, 2, 3], [1, 3]))) }))); // prettier-ignore
    const seen = new Set<string>();
    for (const { name, inputs } of graph.nodes) {
      for (const one of inputs) assert.ok(seen.has(one), `${name} reads ${one}`);
      seen.add(name);
    }
    assert.equal(graph.nodes.find(({ op }) => op === '_FusedConv2D')?.name, 'relu');
  });
});
