/**
 * Writing that leaves the old file or the new one, never half of one.
 *
 * A file is written beside its place, flushed to the disk and renamed over it; a folder is filled beside its place
 * and renamed. On failure the work left beside is removed and the fault names the path and the remedy.
 */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../base/fault.js';

/**
 * Writes `content`, whole or in pieces one after another, to `path` atomically; makes the folders above it. Fault F01
 * on any failure.
 */
export const writeFileAtomically = (
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
): TE.TaskEither<readonly Fault[], void> =>
  TE.tryCatch(
    async () => {
      const folder = dirname(resolve(path));
      await makeFolder(folder);
      const beside = join(folder, `.${basename(path)}.${process.pid}.${sequence()}.part`);
      try {
        const file = await open(beside, 'wx');
        try {
          // Each call goes on where the one before it ended.
          for (const piece of isPieces(content) ? content : [content]) await file.writeFile(piece);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(beside, path);
        await flushFolder(folder);
      } catch (caught) {
        await rm(beside, { force: true }).catch(() => undefined);
        throw caught;
      }
    },
    (caught) => [writeFault(path, caught)],
  );

/**
 * Fills a new folder through `fill`, then moves it to `path`. An existing folder at `path` is fault F02: nothing a
 * person made is ever replaced.
 */
export const writeFolderAtomically = <A>(
  path: string,
  fill: (beside: string) => TE.TaskEither<readonly Fault[], A>,
): TE.TaskEither<readonly Fault[], A> => {
  const task: TE.TaskEither<readonly Fault[], A> = async () => {
    const target = resolve(path);
    const beside = join(dirname(target), `.${basename(target)}.${process.pid}.${sequence()}.part`);
    if (await exists(target)) {
      return { _tag: 'Left', left: [existsFault(path)] };
    }
    try {
      await makeFolder(beside);
      const filled = await fill(beside)();
      if (filled._tag === 'Left') {
        await rm(beside, { recursive: true, force: true });
        return filled;
      }
      await rename(beside, target);
      await flushFolder(dirname(target));
      return filled;
    } catch (caught) {
      // The removal may fail for the same reason (a file where a folder is needed); the first cause is the one to tell.
      await rm(beside, { recursive: true, force: true }).catch(() => undefined);
      return { _tag: 'Left', left: [writeFault(path, caught)] };
    }
  };
  return task;
};

/** A system error as a fault of rule F01, with the remedy for the usual causes. */
export const writeFault = (path: string, caught: unknown): Fault => {
  const code = (caught as { code?: string } | null)?.code ?? '';
  const message = caught instanceof Error ? caught.message : String(caught);
  const [got, fix] = causes[code] ?? [message, 'see the system error'];
  return fault({ rule: 'F01', where: path, got, wanted: 'a place that can be written', fix });
};

const isPieces = (content: string | Uint8Array | readonly Uint8Array[]): content is readonly Uint8Array[] =>
  Array.isArray(content);

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

/**
 * Makes a folder and those above it. Node's own recursive `mkdir` does not return where a parent exists but takes no
 * folders and says that it is not there, as /proc does.
 */
export const makeFolder = async (path: string): Promise<void> => {
  if (await exists(path)) return;
  const parent = dirname(path);
  if (parent !== path && !(await exists(parent))) await makeFolder(parent);
  await mkdir(path).catch(async (caught: unknown) => {
    // Another process may have made it in between.
    if ((caught as { code?: string } | null)?.code !== 'EEXIST') throw caught;
  });
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const flushFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r').catch(() => undefined);
  if (handle === undefined) return;
  try {
    await handle.sync();
  } catch {
    // Some file systems cannot flush a folder; the rename itself is atomic all the same.
  } finally {
    await handle.close();
  }
};

const sequence = (): string => Math.floor(performance.now() * 1e6).toString(36);
