/** The machine's part: which backend runs, getting the native one, and what the report says of hardware and versions. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Fault } from 'maskskip';
import {
  activate,
  nativeInstall,
  type Active,
  type BackendName,
  type InstallProgress,
} from 'maskskip/backend';

/** What is asked of the backend. */
export interface BackendWish {
  /** Installs the native backend first. */
  readonly native: boolean;
  readonly backend: BackendName | undefined;
}

/** What a run ran on. */
export interface Machine {
  readonly backend: BackendName;
  readonly detail: string;
  readonly processor: string;
  readonly cores: number;
  readonly system: string;
  readonly versions: { readonly maskskip: string; readonly node: string; readonly tfjs: string };
}

/**
 * Starts the backend that was asked for; without a wish the native one where it is installed, else wasm, with one line
 * that says how to get the faster one. Faults: those of the installation and of starting.
 */
export const startBackend =
  (
    wish: BackendWish,
    say: (line: string) => void,
    signal: AbortSignal,
  ): TE.TaskEither<readonly Fault[], Active> =>
  async () => {
    if (wish.native) {
      const installed = await nativeInstall({ onProgress: installLines(say), signal })();
      if (E.isLeft(installed)) return installed;
    }
    const backend = wish.backend ?? (wish.native ? 'native' : undefined);
    if (backend !== undefined) return activate({ backend })();
    const native = await activate({ backend: 'native' })();
    if (E.isRight(native)) return native;
    if (process.platform === 'linux' && process.arch === 'x64') {
      say('This runs on wasm; the native backend is about ten times as fast: npm run quickstart -- --native');
    }
    return activate({ backend: 'wasm' })();
  };

/** What a running backend and this machine are, as data. */
export const describeMachine = ({ name, detail, tf }: Active): Machine => ({
  backend: name,
  detail,
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  system: `${process.platform} ${process.arch}`,
  versions: { maskskip: packageVersion(), node: process.version, tfjs: tf.version_core },
});

/** One line for each step of the installation, and for each quarter of those that take long. */
const installLines = (say: (line: string) => void): ((event: InstallProgress) => void) => {
  let last = '';
  return ({ step, done = 0, total = 0 }) => {
    const quarter = total > 0 ? Math.floor((4 * done) / total) * 25 : 0;
    const line = `native: ${step}${quarter > 0 ? ` ${quarter} %` : ''}`;
    if (line !== last && !(quarter === 0 && last.startsWith(`native: ${step}`))) say(line);
    last = line;
  };
};

const packageVersion = (): string => {
  const described: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return (described as { readonly version: string }).version;
};
