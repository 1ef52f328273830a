/** Runs the binary as a person does: a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ran } from './in-process.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Starts the binary in the checkout. */
export const startBinary = (argv: readonly string[]): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...argv], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Waits for a started binary; −1 stands for a death by signal. */
export const ended = (child: ChildProcess): Promise<Ran> => {
  let results = '';
  let messages = '';
  child.stdout?.on('data', (chunk) => (results += String(chunk)));
  child.stderr?.on('data', (chunk) => (messages += String(chunk)));
  return new Promise((settle, fail) => {
    child.on('error', fail);
    child.on('close', (code) => settle({ code: code ?? -1, results, messages }));
  });
};
