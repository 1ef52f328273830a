/**
 * Finds a key that a JSON text gives twice in one object.
 *
 * `JSON.parse` keeps the last of two equal keys without a word, so that two readers of one file may see two files.
 */
import { pointerOf } from './pointer.js';

/** A key that stands twice in one object. */
export interface DuplicateKey {
  readonly key: string;
  /** Where the key stands: a JSON pointer (RFC 6901). */
  readonly pointer: string;
}

/** A list or an object that has begun. */
interface Open {
  /** The keys so far; `undefined` in a list. */
  readonly keys: Set<string> | undefined;
  /** The key, or the index in a list, that the next value belongs to. */
  at: string | number;
}

/**
 * The first key that one object of `text` holds twice, or `undefined`. `text` must be valid JSON: this function
 * only follows strings and brackets, without recursion.
 *
 * @example
 * ```ts
 * duplicateKey('{"a":[{"b":1,"\\u0062":2}]}'); // { key: 'b', pointer: '/a/0/b' }
 * ```
 */
export const duplicateKey = (text: string): DuplicateKey | undefined => {
  const open: Open[] = [];
  let position = 0;
  let atKey = false;
  while (position < text.length) {
    const character = text[position]!;
    if (character === '"') {
      const end = stringEnd(text, position);
      const inner = open.at(-1);
      if (atKey && inner?.keys !== undefined) {
        // Two spellings of one key ("a" and "\u0061") are equal only after unescaping.
        const key = JSON.parse(text.slice(position, end)) as string;
        inner.at = key;
        if (inner.keys.has(key)) return { key, pointer: pointerOf(open.map(({ at }) => String(at))) };
        inner.keys.add(key);
        atKey = false;
      }
      position = end;
      continue;
    }
    if (character === '{') {
      open.push({ keys: new Set(), at: '' });
      atKey = true;
    } else if (character === '[') {
      open.push({ keys: undefined, at: 0 });
      atKey = false;
    } else if (character === '}' || character === ']') {
      open.pop();
      atKey = false;
    } else if (character === ',') {
      const inner = open.at(-1);
      if (typeof inner?.at === 'number') inner.at += 1;
      atKey = inner?.keys !== undefined;
    }
    position++;
  }
  return undefined;
};

/** The position after the closing quote of the string that opens at `start`; beyond the text if it does not close. */
export const stringEnd = (text: string, start: number): number => {
  const end = text.indexOf('"', start + 1);
  if (end === -1) return text.length + 1;
  const escape = text.slice(start + 1, end).indexOf('\\');
  if (escape === -1) return end + 1;
  // From the first backslash on, letter by letter.
  let position = start + 1 + escape;
  for (let code = backslash; position < text.length; code = text.charCodeAt(position)) {
    if (code === quote) break;
    position += code === backslash ? 2 : 1;
  }
  return position + 1;
};
const [quote, backslash] = [0x22, 0x5c];
