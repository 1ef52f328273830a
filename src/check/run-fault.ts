/** Why a user's file could not be run, as a fault that names the line where there is one. */
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fault, isFaultError, type Fault } from '../base/fault.js';

/** What was thrown while a file was loaded. U03: it cannot be parsed; U04: it, or what it imports, fails. */
export const runFault = (file: string, caught: unknown): Fault => {
  const message = caught instanceof Error ? caught.message : String(caught);
  const syntax = /^(.+):(\d+):(\d+): ERROR: (.+)$/m.exec(message);
  if (syntax !== null) {
    const [, where = file, line = '', column = '', what = ''] = syntax;
    return fault({
      rule: 'U03',
      where: `${resolve(where) === resolve(file) ? file : where}:${line}:${column}`,
      got: `a syntax error: ${what}`,
      wanted: 'TypeScript',
      fix: 'mend that line',
    });
  }
  const where = placeOf(file, caught);
  const missing = /^Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1];
  if (missing !== undefined) {
    return fault({
      rule: 'U04',
      where,
      got: `an import of '${missing}', which is not there`,
      wanted: 'imports that can be found from the file',
      fix: /^[./]|^file:/.test(missing)
        ? 'check the path'
        : `run npm install ${packageOf(missing)} beside it`,
    });
  }
  return fault({
    rule: 'U04',
    where,
    got: isFaultError(caught)
      ? message.split('\n').join(' | ')
      : `an error when it ran: ${firstLine(message)}`,
    wanted: 'a file that runs',
    fix: 'mend it',
  });
};

/** The first line of what was thrown, which may be of any length. */
const firstLine = (text: string): string => {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length <= 600 ? line : `${line.slice(0, 599)}…`;
};

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/**
 * `file:line` of the innermost frame in the file, or else in a file that it imports and that is the user's, too;
 * the file alone where the stack does not say.
 */
const placeOf = (file: string, caught: unknown): string => {
  const stack = caught instanceof Error ? (caught.stack ?? '') : '';
  const path = resolve(file);
  const lines = stack.split('\n');
  const own = lines.find((line) => line.includes(path) || line.includes(pathToFileURL(path).href));
  const line = /:(\d+):\d+\)?$/.exec(own ?? '')?.[1];
  if (line !== undefined) return `${file}:${line}`;
  const ours = lines.findIndex((one) => one.includes(loader));
  const imported = lines.slice(0, ours === -1 ? lines.length : ours).map(usersFrame);
  return imported.find((one) => one !== undefined) ?? file;
};

/** `file:line` of a frame in a file that is neither this package's nor a library's. */
const usersFrame = (frame: string): string | undefined => {
  const [, place = '', line] = /(?:\(|at )((?:file:\/\/|\/|[A-Za-z]:\\).*?\.[cm]?[jt]s)(?:\?.*?)?:(\d+):\d+\)?$/.exec(frame) ?? []; // prettier-ignore
  if (line === undefined || /[\\/]node_modules[\\/]/.test(place)) return undefined;
  const path = place.startsWith('file:') ? fileURLToPath(place) : place;
  return path.startsWith(ownFolder) ? undefined : `${relative('', path)}:${line}`;
};
const ownFolder = fileURLToPath(new URL('..', import.meta.url));
/** What stands below the loader in a stack is not the file's doing. */
const loader = join(ownFolder, 'check', 'load-model.');
