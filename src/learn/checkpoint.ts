/**
 * Checkpoints: a training's whole memory, in a folder of files that are complete or absent.
 *
 * `step-00001200.safetensors` is the checkpoint after 1,200 steps. There is no index and no "latest" file that could
 * disagree with the others: the newest is the one with the largest step whose checksum holds. A process killed at
 * any instant leaves the last complete checkpoint loadable, and at worst an unfinished file whose name begins with a
 * dot, which a later save removes.
 */
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../base/fault.js';
import { readSafetensorsBytes } from '../files/safetensors.js';
import { machineSystem } from '../files/system.js';
import { replaceFile, writeFault } from '../files/write.js';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint/format.js';
import { isAbandonedPart, type CheckpointSystem } from './checkpoint/system.js';

export {
  decodeCheckpoint,
  encodeCheckpoint,
  type Checkpoint,
  type NamedArray,
  type OptimiserState,
} from './checkpoint/format.js';

/** How a checkpoint is saved. */
export interface SaveOptions {
  /** How many checkpoints the folder keeps, this one included: a whole number from 1. */
  readonly keep?: number;
  /** The file system, for tests. */
  readonly system?: CheckpointSystem;
}

/** What a save did. */
export interface SavedCheckpoint {
  readonly path: string;
  /** The names of older checkpoints that were removed. */
  readonly removed: readonly string[];
  /** C06: older files that could not be removed. The checkpoint itself is saved. */
  readonly warnings: readonly Fault[];
}

/** What a load found. */
export interface LoadedCheckpoint {
  readonly path: string;
  readonly checkpoint: Checkpoint;
  /** C04: newer files that had to be passed over. */
  readonly warnings: readonly Fault[];
}

/** The file name of the checkpoint after `step` steps. */
export const checkpointName = (step: number): string => `step-${String(step).padStart(8, '0')}.safetensors`;

/**
 * Saves a checkpoint into a folder, then removes all but the newest `keep` (3) up to its step. Its arrays may be
 * changed as soon as the task has been started. Faults: C01 for a checkpoint or option that is not well formed, C05
 * when the folder holds a later one, F01 of the file system; after any of them the checkpoints that were there load
 * as before.
 */
export const saveCheckpoint =
  (
    folder: string,
    checkpoint: Checkpoint,
    { keep = 3, system = machineSystem }: SaveOptions = {},
  ): TE.TaskEither<readonly Fault[], SavedCheckpoint> =>
  async () => {
    if (!Number.isSafeInteger(keep) || keep < 1) return E.left([keepFault(keep)]);
    const bytes = encodeCheckpoint(checkpoint);
    if (E.isLeft(bytes)) return bytes;
    const path = join(folder, checkpointName(checkpoint.step));
    try {
      await system.makeFolder(folder);
      const later = (await stepsIn(system, folder)).filter((step) => step > checkpoint.step);
      for (const step of later) {
        // A damaged file is nothing to protect: a training that fell back to the one before it must go on.
        if (E.isRight(await readCheckpoint(system, join(folder, checkpointName(step))))) {
          return E.left([laterFault(folder, checkpoint.step, step)]);
        }
      }
      await replaceFile(system, path, [bytes.right]);
    } catch (caught) {
      return E.left([writeFault(path, caught)]);
    }
    return E.right({ path, ...(await prune(system, folder, checkpoint.step, keep)) });
  };

/**
 * Loads a checkpoint file, or the newest checkpoint of a folder whose bytes are as they were saved. Faults: C03 for
 * a folder without one, with the reasons; those of `decodeCheckpoint` and W14 for a file.
 */
export const loadCheckpoint =
  (
    pathOrFolder: string,
    { system = machineSystem }: Pick<SaveOptions, 'system'> = {},
  ): TE.TaskEither<readonly Fault[], LoadedCheckpoint> =>
  async () => {
    const steps = await newestSteps(system, pathOrFolder);
    if (E.isLeft(steps)) return steps;
    if (steps.right === undefined) {
      const checkpoint = await readCheckpoint(system, pathOrFolder);
      return E.isLeft(checkpoint)
        ? checkpoint
        : E.right({ path: pathOrFolder, checkpoint: checkpoint.right, warnings: [] });
    }
    const warnings: Fault[] = [];
    for (const step of steps.right) {
      const path = join(pathOrFolder, checkpointName(step));
      const checkpoint = await readCheckpoint(system, path);
      if (E.isLeft(checkpoint)) warnings.push(...checkpoint.left.map((one) => passedOver(path, one.text)));
      else if (checkpoint.right.step === step)
        return E.right({ path, checkpoint: checkpoint.right, warnings });
      else warnings.push(passedOver(path, `a checkpoint of step ${checkpoint.right.step}`));
    }
    return E.left([emptyFault(pathOrFolder, steps.right.length), ...warnings]);
  };

