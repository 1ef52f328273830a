/** Why a user's file could not be run, as a fault that names the line where there is one. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
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
  const where = `${file}${lineOf(file, caught)}`;
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

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** `:line` of the innermost frame in the file, from the stack; empty where the stack does not say. */
const lineOf = (file: string, caught: unknown): string => {
  const stack = caught instanceof Error ? (caught.stack ?? '') : '';
  const path = resolve(file);
  const frame = stack
    .split('\n')
    .find((line) => line.includes(path) || line.includes(pathToFileURL(path).href));
  const line = /:(\d+):\d+\)?$/.exec(frame ?? '')?.[1];
  return line === undefined ? '' : `:${line}`;
};
