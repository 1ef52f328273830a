/**
 * A graph as a SavedModel: one `saved_model.pb` under the tag `serve`, its weights as constants in the graph.
 *
 * Source: tensorflow/core/protobuf/saved_model.proto, meta_graph.proto; core/framework/graph.proto, node_def.proto,
 * attr_value.proto, tensor.proto, tensor_shape.proto, types.proto. The numbers below are the fields' numbers there.
 */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../base/fault.js';
import * as wire from '../../files/protobuf.js';
import type { DataType } from '../../ops/value.js';
import type { ArtefactFile } from './files.js';
import { bytesOf, type Graph, type GraphAttribute, type GraphNode, type GraphTensor, type Port, type Signature } from './graph.js'; // prettier-ignore
import { graphVersion } from './tfjs.js';

/** The most bytes of a SavedModel: a protocol buffer ends at 2 GiB, and readers need some room. */
export const savedModelLimit = 1.8e9;

/** The one file of a SavedModel. Fault G03 where it would be larger than a protocol buffer may be. */
export const savedModelFiles = (
  graph: Graph,
  limit = savedModelLimit,
): E.Either<readonly Fault[], readonly ArtefactFile[]> => {
  const metaInformation = wire.message(wire.text(4, 'serve'), wire.text(5, '2.9.0'), wire.flag(7, true));
  const encoded = wire.message(
    wire.integer(1, 1),
    wire.nested(
      2,
      wire.message(
        wire.nested(1, metaInformation),
        wire.nested(2, graphDefinition(graph)),
        wire.entries(5, graph.signatures.map((one) => [one.name, signatureOf(one)])), // prettier-ignore
      ),
    ),
  );
  return encoded.bytes > limit
    ? E.left([
        fault({
          rule: 'G03',
          where: 'saved_model.pb',
          got: `${encoded.bytes} bytes`,
          wanted: `at most ${limit}`,
          fix: "use fewer filters, or the target 'tfjs-graph', whose weights lie in files of their own",
        }),
      ])
    : E.right([{ path: 'saved_model.pb', pieces: encoded.pieces }]);
};

const graphDefinition = ({ nodes }: Graph): wire.Encoded =>
  wire.message(
    ...nodes.map((node) => wire.nested(1, nodeOf(node))),
    wire.nested(4, wire.integer(1, graphVersion)),
  );

const nodeOf = ({ name, op, inputs, attributes }: GraphNode): wire.Encoded =>
  wire.message(
    wire.text(1, name),
    wire.text(2, op),
    ...inputs.map((input) => wire.text(3, input)),
    // By key, as maps have no order that would hold.
    wire.entries(
      5,
      Object.keys(attributes)
        .sort()
        .map((key) => [key, attributeOf(attributes[key]!)]),
    ),
  );

const types: Readonly<Record<DataType, number>> = { float32: 1, int32: 3, bool: 10 };

const attributeOf = (attribute: GraphAttribute): wire.Encoded => {
  switch (attribute.kind) {
    case 'type':
      return wire.integer(6, types[attribute.value]);
    case 'int':
      return wire.integer(3, attribute.value);
    case 'ints':
      return wire.nested(1, wire.integers(3, attribute.value));
    case 'float':
      return wire.float(4, attribute.value);
    case 'flag':
      return wire.flag(5, attribute.value);
    case 'text':
      return wire.text(2, attribute.value);
    case 'texts':
      return wire.nested(1, wire.message(...attribute.value.map((one) => wire.text(2, one))));
    case 'shape':
      return wire.nested(7, shapeOf(attribute.value));
    case 'tensor':
      return wire.nested(8, tensorProto(attribute.value));
  }
};

const tensorProto = (tensor: GraphTensor): wire.Encoded =>
  wire.message(
    wire.integer(1, types[tensor.dtype]),
    wire.nested(2, shapeOf(tensor.shape)),
    wire.bytes(4, bytesOf(tensor)),
  );

const shapeOf = (shape: readonly number[]): wire.Encoded =>
  wire.message(...shape.map((size) => wire.nested(2, wire.integer(1, size))));

const signatureOf = ({ inputs, outputs }: Signature): wire.Encoded =>
  wire.message(
    wire.entries(1, inputs.map(portOf)),
    wire.entries(2, outputs.map(portOf)),
    wire.text(3, 'tensorflow/serving/predict'),
  );

const portOf = ({ name, node, dtype, shape }: Port): readonly [string, wire.Encoded] => [
  name,
  wire.message(wire.text(1, `${node}:0`), wire.integer(2, types[dtype]), wire.nested(3, shapeOf(shape))),
];
