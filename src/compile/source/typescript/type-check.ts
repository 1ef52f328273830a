/** Generated modules, asked of the TypeScript compiler before they are handed out. Fault V33. */
import { fileURLToPath } from 'node:url';
import { Project, ts } from 'ts-morph';
import { fault, type Fault } from '../../../base/fault.js';
import { packageName } from './declaration.js';

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
export const typeCheck = (modules: readonly CheckedModule[]): TypeReport => {
  const project = new Project({ compilerOptions: options(), skipLoadingLibFiles: false });
  const paths = modules.map(({ path, text }) => project.createSourceFile(`${folder}/${path}`, text).getFilePath());
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

/** This package as it runs: its declarations where it was built, its sources where it was not. */
const declarations = (): string => {
  const base = fileURLToPath(new URL('../../../index', import.meta.url));
  return ts.sys.fileExists(`${base}.d.ts`) ? `${base}.d.ts` : `${base}.ts`;
};

const options = (): ts.CompilerOptions => ({
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  paths: { [packageName]: [declarations()] },
  types: [],
  skipLibCheck: true,
  noEmit: true,
});

/* A module that is not maskskip and was not found. */
const isFromElsewhere = ({ code, messageText }: ts.Diagnostic): boolean =>
  (code === 2307 || code === 2792) && !ts.flattenDiagnosticMessageText(messageText, ' ').includes(`'${packageName}'`);

const faultOf = (path: string, { file, start = 0, messageText, code }: ts.Diagnostic): Fault => {
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
