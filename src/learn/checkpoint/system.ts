/**
 * The file system calls that saving and loading a checkpoint makes, as a value.
 *
 * Tests pass one that fails at a call of their choice; everybody else passes nothing. Writing is spelt out call by
 * call here, instead of through `writeFileAtomically`, so that each of them can be made to fail, and because a
 * checkpoint also reports a folder that could not be flushed.
 */
import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../../files/write.js';

/** An open file, as far as checkpoints use one. */
export type CheckpointFile = Pick<FileHandle, 'read' | 'write' | 'stat' | 'sync' | 'close'>;

/** The calls; each rejects with a system error. */
export interface CheckpointSystem {
  readonly makeFolder: (path: string) => Promise<unknown>;
  readonly list: (folder: string) => Promise<readonly string[]>;
  readonly isFolder: (path: string) => Promise<boolean>;
  readonly open: (path: string, flags: 'r' | 'wx') => Promise<CheckpointFile>;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly remove: (path: string) => Promise<void>;
}

/** The machine's own file system. */
export const machineSystem: CheckpointSystem = {
  makeFolder,
  list: (folder) => readdir(folder),
  isFolder: async (path) => (await stat(path)).isDirectory(),
  open: (path, flags) => open(path, flags),
  rename,
  remove: (path) => rm(path),
};

/**
 * Writes a file beside its place, flushes it, renames it into place and flushes the folder. Rejects with the first
 * system error; a file that was not renamed is removed. Whatever happens, `path` is the old file or the new one.
 */
export const replaceFile = async (
  system: CheckpointSystem,
  path: string,
  bytes: Uint8Array,
): Promise<void> => {
  const beside = join(dirname(path), partName(basename(path)));
  try {
    const file = await system.open(beside, 'wx');
    try {
      await writeAll(file, bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await system.rename(beside, path);
  } catch (caught) {
    // What cannot be removed now is removed after a later save.
    await system.remove(beside).catch(() => undefined);
    throw caught;
  }
  await flushFolder(system, dirname(path));
};

/** Whether `name` is the unfinished file of a save to `target` that no running process can be writing. */
export const isAbandonedPart = (name: string, isTarget: (target: string) => boolean): boolean => {
  const found = /^\.(.+)\.(\d+)\.[0-9a-f]+\.part$/.exec(name);
  if (found === null || !isTarget(found[1]!)) return false;
  const owner = Number(found[2]);
  return owner === process.pid || !isRunning(owner);
};

const partName = (name: string): string => `.${name}.${process.pid}.${randomBytes(4).toString('hex')}.part`;

const isRunning = (processId: number): boolean => {
  try {
    process.kill(processId, 0);
    return true;
  } catch (caught) {
    return (caught as { code?: string }).code === 'EPERM';
  }
};

/** One write may take fewer bytes than it was given, and takes 2 GiB at most. */
const writeAll = async (file: CheckpointFile, bytes: Uint8Array): Promise<void> => {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(bytes.length - done, 2 ** 26), done);
    if (bytesWritten === 0)
      throw Object.assign(new Error('the disk takes no more bytes'), { code: 'ENOSPC' });
    done += bytesWritten;
  }
};

const flushFolder = async (system: CheckpointSystem, folder: string): Promise<void> => {
  const handle = await system.open(folder, 'r');
  try {
    await handle.sync();
  } catch (caught) {
    // Some file systems cannot flush a folder, and say so; any other failure means that the rename may be lost.
    if (!['EINVAL', 'ENOTSUP', 'ENOSYS', 'EBADF'].includes((caught as { code?: string }).code ?? ''))
      throw caught;
  } finally {
    await handle.close();
  }
};
