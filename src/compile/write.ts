/** Writing an artefact: a folder that is whole or absent, with nothing outside of it. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { artefactFile, type Artefact, type ArtefactEntry } from '../artefact/format.js';
import { pathProblem, quoted } from '../artefact/place.js';
import { sealed } from '../artefact/seal.js';
import { fault, type Fault } from '../base/fault.js';
import { machineSystem, type FileSystem } from '../files/system.js';
import { writeFileAtomically, writeFolderAtomically } from '../files/write.js';
import type { ArtefactFile } from './graph/files.js';

/** All of `artefact.json` but what is known of the files once they are written. */
export type Description = Omit<Artefact, 'files' | 'sha256'>;

/**
 * Writes files and their `artefact.json` into a new folder `out`. Gives what `artefact.json` holds. Faults: G04 for a
 * path that is no plain one below the folder, before anything is written; F01 and F02 of writing.
 */
export const writeArtefact =
  (
    out: string,
    files: readonly ArtefactFile[],
    about: Description,
    system: FileSystem = machineSystem,
  ): TE.TaskEither<readonly Fault[], Artefact> =>
  async () => {
    const faults = pathFaults(files.map(({ path }) => path));
    if (faults.length > 0) return E.left(faults);
    return writeFolderAtomically(
      out,
      (folder) => async () => {
        const entries: ArtefactEntry[] = [];
        for (const file of files) {
          const written = await writeFileAtomically(join(folder, file.path), file.pieces, system)();
          if (E.isLeft(written)) return written;
          entries.push(entryOf(file));
        }
        const open = { ...about, files: entries };
        const { text, sha256 } = await sealed(open);
        const written = await writeFileAtomically(join(folder, artefactFile), text, system)();
        return E.map((): Artefact => ({ ...open, sha256 }))(written);
      },
      system,
    )();
  };

const entryOf = ({ path, pieces }: ArtefactFile): ArtefactEntry => {
  const hash = createHash('sha256');
  pieces.forEach((piece) => hash.update(piece));
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  return { path, bytes, sha256: hash.digest('hex') };
};

/** G04: what would be written elsewhere, or twice. */
const pathFaults = (paths: readonly string[]): readonly Fault[] =>
  paths.flatMap((path, at) => {
    // Some file systems tell no case apart.
    const twice = [artefactFile, ...paths.slice(0, at)].some(
      (one) => one.toLowerCase() === path.toLowerCase(),
    );
    const problem = pathProblem(path) ?? (twice ? 'which is there already' : undefined);
    return problem === undefined
      ? []
      : [
          fault({
            rule: 'G04',
            where: 'artefact',
            got: `the file ${quoted(path)}, ${problem}`,
            wanted: 'files of different names under the folder',
            fix: 'rename the file',
          }),
        ];
  });
