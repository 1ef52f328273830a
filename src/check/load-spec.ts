/** A JSON spec as a model, for commands that take one. */
import { readFile, stat } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../base/fault.js';
import { fromSpecText, type ReadModel } from '../dsl/spec/index.js';
import { fileFault } from './load-model.js';

/** The model of a spec. Faults: U02 no such file, U15 it cannot be read, those of the reader. */
export const loadSpec =
  (file: string): TE.TaskEither<readonly Fault[], ReadModel> =>
  async () => {
    const missing = await fileFault(file, 'a JSON spec', ['.json']);
    if (missing !== undefined) return E.left([missing]);
    const bytes = await contentOf(file);
    return E.isLeft(bytes) ? E.left([bytes.left]) : fromSpecText(bytes.right);
  };

/** The bytes of a file that may be anything: what is far beyond any spec is not read at all. */
export const contentOf = async (file: string): Promise<E.Either<Fault, Uint8Array>> => {
  const wrong = (got: string, wanted: string, fix: string): E.Either<Fault, never> =>
    E.left(fault({ rule: 'U15', where: file, got, wanted, fix }));
  try {
    const { size } = await stat(file);
    return size > mostBytes
      ? wrong(`${size} bytes`, `at most ${mostBytes}`, 'declare a smaller model')
      : E.right(await readFile(file));
  } catch (caught) {
    const code = (caught as { code?: string } | null)?.code ?? String(caught);
    return wrong(code, 'a file that can be read', 'check its permissions');
  }
};
const mostBytes = 2 ** 24;
