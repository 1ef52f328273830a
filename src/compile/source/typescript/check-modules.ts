/** Which of a run's modules the compiler is asked about, and what it says. */
import * as E from 'fp-ts/lib/Either.js';
import type { StartedCheck } from '../target.js';
import type { CheckedModule, TypeReport } from './type-check.js';

/** A compiler that is asked, here or in another thread. */
export interface AskedCompiler {
  readonly ask: (module: CheckedModule) => Promise<TypeReport>;
  readonly stop: () => void;
}

/**
 * Type-checks one module of each structure, as soon as there is one: modules that differ in nothing but numbers and
 * comments have one structure. All were elaborated, whose rules are those of the types.
 */
export const modulesCheck = ({ ask, stop }: AskedCompiler): StartedCheck => {
  const structures = new Set<string>();
  const reports: Promise<TypeReport>[] = [];
  let modules = 0;
  return {
    add: ({ file, identifier }, files) => {
      for (const { path, text } of files) {
        if (path !== `${file}.ts` || typeof text !== 'string') continue;
        modules++;
        const structure = structureOf(text, identifier);
        if (structures.has(structure)) continue;
        structures.add(structure);
        const report = ask({ path, text });
        // A rejection is met where all are waited for, at the end.
        report.catch(() => undefined);
        reports.push(report);
      }
    },
    end: async () => {
      const told = await Promise.all(reports);
      const faults = told.flatMap((one) => one.faults);
      if (faults.length > 0) return E.left(faults);
      const versions = [...new Set(told.map(({ version }) => version))].join(', ');
      const all = `${modules} ${modules === 1 ? 'module' : 'modules'}`;
      const some = `${told.length} of ${modules} modules, one of each structure`;
      return E.right(`type-checked by TypeScript ${versions}: ${told.length === modules ? all : some}`);
    },
    stop,
  };
};

/* The text without comments and layout, every number the same; what stands in quotes stays. */
const structureOf = (text: string, identifier: string): string =>
  text
    .replace(`export const ${identifier} =`, 'export const model =')
    .replace(
      /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\*[^]*?\*\/|\/\/.*|\s+|,(?=\s*[)\]}])|\b\d[\d.]*(?:e-?\d+)?/g,
      (found) => (/^["']/.test(found) ? found : /^\d/.test(found) ? '0' : ''),
    );
