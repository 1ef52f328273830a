import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import {
  decodeSafetensors,
  unsafeEncodeSafetensors,
  type StoredTensor,
} from '../../src/files/safetensors.js';
import { encodeSealed, verifySeal } from '../../src/files/seal.js';

const tensors: Readonly<Record<string, StoredTensor>> = {
  '"sha256":"': { dtype: 'F32', shape: [2], data: new Float32Array([1, 2]) },
};

const sealed = (): Uint8Array<ArrayBuffer> => {
  const bytes = encodeSealed(tensors, { note: '"sha256":"', sha256: 'ignored' });
  assert.ok(E.isRight(bytes));
  return bytes.right;
};

describe('files/seal', () => {
  it('holds the SHA-256 of the file with zeros in its place, and stays a safetensors file', () => {
    const bytes = sealed();
    const decoded = decodeSafetensors(bytes);
    assert.ok(E.isRight(decoded));
    const digits = decoded.right.metadata['sha256']!;
    const zeroed = Buffer.from(bytes);
    zeroed.write('0'.repeat(64), zeroed.indexOf(digits), 'latin1');
    assert.equal(digits, createHash('sha256').update(zeroed).digest('hex'));
    assert.equal(decoded.right.metadata['note'], '"sha256":"');
    assert.ok(E.isRight(verifySeal(bytes, 'x')));
  });

  it('verifies bytes that begin inside a larger buffer', () => {
    const bytes = sealed();
    const larger = new Uint8Array(bytes.length + 5);
    larger.set(bytes, 3);
    assert.ok(E.isRight(verifySeal(larger.subarray(3, 3 + bytes.length), 'x')));
    assert.ok(E.isLeft(verifySeal(larger.subarray(3), 'x')));
  });

  it('W15: names a file without a checksum, or with another', () => {
    const none = verifySeal(unsafeEncodeSafetensors(tensors), 'a.safetensors');
    assert.ok(E.isLeft(none));
    assert.match(none.left[0]!.text, /^✗ W15 a\.safetensors: got a file without a checksum, wanted/);
    const damaged = sealed();
    damaged[damaged.length - 1]! ^= 1;
    const other = verifySeal(damaged, 'a.safetensors');
    assert.ok(E.isLeft(other));
    assert.match(other.left[0]!.text, /bytes that do not have the checksum in the file/);
    assert.ok(E.isLeft(verifySeal(new Uint8Array(0), 'x')));
    assert.ok(E.isLeft(verifySeal(Uint8Array.from(Buffer.from('12345678"sha256":"')), 'x')));
  });
});
