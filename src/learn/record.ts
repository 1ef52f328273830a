/**
 * The record of a training: `metrics.jsonl`, one JSON object a line, readable while it grows and after a crash.
 *
 * Each line goes to the file in one write, so that a killed training leaves at worst a torn last line, which reading
 * ignores and the next writer removes. A training resumed after step k first drops the lines beyond k: as it computes
 * the same numbers again, the file ends up equal, byte by byte, to that of a training that was not interrupted.
 */
import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../base/fault.js';
import { makeFolder } from '../files/system.js';
import { writeFault, writeFileAtomically } from '../files/write.js';

/** What a line may hold. Numbers that JSON has no form for are written as the texts NaN, Infinity, -Infinity. */
export type RecordValue =
  number | string | boolean | null | readonly RecordValue[] | { readonly [key: string]: RecordValue };

/** One line: the step it belongs to, and numbers by name, such as `{ step, loss, gates: { level0: { open: 0.53 } } }`. */
export interface RecordLine {
  readonly step: number;
  readonly [key: string]: RecordValue;
}

/** A record that has been read. */
export interface TrainingRecord {
  readonly lines: readonly RecordLine[];
  /** Whether the file ends in the middle of a line. */
  readonly torn: boolean;
}

/** An open record. */
export interface Recorder {
  /** Writes one line. Faults: J03 for a step that is not a whole number from 0, F01 of the file system. */
  readonly append: (line: RecordLine) => TE.TaskEither<readonly Fault[], void>;
  /** Flushes and closes the file. Fault F01. */
  readonly close: () => TE.TaskEither<readonly Fault[], void>;
}

/** How a record is opened. */
export interface RecordOptions {
  /** The step that the training resumes after: later lines go. Without it every whole line stays. */
  readonly resumeFrom?: number;
}

/**
 * Reads a record; a torn last line is left out, no file is an empty record. Faults: J01 for a file that cannot be
 * read, J02 for a line that is not an object with a step, with its number.
 */
export const readRecord =
  (path: string): TE.TaskEither<readonly Fault[], TrainingRecord> =>
  async () => {
    const read = await readLines(path);
    return E.map(({ lines, torn }: ReadLines): TrainingRecord => ({
      lines: lines.map((one) => one.line),
      torn,
    }))(read);
  };

/**
 * Drops the lines whose step is beyond `step`, and a torn last line; the others keep their bytes. The file is replaced
 * atomically, or left alone when nothing has to go. Gives the number of lines kept. Faults: as `readRecord`, and F01.
 */
export const truncateRecord =
  (path: string, step: number): TE.TaskEither<readonly Fault[], number> =>
  async () => {
    const read = await readLines(path);
    if (E.isLeft(read)) return read;
    const kept = read.right.lines.filter(({ line }) => line.step <= step);
    if (kept.length === read.right.lines.length && !read.right.torn) return E.right(kept.length);
    const written = await writeFileAtomically(path, kept.map(({ text }) => `${text}\n`).join(''))();
    return E.isLeft(written) ? written : E.right(kept.length);
  };

/**
 * Opens a record to append to, after the lines that `truncateRecord` leaves; makes the folders above it. Faults: J01,
 * J02, F01.
 *
 * @example
 * ```ts
 * const recorder = await openRecord('run/metrics.jsonl', { resumeFrom: 1200 })();
 * if (E.isRight(recorder)) await recorder.right.append({ step: 1201, loss: 0.25 })();
 * ```
 */
export const openRecord =
  (path: string, { resumeFrom = Infinity }: RecordOptions = {}): TE.TaskEither<readonly Fault[], Recorder> =>
  async () => {
    const kept = await truncateRecord(path, resumeFrom)();
    if (E.isLeft(kept)) return kept;
    return attempt(path, async () => {
      await makeFolder(dirname(path));
      const file = await open(path, 'a');
      return {
        append: (line) => async () => {
          if (!isStep(line.step)) return E.left([stepFault(path, line.step)]);
          const bytes = Buffer.from(`${lineText(line)}\n`);
          return attempt(path, async () => {
            const { bytesWritten } = await file.write(bytes);
            if (bytesWritten < bytes.length)
              throw Object.assign(new Error('a short write'), { code: 'ENOSPC' });
          });
        },
        close: () => () =>
          attempt(path, async () => {
            try {
              await file.sync();
            } finally {
              await file.close();
            }
          }),
      };
    });
  };

interface ReadLines {
  readonly lines: readonly { readonly line: RecordLine; readonly text: string }[];
  readonly torn: boolean;
}

const readLines = async (path: string): Promise<E.Either<readonly Fault[], ReadLines>> => {
  const content = await readText(path);
  if (E.isLeft(content)) return content;
  const texts = content.right.split('\n');
  // What follows the last newline is nothing, or a line that was being written.
  const torn = texts.pop() !== '';
  const lines: { readonly line: RecordLine; readonly text: string }[] = [];
  for (const [index, text] of texts.entries()) {
    const line = parseLine(text);
    if (line === undefined) return E.left([lineFault(path, index + 1, text)]);
    lines.push({ line, text });
  }
  return E.right({ lines, torn });
};

/** The file's text; none is as good as an empty one. */
const readText = async (path: string): Promise<E.Either<readonly Fault[], string>> => {
  try {
    return E.right(await readFile(path, 'utf8'));
  } catch (caught) {
    const missing = (caught as { code?: string } | null)?.code === 'ENOENT';
    return missing ? E.right('') : E.left([readFault(path, caught)]);
  }
};

const parseLine = (text: string): RecordLine | undefined => {
  try {
    const value = JSON.parse(text) as RecordLine | null;
    return typeof value === 'object' && value !== null && isStep(value.step) ? value : undefined;
  } catch {
    return undefined;
  }
};

const lineText = (line: RecordLine): string =>
  JSON.stringify(line, (_, value: RecordValue) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );

const isStep = (step: unknown): boolean => Number.isSafeInteger(step) && (step as number) >= 0;

const attempt = async <A>(path: string, work: () => Promise<A>): Promise<E.Either<readonly Fault[], A>> => {
  try {
    return E.right(await work());
  } catch (caught) {
    return E.left([writeFault(path, caught)]);
  }
};

const readFault = (path: string, caught: unknown): Fault =>
  fault({
    rule: 'J01',
    where: path,
    got: caught instanceof Error ? caught.message : String(caught),
    wanted: 'a file that can be read',
    fix: 'check the path and its permissions',
  });

const lineFault = (path: string, line: number, text: string): Fault =>
  fault({
    rule: 'J02',
    where: `${path}:${line}`,
    got: JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text),
    wanted: 'a JSON object with a step, a whole number from 0',
    fix: 'remove the line or move the file away',
  });

const stepFault = (path: string, step: number): Fault =>
  fault({
    rule: 'J03',
    where: path,
    got: `step ${step}`,
    wanted: 'a whole number from 0',
    fix: 'number the steps',
  });
