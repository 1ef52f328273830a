/** What the installation's steps share: their context, and faults on their way out. */
import type { Fault } from '../../base/fault.js';
import { writeFault } from '../../files/write.js';
import { installFault } from '../faults.js';
import type { Ended, Machine } from './machine.js';
import type { Layout, LibraryKind } from './layout.js';

/** Something that moved: which step, and how far in bytes where that is known. */
export interface InstallProgress {
  readonly step: 'check' | 'download' | 'hash' | 'unpack' | 'package' | 'compile' | 'place' | 'verify';
  readonly done?: number;
  readonly total?: number;
}

/** What every step is given. */
export interface StepContext {
  readonly machine: Machine;
  readonly layout: Layout;
  readonly kind: LibraryKind;
  readonly part: string;
  readonly onProgress: (event: InstallProgress) => void;
  readonly signal: AbortSignal | undefined;
}

/** Thrown inside the installation only; its edge turns it into a `Left`. */
export interface StopInstall {
  readonly _tag: 'StopInstall';
  readonly fault: Fault;
}

/** Ends the installation with a fault. */
export const stop = (rule: string, where: string, got: string, wanted: string, fix: string): never => {
  const stopped: StopInstall = { _tag: 'StopInstall', fault: installFault(rule, where, got, wanted, fix) };
  throw stopped;
};

/** N09: the person or the caller interrupted. */
export const interrupted = (): never =>
  stop('N09', 'native install', 'an interruption', 'to finish', 'run it again, what is complete is kept');

/** Ends the installation if it was interrupted. */
export const checkSignal = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted === true) interrupted();
};

/** A caught value as the faults of the installation. */
export const faultsOf = (caught: unknown, where: string): readonly Fault[] => {
  const stopped = caught as Partial<StopInstall> | null;
  if (stopped?._tag === 'StopInstall' && stopped.fault !== undefined) return [stopped.fault];
  const code = (caught as { code?: string } | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return [installFault('N07', where, 'a full disk', 'about 1.5 GB', diskFix)];
  }
  return [writeFault(where, caught)];
};

/** What to do about a full disk. */
export const diskFix = 'free some space or choose another folder with XDG_CACHE_HOME';

/** The last line of a command's complaint, short enough for one line of text. */
export const lastWords = (ended: Ended): string => {
  if (ended._tag !== 'Ended') return '';
  const lines = ended.err.trim().split('\n');
  const error = lines.filter((line) => /error/i.test(line)).at(-1) ?? lines.at(-1) ?? '';
  return error.replace(/^ERROR:\s*/, '').slice(0, 300);
};
