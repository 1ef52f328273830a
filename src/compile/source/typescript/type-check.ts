/** Generated modules, asked of the TypeScript compiler before they are handed out. Fault V33. */
import { createRequire } from 'node:module';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as TsMorph from 'ts-morph';
import { fault, type Fault } from '../../../base/fault.js';
import { packageName } from './declaration.js';

/* Asked for as what it is, CommonJS: an import reads its megabytes twice, to find the names of its exports. */
const { Project, ts } = createRequire(import.meta.url)('ts-morph') as typeof TsMorph;

/** A module under its path in the output folder. */
export interface CheckedModule {
  readonly path: string;
  readonly text: string;
}

/** What the compiler found. */
export interface TypeReport {
  readonly faults: readonly Fault[];
  /** The compiler's version. */
  readonly version: string;
}

/**
 * Type-checks modules in one program, strictly; nothing is read but this package and the compiler's libraries, nothing
 * is written. What a module imports from elsewhere is taken as it is: its place is not known before the files are.
 */
export const typeCheck = (modules: readonly CheckedModule[]): TypeReport => typeChecker().check(modules);

/** A compiler that may read the package and the libraries before it is asked. */
export interface TypeChecker {
  readonly prepare: () => void;
  readonly check: (modules: readonly CheckedModule[]) => TypeReport;
}

/** A checker as `typeCheck` is one; what `prepare` reads is not read again. */
export const typeChecker = (): TypeChecker => {
  const project = new Project({ compilerOptions: options, resolutionHost: onlyTheLanguage });
  return {
    prepare: () => {
      const first = project.createSourceFile(
        `${folder}/first.ts`,
        `export { conv } from "${packageName}";\n`,
      );
      project.getProgram().compilerObject.getSemanticDiagnostics(first.compilerNode);
      project.removeSourceFile(first);
    },
    check: (modules) => checkedIn(project, modules),
  };
};

const checkedIn = (project: TsMorph.Project, modules: readonly CheckedModule[]): TypeReport => {
  const paths = modules.map(({ path, text }) =>
    project.createSourceFile(`${folder}/${path}`, text, { overwrite: true }).getFilePath(),
  );
  const program = project.getProgram().compilerObject;
  const faults = paths.flatMap((path) => {
    const source = program.getSourceFile(path)!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
      .filter((one) => !isFromElsewhere(one))
      .map((one) => faultOf(path, one));
  });
  return { faults, version: ts.version };
};

/* A folder that does not exist: paths of modules are relative to nothing that could be read. */
const folder = '/generated';

const options: TsMorph.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
  skipLibCheck: true,
  noEmit: true,
};

/*
 * The package is the language alone, as it runs: its declarations where it was built, its sources where it was not. What
 * it imports from other packages has no part in the types of models and is not read; nor are the named architectures.
 */
const onlyTheLanguage: TsMorph.ResolutionHostFactory = () => {
  const base = fileURLToPath(new URL('../../../dsl/index', import.meta.url)).replaceAll('\\', '/');
  const extension = ts.sys.fileExists(`${base}.d.ts`) ? '.d.ts' : '.ts';
  const resolved = (name: string, containing: string): string | undefined =>
    containing.startsWith(`${folder}/`)
      ? name === packageName
        ? `${base}${extension}`
        : undefined
      : name.startsWith('.')
        ? posix.join(posix.dirname(containing), name.replace(/\.js$/, extension))
        : undefined;
  return {
    resolveModuleNames: (names, containing) =>
      names.map((name) => {
        const file = resolved(name, containing);
        return file === undefined ? undefined : { resolvedFileName: file };
      }),
  };
};

/* A module that is not maskskip and was not found. */
const isFromElsewhere = ({ code, messageText }: TsMorph.ts.Diagnostic): boolean =>
  (code === 2307 || code === 2792) &&
  !ts.flattenDiagnosticMessageText(messageText, ' ').includes(`'${packageName}'`);

const faultOf = (path: string, { file, start = 0, messageText, code }: TsMorph.ts.Diagnostic): Fault => {
  const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line;
  const text = ts.flattenDiagnosticMessageText(messageText, ' ').replace(/\s+/g, ' ').slice(0, 600);
  return fault({
    rule: 'V33',
    where: `${path.slice(folder.length + 1)}:${line + 1}`,
    got: `TS${code}: ${text}`,
    wanted: 'a module that type-checks',
    fix: 'check the model with maskskip check; if it is in order, this is a mistake of maskskip: report it',
  });
};
