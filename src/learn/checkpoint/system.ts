/** What saving and loading a checkpoint asks of the file system, and what killed saves leave in it. */
import type { FileSystem } from '../../files/system.js';

/** The calls that are made; each rejects with a system error. */
export type CheckpointSystem = Pick<
  FileSystem,
  'makeFolder' | 'list' | 'isFolder' | 'open' | 'rename' | 'remove'
>;

/** Whether `name` is the unfinished file of a save to `target` that no running process can be writing. */
export const isAbandonedPart = (name: string, isTarget: (target: string) => boolean): boolean => {
  const found = /^\.(.+)\.(\d+)\.[0-9a-f]+\.part$/.exec(name);
  if (found === null || !isTarget(found[1]!)) return false;
  const owner = Number(found[2]);
  return owner === process.pid || !isRunning(owner);
};

const isRunning = (processId: number): boolean => {
  try {
    process.kill(processId, 0);
    return true;
  } catch (caught) {
    return (caught as { code?: string }).code === 'EPERM';
  }
};
