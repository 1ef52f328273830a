/**
 * The seal of an `artefact.json`: its last line holds the SHA-256 of the file as it would be with zeros for digits.
 *
 * It is looked at in the bytes, before they are read as anything, so that no byte of the file can change unseen: no
 * blank either. It keeps out accidents, not forgers, who can compute it as well; what they may write is for the
 * checks after it.
 */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../base/fault.js';
import { badFile } from './faults.js';
import type { Artefact } from './format.js';
import { sha256 } from './sha256.js';

/** The text of an `artefact.json`, and its seal. */
export const sealed = async (
  artefact: Omit<Artefact, 'sha256'>,
): Promise<{ readonly text: string; readonly sha256: string }> => {
  // The seal comes last, whatever the order in which the fields were put together.
  const open = `${JSON.stringify({ ...artefact, sha256: zeros }, null, 2)}\n`;
  const digits = await sha256(new TextEncoder().encode(open));
  return { text: `${open.slice(0, -tail.length - zeros.length)}${digits}${tail}`, sha256: digits };
};

/** The bytes of an `artefact.json` whose seal holds. Fault T04; `where` names the file. */
export const unsealed = async (
  bytes: Uint8Array<ArrayBuffer>,
  where: string,
): Promise<E.Either<readonly Fault[], Uint8Array<ArrayBuffer>>> => {
  const at = bytes.length - tail.length - zeros.length;
  const end = at < 0 ? '' : latin1(bytes.subarray(Math.max(0, at - head.length)));
  const digits = end.slice(head.length, -tail.length);
  if (end !== `${head}${digits}${tail}` || !/^[0-9a-f]{64}$/.test(digits))
    return E.left([badFile(where, 'a file without a checksum in its last line', whole)]);
  const open = bytes.slice();
  open.set(new TextEncoder().encode(zeros), at);
  return (await sha256(open)) === digits
    ? E.right(bytes)
    : E.left([badFile(where, 'bytes that do not have the checksum in the last line', whole)]);
};

const zeros = '0'.repeat(64);
const head = '\n  "sha256": "';
const tail = '"\n}\n';
const whole = 'the file as it was compiled';

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
