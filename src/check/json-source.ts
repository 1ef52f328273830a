/** Where a value stands in the text of a JSON document. */
import { ts } from 'ts-morph';
import type { SourcePlace } from '../base/fault.js';
import { sourcePlace, type Span } from './source-place.js';

/**
 * The place of the value that a JSON pointer (RFC 6901) names, or of the nearest thing around it that is there.
 *
 * @example
 * ```ts
 * sourceOf('{ "a": [1, -2] }', '/a/1', 'spec.json').column; // 12
 * ```
 */
export const sourceOf = (text: string, pointer: string, file = 'spec.json'): SourcePlace =>
  sourcesOf(text, file)(pointer);

/** As `sourceOf`, for several pointers into one document. */
export const sourcesOf = (text: string, file: string): ((pointer: string) => SourcePlace) => {
  let root: Root | 'none' | undefined;
  return (pointer) => {
    if (pointer === '') return sourcePlace(file, text, beginning(text));
    root ??= rootOf(text) ?? 'none';
    return sourcePlace(file, text, root === 'none' ? beginning(text) : spanOf(root, pointer));
  };
};

/** The place at which a text stops being JSON; `undefined` for JSON. */
export const syntaxErrorPlace = (text: string, file: string): SourcePlace | undefined => {
  const at = syntaxErrorAt(text);
  return at === undefined ? undefined : sourcePlace(file, text, { start: at, end: at });
};

const syntaxErrorAt = (text: string): number | undefined => {
  try {
    JSON.parse(text);
    return undefined;
  } catch (caught) {
    const message = caught instanceof Error ? caught.message : '';
    const position = / at position (\d+)/.exec(message)?.[1];
    if (position !== undefined) return Number(position);
    if (message.startsWith('Unexpected end')) return text.length;
    // Some of the engine's messages name no position; TypeScript's parser takes offence at the same place.
    return firstOffence(text) ?? 0;
  }
};

const firstOffence = (text: string): number | undefined => {
  try {
    return ts.parseConfigFileTextToJson('document.json', text).error?.start;
  } catch {
    return undefined;
  }
};

interface Root {
  readonly document: ts.JsonSourceFile;
  readonly value: ts.Expression;
}

const rootOf = (text: string): Root | undefined => {
  try {
    const document = ts.parseJsonText('document.json', text);
    const value = document.statements[0]?.expression;
    return value === undefined ? undefined : { document, value };
  } catch {
    // A document that is nested beyond what a recursive parser can follow has no place but its beginning.
    return undefined;
  }
};

const spanOf = ({ document, value }: Root, pointer: string): Span => {
  const { at } = segments(pointer).reduce<Search>(descend, { at: value, lost: false });
  return { start: at.getStart(document), end: at.end };
};

const beginning = (text: string): Span => {
  const start = Math.max(0, text.search(/\S/));
  return { start, end: start + 1 };
};

interface Search {
  readonly at: ts.Expression;
  readonly lost: boolean;
}

const segments = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((one) => one.replaceAll('~1', '/').replaceAll('~0', '~'));

const descend = (search: Search, segment: string): Search => {
  if (search.lost) return search;
  const next = child(search.at, segment);
  return next === undefined ? { at: search.at, lost: true } : { at: next, lost: false };
};

const child = (value: ts.Expression, segment: string): ts.Expression | undefined => {
  if (ts.isArrayLiteralExpression(value)) {
    return /^(0|[1-9]\d*)$/.test(segment) ? value.elements[Number(segment)] : undefined;
  }
  if (!ts.isObjectLiteralExpression(value)) return undefined;
  // Of two members of one name the last one counts, as it does in JSON.parse.
  return value.properties.findLast(
    (one): one is ts.PropertyAssignment => ts.isPropertyAssignment(one) && nameOf(one.name) === segment,
  )?.initializer;
};

const nameOf = (name: ts.PropertyName): string | undefined =>
  ts.isStringLiteral(name) || ts.isIdentifier(name) ? name.text : undefined;
