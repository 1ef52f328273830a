/**
 * Writing that leaves the old file or the new one, never half of one.
 *
 * A file is written beside its place, flushed to the disk and renamed over it; a folder is filled beside its place
 * and renamed. On failure the work left beside is removed and the fault names the path and the remedy.
 */
import { randomBytes } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../base/fault.js';
import { machineSystem, type FileSystem, type OpenFile } from './system.js';

/**
 * Writes `content`, whole or in pieces one after another, to `path` atomically; makes the folders above it. Fault F01
 * on any failure.
 */
export const writeFileAtomically = (
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
  system: FileSystem = machineSystem,
): TE.TaskEither<readonly Fault[], void> =>
  TE.tryCatch(
    async () => {
      await system.makeFolder(dirname(resolve(path)));
      await replaceFile(system, path, piecesOf(content));
    },
    (caught) => [writeFault(path, caught)],
  );

/**
 * Fills a new folder through `fill`, then moves it to `path`; makes the folders above it. What is there at `path` is
 * fault F02: nothing a person made is ever replaced. Fault F01 on any failure, after which the folder is absent, or,
 * where only its place could not be flushed to the disk, whole.
 */
export const writeFolderAtomically =
  <A>(
    path: string,
    fill: (beside: string) => TE.TaskEither<readonly Fault[], A>,
    system: FileSystem = machineSystem,
  ): TE.TaskEither<readonly Fault[], A> =>
  async () => {
    const target = resolve(path);
    const beside = join(dirname(target), partName(basename(target)));
    const clear = (): Promise<void> => system.removeFolder(beside).catch(() => undefined);
    try {
      if (await isThere(system, target)) return E.left([existsFault(path)]);
      await system.makeFolder(dirname(target));
      // Never one that someone else put there to see it filled.
      await system.newFolder(beside);
      const filled = await fill(beside)();
      if (E.isLeft(filled)) {
        await clear();
        return filled;
      }
      await flushFolder(system, beside);
      await system.rename(beside, target);
      await flushFolder(system, dirname(target));
      return filled;
    } catch (caught) {
      // The removal may fail for the same reason (a file where a folder is needed); the first cause is the one to tell.
      await clear();
      return E.left([writeFault(path, caught)]);
    }
  };

/**
 * Writes a file beside its place, flushes it, renames it into place and flushes the folder. Rejects with the first
 * system error; a file that was not renamed is removed. Whatever happens, `path` is the old file or the new one.
 */
export const replaceFile = async (
  system: Pick<FileSystem, 'open' | 'rename' | 'remove'>,
  path: string,
  pieces: readonly Uint8Array[],
): Promise<void> => {
  const beside = join(dirname(path), partName(basename(path)));
  try {
    const file = await system.open(beside, 'wx');
    try {
      let at = 0;
      for (const piece of pieces) {
        await writeAll(file, piece, at);
        at += piece.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await system.rename(beside, path);
  } catch (caught) {
    // What cannot be removed now is left beside, under a name that begins with a dot.
    await system.remove(beside).catch(() => undefined);
    throw caught;
  }
  await flushFolder(system, dirname(path));
};

/** A system error as a fault of rule F01, with the remedy for the usual causes. */
export const writeFault = (path: string, caught: unknown): Fault => {
  const code = (caught as { code?: string } | null)?.code ?? '';
  const message = caught instanceof Error ? caught.message : String(caught);
  const [got, fix] = causes[code] ?? [message, 'see the system error'];
  return fault({ rule: 'F01', where: path, got, wanted: 'a place that can be written', fix });
};

const piecesOf = (content: string | Uint8Array | readonly Uint8Array[]): readonly Uint8Array[] =>
  typeof content === 'string'
    ? [new TextEncoder().encode(content)]
    : content instanceof Uint8Array
      ? [content]
      : content;

const existsFault = (path: string): Fault =>
  fault({
    rule: 'F02',
    where: path,
    got: 'something that is already there',
    wanted: 'a new folder',
    fix: 'choose another name or remove it first',
  });

const causes: Readonly<Record<string, readonly [got: string, fix: string]>> = {
  ENOSPC: ['a full disk', 'free some space or choose another folder'],
  EACCES: ['no permission to write', 'choose a folder that you may write to'],
  EPERM: ['no permission to write', 'choose a folder that you may write to'],
  EROFS: ['a read-only file system', 'choose another folder'],
  ENOTDIR: ['a file where a folder is needed', 'choose another path'],
  EISDIR: ['a folder where a file is needed', 'choose another path'],
  EDQUOT: ['an exceeded quota', 'free some space or choose another folder'],
  ENAMETOOLONG: ['a name that is too long', 'choose a shorter one'],
};

/** One write may take fewer bytes than it was given, and takes 2 GiB at most. */
const writeAll = async (file: OpenFile, bytes: Uint8Array, at: number): Promise<void> => {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(bytes.length - done, 2 ** 26), at + done);
    if (bytesWritten === 0)
      throw Object.assign(new Error('the disk takes no more bytes'), { code: 'ENOSPC' });
    done += bytesWritten;
  }
};

const flushFolder = async (system: Pick<FileSystem, 'open'>, folder: string): Promise<void> => {
  // Windows opens no folder.
  if (process.platform === 'win32') return;
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

/** Whether anything is there. */
const isThere = (system: FileSystem, path: string): Promise<boolean> =>
  system.isFolder(path).then(
    () => true,
    (caught: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes((caught as { code?: string } | null)?.code ?? '')) return false;
      throw caught;
    },
  );

/** The name of what is not finished: who writes it, and nothing that another would choose. */
const partName = (name: string): string => `.${name}.${process.pid}.${randomBytes(4).toString('hex')}.part`;
