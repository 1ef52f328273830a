/** What can be wrong with a loaded model's use: rules T01, T04, T06 and T08; the others are the artefact's. */
import { badFile } from '../artefact/faults.js';
import { artefactFile } from '../artefact/format.js';
import { quoted } from '../artefact/place.js';
import { fault, type Fault } from '../base/fault.js';

/** T01: an input that is not what the model reads. */
export const badInput = (where: string, got: string, wanted: string, fix: string): Fault =>
  fault({ rule: 'T01', where, got, wanted, fix });

/** T04 for a file that `artefact.json` does not list. */
export const missingFile = (where: string, path: string): Fault =>
  badFile(`${where}/${artefactFile}`, `no word of ${path}`, 'its length and checksum');

/** T04 for a file that is too long to be read. */
export const badSize = (where: string, path: string, bytes: number, most: number): Fault =>
  badFile(`${where}/${path}`, `${bytes} bytes`, `at most ${most} bytes`);

/** T06: an artefact of another model than the one that the caller declares. */
export const otherModel = (where: string, got: string, wanted: string): Fault =>
  fault({
    rule: 'T06',
    where,
    got,
    wanted,
    fix: 'compile this model, or load with the model that was compiled',
  });

/** T08: a stage, or its features, where they do not belong. */
export const badStage = (where: string, got: string, wanted: string): Fault =>
  fault({
    rule: 'T08',
    where,
    got,
    wanted,
    fix: 'run the stages in order, each on the features of the one before',
  });

/** T08 for what was disposed of. */
export const gone = (where: string, what: string): Fault =>
  fault({ rule: 'T08', where, got: `${what} after dispose`, wanted: `${what} that still lives`, fix: 'dispose later, or load again' }); // prettier-ignore

/** Names for a message, or that there are none. */
export const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'nothing' : names.map(quoted).join(', ');
