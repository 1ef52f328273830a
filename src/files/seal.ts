/**
 * A checksum inside a safetensors file that covers every byte of the file.
 *
 * The metadata holds `sha256`: the SHA-256 of the whole file as it would be with 64 zeros in the digits' place. The
 * file stays an ordinary safetensors file, and no byte of it (length, header, padding, data, the digits themselves)
 * can change unseen. The digits are found by the bytes before them, which cannot occur inside a JSON string: there
 * the quotation marks would be escaped.
 */
import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../base/fault.js';
import { encodeSafetensors, type StoredTensor } from './safetensors.js';
import { headerLimit } from './safetensors-header.js';

/**
 * The bytes of a safetensors file whose metadata carries its checksum. Faults: those of `encodeSafetensors`.
 * A `sha256` in `metadata` is replaced.
 */
export const encodeSealed = (
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): E.Either<readonly Fault[], Uint8Array<ArrayBuffer>> => {
  const encoded = encodeSafetensors(tensors, { ...metadata, sha256: zeros });
  if (E.isLeft(encoded)) return encoded;
  const bytes = encoded.right;
  const at = digitsAt(bytes);
  if (at !== undefined) bytes.set(Buffer.from(digest(bytes, at), 'latin1'), at);
  return encoded;
};

/**
 * Checks the seal of a file's bytes and hands them on. Fault W15 when there is no checksum or the bytes do not
 * have it; `where` names the file.
 */
export const verifySeal = (
  bytes: Uint8Array<ArrayBuffer>,
  where: string,
): E.Either<readonly Fault[], Uint8Array<ArrayBuffer>> => {
  const at = digitsAt(bytes);
  if (at === undefined) return E.left([sealFault(where, 'a file without a checksum')]);
  const written = Buffer.from(bytes.buffer, bytes.byteOffset + at, zeros.length).toString('latin1');
  return written === digest(bytes, at)
    ? E.right(bytes)
    : E.left([sealFault(where, 'bytes that do not have the checksum in the file')]);
};

const zeros = '0'.repeat(64);
const marker = Buffer.from('"sha256":"');

/** The position of the checksum's digits, or `undefined` when the header names none. */
const digitsAt = (bytes: Uint8Array): number | undefined => {
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 8 + headerLimit));
  const found = header.indexOf(marker);
  const at = found + marker.length;
  return found < 0 || at + zeros.length > bytes.length ? undefined : at;
};

const digest = (bytes: Uint8Array, at: number): string =>
  createHash('sha256')
    .update(bytes.subarray(0, at))
    .update(zeros)
    .update(bytes.subarray(at + zeros.length))
    .digest('hex');

const sealFault = (where: string, got: string): Fault =>
  fault({
    rule: 'W15',
    where,
    got,
    wanted: 'a whole file as it was saved',
    fix: 'use another copy of the file',
  });
