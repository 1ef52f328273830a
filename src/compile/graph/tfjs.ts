/**
 * A graph as a tfjs graph model: `model.json` and its weights in shards of 4 MiB, as tensorflowjs_converter lays them
 * out, for the stock `tf.loadGraphModel`.
 *
 * Constants of nothing but 0 and 1 are stored as bytes by the manifest's own quantisation (scale 1 from 0), which the
 * loader undoes without loss. Source: tfjs-converter, README.md and docs/model-format; tfjs-core, src/io/types.ts.
 */
import type { DataType } from '../../ops/value.js';
import {
  bytesOf,
  isGate,
  tensorOf,
  type Graph,
  type GraphAttribute,
  type GraphNode,
  type GraphTensor,
  type Port,
  type Signature,
} from './graph.js';
import type { ArtefactFile } from './files.js';

/** What is told in a graph model beside its graph. */
export interface TfjsOptions {
  /** The program that wrote it: `maskskip 0.1.0`. */
  readonly generatedBy: string;
  /** Further entries of `userDefinedMetadata`. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The files of a graph model of a graph with one signature. */
export const tfjsFiles = (graph: Graph, options: TfjsOptions): readonly ArtefactFile[] => {
  const weights = graph.nodes.flatMap((node) => {
    const tensor = tensorOf(node);
    return tensor === undefined ? [] : [stored(node.name, tensor)];
  });
  const shards = sharded(weights.map(({ bytes }) => bytes));
  const paths = shards.map((_, i) => `group1-shard${i + 1}of${shards.length}.bin`);
  const model = {
    format: 'graph-model',
    generatedBy: options.generatedBy,
    convertedBy: options.generatedBy,
    signature: signatureJson(graph.signatures[0]!),
    userDefinedMetadata: { ...options.metadata, ...structured(graph.signatures[0]!) },
    modelTopology: {
      node: graph.nodes.map(nodeJson),
      library: {},
      versions: { producer: graphVersion },
    },
    weightsManifest: [{ paths, weights: weights.map(({ entry }) => entry) }],
  };
  return [
    { path: 'model.json', pieces: [new TextEncoder().encode(JSON.stringify(model))] },
    ...paths.map((path, i) => ({ path, pieces: shards[i]! })),
  ];
};

/** The version of TensorFlow's graphs that the operations here follow (TF_GRAPH_DEF_VERSION of TensorFlow 2.9). */
export const graphVersion = 1087;

const shardBytes = 4 * 2 ** 20;

/** The bytes of a weight and its entry in the manifest. */
const stored = (
  name: string,
  tensor: GraphTensor,
): { readonly entry: object; readonly bytes: Uint8Array } => {
  const { dtype, shape, data } = tensor;
  return isGate(tensor)
    ? {
        entry: { name, shape, dtype, quantization: { dtype: 'uint8', scale: 1, min: 0, original_dtype: dtype } }, // prettier-ignore
        bytes: Uint8Array.from(data),
      }
    : { entry: { name, shape, dtype }, bytes: bytesOf(tensor) };
};

/** Weights one after another, cut into shards without copying; one empty shard where there are none. */
const sharded = (weights: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] => {
  const shards: Uint8Array[][] = [[]];
  let room = shardBytes;
  for (const weight of weights) {
    for (let at = 0; at < weight.length;) {
      if (room === 0) {
        shards.push([]);
        room = shardBytes;
      }
      const piece = weight.subarray(at, at + room);
      shards.at(-1)!.push(piece);
      at += piece.length;
      room -= piece.length;
    }
  }
  return shards;
};

/* With several outputs `predict` gives them by name. */
const structured = ({ outputs }: Signature): object =>
  outputs.length > 1 ? { structuredOutputKeys: Object.keys(portsJson(outputs)) } : {};

const signatureJson = ({ inputs, outputs }: Signature): object => ({
  inputs: portsJson(inputs),
  outputs: portsJson(outputs),
});

const portsJson = (ports: readonly Port[]): Record<string, object> =>
  Object.fromEntries(
    ports.map(({ name, node, dtype, shape }) => [
      name,
      { name: `${node}:0`, dtype: typeNames[dtype], tensorShape: shapeJson(shape) },
    ]),
  );

const nodeJson = ({ name, op, inputs, attributes }: GraphNode): object => ({
  name,
  op,
  ...(inputs.length === 0 ? {} : { input: inputs }),
  attr: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, attributeJson(value)])),
});

const typeNames: Readonly<Record<DataType, string>> = {
  float32: 'DT_FLOAT',
  int32: 'DT_INT32',
  bool: 'DT_BOOL',
};

/* Protocol buffers in JSON: whole numbers of 64 bits are texts, bytes are base64. */
const attributeJson = (attribute: GraphAttribute): object => {
  switch (attribute.kind) {
    case 'type':
      return { type: typeNames[attribute.value] };
    case 'int':
      return { i: String(attribute.value) };
    case 'ints':
      return { list: { i: attribute.value.map(String) } };
    case 'float':
      return { f: attribute.value };
    case 'flag':
      return { b: attribute.value };
    case 'text':
      return { s: base64(attribute.value) };
    case 'texts':
      return { list: { s: attribute.value.map(base64) } };
    case 'shape':
      return { shape: shapeJson(attribute.value) };
    case 'tensor':
      // The numbers are in the shards.
      return {
        tensor: { dtype: typeNames[attribute.value.dtype], tensorShape: shapeJson(attribute.value.shape) },
      };
  }
};

const shapeJson = (shape: readonly number[]): object =>
  shape.length === 0 ? {} : { dim: shape.map((size) => ({ size: String(size) })) };

/* Names of operations and paddings: all of them ASCII. */
const base64 = (text: string): string => btoa(text);
