/** Exported shards read back as another program would: by the index alone. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ShardEncoding, ShardIndex } from '../../../src/data/index.js';
import { readSafetensors, type StoredTensor } from '../../../src/files/safetensors.js';
import { right } from '../set.js';

/** Everything in a folder: each tensor's numbers over all pairs, and the pairs' image names. */
export interface Exported {
  readonly index: ShardIndex;
  readonly arrays: Readonly<Record<string, readonly number[]>>;
  readonly names: readonly (readonly string[])[];
}

export const readExported = async (folder: string): Promise<Exported> => {
  const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as ShardIndex;
  const names: (readonly string[])[] = [];
  const arrays: Record<string, number[]> = {};
  for (const { file, pairs, bytes, sha256, encodings } of index.shards) {
    const content = await readFile(join(folder, file));
    assert.equal(content.length, bytes);
    assert.equal(createHash('sha256').update(content).digest('hex'), sha256);
    const { tensors, metadata } = right(await readSafetensors(join(folder, file))());
    names.push(...(JSON.parse(metadata['names']!) as readonly string[][]));
    assert.deepEqual(Object.keys(tensors).sort(), Object.keys(index.tensors).sort());
    for (const [name, { shape }] of Object.entries(index.tensors)) {
      assert.deepEqual(tensors[name]!.shape, [pairs, ...shape]);
      (arrays[name] ??= []).push(...decoded(tensors[name]!, encodings[name]!));
    }
  }
  return { index, arrays, names };
};

/** What the index says of an encoding, written anew. */
export const decoded = ({ dtype, data }: StoredTensor, encoding: ShardEncoding): readonly number[] => {
  assert.equal(dtype, encoding === 'float32' ? 'F32' : 'U8');
  const numbers = Array.from(data as Float32Array | Uint8Array);
  return encoding === 'brightness' ? numbers.map((byte) => Math.fround(byte / 127.5 - 1)) : numbers;
};
