/**
 * The numbers of a graph in a safetensors file: floats as they are, gates one bit per entry.
 *
 * A gate (nothing but 0 and 1) is a U8 tensor of ⌈entries / 8⌉ bytes, entry i in bit i mod 8 of byte ⌊i / 8⌋, the lowest
 * bit first; the metadata's `gates` maps the names of gates to their shapes, as JSON. The file carries its checksum.
 */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { StoredTensor } from '../../files/safetensors.js';
import { encodeSealed } from '../../files/seal.js';
import type { ArtefactFile } from './files.js';
import { isGate, tensorOf, type Graph, type GraphTensor } from './graph.js';

/** What the numbers of a graph take. */
export interface WeightSizes {
  /** Entries of float constants, gates included. */
  readonly entries: number;
  /** Those of gates. */
  readonly gateEntries: number;
  /** Bytes if every entry were a float. */
  readonly float32: number;
  /** Bytes with one for each entry of a gate, as in a tfjs graph model. */
  readonly gatesAsBytes: number;
  /** Bytes with one bit for each entry of a gate, as in `weights.safetensors`. */
  readonly gatesAsBits: number;
}

/** The sizes of a graph's float constants. */
export const weightSizes = (graph: Graph): WeightSizes => {
  const tensors = floatTensors(graph).map(([, tensor]) => tensor);
  const gates = tensors.filter(isGate);
  const entries = total(tensors.map(({ data }) => data.length));
  const gateEntries = total(gates.map(({ data }) => data.length));
  const float32 = 4 * entries;
  return {
    entries,
    gateEntries,
    float32,
    gatesAsBytes: float32 - 3 * gateEntries,
    gatesAsBits: float32 - 4 * gateEntries + total(gates.map(({ data }) => Math.ceil(data.length / 8))),
  };
};

/** `weights.safetensors` of a graph's float constants, by the names of their nodes. Faults: those of safetensors. */
export const weightsFile = (graph: Graph): E.Either<readonly Fault[], ArtefactFile> => {
  const tensors = floatTensors(graph);
  const gates = tensors.filter(([, tensor]) => isGate(tensor));
  return E.map((bytes: Uint8Array) => ({ path: 'weights.safetensors', pieces: [bytes] }))(
    encodeSealed(Object.fromEntries(tensors.map(([name, tensor]) => [name, stored(tensor)])), {
      gates: JSON.stringify(Object.fromEntries(gates.map(([name, { shape }]) => [name, shape]))),
    }),
  );
};

/** Entries of 0 and 1 as bits. */
export const packed = (data: ArrayLike<number>): Uint8Array => {
  const bits = new Uint8Array(Math.ceil(data.length / 8));
  for (let i = 0; i < data.length; i++) if (data[i] === 1) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
};

/** The first `entries` bits as 0 and 1. */
export const unpacked = (bits: Uint8Array, entries: number): Float32Array =>
  Float32Array.from({ length: entries }, (_, i) => (bits[i >> 3]! >> (i & 7)) & 1);

const stored = (tensor: GraphTensor): StoredTensor => {
  if (!isGate(tensor)) return { dtype: 'F32', shape: tensor.shape, data: tensor.data as Float32Array };
  const data = packed(tensor.data);
  return { dtype: 'U8', shape: [data.length], data };
};

const floatTensors = (graph: Graph): readonly (readonly [name: string, tensor: GraphTensor])[] =>
  graph.nodes.flatMap((node) => {
    const tensor = tensorOf(node);
    return tensor?.dtype === 'float32' ? [[node.name, tensor] as const] : [];
  });

const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
