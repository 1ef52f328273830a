/** What the compiler finds in a user's file and in the files of theirs that it imports. */
import { extname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { Project, ts } from 'ts-morph';
import { fault, type Fault, type SourcePlace } from '../base/fault.js';
import { compilerOptionsFor } from './compiler-options.js';
import { diagnosticText, ruleMessages } from './diagnostic-text.js';
import { messageFault } from './rule-message.js';
import { located, sourcePlace } from './source-place.js';

/** What is known of a file without running it. */
export interface TypeReport {
  /** In the order of files and lines, one for each mistake, each with its source. */
  readonly faults: readonly Fault[];
  /** Whether all files can be parsed; a file that cannot need not be run. */
  readonly parses: boolean;
  /** Where an export is declared. */
  readonly exportPlace: (name: string) => SourcePlace | undefined;
  /** The beginning of the file, for what concerns the file as a whole. */
  readonly beginning: SourcePlace;
}

/**
 * Type-checks a file under the nearest tsconfig.json, or strictly where there is none; nothing is run.
 *
 * A rule's message becomes a fault of that rule with the very text that elaboration gives; any other diagnostic
 * becomes fault U12. Diagnostics in node_modules and in this package are not the user's to mend and are left out.
 * Left: fault U13 for a tsconfig.json that cannot be used.
 *
 * @example
 * ```ts
 * const report = typeFaults('unet.ts');
 * if (E.isRight(report)) report.right.faults.map(({ text }) => text);
 * ```
 */
export const typeFaults = (file: string): E.Either<readonly Fault[], TypeReport> =>
  E.map((options: ts.CompilerOptions) => report(file, options))(compilerOptionsFor(file));

const report = (file: string, compilerOptions: ts.CompilerOptions): TypeReport => {
  const project = new Project({ compilerOptions });
  const path = project.addSourceFileAtPath(file).getFilePath();
  const program = project.getProgram().compilerObject;
  const checker = program.getTypeChecker();
  const root = program.getSourceFile(path)!;
  const sources = [root, ...program.getSourceFiles().filter((one) => one !== root && isUsers(program, one))];
  const syntactic = sources.flatMap((one) => program.getSyntacticDiagnostics(one));
  const semantic = sources.flatMap((one) => program.getSemanticDiagnostics(one));
  const found = [...syntactic, ...semantic, ...program.getGlobalDiagnostics()];
  return {
    faults: withoutRepeats(
      [...found].sort((a, b) => order(sources, a) - order(sources, b) || (a.start ?? 0) - (b.start ?? 0)),
    ),
    parses: syntactic.length === 0,
    exportPlace: (name) => exportPlace(checker, root, name),
    beginning: sourcePlace(root.fileName, root.text, { start: 0, end: 0 }),
  };
};

/** The folder of this package's code: under it lies nothing that a user wrote. */
const ownFolder = fileURLToPath(new URL('..', import.meta.url));

const isUsers = (program: ts.Program, source: ts.SourceFile): boolean =>
  !source.isDeclarationFile &&
  !program.isSourceFileFromExternalLibrary(source) &&
  !/[\\/]node_modules[\\/]/.test(source.fileName) &&
  !resolve(source.fileName).startsWith(ownFolder.endsWith(sep) ? ownFolder : `${ownFolder}${sep}`) &&
  extname(source.fileName) !== '.json';

const order = (sources: readonly ts.SourceFile[], { file }: ts.Diagnostic): number =>
  file === undefined ? -1 : sources.indexOf(file as ts.SourceFile);

/** A fault, and whether `model` refused something: made in its argument, or made before and mentioned there. */
interface Found {
  readonly fault: Fault;
  readonly byModel?: 'made' | 'mentioned';
}

/**
 * `model` refuses once more what was refused where it was made. What only `model` refuses, as a generic function may
 * have hidden it, is a mistake of its own where it first comes up.
 */
const withoutRepeats = (diagnostics: readonly ts.Diagnostic[]): readonly Fault[] => {
  const found = diagnostics.flatMap(faultsOf);
  const atTheirPlace = new Set(found.filter((one) => one.byModel === undefined).map((one) => one.fault.text));
  const refused = new Set<string>();
  return found
    .filter(({ fault: { text }, byModel }) => {
      if (byModel === undefined) return true;
      if (atTheirPlace.has(text) || (byModel === 'mentioned' && refused.has(text))) return false;
      refused.add(text);
      return true;
    })
    .map((one) => one.fault);
};

const faultsOf = (diagnostic: ts.Diagnostic): readonly Found[] => {
  const { file, start = 0, length = 0 } = diagnostic;
  const source =
    file === undefined ? undefined : sourcePlace(file.fileName, file.text, { start, end: start + length });
  const where = source === undefined ? '' : `${source.file}:${source.line}`;
  const placed = (one: Fault): Fault => (source === undefined ? one : located(one, source));
  const messages = ruleMessages(diagnostic);
  if (messages.length === 0) return [{ fault: placed(typeFault(where, diagnostic)) }];
  const argument = file === undefined ? undefined : modelArgumentAt(file, start, length);
  if (argument === undefined) return messages.map((text) => ({ fault: placed(messageFault(text, where)) }));
  const whole = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
  return messages.map((text) => {
    const one = { fault: placed(messageFault(text, where)) };
    // The type of what was refused before says why, in a property of this name; else `model` is the first to see it.
    if (!whole.includes(`flaw: ${JSON.stringify(text)}`)) return one;
    return { ...one, byModel: argument.includes('(') ? 'made' : 'mentioned' };
  });
};

const typeFault = (where: string, diagnostic: ts.Diagnostic): Fault => {
  const got = `TS${diagnostic.code}: ${diagnosticText(diagnostic)}`;
  return fault({
    rule: 'U12',
    where,
    got,
    wanted: 'a file that type-checks',
    fix: 'mend it there',
    text: `✗ U12 ${got}`,
  });
};

/** The text of the argument of a call to `model` that stands at exactly this place. */
const modelArgumentAt = (file: ts.SourceFile, start: number, length: number): string | undefined => {
  const find = (node: ts.Node): string | undefined => {
    if (
      ts.isCallExpression(node) &&
      calleeName(node.expression) === 'model' &&
      node.arguments.some((one) => one.getStart(file) === start && one.end === start + length)
    ) {
      return file.text.slice(start, start + length);
    }
    return ts.forEachChild(node, (next) =>
      next.pos <= start && start + length <= next.end ? find(next) : undefined,
    );
  };
  return find(file);
};

const calleeName = (callee: ts.Expression): string | undefined =>
  ts.isIdentifier(callee)
    ? callee.text
    : ts.isPropertyAccessExpression(callee)
      ? callee.name.text
      : undefined;

const exportPlace = (checker: ts.TypeChecker, root: ts.SourceFile, name: string): SourcePlace | undefined => {
  const exporting = checker.getSymbolAtLocation(root);
  const symbol = exporting === undefined ? undefined : checker.getExportsOfModule(exporting).find((one) => one.name === name); // prettier-ignore
  if (symbol === undefined) return undefined;
  const declared = (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
  const node = declared.declarations?.[0] ?? symbol.declarations?.[0];
  if (node === undefined) return undefined;
  const file = node.getSourceFile();
  const marked = ts.getNameOfDeclaration(node as ts.Declaration) ?? node;
  return sourcePlace(file.fileName, file.text, { start: marked.getStart(file), end: marked.end });
};
