/** A graph while it is put together: nodes in order, each with a name of its own, constants once. */
import { constantAttributes, type GraphAttributes, type GraphNode, type GraphTensor } from './graph.js';
import type { Draft } from './lowerings.js';
import { uniqueNames } from './names.js';

/** Places nodes. Every function gives the name of the node that was placed. */
export interface Assembly {
  readonly nodes: readonly GraphNode[];
  /** Sets a name aside. */
  readonly reserve: (wanted: string) => string;
  /** A node under a name that was set aside. */
  readonly node: (name: string, op: string, inputs: readonly string[], attributes: GraphAttributes) => string;
  /** A constant; the same data in the same shape is one node. */
  readonly constant: (tensor: GraphTensor, wanted: string) => string;
  /** A draft and all that it reads. */
  readonly draft: (draft: Draft, operands: readonly string[], wanted: string) => string;
}

/** The name of a constant's data: the path of the parameter that it was. */
export type NameOf = (data: Float32Array | Int32Array) => string | undefined;

/** An empty graph. */
export const assembly = (nameOf: NameOf): Assembly => {
  const names = uniqueNames();
  const nodes: GraphNode[] = [];
  const constants = new Map<object, Map<string, string>>();

  const node: Assembly['node'] = (name, op, inputs, attributes) => {
    nodes.push({ name, op, inputs, attributes });
    return name;
  };
  const constant: Assembly['constant'] = (tensor, wanted) => {
    const byShape = constants.get(tensor.data) ?? new Map<string, string>();
    constants.set(tensor.data, byShape);
    const shape = tensor.shape.join('×');
    const known = byShape.get(shape);
    if (known !== undefined) return known;
    const name = names.fresh(nameOf(tensor.data) ?? wanted);
    byShape.set(shape, name);
    return node(name, 'Const', [], constantAttributes(tensor));
  };
  const draft: Assembly['draft'] = ({ op, inputs, attributes }, operands, wanted) => {
    const read = inputs.map((input) => {
      if (typeof input === 'number') return operands[input]!;
      return 'op' in input
        ? draft(input, operands, `${wanted}/${input.op}`)
        : constant(input, `${wanted}/const`);
    });
    return node(names.fresh(wanted), op, read, attributes);
  };
  return { nodes, reserve: names.fresh, node, constant, draft };
};
