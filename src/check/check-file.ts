/**
 * A user's TypeScript file, checked twice: by the compiler, which knows the line, and by elaborating the models that
 * it exports, which knows the path and sees sizes that no type holds.
 */
import { resolve, sep } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as T from 'fp-ts/lib/Task.js';
import { fault, type Fault } from '../base/fault.js';
import { isModel, type AnyModel } from '../dsl/model.js';
import { extensions, fileFault, loadExports, noModel, type Exports } from './load-model.js';
import { mergeFaults } from './merge-faults.js';
import { located } from './source-place.js';
import { modelFaults } from './model-faults.js';
import { runFaultPlace } from './run-fault-place.js';
import { typeFaults, type TypeReport } from './type-faults.js';

/** What a check found. */
export interface CheckReport {
  /** The names of the models that were elaborated. */
  readonly models: readonly string[];
  /** Errors and warnings, each mistake once. */
  readonly faults: readonly Fault[];
}

/** What a file may be asked for. */
export interface CheckFileOptions {
  /** Leave it at the types: the file is not run. */
  readonly typesOnly?: boolean;
}

/**
 * Checks a file; without `typesOnly` it is run, as the program that it is.
 *
 * Faults: those of the language, S…, and of plans, P…; U02 no such file, U04 it fails when it is run, U05 it exports no model, U12 what
 * the compiler says, U13 a tsconfig.json that cannot be used, U14 a layer whose own code fails. All but U02 have a
 * source.
 *
 * @example
 * ```ts
 * const { faults } = await checkFile('unet.ts')();
 * faults.map(({ text, source }) => `${source?.line}: ${text}`);
 * ```
 */
export const checkFile =
  (file: string, { typesOnly = false }: CheckFileOptions = {}): T.Task<CheckReport> =>
  async () => {
    const unusable = (await fileFault(file, 'a TypeScript file', extensions)) ?? backslash(file);
    if (unusable !== undefined) return { models: [], faults: [unusable] };
    const types = typeFaults(file);
    if (E.isLeft(types)) return { models: [], faults: types.left };
    if (typesOnly || !types.right.parses) return { models: [], faults: types.right.faults };
    const exports = await loadExports(file)();
    return E.isLeft(exports)
      ? {
          models: [],
          faults: inOrder(withRunFaults(file, types.right, exports.left), types.right.beginning.file),
        }
      : elaborated(file, types.right, exports.right);
  };

/** The compiler takes a backslash for a slash wherever it runs, so that it cannot find a file with one in its name. */
const backslash = (file: string): Fault | undefined =>
  sep === '\\' || !resolve(file).includes('\\')
    ? undefined
    : fault({
        rule: 'U02',
        where: file,
        got: 'a backslash in the path',
        wanted: 'a path that TypeScript can follow',
        fix: 'rename the file or its folder',
      });

/** The compiler's faults and those of the run, but for what the compiler has said already. */
const withRunFaults = (file: string, types: TypeReport, faults: readonly Fault[]): readonly Fault[] => {
  const unsaid = faults.filter(({ got }) => {
    const missing = /^an import of '(.+)', which is not there$/.exec(got)?.[1];
    return missing === undefined || !types.faults.some(({ got: said }) => missingImport(said, missing));
  });
  return [...types.faults, ...unsaid.map((one) => located(one, runFaultPlace(file, one) ?? types.beginning))];
};

/** Whether the compiler misses the same module: it quotes what is written, the run may quote a resolved path. */
const missingImport = (said: string, missing: string): boolean => {
  const specifier = /^TS2307: Cannot find module '([^']+)'/.exec(said)?.[1];
  return specifier !== undefined && missing.endsWith(specifier.replace(/^(\.\.?\/)+/, ''));
};

const elaborated = (file: string, types: TypeReport, exports: Exports): CheckReport => {
  const models = Object.entries(exports).filter((one): one is [string, AnyModel] => isModel(one[1]));
  if (models.length === 0) {
    return {
      models: [],
      faults: inOrder(
        [...types.faults, located(noModel(file, exports), types.beginning)],
        types.beginning.file,
      ),
    };
  }
  const identity = identities();
  const found = models
    .filter(([, model], index) => models.findIndex(([, other]) => other === model) === index)
    .flatMap(([name, model]) => {
      const place = types.exportPlace(name) ?? types.beginning;
      return modelFaults(name, model, identity).map((one) => located(one, place));
    });
  const faults = mergeFaults(types.faults, found).map(({ pointer: _identity, ...rest }): Fault => rest);
  return { models: models.map(([name]) => name), faults: inOrder(faults, types.beginning.file) };
};

/** By file, the checked one first, then by line and column. */
const inOrder = (faults: readonly Fault[], first: string): readonly Fault[] => {
  const files = [first, ...faults.map(({ source }) => source?.file)];
  return faults.toSorted(
    ({ source: a }, { source: b }) =>
      files.indexOf(a?.file) - files.indexOf(b?.file) ||
      (a?.line ?? 0) - (b?.line ?? 0) ||
      (a?.column ?? 0) - (b?.column ?? 0),
  );
};

/** A name for each object: two layers may have one path in two models, and are still two. */
const identities = (): ((part: object) => string) => {
  const known = new WeakMap<object, string>();
  let count = 0;
  return (part) => {
    const name = known.get(part) ?? `${++count}`;
    known.set(part, name);
    return name;
  };
};
