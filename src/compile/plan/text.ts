/**
 * The words of a plan's text, written and read: names, numbers, shapes, attributes, arrays.
 *
 * What is read comes from anywhere: readers look at one line, never recurse deeper than an attribute may, and give
 * `undefined` where the text is another.
 */
import { showShape, type Attribute, type Attributes, type Extent, type Shape } from '../../ops/value.js';
import { fromBase64, toBase64 } from './base64.js';

/** A place in a line; readers move it on. */
export interface Cursor {
  readonly line: string;
  at: number;
}

const bare = /^[\p{L}\p{N}_./-]+$/u;

/** A name: bare where it is a word, else a JSON string. */
export const nameText = (name: string): string => (bare.test(name) ? name : JSON.stringify(name));

/** A number that reads back as the same double: -0, NaN and the infinities too. */
export const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

const attributeText = (value: Attribute): string =>
  typeof value === 'number'
    ? numberText(value)
    : typeof value === 'object'
      ? `[${value.map(attributeText).join(',')}]`
      : JSON.stringify(value);

/** Attributes with a blank before them; nothing where there are none. */
export const attributesText = (attributes: Attributes): string => {
  const entries = Object.entries(attributes).map(
    ([key, value]) => `${nameText(key)}=${attributeText(value)}`,
  );
  return entries.length === 0 ? '' : ` {${entries.join(' ')}}`;
};

/* As many numbers as a person still reads. */
const short = 16;

/** The data of a constant: a few numbers as such, many as the base64 of their little-endian bytes. */
export const dataText = (data: Float32Array | Int32Array): string =>
  data.length <= short && !hasOddNaN(data)
    ? `[${Array.from(data, numberText).join(',')}]`
    : `base64:${toBase64(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))}`;

/** Whether there is a NaN of other bits than the one that a program writes. */
const hasOddNaN = (data: Float32Array | Int32Array): boolean =>
  data instanceof Float32Array &&
  data.some((one, i) => Number.isNaN(one) && new DataView(data.buffer).getUint32(data.byteOffset + 4 * i, true) !== 0x7fc00000); // prettier-ignore

/** Passes over blanks. */
export const blanks = (cursor: Cursor): void => {
  while (cursor.line[cursor.at] === ' ') cursor.at++;
};

/** Whether the line goes on with this text, which is passed over. Blanks before it do not matter. */
export const goesOn = (cursor: Cursor, text: string): boolean => {
  blanks(cursor);
  const found = cursor.line.startsWith(text, cursor.at);
  if (found) cursor.at += text.length;
  return found;
};

/** Whether nothing is left of the line. */
export const atEnd = (cursor: Cursor): boolean => {
  blanks(cursor);
  return cursor.at >= cursor.line.length;
};

/** What stands up to one of these characters or the end. */
const upTo = (cursor: Cursor, stops: string): string => {
  blanks(cursor);
  const from = cursor.at;
  while (cursor.at < cursor.line.length && !stops.includes(cursor.line[cursor.at]!)) cursor.at++;
  return cursor.line.slice(from, cursor.at);
};

const quoted = (cursor: Cursor): string | undefined => {
  const from = cursor.at;
  let end = from + 1;
  while (end < cursor.line.length && cursor.line[end] !== '"') end += cursor.line[end] === '\\' ? 2 : 1;
  if (end >= cursor.line.length) return undefined;
  cursor.at = end + 1;
  try {
    return JSON.parse(cursor.line.slice(from, end + 1)) as string;
  } catch {
    return undefined;
  }
};

/** A name. */
export const readName = (cursor: Cursor): string | undefined => {
  blanks(cursor);
  if (cursor.line[cursor.at] === '"') return quoted(cursor);
  const name = upTo(cursor, ' ={}[],:@"%');
  return bare.test(name) ? name : undefined;
};

/** A whole number from 0. */
export const readWhole = (cursor: Cursor): number | undefined => {
  const text = upTo(cursor, ' ={}[],:@"%');
  return /^(0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
};

const readNumber = (cursor: Cursor): number | undefined => {
  const text = upTo(cursor, ' ={}[],:@"%');
  return text.length <= 32 && /^(-?(\d+(\.\d+)?(e[+-]?\d+)?|Infinity)|NaN)$/.test(text)
    ? Number(text)
    : undefined;
};

/** A shape as `showShape` writes it. */
export const readShape = (cursor: Cursor): Shape | undefined => {
  const text = upTo(cursor, ' ');
  if (text === 'scalar') return [];
  const extents = text.split('×').map(extentOf);
  return extents.every((one) => one !== undefined) && showShape(extents) === text ? extents : undefined;
};

const extentOf = (text: string): Extent | undefined =>
  /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : isBatch(text) ? text : undefined;

/** Whether a text is the batch or a multiple of it, as it is written. */
export const isBatch = (text: string): text is Exclude<Extent, number> =>
  text === 'n' || (/^[1-9]\d{0,14}\*n$/.test(text) && text !== '1*n');

/** Lists in attributes: paddings are lists of pairs. */
const deepest = 3;

const readAttribute = (cursor: Cursor, depth = 0): Attribute | undefined => {
  blanks(cursor);
  const next = cursor.line[cursor.at];
  if (next === '"') return quoted(cursor);
  if (next !== '[')
    return goesOn(cursor, 'true') ? true : goesOn(cursor, 'false') ? false : readNumber(cursor);
  return depth < deepest ? readList(cursor, () => readAttribute(cursor, depth + 1)) : undefined;
};

const readList = <A>(cursor: Cursor, item: () => A | undefined): readonly A[] | undefined => {
  if (!goesOn(cursor, '[')) return undefined;
  if (goesOn(cursor, ']')) return [];
  const items: A[] = [];
  do {
    const one = item();
    if (one === undefined) return undefined;
    items.push(one);
  } while (goesOn(cursor, ','));
  return goesOn(cursor, ']') ? items : undefined;
};

/** Attributes; none where there is no brace. No key stands twice. */
export const readAttributes = (cursor: Cursor): Attributes | undefined => {
  if (!goesOn(cursor, '{')) return {};
  const entries = new Map<string, Attribute>();
  while (!goesOn(cursor, '}')) {
    const key = readName(cursor);
    if (key === undefined || entries.has(key) || !goesOn(cursor, '=')) return undefined;
    const value = readAttribute(cursor);
    if (value === undefined) return undefined;
    entries.set(key, value);
  }
  return Object.fromEntries(entries);
};

/** The data of a constant: numbers, or bytes. */
export type Data = readonly number[] | Uint8Array<ArrayBuffer>;

/** Data as `dataText` writes it; nothing where there is none. */
export const readData = (cursor: Cursor): { readonly data?: Data } | undefined => {
  if (goesOn(cursor, 'base64:')) {
    const end = cursor.line.indexOf(' ', cursor.at);
    const bytes = fromBase64(cursor.line.slice(cursor.at, end < 0 ? undefined : end));
    cursor.at = end < 0 ? cursor.line.length : end;
    return bytes === undefined ? undefined : { data: bytes };
  }
  blanks(cursor);
  if (cursor.line[cursor.at] !== '[') return {};
  const data = readList(cursor, () => readNumber(cursor));
  return data === undefined ? undefined : { data };
};
