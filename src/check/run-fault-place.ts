/** The place of what went wrong while a file ran. */
import { readFileSync } from 'node:fs';
import type { Fault, SourcePlace } from '../base/fault.js';
import { linePlace } from './source-place.js';

/** The line that a fault of `loadExports` names in its `where`, or the first; `undefined` if there is no such file. */
export const runFaultPlace = (file: string, { where }: Fault): SourcePlace | undefined => {
  const [, path = file, line = 1, column = 1] = /^(.*?):(\d+)(?::(\d+))?$/s.exec(where) ?? [];
  try {
    return linePlace(path, readFileSync(path, 'utf8'), Number(line), Number(column));
  } catch {
    // The file may be gone by now, or never have been one; the fault itself says what is wrong.
    return undefined;
  }
};
