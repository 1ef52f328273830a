/**
 * Names of models, layers and parameters in other languages: identifiers, string literals and comments.
 *
 * A name comes from a user's file and may hold anything: quotes, line breaks, template holes, the end of a comment or a
 * script, marks that turn the direction of text. It reaches a text of ours in one of three ways only: as an identifier
 * made of ASCII letters and digits, as a literal in which all that is not printable ASCII is escaped, or in a comment
 * out of which it cannot break.
 */

/** How words are put together. */
export type Casing = 'camel' | 'pascal' | 'snake';

/** What an allocator of identifiers needs to know. */
export interface IdentifierOptions {
  readonly casing: Casing;
  /** Words of the language, and names that the text uses already. */
  readonly reserved: Iterable<string>;
}

/** Gives each key one identifier, and no two keys the same. */
export interface Identifiers {
  /** The identifier of a key: made of `wanted` (the key itself by default) when it is first asked for, the same ever after. */
  readonly of: (key: string, wanted?: string) => string;
}

/** An allocator of identifiers; the same questions in the same order get the same answers. */
export const identifiers = ({ casing, reserved }: IdentifierOptions): Identifiers => {
  const taken = new Set(reserved);
  const known = new Map<string, string>();
  const fresh = (wanted: string): string => {
    const base = identifier(wanted, casing);
    let name = base;
    for (let nth = 2; taken.has(name); nth++) name = `${base}_${nth}`;
    taken.add(name);
    return name;
  };
  return {
    of: (key, wanted = key) => {
      const name = known.get(key) ?? fresh(wanted);
      known.set(key, name);
      return name;
    },
  };
};

/* Words of a name: runs of ASCII letters and digits, split where a capital follows a small letter. */
const wordsOf = (name: string): readonly string[] =>
  name
    .normalize('NFKD')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');

/** A name as an identifier of ASCII letters, digits and `_`, at most 80 long; `x` where nothing of it is left. */
export const identifier = (name: string, casing: Casing): string => {
  const words = wordsOf(name.slice(0, 400)).map((word) => word.toLowerCase());
  const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
  const joined =
    casing === 'snake'
      ? words.join('_')
      : words.map((word, at) => (at === 0 && casing === 'camel' ? word : capital(word))).join('');
  const short = joined.slice(0, 80);
  const first = casing === 'pascal' ? 'X' : 'x';
  return short === '' ? first : /^[0-9]/.test(short) ? `${first}${short}` : short;
};

/** A string literal in double quotes that JavaScript, TypeScript, JSON and DOT-like tools read as the same text. */
export const quoted = (text: string): string => JSON.stringify(text).replace(beyondAscii, unicode16);

/** A Python string literal in double quotes. */
export const quotedForPython = (text: string): string =>
  `"${[...text].map((char) => pythonChar(char)).join('')}"`;
const pythonChar = (char: string): string => {
  const code = char.codePointAt(0)!;
  if (char === '"' || char === '\\') return `\\${char}`;
  if (char === '\n') return '\\n';
  if (code >= 0x20 && code < 0x7f) return char;
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
};

/** A text for the inside of a comment in any of our languages: one line, printable ASCII, no end of a comment. */
export const commented = (text: string): string =>
  text
    .replace(/[×ψ]/g, (char) => (char === '×' ? 'x' : 'psi'))
    .replace(beyondAscii, unicode16)
    .replace(/[^\x20-\x7e]/g, ' ')
    .replaceAll('*/', '* /')
    .replace(/-(?=-)/g, '- ')
    .replaceAll('"""', "'''")
    .replace(/<\/(?=script)/gi, '< /')
    .slice(0, 400);

/* Everything beyond printable ASCII, one UTF-16 unit at a time, and what would end a script element in a page. */
const beyondAscii = /[^\x20-\x7e]|<(?=\/script|!--)/gi;
const unicode16 = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Words that a TypeScript module cannot use as names, with the globals that generated code reads. */
export const reservedInTypeScript: readonly string[] =
  'abstract any arguments as asserts async await boolean break case catch class const continue debugger declare default delete do else enum eval export extends false finally for from function get globalThis if implements import in Infinity infer instanceof interface is keyof let module namespace NaN never new null number object of package private protected public readonly require return satisfies set static string super switch symbol this throw true try type typeof undefined unique unknown using var void while with yield'.split(' '); // prettier-ignore

/** Words that Python lets nothing be called. */
export const keywordsOfPython: readonly string[] =
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(' '); // prettier-ignore

/** Words and built-in names of Python. */
export const reservedInPython: readonly string[] = [
  ...keywordsOfPython,
  ...'case match type abs all any bool dict float id input int len list max min object print range round self set slice str sum super tuple vars zip'.split(' '), // prettier-ignore
];
