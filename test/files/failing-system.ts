/** A file system whose calls fail as a test wants. */
import { machineSystem, type FileSystem, type OpenFile } from '../../src/files/system.js';

/** The system errors that writing meets. */
export const errorCodes = ['ENOSPC', 'EIO', 'EACCES'] as const;

/** The machine's system in which the calls fail that `fails` picks by their number from 0; and the calls so far. */
export const failing = (
  fails: (index: number) => boolean,
  code: string,
): { readonly system: FileSystem; readonly names: readonly string[] } => {
  const names: string[] = [];
  const guard = <A>(name: string, call: () => Promise<A>): Promise<A> => {
    names.push(name);
    return fails(names.length - 1) ? Promise.reject(Object.assign(new Error(code), { code })) : call();
  };
  const guardFile = (file: OpenFile): OpenFile => ({
    read: file.read.bind(file),
    stat: file.stat.bind(file),
    write: ((bytes: Uint8Array, from: number, count: number, at: number) =>
      guard('write', () => file.write(bytes, from, count, at))) as OpenFile['write'],
    // A flush that is done shows nothing in a test, and takes its time.
    sync: () => guard('sync', () => Promise.resolve()),
    // A descriptor is gone even when its close reports a failure.
    close: () => file.close().then(() => guard('close', () => Promise.resolve())),
  });
  const system: FileSystem = {
    makeFolder: (path) => guard('makeFolder', () => machineSystem.makeFolder(path)),
    newFolder: (path) => guard('newFolder', () => machineSystem.newFolder(path)),
    list: (path) => guard('list', () => machineSystem.list(path)),
    isFolder: (path) => guard('isFolder', () => machineSystem.isFolder(path)),
    open: (path, flags) => guard('open', async () => guardFile(await machineSystem.open(path, flags))),
    rename: (from, to) => guard('rename', () => machineSystem.rename(from, to)),
    remove: (path) => guard('remove', () => machineSystem.remove(path)),
    removeFolder: (path) => guard('removeFolder', () => machineSystem.removeFolder(path)),
  };
  return { system, names };
};

/** The machine's system in which no write takes more than so many bytes. */
export const shortWrites = (most: number): FileSystem => ({
  ...machineSystem,
  open: async (path, flags) => {
    const file = await machineSystem.open(path, flags);
    const write = ((bytes: Uint8Array, from: number, count: number, at: number) =>
      most === 0
        ? Promise.resolve({ bytesWritten: 0, buffer: bytes })
        : file.write(bytes, from, Math.min(most, count), at)) as OpenFile['write'];
    return {
      write,
      read: file.read.bind(file),
      stat: file.stat.bind(file),
      sync: () => file.sync(),
      close: () => file.close(),
    };
  },
});
