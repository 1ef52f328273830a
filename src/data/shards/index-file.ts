/** `index.json` of exported shards: what the tensors are called, how large they are, and which file holds which pairs. */
import type { ShardEncoding } from './encoding.js';

/** A file of some pairs: safetensors, each tensor n×h×w×c. */
export interface ShardEntry {
  /** Its name in the folder. */
  readonly file: string;
  /** How many pairs it holds, n. */
  readonly pairs: number;
  readonly bytes: number;
  /** SHA-256 of the file, as `sha256sum` prints it. */
  readonly sha256: string;
  /** How each tensor is held: `float32`, or as bytes that stand for byte / 127.5 − 1 or for themselves. */
  readonly encodings: Readonly<Record<string, ShardEncoding>>;
}

/** What every index says it is; `shards.py` of the PyTorch target asks for the same. */
export const shardFormat = { format: 'maskskip-shards', version: 1 } as const;

/** A folder of shards. */
export interface ShardIndex {
  readonly format: typeof shardFormat.format;
  readonly version: typeof shardFormat.version;
  /** What the tensors were made for: a model, or `recipe:NAME`. */
  readonly name: string;
  /** The data set and its split; empty for arrays from a program. */
  readonly source: string;
  /** In which order pairs stand; a training shuffles them itself. */
  readonly order: 'as in the source';
  readonly pairs: number;
  /** Each tensor's shape without the batch's axis, h×w×c, and what fills it. */
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly feed: string }>>;
  readonly shards: readonly ShardEntry[];
}

/** The text of the file. */
export const indexText = (index: ShardIndex): string => `${JSON.stringify(index, null, 2)}\n`;

/** The name of a shard: `train-00007.safetensors`. */
export const shardName = (prefix: string, place: number): string =>
  `${prefix}-${String(place).padStart(5, '0')}.safetensors`;
