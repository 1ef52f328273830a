/** Places in a text, as a person reads them: the file as seen from the working folder, line, column and a frame. */
import { relative, resolve } from 'node:path';
import { codeFrameColumns } from '@babel/code-frame';
import type { Fault, SourcePlace } from '../base/fault.js';

/** A stretch of a text, in UTF-16 units from 0; the end is not part of it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The place of a stretch of a file's text. The frame marks what of it stands on its first line, without colours.
 *
 * @example
 * ```ts
 * sourcePlace('net.ts', 'const a = b;', { start: 10, end: 11 });
 * // { file: 'net.ts', line: 1, column: 11, frame: '> 1 | const a = b;\n    |           ^' }
 * ```
 */
export const sourcePlace = (file: string, text: string, { start, end }: Span): SourcePlace => {
  const before = text.slice(0, start).split(lineBreak);
  const line = before.length;
  const column = (before.at(-1) ?? '').length + 1;
  const rest = text.slice(start, Math.max(start, end)).split(lineBreak, 1)[0] ?? '';
  return { file: shownPath(file), line, column, frame: frameOf(text, line, column, rest.length) };
};

/** The place of a line; an unknown line is the last one. */
export const linePlace = (file: string, text: string, line: number, column = 1): SourcePlace => {
  const lines = text.split(lineBreak);
  const known = Math.min(Math.max(1, line), lines.length);
  return {
    file: shownPath(file),
    line: known,
    column,
    frame: frameOf(text, known, column, 0),
  };
};

/** A path as seen from the working folder. */
export const shownPath = (file: string): string => relative('', resolve(file)) || file;

/** The same fault with its place. */
export const located = (one: Fault, source: SourcePlace): Fault => ({ ...one, source });

/** What TypeScript takes for the end of a line. */
const lineBreak = /\r\n|[\n\r\u2028\u2029]/;

/** The widest line that is shown whole: generated files have lines that no terminal can hold. */
const widest = 240;

const frameOf = (text: string, line: number, column: number, length: number): string => {
  const hidden = column > widest / 2 ? column - widest / 2 : 0;
  const lines = text.split(lineBreak).slice(0, line + linesBelow);
  const shown = lines.map((one, index) => {
    if (index < line - 1 - linesAbove) return '';
    if (one.length <= widest) return one;
    const from = index === line - 1 ? hidden : 0;
    return one.slice(from, from + widest);
  });
  const first = (lines[line - 1]?.length ?? 0) <= widest ? column : column - hidden;
  const last = Math.min(first + Math.max(1, length), widest + 1);
  return codeFrameColumns(
    shown.join('\n'),
    { start: { line, column: first }, end: { line, column: last } },
    { linesAbove, linesBelow, highlightCode: false },
  );
};
const linesAbove = 2;
const linesBelow = 1;
