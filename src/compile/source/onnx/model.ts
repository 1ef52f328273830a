/**
 * ONNX models as plain data: what `ModelProto` says, before anything is encoded.
 *
 * Source: the ONNX specification, `onnx.proto`, `IR.md` and `Operators.md`.
 */
import type { DataType } from '../../../ops/value.js';

/**
 * The version of the operators that models are written in. 18 is the first in which `Resize` takes the new height and
 * width alone (`axes`): before, it asks for the batch, which is not known, or for factors, which round. Runtimes since
 * 2023 know it.
 */
export const opset = 18;

/** The version of the file format that belongs to it: the oldest that opset 18 came with. */
export const irVersion = 8;

/** What an entry is; whole numbers that say where (axes, sizes) are of 64 bits in ONNX. */
export type OnnxType = DataType | 'int64';

/** Numbers in a model; large data is shared with the plan or with the weights. */
export interface OnnxTensor {
  readonly dtype: 'float32' | 'int32' | 'int64';
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array;
}

/** An attribute of a node. */
export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string };

/** The attributes of a node, by ONNX's names. */
export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

/** A node. It gives one value; it reads values by name, the empty name for an optional one that is left out. */
export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: OnnxAttributes;
}

/** A value and its type; an extent that the batch decides is a text: `n`. */
export interface OnnxValue {
  readonly name: string;
  readonly dtype: OnnxType;
  readonly shape: readonly (number | string)[];
}

/** A value whose numbers are in the model: a weight, a constant, or what an input is where nothing is fed. */
export interface OnnxInitialiser {
  readonly name: string;
  readonly tensor: OnnxTensor;
}

/** A graph: nodes after what they read. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initialisers: readonly OnnxInitialiser[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** The types of values between, which a viewer shows on its edges. */
  readonly values: readonly OnnxValue[];
}

/** A model: a graph and what is said of it. */
export interface OnnxModel {
  readonly graph: OnnxGraph;
  /** A sentence or two for a person. */
  readonly about: string;
  readonly metadata: readonly (readonly [key: string, value: string])[];
}

/** The bytes of a tensor, as they lie in memory. */
export const bytesOf = ({ data }: OnnxTensor): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** The numbers by which ONNX tells types apart (`TensorProto.DataType`). */
export const elementTypes: Readonly<Record<OnnxType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };
