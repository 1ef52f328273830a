/** MODEL on the command line: a listed model's name, `FILE.ts`, `FILE.ts#export` or a spec, `FILE.json`. */
import { basename } from 'node:path';
import { Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../base/fault.js';
import type { Exports } from '../check/load-model.js';
import type { Elaborated } from '../dsl/elaborate.js';
import { datasetNames, type DatasetName } from '../models/datasets.js';
import type { Inert } from '../models/listed.js';
import { heightByWidth, wholeNumber } from './numbers.js';

/** A model without faults, and where it came from. */
export interface NamedModel {
  /** The name in the list, or `FILE.ts#export` without the folder, so that a training can be resumed from elsewhere. */
  readonly name: string;
  readonly elaborated: Elaborated;
  /** What the list says of parameters that no training moves; absent for a file's model. */
  readonly inert?: readonly Inert[];
  /** What the user's file exports; absent for a listed model. */
  readonly exports?: Exports;
}

/** What MODEL means, for the help of a command. */
export const modelHelp =
  "a name from 'maskskip models', FILE.ts or FILE.ts#export (a program, which is run), or a spec, FILE.json";

/** `--dataset`, for commands that take a listed model. */
export const datasetOption = (): Option =>
  new Option('--dataset <name>', 'the data set whose image size a listed model gets')
    .choices(datasetNames)
    .default('market-1501');

/** How a listed model is varied. */
export interface VariationOptions {
  readonly dataset: DatasetName;
  readonly size?: { readonly height: number; readonly width: number };
  readonly filters?: number;
}

/** `--size`, for commands that take a listed model. */
export const sizeOption = (): Option =>
  new Option('--size <height>x<width>', 'the size of a listed model, and of pictures and poses').argParser(
    heightByWidth,
  );

/** `--filters`, for commands that take a listed model. */
export const filtersOption = (): Option =>
  new Option('--filters <n>', "the width of a listed model's first block; 128 as listed").argParser(
    wholeNumber,
  );

/** Splits MODEL into a file and an export; `undefined` for a name of the list. */
export const asFile = (argument: string): { readonly file: string; readonly name?: string } | undefined => {
  const [, file, name] = /^(.+\.[cm]?[jt]s)(?:#(.*))?$/s.exec(argument) ?? [];
  if (file === undefined) return undefined;
  return name === undefined ? { file } : { file, name };
};

/**
 * The model that an argument names, elaborated. Faults: U01 for a name that is not listed, U02–U08 for a file, U14
 * for a part of it whose code throws, and those of the model itself.
 */
export const modelOf =
  (
    argument: string,
    { dataset, size, filters }: VariationOptions,
  ): TE.TaskEither<readonly Fault[], NamedModel> =>
  async () => {
    const { elaborate } = await import('../dsl/elaborate.js');
    if (argument.endsWith('.json')) {
      const { loadSpec } = await import('../check/load-spec.js');
      const read = await loadSpec(argument)();
      return E.isLeft(read)
        ? read
        : E.map((elaborated: Elaborated) => ({ name: basename(argument), elaborated }))(
            elaborate(read.right.model, { pointer: read.right.pointer }),
          );
    }
    const given = asFile(argument);
    if (given === undefined) {
      const { models } = await import('../models/index.js');
      const listed = models.find(({ name }) => name === argument);
      if (listed === undefined) return E.left([notListed(argument, models.map(({ name }) => name))]); // prettier-ignore
      return E.map((elaborated: Elaborated) => ({ name: argument, elaborated, inert: listed.inert }))(
        elaborate(listed.at[dataset]({ ...size, ...(filters === undefined ? {} : { filters }) })),
      );
    }
    const { loadModel } = await import('../check/load-model.js');
    const loaded = await loadModel(given.file, given.name)();
    if (E.isLeft(loaded)) return loaded;
    const { model, exports } = loaded.right;
    const name = `${basename(given.file)}#${loaded.right.name}`;
    try {
      return E.map((elaborated: Elaborated) => ({ name, elaborated, exports }))(elaborate(model));
    } catch (caught) {
      const { brokenPart } = await import('../check/broken-part.js');
      return E.left([brokenPart(name, caught)]);
    }
  };

const notListed = (argument: string, names: readonly string[]): Fault =>
  fault({
    rule: 'U01',
    where: 'MODEL',
    got: `'${argument}'`,
    wanted: `one of ${names.join(', ')}, FILE.ts or FILE.json`,
    fix: "see 'maskskip models'",
  });
