/**
 * Finding and loading the native binding's package, from the project or from the cache.
 *
 * The package looks for its addon in its own folder. Whoever may not or will not write there has the whole package in
 * the cache; then its copy of tfjs-core is replaced by ours before it loads, so that one engine serves the process.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import util from 'node:util';
import type { Core } from '../core.js';
import { bindingPackage, cacheFolder, layoutOf, napiVersion } from './layout.js';

/** Where a package was found and whether its addon is in place. */
export interface FoundBinding {
  readonly folder: string;
  readonly addon: string;
  readonly built: boolean;
  readonly from: 'project' | 'cache';
}

/** What the loaded package says of itself. */
export interface LoadedBinding {
  readonly libtensorflow: string;
  readonly gpu: boolean;
}

/** Every place where the package is, the project first. */
export const findBindings = (cache?: string): readonly FoundBinding[] => {
  const here = createRequire(import.meta.url);
  const working = createRequire(join(process.cwd(), 'package.json'));
  const inProject = [here, working].flatMap((from): readonly FoundBinding[] => {
    try {
      return [describe(dirname(from.resolve(`${bindingPackage}/package.json`)), 'project')];
    } catch {
      return [];
    }
  });
  const cached = join(layoutOf(cacheFolder(cache)).npm, 'node_modules', bindingPackage);
  const all = existsSync(cached) ? [...inProject, describe(cached, 'cache')] : inProject;
  return all.filter((one, index) => all.findIndex((other) => other.folder === one.folder) === index);
};

/** The first package whose addon is in place. */
export const findBuiltBinding = (cache?: string): FoundBinding | undefined =>
  findBindings(cache).find((one) => one.built);

/** Loads a package's addon and registers tfjs' backend `tensorflow`; throws what the loader throws. */
export const unsafeLoadBinding = async (found: FoundBinding): Promise<LoadedBinding> => {
  const inside = createRequire(join(found.folder, 'package.json'));
  addRemovedUtilities();
  shareCore(inside);
  const unmute = muteNative(found);
  try {
    const loaded = inside(found.folder) as Core;
    const backend = loaded.findBackend('tensorflow') as {
      readonly binding?: { readonly TF_Version?: string };
      readonly isUsingGpuDevice?: boolean;
    };
    return {
      libtensorflow: backend.binding?.TF_Version ?? 'of unknown version',
      gpu: backend.isUsingGpuDevice === true,
    };
  } finally {
    unmute();
  }
};

const describe = (folder: string, from: FoundBinding['from']): FoundBinding => {
  const addon = join(folder, 'lib', `napi-v${napiVersion}`, 'tfjs_binding.node');
  return { folder, addon, built: existsSync(addon), from };
};

/** tfjs-node 4.22 calls two functions that Node 23 removed from `util`. */
export const addRemovedUtilities = (): void => {
  const removed = {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  };
  for (const [name, replacement] of Object.entries(removed)) {
    if (!(name in util)) Object.assign(util, { [name]: replacement });
  }
};

/** Makes every `require('@tensorflow/tfjs-core')` of the cached package give our copy. */
const shareCore = (inside: NodeJS.Require): void => {
  const here = createRequire(import.meta.url);
  const ours = here.resolve('@tensorflow/tfjs-core');
  here(ours);
  const union = createRequire(inside.resolve('@tensorflow/tfjs'));
  const theirs = union.resolve('@tensorflow/tfjs-core');
  if (theirs !== ours) here.cache[theirs] ??= here.cache[ours];
};

/** Sends what the library prints while it loads to nowhere; gives back what ends that. */
const muteNative = (found: FoundBinding): (() => void) => {
  const path = join(dirname(found.addon), 'quiet.node');
  if (process.env['MASKSKIP_VERBOSE'] !== undefined || !existsSync(path)) return () => undefined;
  try {
    const quiet = createRequire(path)(path) as { readonly mute: () => void; readonly unmute: () => void };
    quiet.mute();
    return quiet.unmute;
  } catch {
    return () => undefined;
  }
};
