/** Statements of a TypeScript module, and the module made of them, as prettier lays them. */
import { commented } from '../names.js';
import { assigned, literal, type Expression } from './expression.js';
import { either, group, hardline, indent, joined, line, render, type Layout } from './layout.js';

/** One statement of a module, with its comment. */
export interface Statement {
  readonly layout: Layout;
  /** Whether an empty line stands before and after it; imports stand together. */
  readonly apart: boolean;
}

/** A name that is imported, under another one where `as` says so. */
export interface ImportedName {
  readonly name: string;
  readonly as?: string;
}

/** `import { a, b as c } from "module";`, or `import type …`. */
export const imported = (
  names: readonly ImportedName[],
  module: string,
  { type = false }: { readonly type?: boolean } = {},
): Statement => {
  const parts = names.map(({ name, as }) => (as === undefined || as === name ? name : `${name} as ${as}`));
  const braces: Layout =
    parts.length === 1
      ? `{ ${parts[0]!} }`
      : group(['{', indent([line, joined([',', line], parts)]), either(','), line, '}']);
  return { layout: [`import ${type ? 'type ' : ''}`, braces, ` from ${literal(module)};`], apart: false };
};

/** `import * as name from "module";`. */
export const importedAll = (name: string, module: string): Statement => ({
  layout: `import * as ${name} from ${literal(module)};`,
  apart: false,
});

/** How a constant is declared. */
export interface ConstantOptions {
  readonly exported?: boolean;
  /** Its type, where it is not that of its value; short enough for its line. */
  readonly type?: string;
  /** The lines of its doc comment. */
  readonly doc?: readonly string[];
}

/** `const name = value;`. */
export const constant = (
  name: string,
  value: Expression,
  { exported = false, type, doc }: ConstantOptions = {},
): Statement => ({
  // prettier-ignore
  layout: [
    doc === undefined ? '' : [docComment(doc), hardline],
    exported ? 'export ' : '',
    group(['const ', assigned(type === undefined ? name : `${name}: ${type}`, ' =', value)]),
    ';',
  ],
  apart: true,
});

/** A doc comment of these lines, each of which is made safe; long ones are wrapped. */
export const docComment = (lines: readonly string[]): Layout => {
  const wrapped = lines.flatMap((one) => wrap(commented(one), 77));
  return ['/**', wrapped.map((one): Layout => [hardline, one === '' ? ' *' : ` * ${one}`]), hardline, ' */'];
};

/** Lines of at most `width` letters; words longer than that stand alone. */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ').filter((one) => one !== '')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (longer.length <= width || current === '') current = longer;
    else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current];
};

/** The text of a module. */
export const moduleText = (statements: readonly Statement[]): string =>
  render([
    statements.map(({ layout, apart }, at): Layout => {
      const before = statements[at - 1];
      return before === undefined ? layout : [hardline, apart || before.apart ? hardline : '', layout];
    }),
    hardline,
  ]);
