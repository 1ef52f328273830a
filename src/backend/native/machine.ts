/** What the installation asks of the machine, as a value: tests give their own. */
import { spawn } from 'node:child_process';
import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** How a command ended. */
export type Ended =
  | { readonly _tag: 'Ended'; readonly code: number; readonly out: string; readonly err: string }
  | { readonly _tag: 'Missing' }
  | { readonly _tag: 'Aborted' };

export interface RunOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** The machine that is installed on. */
export interface Machine {
  readonly platform: string;
  readonly architecture: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Runs a command to its end; a command that is not there is an outcome, not an error. */
  readonly run: (command: string, parameters: readonly string[], options?: RunOptions) => Promise<Ended>;
  /** Bytes free on the disk that holds a folder. */
  readonly freeBytes: (folder: string) => Promise<number>;
}

/** This machine. */
export const thisMachine: Machine = {
  platform: process.platform,
  architecture: process.arch,
  environment: process.env,
  run: (command, parameters, options = {}) =>
    new Promise((resolve) => {
      if (options.signal?.aborted === true) return resolve({ _tag: 'Aborted' });
      const child = spawn(command, [...parameters], {
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        env: { ...process.env, ...options.environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      const stop = (): void => void child.kill('SIGTERM');
      options.signal?.addEventListener('abort', stop, { once: true });
      child.stdout.on('data', (piece: Buffer) => out.push(piece));
      child.stderr.on('data', (piece: Buffer) => err.push(piece));
      const end = (ended: Ended): void => {
        options.signal?.removeEventListener('abort', stop);
        resolve(options.signal?.aborted === true ? { _tag: 'Aborted' } : ended);
      };
      child.on('error', (caught: NodeJS.ErrnoException) =>
        end(
          caught.code === 'ENOENT' || caught.code === 'EACCES'
            ? { _tag: 'Missing' }
            : { _tag: 'Ended', code: 1, out: '', err: caught.message },
        ),
      );
      child.on('close', (code) =>
        end({
          _tag: 'Ended',
          code: code ?? 1,
          out: Buffer.concat(out).toString('utf8'),
          err: Buffer.concat(err).toString('utf8'),
        }),
      );
    }),
  freeBytes: async (folder) => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};

const partPrefix = '.part-';

/** A new folder under the cache for work in progress, named after this process. */
export const newPart = async (root: string): Promise<string> => {
  await mkdir(root, { recursive: true });
  const part = join(root, `${partPrefix}${process.pid}-${performance.now().toString(36).replace('.', '')}`);
  await mkdir(part);
  return part;
};

/** Removes what processes that are no longer alive left behind. */
export const removeStaleParts = async (root: string): Promise<void> => {
  const names = await readdir(root).catch((): string[] => []);
  for (const name of names.filter((one) => one.startsWith(partPrefix))) {
    const owner = Number(name.slice(partPrefix.length).split('-')[0]);
    if (!Number.isInteger(owner) || isAlive(owner)) continue;
    await rm(join(root, name), { recursive: true, force: true });
  }
};

const isAlive = (id: number): boolean => {
  try {
    process.kill(id, 0);
    return true;
  } catch (caught) {
    return (caught as { code?: string }).code === 'EPERM';
  }
};
