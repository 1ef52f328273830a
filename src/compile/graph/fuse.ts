/** Biases and activations beside the convolution that they follow: what runtimes compute in one go. */
import { reached } from '../plan/live.js';
import { uniqueNames } from './names.js';
import { constantAttributes, tensorOf, type Graph, type GraphNode } from './graph.js';

/**
 * Additions of one number for each channel to a convolution or a matrix product, as `BiasAdd`: the form that
 * TensorFlow's own optimiser fuses. The same numbers come out.
 */
export const withBiases = (graph: Graph): Graph => {
  const look = looker(graph);
  const names = uniqueNames();
  for (const { name } of graph.nodes) names.fresh(name);
  const nodes = graph.nodes.flatMap((node): readonly GraphNode[] => {
    if (node.op !== 'AddV2') return [node];
    const [left, right] = node.inputs.map(look.node);
    for (const [product, addend] of [
      [left!, right!],
      [right!, left!],
    ] as const) {
      const rank = ranks[product.op];
      const filters = tensorOf(look.node(product.inputs[1] ?? ''))?.shape.at(-1);
      const bias = tensorOf(addend);
      if (rank === undefined || bias === undefined || !look.readOnce(product.name)) continue;
      if (bias.dtype !== 'float32' || bias.shape.length > rank || bias.data.length !== filters) continue;
      if (bias.shape.at(-1) !== filters) continue;
      const attributes = { T: { kind: 'type', value: 'float32' } } as const;
      if (bias.shape.length === 1) return [{ ...node, op: 'BiasAdd', inputs: [product.name, addend.name], attributes }]; // prettier-ignore
      const name = names.fresh(`${addend.name}/bias`);
      const flat = constantAttributes({ ...bias, shape: [filters] });
      return [
        { name, op: 'Const', inputs: [], attributes: flat },
        { ...node, op: 'BiasAdd', inputs: [product.name, name], attributes },
      ];
    }
    return [node];
  });
  return withoutUnread({ ...graph, nodes });
};

/** Convolutions with their bias, and with relu or leakyRelu behind it, as the one operation that tfjs has for them. */
export const withFusedConvolutions = (graph: Graph): Graph => {
  const look = looker(graph);
  const fusedWith = (biased: GraphNode, as: GraphNode): GraphNode | undefined => {
    const convolution = look.node(biased.inputs[0] ?? '');
    if (biased.op !== 'BiasAdd' || convolution.op !== 'Conv2D' || !look.readOnce(convolution.name))
      return undefined;
    const activation = as === biased ? [] : [as.op];
    return {
      name: as.name,
      op: '_FusedConv2D',
      inputs: [...convolution.inputs, biased.inputs[1]!],
      attributes: {
        ...convolution.attributes,
        num_args: { kind: 'int', value: 1 },
        fused_ops: { kind: 'texts', value: ['BiasAdd', ...activation] },
        ...(as.op === 'LeakyRelu' ? { leakyrelu_alpha: as.attributes['alpha']! } : {}),
      },
    };
  };
  const nodes = graph.nodes.map((node) => {
    if (node.op === 'BiasAdd') return fusedWith(node, node) ?? node;
    if (node.op !== 'Relu' && node.op !== 'LeakyRelu') return node;
    const before = look.node(node.inputs[0]!);
    return (look.readOnce(before.name) ? fusedWith(before, node) : undefined) ?? node;
  });
  return withoutUnread({ ...graph, nodes });
};

/** The rank of what an operation gives, where a bias may follow. */
const ranks: Readonly<Record<string, number>> = { Conv2D: 4, MatMul: 2 };

const looker = (
  graph: Graph,
): {
  readonly node: (name: string) => GraphNode;
  readonly readOnce: (name: string) => boolean;
} => {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const readers = new Map<string, number>();
  for (const name of [...graph.nodes.flatMap(({ inputs }) => inputs), ...fetched(graph)])
    readers.set(name, (readers.get(name) ?? 0) + 1);
  const nowhere: GraphNode = { name: '', op: '', inputs: [], attributes: {} };
  return {
    node: (name) => byName.get(name) ?? nowhere,
    readOnce: (name) => readers.get(name) === 1,
  };
};

const fetched = ({ signatures }: Graph): readonly string[] =>
  signatures.flatMap(({ inputs, outputs }) => [...inputs, ...outputs].map(({ node }) => node));

/** The graph without nodes that no output needs; what is fed stays. */
const withoutUnread = (graph: Graph): Graph => {
  const needed = reached(
    graph.nodes.map(({ name, inputs }) => [name, inputs] as const),
    fetched(graph),
  );
  return { ...graph, nodes: graph.nodes.filter(({ name }) => needed.has(name)) };
};
