/**
 * The record of a generated folder: which files are ours, and what they held when they were written.
 *
 * By it the next run tells a file that is as it was generated, which may be replaced or removed, from one that a person
 * changed. While a run writes, the record also holds what it is about to write, so that a run that was cut short leaves
 * no file that nobody knows.
 */
import { createHash } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import { duplicateKey } from '../../../base/duplicate-keys.js';
import { fault, type Fault } from '../../../base/fault.js';
import { manifestName, pathFlaw } from './paths.js';

/** SHA-256 of files by path. */
export type Digests = Readonly<Record<string, string>>;

/** What the record says. */
export interface Manifest {
  readonly target: string;
  readonly files: Digests;
  /** What a run that has not ended was about to write. */
  readonly writing?: Digests;
}

/** The SHA-256 of a file's bytes, in hexadecimal digits. */
export const digestOf = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** A record as text: the same record, the same bytes. */
export const manifestText = ({ target, files, writing }: Manifest): string =>
  `${JSON.stringify({ format, version, target, files: sorted(files), ...(writing === undefined ? {} : { writing: sorted(writing) }) }, null, 2)}\n`;

/**
 * Reads a record. It lies in a folder where anybody may have changed it, and files are removed by what it says, so
 * every path is held to the rule for generated files. Fault V12.
 */
export const readManifest = (text: string, where: string): E.Either<readonly Fault[], Manifest> => {
  const parsed = parse(text);
  if (!isRecord(parsed)) return E.left([notAManifest(where, 'no JSON object')]);
  const { target, files, writing } = parsed;
  if (parsed['format'] !== format || parsed['version'] !== version)
    return E.left([notAManifest(where, 'another format or version')]);
  if (duplicateKey(text) !== undefined) return E.left([notAManifest(where, 'a key twice')]);
  if (typeof target !== 'string' || !/^[a-z0-9-]{1,64}$/.test(target))
    return E.left([notAManifest(where, 'no target')]);
  if (!areDigests(files) || !(writing === undefined || areDigests(writing)))
    return E.left([notAManifest(where, 'a path or checksum that is none')]);
  return E.right({ target, files, ...(writing === undefined ? {} : { writing }) });
};

const format = 'maskskip generated source';
const version = 1;

const sorted = (digests: Digests): Digests =>
  Object.fromEntries(Object.entries(digests).sort(([a], [b]) => (a < b ? -1 : 1)));

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const areDigests = (value: unknown): value is Digests =>
  isRecord(value) &&
  Object.entries(value).every(
    ([path, digest]) =>
      pathFlaw(path) === undefined && typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest),
  );

const notAManifest = (where: string, got: string): Fault =>
  fault({
    rule: 'V12',
    where,
    got,
    wanted: `a record as maskskip writes it in ${manifestName}`,
    fix: 'name another folder, or remove the record: files that are there are then kept',
  });
