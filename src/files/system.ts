/**
 * The file system calls that writing makes, as a value: tests pass one that fails at a call of their choice, everybody
 * else passes nothing.
 */
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** An open file, as far as it is used. */
export type OpenFile = Pick<FileHandle, 'read' | 'write' | 'stat' | 'sync' | 'close'>;

/** The calls; each rejects with a system error. */
export interface FileSystem {
  /** Makes a folder and those above it; one that is there is none the worse. */
  readonly makeFolder: (path: string) => Promise<unknown>;
  /** Makes a folder that must not be there yet. */
  readonly newFolder: (path: string) => Promise<unknown>;
  readonly list: (folder: string) => Promise<readonly string[]>;
  readonly isFolder: (path: string) => Promise<boolean>;
  readonly open: (path: string, flags: 'r' | 'wx') => Promise<OpenFile>;
  readonly rename: (from: string, to: string) => Promise<void>;
  /** Removes a file. */
  readonly remove: (path: string) => Promise<void>;
  /** Removes a folder with all that is in it. */
  readonly removeFolder: (path: string) => Promise<void>;
}

/**
 * Makes a folder and those above it. Node's own recursive `mkdir` does not return where a parent exists but takes no
 * folders and says that it is not there, as /proc does.
 */
export const makeFolder = async (path: string): Promise<void> => {
  if (await exists(path)) return;
  const parent = dirname(path);
  if (parent !== path && !(await exists(parent))) await makeFolder(parent);
  await mkdir(path).catch((caught: unknown) => {
    // Another process may have made it in between.
    if ((caught as { code?: string } | null)?.code !== 'EEXIST') throw caught;
  });
};

/** The machine's own file system. */
export const machineSystem: FileSystem = {
  makeFolder,
  newFolder: (path) => mkdir(path),
  list: (folder) => readdir(folder),
  isFolder: async (path) => (await stat(path)).isDirectory(),
  open: (path, flags) => open(path, flags),
  rename,
  remove: (path) => rm(path),
  removeFolder: (path) => rm(path, { recursive: true, force: true }),
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
