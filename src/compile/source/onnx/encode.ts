/**
 * An ONNX model as files: one protocol buffer, or, where its weights would not fit one, a protocol buffer and files of
 * numbers beside it.
 *
 * Fields are written in the order of their numbers, repeated numbers one by one as `onnx.proto` (proto2) declares them,
 * so that a reader that writes the model again writes the same bytes.
 * Source: `onnx.proto`; ONNX documentation, "External Data".
 */
import * as wire from '../../../files/protobuf.js';
import { bytesOf, elementTypes, irVersion, opset, type OnnxAttribute, type OnnxGraph, type OnnxInitialiser, type OnnxModel, type OnnxNode, type OnnxValue } from './model.js'; // prettier-ignore

/** A file: its path, and its bytes in pieces, so that large weights need no copy. */
export interface OnnxFile {
  readonly path: string;
  readonly pieces: readonly Uint8Array[];
}

/** How a model becomes files. */
export interface EncodeOptions {
  /** The path of the model's file; numbers beside it lie in `PATH.data`. */
  readonly path: string;
  /** The most bytes of weights within the model's file, and of one file beside it. */
  readonly limit?: number;
}

/** The most bytes of weights in one file: a protocol buffer ends at 2 GiB, and readers need some room. */
export const onnxLimit = 1.8e9;

/** The files of a model, its own first. The same model gives the same bytes. */
export const onnxFiles = (
  model: OnnxModel,
  { path, limit = onnxLimit }: EncodeOptions,
): readonly OnnxFile[] => {
  const { initialisers } = model.graph;
  const within = initialisers.reduce((sum, { tensor }) => sum + tensor.data.byteLength, 0) <= limit;
  const beside = within ? { places: new Map<string, Place>(), files: [] } : laidBeside(initialisers, path, limit); // prettier-ignore
  return [{ path, pieces: modelOf(model, beside.places).pieces }, ...beside.files];
};

/** Where numbers lie outside of the model. */
interface Place {
  /** Relative to the model's file. */
  readonly location: string;
  readonly offset: number;
  readonly bytes: number;
}

/* Numbers begin at pages, so that readers may map the file; small ones, such as axes and shapes, stay in the model. */
const page = 4096;
const smallest = 1024;
const laidBeside = (
  initialisers: readonly OnnxInitialiser[],
  path: string,
  limit: number,
): { readonly places: ReadonlyMap<string, Place>; readonly files: readonly OnnxFile[] } => {
  const places = new Map<string, Place>();
  const files: { path: string; pieces: Uint8Array[] }[] = [];
  let end = 0;
  for (const { name, tensor } of initialisers) {
    const bytes = tensor.data.byteLength;
    if (bytes < smallest) continue;
    let begin = Math.ceil(end / page) * page;
    if (files.length === 0 || begin + bytes > limit) {
      files.push({ path: `${path}.data${files.length === 0 ? '' : files.length}`, pieces: [] });
      [begin, end] = [0, 0];
    }
    const file = files.at(-1)!;
    if (begin > end) file.pieces.push(new Uint8Array(begin - end));
    file.pieces.push(bytesOf(tensor));
    end = begin + bytes;
    places.set(name, { location: file.path.split('/').at(-1)!, offset: begin, bytes });
  }
  return { places, files };
};

const modelOf = (model: OnnxModel, places: ReadonlyMap<string, Place>): wire.Encoded =>
  wire.message(
    wire.integer(1, irVersion),
    wire.text(2, 'maskskip'),
    wire.text(6, model.about),
    wire.nested(7, graphOf(model.graph, places)),
    wire.nested(8, wire.message(wire.text(1, ''), wire.integer(2, opset))),
    ...model.metadata.map(([key, value]) => wire.nested(14, entry(key, value))),
  );

const entry = (key: string, value: string): wire.Encoded => wire.message(wire.text(1, key), wire.text(2, value)); // prettier-ignore

const graphOf = (graph: OnnxGraph, places: ReadonlyMap<string, Place>): wire.Encoded =>
  wire.message(
    ...graph.nodes.map((node) => wire.nested(1, nodeOf(node))),
    wire.text(2, graph.name),
    ...graph.initialisers.map((one) => wire.nested(5, tensorOf(one, places.get(one.name)))),
    ...graph.inputs.map((one) => wire.nested(11, valueOf(one))),
    ...graph.outputs.map((one) => wire.nested(12, valueOf(one))),
    ...graph.values.map((one) => wire.nested(13, valueOf(one))),
  );

const nodeOf = ({ name, op, inputs, output, attributes }: OnnxNode): wire.Encoded =>
  wire.message(
    ...inputs.map((input) => wire.text(1, input)),
    wire.text(2, output),
    wire.text(3, name),
    wire.text(4, op),
    ...Object.keys(attributes)
      .sort()
      .map((key) => wire.nested(5, wire.message(wire.text(1, key), attributeOf(attributes[key]!)))),
  );

/* The value and, under 20, which kind it is. */
const attributeOf = (attribute: OnnxAttribute): wire.Encoded => {
  switch (attribute.kind) {
    case 'float':
      return wire.message(wire.float(2, attribute.value), wire.integer(20, 1));
    case 'int':
      return wire.message(wire.integer(3, attribute.value), wire.integer(20, 2));
    case 'text':
      return wire.message(wire.text(4, attribute.value), wire.integer(20, 3));
    case 'ints':
      return wire.message(...attribute.value.map((one) => wire.integer(8, one)), wire.integer(20, 7));
  }
};

const tensorOf = ({ name, tensor }: OnnxInitialiser, place: Place | undefined): wire.Encoded =>
  wire.message(
    ...tensor.shape.map((extent) => wire.integer(1, extent)),
    wire.integer(2, elementTypes[tensor.dtype]),
    wire.text(8, name),
    ...(place === undefined
      ? [wire.bytes(9, bytesOf(tensor))]
      : [
          wire.nested(13, entry('location', place.location)),
          wire.nested(13, entry('offset', String(place.offset))),
          wire.nested(13, entry('length', String(place.bytes))),
          wire.integer(14, 1),
        ]),
  );

const valueOf = ({ name, dtype, shape }: OnnxValue): wire.Encoded => {
  const extents = shape.map((extent) =>
    wire.nested(1, typeof extent === 'number' ? wire.integer(1, extent) : wire.text(2, extent)),
  );
  const type = wire.message(wire.integer(1, elementTypes[dtype]), wire.nested(2, wire.message(...extents)));
  return wire.message(wire.text(1, name), wire.nested(2, wire.nested(1, type)));
};
