/**
 * TensorFlow graphs as plain data: what `NodeDef` and `SignatureDef` say, before anything is encoded.
 *
 * Both files that are written (a tfjs `model.json` and a SavedModel) are encodings of one such graph.
 * Source: tensorflow/core/framework/node_def.proto, attr_value.proto; protobuf/meta_graph.proto.
 */
import type { DataType } from '../../ops/value.js';

/** Numbers in a graph; the data is shared with the plan, never copied. */
export interface GraphTensor {
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** An attribute of a node. Shapes have −1 where the batch decides. */
export type GraphAttribute =
  | { readonly kind: 'type'; readonly value: DataType }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'flag'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'texts'; readonly value: readonly string[] }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: GraphTensor };

/** The attributes of a node, by TensorFlow's names. */
export type GraphAttributes = Readonly<Record<string, GraphAttribute>>;

/** A node; it has one output, so that inputs are names of nodes. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: GraphAttributes;
}

/** An end of a signature: the name under which it is fed or fetched, and the node that stands for it. */
export interface Port {
  readonly name: string;
  readonly node: string;
  readonly dtype: DataType;
  /** With −1 where the batch decides. */
  readonly shape: readonly number[];
}

/** A way to call a graph. */
export interface Signature {
  readonly name: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** A graph: nodes after their inputs, and the ways to call it. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  /** The first computes the whole model. */
  readonly signatures: readonly Signature[];
}

/** The tensor of a constant; `undefined` for every other node. */
export const tensorOf = ({ op, attributes }: GraphNode): GraphTensor | undefined => {
  const value = op === 'Const' ? attributes['value'] : undefined;
  return value?.kind === 'tensor' ? value.value : undefined;
};

/** The attributes of a constant. */
export const constantAttributes = (tensor: GraphTensor): GraphAttributes => ({
  dtype: { kind: 'type', value: tensor.dtype },
  value: { kind: 'tensor', value: tensor },
});

/** The bytes of a tensor, as they lie in memory. */
export const bytesOf = ({ data }: GraphTensor): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/**
 * Whether a tensor is a gate: floats of nothing but 0 and 1, which fit one byte, or one bit, without loss. A single
 * number is none.
 */
export const isGate = ({ dtype, data }: GraphTensor): boolean =>
  dtype === 'float32' && data.length > 1 && data.every((one) => one === 1 || Object.is(one, 0));