/** The steps of a folder's checkpoints, latest first; `undefined` for a file; a fault for neither. */
const newestSteps = async (
  system: CheckpointSystem,
  pathOrFolder: string,
): Promise<E.Either<readonly Fault[], readonly number[] | undefined>> => {
  try {
    return E.right((await system.isFolder(pathOrFolder)) ? await stepsIn(system, pathOrFolder) : undefined);
  } catch (caught) {
    const missing = (caught as { code?: string } | null)?.code === 'ENOENT';
    return E.left([
      fault({
        rule: 'C03',
        where: pathOrFolder,
        got: missing ? 'nothing of that name' : String(caught),
        wanted: 'a checkpoint or a folder of checkpoints',
        fix: 'check the path',
      }),
    ]);
  }
};

const stepsIn = async (system: CheckpointSystem, folder: string): Promise<readonly number[]> =>
  (await system.list(folder))
    .map(stepOf)
    .filter((step) => step !== undefined)
    .sort((a, b) => b - a);

/** The step in a checkpoint's name; `undefined` for any other name, also one written with other zeros. */
const stepOf = (name: string): number | undefined => {
  const step = Number(/^step-(\d{8,16})\.safetensors$/.exec(name)?.[1] ?? NaN);
  return Number.isSafeInteger(step) && checkpointName(step) === name ? step : undefined;
};

const readCheckpoint = async (
  system: CheckpointSystem,
  path: string,
): Promise<E.Either<readonly Fault[], Checkpoint>> => {
  const bytes = await readSafetensorsBytes(path, system.open)();
  return E.isLeft(bytes) ? bytes : decodeCheckpoint(bytes.right, path);
};

/**
 * Removes what is older than the checkpoints to keep, and what killed saves left. The checkpoint just saved is known
 * to be good and always stays; a later, damaged one stays too, for a person to look at.
 */
const prune = async (
  system: CheckpointSystem,
  folder: string,
  saved: number,
  keep: number,
): Promise<Pick<SavedCheckpoint, 'removed' | 'warnings'>> => {
  const removed: string[] = [];
  const warnings: Fault[] = [];
  const attempt = async (name: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (caught) {
      warnings.push(pruneFault(join(folder, name), caught));
    }
  };
  await attempt('', async () => {
    const names = await system.list(folder);
    const older = (name: string): boolean => (stepOf(name) ?? Infinity) < saved;
    const surplus = names
      .filter(older)
      .sort((a, b) => stepOf(b)! - stepOf(a)!)
      .slice(keep - 1);
    for (const name of surplus) {
      await attempt(name, async () => {
        await system.remove(join(folder, name));
        removed.push(name);
      });
    }
    for (const name of names.filter((one) =>
      isAbandonedPart(one, (target) => (stepOf(target) ?? Infinity) <= saved),
    )) {
      await attempt(name, () => system.remove(join(folder, name)));
    }
  });
  return { removed, warnings };
};

const keepFault = (keep: number): Fault =>
  fault({
    rule: 'C01',
    where: 'keep',
    got: String(keep),
    wanted: 'a whole number from 1',
    fix: 'keep one at least',
  });

const laterFault = (folder: string, step: number, later: number): Fault =>
  fault({
    rule: 'C05',
    where: folder,
    got: `step ${step} to save where step ${later} is`,
    wanted: 'a later step',
    fix: 'resume from the latest checkpoint or choose another folder',
  });

const passedOver = (path: string, got: string): Fault =>
  fault({
    rule: 'C04',
    severity: 'warning',
    where: path,
    got,
    wanted: 'a checkpoint that loads',
    fix: 'remove the file when it is no longer needed',
  });

const emptyFault = (folder: string, tried: number): Fault =>
  fault({
    rule: 'C03',
    where: folder,
    got: tried === 0 ? 'no checkpoint' : `${tried} checkpoints of which none loads`,
    wanted: 'a folder with a checkpoint',
    fix: 'check the path or start the training anew',
  });

const pruneFault = (path: string, caught: unknown): Fault =>
  fault({
    rule: 'C06',
    severity: 'warning',
    where: path,
    got: caught instanceof Error ? caught.message : String(caught),
    wanted: 'an old file removed',
    fix: 'remove it by hand',
  });
