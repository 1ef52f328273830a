/** Reads the declarations of a file: each exported value with the statements that it needs, and what it should say. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { format } from 'prettier';
import ts from 'typescript';

/** An exported declaration of a file. */
export interface Declaration {
  readonly file: string;
  readonly name: string;
  /** The declaration without its name and comments, after the constants of the file that it uses. */
  readonly code: string;
  /** The message that a comment on its wrong line wants; absent where there is none. */
  readonly message?: string;
  /** Whether `// example` stands before it: it is shown even where a shorter one breaks the same rule. */
  readonly marked: boolean;
}

/** The exported declarations of a TypeScript file, in order. */
export const declarationsIn = (path: string): readonly Declaration[] => {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const variables = source.statements.filter(ts.isVariableStatement);
  const isExported = (statement: ts.VariableStatement): boolean =>
    statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
  const constants = new Map(
    variables
      .filter((statement) => !isExported(statement))
      .flatMap((statement) => namesOf(statement).map((name) => [name, statement] as const)),
  );
  return variables.filter(isExported).flatMap((statement) => {
    const [declared] = statement.declarationList.declarations;
    const value = declared?.initializer;
    if (declared === undefined || value === undefined) return [];
    const text = statement.getFullText(source);
    const message = /\/\/ (?:static )?(✗ .*)$/m.exec(text)?.[1];
    const used = [...needed(value, constants)].sort((a, b) => a.pos - b.pos);
    return [
      {
        file: basename(path),
        name: declared.name.getText(source),
        code: [...used.map((one) => one.getText(source)), `${value.getText(source)};`].map(plain).join('\n'),
        ...(message === undefined ? {} : { message }),
        marked: /^\/\/ example$/m.test(text),
      },
    ];
  });
};

const namesOf = (statement: ts.VariableStatement): readonly string[] =>
  statement.declarationList.declarations.map(({ name }) => name.getText());

/** The constants that an expression uses, and those that these use. */
const needed = (
  node: ts.Node,
  constants: ReadonlyMap<string, ts.VariableStatement>,
): ReadonlySet<ts.VariableStatement> => {
  const found = new Set<ts.VariableStatement>();
  const visit = (one: ts.Node): void => {
    const constant = ts.isIdentifier(one) ? constants.get(one.text) : undefined;
    if (constant !== undefined && !found.has(constant)) {
      found.add(constant);
      visit(constant);
    }
    ts.forEachChild(one, visit);
  };
  visit(node);
  return found;
};

/** Without comments at the ends of lines. */
const plain = (code: string): string => code.replaceAll(/[ \t]*\/\/ .*$/gm, '');

/** Code as the page shows it. */
export const formatted = async (code: string): Promise<string> =>
  (await format(code, { parser: 'typescript', singleQuote: true, printWidth: 100 })).trimEnd();
