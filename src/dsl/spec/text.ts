/** From the text of a spec to its value: size, encoding, nesting and keys are looked at before anything is built. */
import * as E from 'fp-ts/lib/Either.js';
import { duplicateKey, stringEnd } from '../../base/duplicate-keys.js';
import type { Fault } from '../../base/fault.js';
import { limits } from './document.js';
import { faultAt, shown, type Wrong } from './faults.js';
import { tooDeep, tooMany } from './plain.js';

/** The value of a JSON text in UTF-8. Faults X01–X04, X06. */
export const parseText = (given: string | Uint8Array): E.Either<readonly Fault[], unknown> => {
  const text = textOf(given);
  if (typeof text !== 'string') return refuse(text);
  const beyond = beyondLimits(text);
  if (beyond !== undefined) return refuse(beyond);
  const parsed = parse(text);
  if (E.isLeft(parsed)) return refuse(parsed.left);
  const twice = duplicateKey(text);
  return twice === undefined ? parsed : refuse(keyTwice(twice.key), twice.pointer);
};

const refuse = (wrong: Wrong, pointer = ''): E.Either<readonly Fault[], never> =>
  E.left([faultAt(pointer, wrong)]);

const textOf = (given: string | Uint8Array): string | Wrong => {
  if (typeof given === 'string') {
    // No letter takes less than a byte: what is too long in letters need not be encoded to be measured.
    const bytes = given.length > limits.bytes ? given.length : new TextEncoder().encode(given).length;
    return bytes > limits.bytes ? tooLong(bytes) : given.replace(/^\uFEFF/, '');
  }
  if (!(given instanceof Uint8Array)) return noText(shown(given));
  if (given.length > limits.bytes) return tooLong(given.length);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(given);
  } catch {
    return noText('bytes that are not UTF-8');
  }
};

const letters = {
  quote: 0x22,
  comma: 0x2c,
  bracket: 0x5b,
  bracketEnd: 0x5d,
  brace: 0x7b,
  braceEnd: 0x7d,
} as const;

/** X03 and X04, by brackets and commas alone: there are more values than commas, and than brackets. */
const beyondLimits = (text: string): Wrong | undefined => {
  let depth = 0;
  let commas = 0;
  let brackets = 0;
  for (let position = 0; position < text.length; position++) {
    const character = text.charCodeAt(position);
    if (character === letters.quote) {
      position = stringEnd(text, position) - 1;
    } else if (character === letters.brace || character === letters.bracket) {
      brackets++;
      depth++;
      if (depth > limits.depth) return tooDeep;
    } else if (character === letters.braceEnd || character === letters.bracketEnd) depth--;
    else if (character === letters.comma) commas++;
    if (commas >= limits.values || brackets > limits.values) return tooMany;
  }
  return undefined;
};

const parse = (text: string): E.Either<Wrong, unknown> => {
  try {
    return E.right(JSON.parse(text));
  } catch (caught) {
    const message = caught instanceof Error ? caught.message : String(caught);
    return E.left(noText(shown(message).slice(1, -1)));
  }
};

/** X01 for a text. */
const noText = (got: string): Wrong => ({
  rule: 'X01',
  got,
  wanted: 'a JSON document in UTF-8',
  fix: 'pass the text that specText wrote',
});
const tooLong = (bytes: number): Wrong => ({
  rule: 'X02',
  got: `${bytes} bytes`,
  wanted: `at most ${limits.bytes}`,
  fix: 'declare a smaller model',
});
const keyTwice = (key: string): Wrong => ({
  rule: 'X06',
  got: `the key ${shown(key)} twice`,
  wanted: 'each key once',
  fix: 'remove one',
});
