/**
 * How a shard holds a tensor: as float32, or as bytes where that loses nothing.
 *
 * Pictures are bytes that became numbers, and so are masks and discs: a quarter of the room. Which encoding holds a
 * tensor is found from its numbers, all of them, and never rounds one.
 */
import { brightness } from '../feed.js';
import type { StoredTensor } from '../../files/safetensors.js';

/** `brightness`: a byte stands for byte / 127.5 − 1; `byte`: for itself; `float32`: no bytes. */
export type ShardEncoding = 'brightness' | 'byte' | 'float32';

/** A tensor as it is stored. */
export interface EncodedTensor {
  readonly encoding: ShardEncoding;
  readonly tensor: StoredTensor;
}

/** The first encoding that gives every number back bit by bit. */
export const encodedTensor = (data: Float32Array, shape: readonly number[]): EncodedTensor => {
  for (const { encoding, values, byteOf } of ofBytes) {
    const bytes = asBytes(data, values, byteOf);
    if (bytes !== undefined) return { encoding, tensor: { dtype: 'U8', shape, data: bytes } };
  }
  return { encoding: 'float32', tensor: { dtype: 'F32', shape, data } };
};

/** What bytes stand for, in the order in which encodings are tried; `VALUES` of `shards.py` has the same numbers. */
export const ofBytes: readonly {
  readonly encoding: ShardEncoding;
  /** What each of the 256 bytes stands for. */
  readonly values: Readonly<Float32Array>;
  /** The one byte that a number can be. */
  readonly byteOf: (value: number) => number;
}[] = [
  { encoding: 'brightness', values: brightness, byteOf: (value) => Math.round((value + 1) * 127.5) },
  {
    encoding: 'byte',
    values: Float32Array.from({ length: 256 }, (_, byte) => byte),
    byteOf: (value) => value,
  },
];

const asBytes = (
  data: Float32Array,
  values: Readonly<Float32Array>,
  byteOf: (value: number) => number,
): Uint8Array | undefined => {
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const byte = byteOf(data[i]!);
    // A number that is no byte has no value here; −0 is not the 0 of byte 0.
    if (!Object.is(values[byte], data[i])) return undefined;
    bytes[i] = byte;
  }
  return bytes;
};
