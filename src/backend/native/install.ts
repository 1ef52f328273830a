/**
 * Getting a current libtensorflow under the native binding, once per machine.
 *
 * Every step fills a folder of its own beside its place and renames it: an interruption leaves either the old state or
 * the new one, and the next run goes on from what is complete.
 */
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { rm } from 'node:fs/promises';
import type { Fault } from '../../base/fault.js';
import { runTrial, type ChildOutcome } from '../child.js';
import { compileBinding } from './compile.js';
import { cacheFolder, layoutOf, libtensorflowVersion, type LibraryKind } from './layout.js';
import { findBuiltBinding } from './load.js';
import { newPart, removeStaleParts, thisMachine, type Machine } from './machine.js';
import { placeAddon, providePackage } from './package.js';
import { checkSignal, faultsOf, stop, type InstallProgress, type StepContext } from './step.js';
import { fetchLibrary } from './wheel.js';

/** What a caller of the installation says. */
export interface NativeInstallOptions {
  /** With CUDA: a much larger download. */
  readonly gpu?: boolean;
  /** Another folder than `~/.cache/maskskip`. */
  readonly cache?: string;
  /** Build and place the addon again even if one works. */
  readonly force?: boolean;
  readonly onProgress: (event: InstallProgress) => void;
  readonly signal?: AbortSignal;
}

/** What the installation did. */
export interface NativeReport {
  /** `present`: a working binding was there and nothing was done. */
  readonly status: 'present' | 'installed';
  readonly libtensorflow: string;
  readonly gpu: boolean;
  /** The addon's path. */
  readonly addon: string;
  /** Seconds by step, for the steps that did something. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** What the world answers with; tests give their own. */
export interface InstallWorld {
  readonly machine: Machine;
  /** Loads the addon in a process of its own and says what it found. */
  readonly tryAddon: () => Promise<ChildOutcome>;
}

const thisWorld: InstallWorld = { machine: thisMachine, tryAddon: () => runTrial('native-load', 60_000) };

/**
 * Installs the native backend.
 *
 * Errors: N01 platform, N02 pip, N03 index or network, N04 wrong or damaged file, N05 compiler, N06 npm or headers,
 * N07 disk full, N08 the result does not load, N09 interrupted, F01 a folder that cannot be written.
 */
export const nativeInstall =
  (
    options: NativeInstallOptions,
    world: InstallWorld = thisWorld,
  ): TE.TaskEither<readonly Fault[], NativeReport> =>
  async () => {
    const layout = layoutOf(cacheFolder(options.cache, world.machine.environment));
    const kind: LibraryKind = options.gpu === true ? 'gpu' : 'cpu';
    let part: string | undefined;
    try {
      checkPlatform(world.machine);
      options.onProgress({ step: 'check' });
      if (options.force !== true) {
        const present = await working(world, kind, options.cache);
        if (present !== undefined) return E.right({ ...present, status: 'present', seconds: {} });
      }
      checkSignal(options.signal);
      await removeStaleParts(layout.root);
      part = await newPart(layout.root);
      const context: StepContext = {
        machine: world.machine,
        layout,
        kind,
        part,
        onProgress: options.onProgress,
        signal: options.signal,
      };
      return E.right(await install(context, world, options));
    } catch (caught) {
      return E.left(faultsOf(caught, layout.root));
    } finally {
      if (part !== undefined) await rm(part, { recursive: true, force: true });
    }
  };

const install = async (
  context: StepContext,
  world: InstallWorld,
  options: NativeInstallOptions,
): Promise<NativeReport> => {
  const seconds: Record<string, number> = {};
  const started = new Map<string, number>();
  const timed: StepContext = {
    ...context,
    onProgress: (event) => {
      const now = performance.now();
      if (!started.has(event.step)) started.set(event.step, now);
      seconds[event.step] = Math.round((now - started.get(event.step)!) / 10) / 100;
      context.onProgress(event);
    },
  };
  const measured = async <A>(name: string, work: () => Promise<A>): Promise<A> => {
    checkSignal(context.signal);
    const from = performance.now();
    const done = await work();
    seconds[name] = Math.round((performance.now() - from) / 10) / 100;
    return done;
  };
  await measured('library', () => fetchLibrary(timed));
  const folder = await measured('package', () => providePackage(timed));
  await measured('compile', () => compileBinding(timed, folder, options.force === true));
  const addon = await measured('place', () => placeAddon(timed, folder));
  timed.onProgress({ step: 'verify' });
  const outcome = await measured('verify', () => world.tryAddon());
  const loaded = readLoaded(outcome);
  if (loaded === undefined) {
    return stop(
      'N08',
      addon,
      notLoaded(outcome),
      'an addon that loads',
      'run it again with --force, or use wasm',
    );
  }
  return { status: 'installed', ...loaded, addon, seconds };
};

const checkPlatform = ({ platform, architecture }: Machine): void => {
  if (platform === 'linux' && architecture === 'x64') return;
  stop(
    'N01',
    'native install',
    `${platform} on ${architecture}`,
    'Linux on x64',
    'use --backend wasm, or webgpu with a GPU',
  );
};

/** A binding that is in place and loads; with `gpu`, one that sees a CUDA device. */
const working = async (
  world: InstallWorld,
  kind: LibraryKind,
  cache: string | undefined,
): Promise<Omit<NativeReport, 'status' | 'seconds'> | undefined> => {
  const built = findBuiltBinding(cache);
  if (built === undefined) return undefined;
  const loaded = readLoaded(await world.tryAddon());
  if (loaded === undefined || (kind === 'gpu' && !loaded.gpu)) return undefined;
  return { ...loaded, addon: built.addon };
};

const readLoaded = (
  outcome: ChildOutcome,
): { readonly libtensorflow: string; readonly gpu: boolean } | undefined => {
  if (outcome._tag === 'Failed') return undefined;
  const value = outcome.value as { readonly libtensorflow?: unknown; readonly gpu?: unknown };
  return typeof value.libtensorflow === 'string'
    ? { libtensorflow: value.libtensorflow, gpu: value.gpu === true }
    : undefined;
};

const notLoaded = (outcome: ChildOutcome): string => {
  if (outcome._tag === 'Failed') return outcome.reason;
  const { reason } = outcome.value as { readonly reason?: unknown };
  return typeof reason === 'string' ? reason : `an addon without libtensorflow ${libtensorflowVersion}`;
};
