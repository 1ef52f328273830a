/**
 * A text file's lines, read in pieces, so that a file of any size costs no more memory than its longest line.
 *
 * The data sets' CSV files quote nothing: a line is a row, whatever it holds, and a stray quote cannot swallow its
 * neighbours.
 */
import { createReadStream } from 'node:fs';
import { fault, faultError, type Fault } from '../base/fault.js';

/** A line without its end, and its number from 1. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

/** Characters that a line may have. */
export const longestLine = 65_536;

/**
 * The lines of a UTF-8 file in blocks, LF or CRLF, a byte order mark and the empty lines left out.
 *
 * Throws a fault error: D01 if the file cannot be read, D03 for a line longer than `longestLine`.
 */
export async function* lineBlocks(path: string): AsyncGenerator<readonly Line[]> {
  const decoder = new TextDecoder();
  let number = 0;
  let rest = '';
  const cut = (text: string): readonly Line[] => {
    const parts = text.split('\n');
    rest = parts.pop() ?? '';
    const lines = parts.map((part) => ({
      text: part.endsWith('\r') ? part.slice(0, -1) : part,
      number: ++number,
    }));
    const long = lines.find((line) => line.text.length > longestLine)?.number;
    if (long !== undefined) throw faultError([tooLong(path, long)]);
    if (rest.length > longestLine) throw faultError([tooLong(path, number + 1)]);
    return lines.filter((line) => line.text.trim() !== '');
  };
  const stream = createReadStream(path, { highWaterMark: 1 << 18 });
  try {
    for await (const chunk of stream) yield cut(rest + decoder.decode(chunk as Buffer, { stream: true }));
  } catch (caught) {
    if (caught instanceof Error && 'code' in caught) throw faultError([unreadable(path, caught)]);
    throw caught;
  }
  yield cut(`${rest}${decoder.decode()}\n`);
}

/** Fault D01: a file that cannot be read. */
export const unreadable = (path: string, caught: unknown): Fault => {
  const code = (caught as { code?: string } | null)?.code ?? '';
  const [got, fix] = causes[code] ?? [
    caught instanceof Error ? caught.message : String(caught),
    'see the system error',
  ];
  return fault({ rule: 'D01', where: path, got, wanted: 'a file that can be read', fix });
};

const tooLong = (path: string, line: number): Fault =>
  fault({
    rule: 'D03',
    where: `${path}:${line}`,
    got: `a line of more than ${longestLine} characters`,
    wanted: 'one row a line',
    fix: 'check that this is the right file and that its lines end in a line feed',
  });

const causes: Readonly<Record<string, readonly [got: string, fix: string]>> = {
  ENOENT: ['no such file', 'check the path'],
  ENOTDIR: ['no such file', 'check the path'],
  EACCES: ['no permission to read', 'change the permissions of the file'],
  EPERM: ['no permission to read', 'change the permissions of the file'],
  EISDIR: ['a folder', 'name a file'],
  ELOOP: ['a link to itself', 'replace it by the file'],
};
