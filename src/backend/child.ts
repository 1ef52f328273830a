/** Running one of this room's own scripts in a process of its own and reading the JSON line that it prints. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What came of a child: the value it printed, or why there is none. */
export type ChildOutcome =
  | { readonly _tag: 'Printed'; readonly value: unknown }
  | { readonly _tag: 'Failed'; readonly reason: string };

/** Marks the one line of a trial's output that is for us; libraries print lines of their own. */
export const resultMark = '@maskskip-trial ';

/** Runs `trial-main` with an argument; a crash or a hang is an outcome, never an error. */
export const runTrial = (argument: string, milliseconds: number): Promise<ChildOutcome> =>
  new Promise((resolve) => {
    // Beside the sources the script is TypeScript and needs the loader that this process may have been given.
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    const script = fileURLToPath(new URL(`./trial-main${extension}`, import.meta.url));
    const loader =
      extension === '.ts'
        ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
        : [];
    const child = spawn(process.execPath, [...loader, script, argument], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => out.push(piece));
    child.stderr.on('data', (piece: Buffer) => err.push(piece));
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
    child.on('error', (caught) => {
      clearTimeout(timer);
      resolve({ _tag: 'Failed', reason: caught.message });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(
        readOutcome(Buffer.concat(out).toString('utf8'), Buffer.concat(err).toString('utf8'), code, signal),
      );
    });
  });

/** Reads a trial's output: the marked line, else a sentence on how the process ended. */
export const readOutcome = (
  out: string,
  err: string,
  code: number | null,
  signal: NodeJS.Signals | null,
): ChildOutcome => {
  const line = out.split('\n').find((one) => one.startsWith(resultMark));
  if (line !== undefined) {
    try {
      return { _tag: 'Printed', value: JSON.parse(line.slice(resultMark.length)) };
    } catch {
      return { _tag: 'Failed', reason: 'its trial printed half a line' };
    }
  }
  if (signal === 'SIGKILL') return { _tag: 'Failed', reason: 'it did not answer in time and was stopped' };
  const last = err.trim().split('\n').at(-1) ?? '';
  const how = signal === null ? `ended with exit status ${code}` : `crashed with ${signal}`;
  return { _tag: 'Failed', reason: `it ${how}${last === '' ? '' : ` (${last.slice(0, 200)})`}` };
};
