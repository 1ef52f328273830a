/** What is to be done with each file of a generated folder: written, left, removed, or written beside. */
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../../base/fault.js';
import { folderFaults, isOneFile, standing } from './folder.js';
import { digestOf, type Digests, type Manifest } from './manifest.js';
import { besidePath, pathKey } from './paths.js';
import type { SourceFile } from '../target.js';

/** A file to write; `instead` is the one that a person changed. */
export interface Writing {
  readonly path: string;
  readonly text: string | Uint8Array;
  readonly digest: string;
  readonly instead?: string;
}

/** What is to be done with the files of a folder. */
export interface Decided {
  readonly writing: readonly Writing[];
  /** Files that hold what they should already. */
  readonly same: readonly Writing[];
  readonly removing: readonly string[];
  readonly kept: readonly string[];
}

/** Decides, writing nothing. Faults V13. Rejects with a system error. */
export const decide = async (
  out: string,
  files: readonly SourceFile[],
  before: Manifest | undefined,
): Promise<E.Either<readonly Fault[], Decided>> => {
  const recorded = digestsByKey(before);
  const ours = (path: string, content: Uint8Array): boolean =>
    recorded.get(pathKey(path))?.has(digestOf(content)) === true;
  const known = [...new Set([...Object.keys(before?.files ?? {}), ...Object.keys(before?.writing ?? {})])];
  const faults = await folderFaults(out, [...files.map(({ path }) => path), ...known]);
  if (faults.length > 0) return E.left(faults);
  const writing: Writing[] = [];
  const same: Writing[] = [];
  const taken = new Set(files.map(({ path }) => pathKey(path)));
  for (const { path, text } of files) {
    const one = { path, text, digest: digestOf(text) };
    const there = await standing(join(out, path));
    if (there === 'nothing') writing.push(one);
    else if (there instanceof Uint8Array && digestOf(there) === one.digest) same.push(one);
    else if (there instanceof Uint8Array && ours(path, there)) writing.push(one);
    else {
      const beside = await freeBeside(out, one, { taken, ours });
      (beside.isThere ? same : writing).push({ ...one, path: beside.path, instead: path });
    }
  }
  const current = new Map(
    [...writing, ...same]
      .flatMap(({ path, instead = path }) => [path, instead])
      .map((path) => [pathKey(path), path]),
  );
  const removing: string[] = [];
  const kept: string[] = [];
  for (const path of known) {
    // Where capitals do not count, an old name of a file is that file.
    const now = current.get(pathKey(path));
    if (now === path || (now !== undefined && (await isOneFile(join(out, path), join(out, now))))) continue;
    const there = await standing(join(out, path));
    if (there instanceof Uint8Array && ours(path, there)) removing.push(path);
    else if (there !== 'nothing') kept.push(path);
  }
  return E.right({ writing, same, removing: removing.sort(), kept: kept.sort() });
};

/* The first place beside a changed file that is free, ours, or holds the text already. */
const freeBeside = async (
  out: string,
  { path, digest }: Writing,
  {
    taken,
    ours,
  }: { readonly taken: Set<string>; readonly ours: (path: string, content: Uint8Array) => boolean },
): Promise<{ readonly path: string; readonly isThere: boolean }> => {
  for (let nth = 1; ; nth++) {
    const beside = besidePath(path, nth);
    if (taken.has(pathKey(beside))) continue;
    const there = await standing(join(out, beside));
    const isThere = there instanceof Uint8Array && digestOf(there) === digest;
    if (there === 'nothing' || isThere || (there instanceof Uint8Array && ours(beside, there))) {
      taken.add(pathKey(beside));
      return { path: beside, isThere };
    }
  }
};

/* What a record knows of files whose paths differ in capitals alone. */
const digestsByKey = (before: Manifest | undefined): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>();
  for (const [path, digest] of [before?.files ?? {}, before?.writing ?? {}].flatMap((one) =>
    Object.entries(one),
  ))
    // prettier-ignore
    found.set(pathKey(path), (found.get(pathKey(path)) ?? new Set()).add(digest));
  return found;
};

/** What a record says of a path. */
export const digestAt = (digests: Digests | undefined, path: string): string | undefined =>
  digests !== undefined && Object.hasOwn(digests, path) ? digests[path] : undefined;
