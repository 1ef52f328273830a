/** Which of a run's modules the compiler is asked about, and what it says. */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../../base/fault.js';
import type { NamedModel, SourceFile } from '../target.js';
import type { CheckedModule, TypeReport } from './type-check.js';

/**
 * Type-checks one module of each structure: modules that differ in nothing but numbers and comments have one. All were
 * elaborated, whose rules are those of the types. `ask` is `typeCheck`, here or in another thread. Right: a clause that says what was checked.
 */
export const checkedModules = async (
  models: readonly NamedModel[],
  files: readonly SourceFile[],
  ask: (modules: readonly CheckedModule[]) => Promise<TypeReport>,
): Promise<E.Either<readonly Fault[], string>> => {
  const identifiers = new Map(models.map(({ file, identifier }) => [`${file}.ts`, identifier]));
  const modules = files.flatMap(({ path, text }) => {
    const identifier = identifiers.get(path);
    return identifier === undefined || typeof text !== 'string' ? [] : [{ path, text, structure: structureOf(text, identifier) }]; // prettier-ignore
  });
  // The first of each structure.
  const chosen = [...new Map(modules.map((one) => [one.structure, one] as const).reverse()).values()];
  const { faults, version } = await ask(chosen.map(({ path, text }) => ({ path, text })));
  return faults.length > 0
    ? E.left(faults)
    : E.right(
        chosen.length === modules.length
          ? `type-checked by TypeScript ${version}: ${modules.length} ${modules.length === 1 ? 'module' : 'modules'}`
          : `type-checked by TypeScript ${version}: ${chosen.length} of ${modules.length} modules, one of each structure`,
      );
};

/* The text without comments and layout, every number the same; what stands in quotes stays. */
const structureOf = (text: string, identifier: string): string =>
  text
    .replace(`export const ${identifier} =`, 'export const model =')
    .replace(
      /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\*[^]*?\*\/|\/\/.*|\s+|,(?=\s*[)\]}])|\b\d[\d.]*(?:e-?\d+)?/g,
      (found) => (/^["']/.test(found) ? found : /^\d/.test(found) ? '0' : ''),
    );
