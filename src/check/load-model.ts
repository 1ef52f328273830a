/**
 * The models of a user's TypeScript file, which is a program: it is run, through tsx, to get at what it exports.
 *
 * Its types are not checked here (the compiler does that in an editor); the models are, by `elaborate`.
 */
import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../base/fault.js';
import { isModel, type AnyModel } from '../dsl/model.js';
import { runFault } from './run-fault.js';

/** What a user's file exports, by name. */
export type Exports = Readonly<Record<string, unknown>>;

/** A model of a user's file. */
export interface LoadedModel {
  /** The name under which the file exports it. */
  readonly name: string;
  readonly model: AnyModel;
  /** All that the file exports: a `binding`, say. */
  readonly exports: Exports;
}

/**
 * Runs a file and picks a model from its exports: the one of a name, or the only one there is.
 *
 * The model is not elaborated yet. Faults: U02 no such file, U03 syntax, U04 it fails when it is run, U05 no model,
 * U06 several and no name, U07 no export of that name, U08 an export that is not a model.
 *
 * @example
 * ```ts
 * const loaded = await loadModel('unet.ts', 'unet')();
 * if (loaded._tag === 'Right') elaborate(loaded.right.model);
 * ```
 */
export const loadModel =
  (file: string, name?: string): TE.TaskEither<readonly Fault[], LoadedModel> =>
  async () => {
    const exports = await loadExports(file)();
    return E.isLeft(exports) ? exports : pickModel(file, exports.right, name);
  };

/** Runs a file for what it exports. Faults U02–U04. */
export const loadExports =
  (file: string): TE.TaskEither<readonly Fault[], Exports> =>
  async () => {
    const missing = await fileFault(file, 'a TypeScript file that exports a model', extensions);
    if (missing !== undefined) return E.left([missing]);
    try {
      const { tsImport } = await import('tsx/esm/api');
      const url = pathToFileURL(resolve(file)).href;
      return E.right(exportsOf((await tsImport(url, import.meta.url)) as Exports));
    } catch (caught) {
      return E.left([runFault(file, caught)]);
    }
  };

/** The model of a name among exports, or the only one. Faults U05–U08. */
export const pickModel = (
  file: string,
  exports: Exports,
  name?: string,
): E.Either<readonly Fault[], LoadedModel> => {
  const models = Object.entries(exports).filter((one): one is [string, AnyModel] => isModel(one[1]));
  const names = models.map(([one]) => one).join(', ');
  if (name !== undefined) {
    if (!Object.hasOwn(exports, name)) return E.left([noExport(file, name, names)]);
    const found = models.find(([one]) => one === name);
    return found === undefined
      ? E.left([notAModel(file, name, exports[name])])
      : E.right({ name, model: found[1], exports });
  }
  const [first, second] = models;
  if (first === undefined) return E.left([noModel(file, exports)]);
  return second === undefined
    ? E.right({ name: first[0], model: first[1], exports })
    : E.left([severalModels(file, names, first[0])]);
};

/** Fault U02 for what is not a file of one of these extensions. */
export const fileFault = async (
  file: string,
  wanted: string,
  allowed: readonly string[],
): Promise<Fault | undefined> => {
  const wrong = (got: string, fix: string): Fault => fault({ rule: 'U02', where: file, got, wanted, fix });
  if (!allowed.includes(extname(file))) {
    return wrong(`the extension '${extname(file)}'`, `use one of ${allowed.join(', ')}`);
  }
  try {
    const found = await stat(file);
    if (found.isFile()) return undefined;
    return found.isDirectory()
      ? wrong('a folder', 'name a file in it')
      : wrong('a pipe or a device', 'name a file');
  } catch (caught) {
    const code = (caught as { code?: string } | null)?.code ?? String(caught);
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? wrong('no such file', 'check the path')
      : wrong(code, 'check the path and its permissions');
  }
};

/** What can be run: TypeScript, and JavaScript for what a compiler made of it. */
export const extensions: readonly string[] = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

/** Where a package is not an ES module, all exports come a second time, as one object under `default`. */
const exportsOf = (namespace: Exports): Exports => {
  const whole = namespace['default'];
  const isTwice = typeof whole === 'object' && whole !== null && '__esModule' in whole;
  return { ...(isTwice ? (whole as Exports) : namespace) };
};

/** Fault U05. */
export const noModel = (file: string, exports: Exports): Fault => {
  const names = Object.keys(exports);
  return fault({
    rule: 'U05',
    where: file,
    got: names.length === 0 ? 'no exports' : `no model among the exports ${names.join(', ')}`,
    wanted: 'an exported model',
    fix: 'export one: export const unet = model(…)',
  });
};

const severalModels = (file: string, names: string, first: string): Fault =>
  fault({
    rule: 'U06',
    where: file,
    got: `the models ${names}`,
    wanted: 'the name of one of them',
    fix: `write ${file}#${first}`,
  });

const noExport = (file: string, name: string, names: string): Fault =>
  fault({
    rule: 'U07',
    where: file,
    got: `no export '${name}'`,
    wanted: names === '' ? 'an exported model' : `one of the models ${names}`,
    fix: names === '' ? 'export one: export const unet = model(…)' : 'choose one of them',
  });

const notAModel = (file: string, name: string, value: unknown): Fault =>
  fault({
    rule: 'U08',
    where: `${file}#${name}`,
    got: describe(value),
    wanted: 'a model',
    fix: 'pass the feature or chain to model(…) and export the result',
  });

const describe = (value: unknown): string => {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object') return `a ${typeof value}`;
  if ('~node' in value) return 'a feature';
  return 'definition' in value ? 'a layer or chain of layers' : 'an object';
};
