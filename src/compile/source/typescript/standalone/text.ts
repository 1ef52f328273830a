/** Pieces of a module's text: statements, functions and comments, in prettier's default style. */
import { commented } from '../../names.js';
import { assigned, isPlainKey, literal, type Expression } from '../expression.js';
import { either, group, indent, joined, line, render, softline, type Layout } from '../layout.js';
import { wrap } from '../statement.js';
import type { Written } from './body.js';

const width = 80;

/** A layout so far to the right. */
const laid = (layout: Layout, indentation: number): string => {
  const before = ' '.repeat(indentation);
  return render(layout, width - indentation)
    .split('\n')
    .map((one) => (one === '' ? '' : `${before}${one}`))
    .join('\n');
};

/** `const name: type = value; // comment`; the comment is not counted to the line, as prettier does not count it. */
export const constantText = (
  { name, type, value }: Omit<Written, 'node'>,
  indentation: number,
  comment?: string,
): string => {
  const left = type === undefined ? name : `${name}: ${type}`;
  const text = laid([group(['const ', assigned(left, ' =', value)]), ';'], indentation);
  return comment === undefined ? text : `${text} // ${comment}`;
};

/** `return value;`. */
export const returnText = (value: Expression, indentation: number): string =>
  laid(['return ', value.layout, ';'], indentation);

/** A member of an object, on a line of its own: `key: value,`. */
export const memberText = (key: string, value: Expression, indentation: number): string =>
  // As a plain key it would be the prototype.
  laid([group(assigned(key === '__proto__' ? '["__proto__"]' : keyText(key), ':', value, { isKey: true })), ','], indentation); // prettier-ignore

/** The key of a member of a type. */
export const keyText = (key: string): string => (isPlainKey(key) ? key : literal(key));

/** `function name(parameters): type {`. */
export const headText = (
  name: string,
  parameters: readonly string[],
  type: string,
  { exported = false }: { readonly exported?: boolean } = {},
): string =>
  render([
    group([
      `${exported ? 'export ' : ''}function ${name}(`,
      indent([softline, joined([',', line], parameters)]),
      either(','),
      softline,
      `): ${type} {`,
    ]),
  ]);

/** A doc comment: paragraphs and lists as they come, long lines wrapped; names in them went through `commented`. */
export const docText = (lines: readonly string[]): string => {
  const wrapped = lines.flatMap((one) => {
    const [first = '', ...rest] = wrap(one, width - 3);
    // What is continued of a list's entry stands under its text.
    return [first, ...(one.startsWith('- ') ? rest.map((more) => `  ${more}`) : rest)];
  });
  return wrapped.length === 1 && wrapped[0]!.length <= width - 7
    ? `/** ${wrapped[0]!} */`
    : ['/**', ...wrapped.map((one) => (one === '' ? ' *' : ` * ${one}`)), ' */'].join('\n');
};

/** A name inside a comment. */
export const inComment = (text: string): string => commented(text).replace(/\s+/g, ' ').trim();
