/** How a user's file is compiled: by the nearest tsconfig.json, or by strict defaults where there is none. */
import { dirname, extname, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { ts } from 'ts-morph';
import { fault, type Fault } from '../base/fault.js';
import { diagnosticText } from './diagnostic-text.js';
import { located, shownPath, sourcePlace } from './source-place.js';

/** The options for a file. Fault U13 for a tsconfig.json that TypeScript cannot use. */
export const compilerOptionsFor = (file: string): E.Either<readonly Fault[], ts.CompilerOptions> => {
  const config = ts.findConfigFile(dirname(resolve(file)), ts.sys.fileExists);
  return E.map((options: ts.CompilerOptions) => ({ ...options, ...always(file, options) }))(
    config === undefined ? E.right(strict) : optionsOf(config),
  );
};

const optionsOf = (config: string): E.Either<readonly Fault[], ts.CompilerOptions> => {
  try {
    const { error } = ts.readConfigFile(config, ts.sys.readFile);
    if (error !== undefined) return E.left([configFault(config, error)]);
    const document = ts.readJsonConfigFile(config, ts.sys.readFile);
    // The files that the project lists are of no interest here, and may be a great many.
    const host: ts.ParseConfigHost = { ...ts.sys, readDirectory: () => [] };
    const { options, errors } = ts.parseJsonSourceFileConfigFileContent(
      document,
      host,
      dirname(config),
      undefined,
      config,
    );
    const wrong = errors.filter(({ code }) => !aboutFileLists.includes(code));
    return wrong.length === 0 ? E.right(options) : E.left(wrong.map((one) => configFault(config, one)));
  } catch (caught) {
    return E.left([unusable(shownPath(config), caught instanceof Error ? caught.message : String(caught))]);
  }
};

/** An empty list of files, and no files found. */
const aboutFileLists: readonly number[] = [18002, 18003];

const configFault = (config: string, diagnostic: ts.Diagnostic): Fault => {
  const { file, start = 0, length = 0 } = diagnostic;
  const what = `TS${diagnostic.code}: ${diagnosticText(diagnostic)}`;
  if (file === undefined) return unusable(shownPath(config), what);
  const source = sourcePlace(file.fileName, file.text, { start, end: start + length });
  return located(unusable(`${source.file}:${source.line}:${source.column}`, what), source);
};

const unusable = (where: string, got: string): Fault =>
  fault({
    rule: 'U13',
    where,
    got,
    wanted: 'settings that TypeScript can use',
    fix: 'mend it: imports and strictness depend on it',
  });

const strict: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  esModuleInterop: true,
  resolveJsonModule: true,
};

/**
 * Nothing is written and no library is checked; several messages in one type are all shown; what only concerns the
 * output of a build, or tidiness, is put aside: a model with an unused import is a model.
 */
const always = (file: string, { allowJs = false }: ts.CompilerOptions): ts.CompilerOptions => ({
  noEmit: true,
  skipLibCheck: true,
  noErrorTruncation: true,
  incremental: false,
  composite: false,
  declaration: false,
  declarationMap: false,
  emitDeclarationOnly: false,
  isolatedDeclarations: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
  allowJs: allowJs || /^\.[cm]?js$/.test(extname(file)),
});
