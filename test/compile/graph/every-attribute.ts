/** A graph that no loader would run, with every kind of attribute: what its encodings must hold. */
import type { Graph, GraphNode } from '../../../src/compile/graph/graph.js';

const large = Float32Array.from({ length: 5000 }, (_, i) => i / 8 - 100);
const nodes: readonly GraphNode[] = [
  { name: 'x', op: 'Placeholder', inputs: [], attributes: { dtype: { kind: 'type', value: 'float32' }, shape: { kind: 'shape', value: [-1, 4, 300, 3] } } }, // prettier-ignore
  { name: 'scalar', op: 'Placeholder', inputs: [], attributes: { shape: { kind: 'shape', value: [] } } },
  { name: 'größe/ψ', op: 'Const', inputs: [], attributes: { dtype: { kind: 'type', value: 'float32' }, value: { kind: 'tensor', value: { dtype: 'float32', shape: [50, 100], data: large } } } }, // prettier-ignore
  { name: 'axes', op: 'Const', inputs: [], attributes: { value: { kind: 'tensor', value: { dtype: 'int32', shape: [3], data: Int32Array.of(-1, 0, 2 ** 31 - 1) } } } }, // prettier-ignore
  { name: 'none', op: 'Const', inputs: [], attributes: { value: { kind: 'tensor', value: { dtype: 'float32', shape: [0], data: new Float32Array(0) } } } }, // prettier-ignore
  {
    name: 'y',
    op: 'Everything',
    inputs: ['x', 'größe/ψ', 'axes'],
    attributes: {
      zero: { kind: 'int', value: 0 },
      negative: { kind: 'int', value: -1 },
      widest: { kind: 'int', value: Number.MAX_SAFE_INTEGER },
      lowest: { kind: 'int', value: Number.MIN_SAFE_INTEGER },
      strides: { kind: 'ints', value: [1, 2, 270, 86942, -7] },
      nothing: { kind: 'ints', value: [] },
      alpha: { kind: 'float', value: 0.2 },
      minusZero: { kind: 'float', value: -0 },
      yes: { kind: 'flag', value: true },
      no: { kind: 'flag', value: false },
      padding: { kind: 'text', value: 'SAME' },
      empty: { kind: 'text', value: '' },
      long: { kind: 'text', value: 'ä€😀'.repeat(70) },
      ops: { kind: 'texts', value: ['BiasAdd', '', 'LeakyRelu'] },
      T: { kind: 'type', value: 'bool' },
    },
  },
];
const ends = (name: string, node: string) => [{ name, node, dtype: 'float32', shape: [-1, 4, 300, 3] }] as const; // prettier-ignore

export const graph: Graph = {
  nodes,
  signatures: [
    { name: 'serving_default', inputs: ends('x_a', 'x'), outputs: ends('ausgabe ü', 'y') },
    { name: 'stage0', inputs: [], outputs: [{ name: 'flag', node: 'y', dtype: 'bool', shape: [] }] },
  ],
};
