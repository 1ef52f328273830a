/** What can be wrong with a compiled folder: rules T02, T03 and T04. */
import { fault, type Fault } from '../base/fault.js';
import { quoted } from './place.js';

/** T02: what the compiler did not write. */
export const notAnArtefact = (where: string, got: string, wanted: string): Fault =>
  fault({ rule: 'T02', where, got, wanted, fix: 'compile the model again, or take another copy' });

/** T03: a path that leads out of the folder. */
export const outside = (where: string, path: string, reason: string): Fault =>
  fault({
    rule: 'T03',
    where,
    got: `${quoted(path)}, ${reason}`,
    wanted: 'a file under the folder',
    fix: 'do not use this folder; compile the model again',
  });

/** T04: a file of the folder that is not as it was compiled. */
export const badFile = (where: string, got: string, wanted: string): Fault =>
  fault({ rule: 'T04', where, got, wanted, fix: 'copy the folder again, whole, or compile the model again' });
