/** What stands in a generated folder, no link followed. */
import { lstat, readFile, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fault, type Fault } from '../../../base/fault.js';

/** What stands at a path: the bytes of a file, or what it is instead. */
export type Standing = Uint8Array | 'nothing' | 'a link' | 'a folder' | 'no file';

/** What stands at a path. Rejects with a system error. */
export const standing = async (path: string): Promise<Standing> => {
  const found = await linkStatus(path);
  if (found === undefined) return 'nothing';
  if (found.isSymbolicLink()) return 'a link';
  if (found.isDirectory()) return 'a folder';
  return found.isFile() ? readFile(path) : 'no file';
};

/** Whether two paths lead to one file, as `a` and `A` do where capitals do not count. */
export const isOneFile = async (a: string, b: string): Promise<boolean> => {
  const [one, other] = await Promise.all([linkStatus(a), linkStatus(b)]);
  return one !== undefined && other !== undefined && one.dev === other.dev && one.ino === other.ino;
};

/** V13 for each folder above these paths, within the folder `out`, that is a link or a file. */
export const folderFaults = async (out: string, paths: readonly string[]): Promise<readonly Fault[]> => {
  const faults: Fault[] = [];
  for (const folder of foldersOf(paths)) {
    const found = await linkStatus(join(out, folder));
    if (found !== undefined && !found.isDirectory())
      faults.push(notInside(join(out, folder), found.isSymbolicLink() ? 'a link' : 'a file'));
  }
  return faults;
};

/** Removes the folders that held nothing but these files. */
export const removeEmpty = async (out: string, removed: readonly string[]): Promise<void> => {
  for (const folder of [...foldersOf(removed)].reverse())
    // One that still holds something stays.
    await rmdir(join(out, folder)).catch(() => undefined);
};

/** V13: what stands where a file or folder of ours should, and is none. */
export const notInside = (where: string, got: string): Fault =>
  fault({
    rule: 'V13',
    where,
    got,
    wanted: `a file or folder within ${dirname(where)}`,
    fix: 'remove it, or name another folder',
  });

const linkStatus = (path: string) =>
  lstat(path, { bigint: true }).catch((caught: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes((caught as { code?: string } | null)?.code ?? '')) return undefined;
    throw caught;
  });

/* All folders above paths, the outer ones first. */
const foldersOf = (paths: readonly string[]): readonly string[] =>
  [
    ...new Set(
      paths.flatMap((path) => {
        const segments = path.split('/').slice(0, -1);
        return segments.map((_, at) => segments.slice(0, at + 1).join('/'));
      }),
    ),
  ].sort();
