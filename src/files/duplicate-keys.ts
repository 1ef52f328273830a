/**
 * Finds a key that a JSON text gives twice in one object.
 *
 * `JSON.parse` keeps the last of two equal keys without a word, so that two readers of one file may see two files.
 */

/**
 * The first key that one object of `text` holds twice, or `undefined`. `text` must be valid JSON: this function
 * only follows strings and brackets, without recursion.
 *
 * @example
 * ```ts
 * duplicateKey('{"a":1,"\\u0061":2}'); // 'a'
 * ```
 */
export const duplicateKey = (text: string): string | undefined => {
  const open: (Set<string> | undefined)[] = [];
  let position = 0;
  let atKey = false;
  while (position < text.length) {
    const character = text[position]!;
    if (character === '"') {
      const end = stringEnd(text, position);
      const keys = open.at(-1);
      if (atKey && keys !== undefined) {
        // Two spellings of one key ("a" and "\u0061") are equal only after unescaping.
        const key = JSON.parse(text.slice(position, end)) as string;
        if (keys.has(key)) return key;
        keys.add(key);
        atKey = false;
      }
      position = end;
      continue;
    }
    if (character === '{') {
      open.push(new Set());
      atKey = true;
    } else if (character === '[') {
      open.push(undefined);
      atKey = false;
    } else if (character === '}' || character === ']') {
      open.pop();
      atKey = false;
    } else if (character === ',') {
      atKey = open.at(-1) !== undefined;
    }
    position++;
  }
  return undefined;
};

/** The position after the closing quote of the string that opens at `start`. */
const stringEnd = (text: string, start: number): number => {
  let position = start + 1;
  while (position < text.length && text[position] !== '"') position += text[position] === '\\' ? 2 : 1;
  return position + 1;
};
