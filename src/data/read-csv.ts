/**
 * Reading the two CSV files of a set of posed people: every row is checked before anything is made of it, and a
 * faulty one names file, line and remedy. The files' text is described in `csv.ts`.
 */
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, faultError, isFaultError, type Fault } from '../base/fault.js';
import {
  annotationHeader,
  badKeypoints,
  keypointsOf,
  pairsHeader,
  type Annotation,
  type Pair,
} from './csv.js';
import { joints, type Keypoints } from './joints.js';
import { lineBlocks } from './lines.js';
import { nameProblem, quoted } from './names.js';
import type { Size } from './size.js';
import { skippedWarning, tally, type Skipped } from './tally.js';

/** How an annotation file is read. */
export interface ReadOptions {
  /** Leave faulty rows out and count them instead of failing. Default false. */
  readonly skipBad?: boolean;
}

/** A CSV file's rows, and how many were left out for which rule. */
export interface Rows<A> {
  readonly rows: readonly A[];
  readonly skipped: Skipped;
  /** Warning D16 if rows were left out. */
  readonly warnings: readonly Fault[];
}

/** The images that a pairs file may name. */
export interface KnownImages {
  readonly has: (name: string) => boolean;
  /** What a name that is not had lacks, for the message. */
  readonly lacks?: (name: string) => string;
}

/** One row: its value, or what is wrong with it. */
export type Row<A> = E.Either<Fault, A>;

/**
 * The rows of an annotation file in order, in blocks as the file is read; joints must lie in a frame of `size`.
 *
 * Each row is a value or one of the faults D03 (fields), D04 (name), D05 (key points), D06 (outside the frame), D07
 * (name seen before). Throws a fault error for what ends the reading: D01 (unreadable), D02 (header), D03 (a line
 * too long).
 */
export const annotationBlocks = (path: string, size?: Size): AsyncGenerator<readonly Row<Annotation>[]> => {
  const seen = new Map<string, string>();
  return blocksOf(path, annotationHeader, ':', (where, [name = '', ys = '', xs = '']) => {
    const problem = nameProblem(name);
    if (problem !== undefined) return E.left(fault({ rule: 'D04', where, ...problem }));
    const before = seen.get(name);
    if (before !== undefined) return E.left(duplicate(where, name, before));
    const [y, x] = [integers(ys), integers(xs)];
    if (y === undefined || x === undefined) {
      return E.left(badKeypoints(where, quoted(y === undefined ? ys : xs)));
    }
    const keypoints = keypointsOf(y, x);
    if (E.isLeft(keypoints)) return E.left(badKeypoints(where, keypoints.left));
    const outside = size && outsideFrame(where, keypoints.right, size);
    if (outside !== undefined) return E.left(outside);
    seen.set(name, where);
    return E.right({ name, keypoints: keypoints.right });
  });
};

/**
 * The rows of a pairs file in order, in blocks as the file is read; both images must be in `images`.
 *
 * Each row is a value or one of the faults D03 (fields), D04 (name), D08 (no such image). Throws as
 * `annotationBlocks` does.
 */
export const pairBlocks = (path: string, images?: KnownImages): AsyncGenerator<readonly Row<Pair>[]> =>
  blocksOf(path, pairsHeader, ',', (where, [from = '', to = '']) => {
    for (const name of [from, to]) {
      if (images?.has(name) === true) continue;
      const problem = nameProblem(name);
      if (problem !== undefined) return E.left(fault({ rule: 'D04', where, ...problem }));
      if (images !== undefined) return E.left(absent(where, name, images.lacks?.(name)));
    }
    return E.right({ from, to });
  });

/**
 * Reads an annotation file. All faulty rows are reported, up to a number (then D16); with `skipBad` they are left
 * out and counted. Faults as `annotationBlocks`; `size` in pixels.
 */
export const readAnnotations = (
  path: string,
  options: ReadOptions & { readonly size?: Size } = {},
): TE.TaskEither<readonly Fault[], Rows<Annotation>> =>
  collect(path, annotationBlocks(path, options.size), options);

/** Reads a pairs file; `images` are the names that a row may use (any if left out). Faults as `pairBlocks`. */
export const readPairs = (
  path: string,
  options: ReadOptions & { readonly images?: KnownImages } = {},
): TE.TaskEither<readonly Fault[], Rows<Pair>> => collect(path, pairBlocks(path, options.images), options);

const collect =
  <A>(
    path: string,
    blocks: AsyncIterable<readonly Row<A>[]>,
    options: ReadOptions,
  ): TE.TaskEither<readonly Fault[], Rows<A>> =>
  async () => {
    const rows: A[] = [];
    const bad = tally(path);
    try {
      for await (const block of blocks) {
        for (const row of block) {
          if (E.isRight(row)) rows.push(row.right);
          else bad.add(row.left);
        }
      }
    } catch (caught) {
      if (isFaultError(caught)) return E.left([...bad.faults(), ...caught.faults]);
      throw caught;
    }
    if (options.skipBad !== true && bad.count() > 0) return E.left(bad.faults());
    const skipped = bad.skipped();
    return E.right({ rows, skipped, warnings: skippedWarning(path, skipped, rows.length + bad.count()) });
  };

/** Checks header and field count, and hands each row's fields, without the blanks around them, to `read`. */
async function* blocksOf<A>(
  path: string,
  header: string,
  separator: string,
  read: (where: string, fields: readonly string[]) => Row<A>,
): AsyncGenerator<readonly Row<A>[]> {
  const width = header.split(separator).length;
  let headed = false;
  for await (const block of lineBlocks(path)) {
    const rows: Row<A>[] = [];
    for (const line of block) {
      const where = `${path}:${line.number}`;
      const fields = line.text.split(separator).map((field) => field.trim());
      if (!headed) {
        headed = true;
        if (fields.join(separator) !== header) throw faultError([wrongHeader(where, line.text, header)]);
      } else if (fields.length !== width) {
        rows.push(E.left(wrongFields(where, fields.length, header)));
      } else rows.push(read(where, fields));
    }
    yield rows;
  }
  if (!headed) throw faultError([wrongHeader(`${path}:1`, '', header)]);
}

/** A JSON array of numbers, or nothing: JSON of any other form is no list of coordinates. */
const integers = (text: string): readonly number[] | undefined => {
  if (!/^\[[-+0-9.eE, \t]*\]$/.test(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) && parsed.every((one) => typeof one === 'number') ? parsed : undefined;
  } catch {
    return undefined;
  }
};

const wrongHeader = (where: string, got: string, header: string): Fault =>
  fault({
    rule: 'D02',
    where,
    got: got === '' ? 'an empty file' : `the header ${quoted(got)}`,
    wanted: `the header ${header}`,
    fix: 'write exactly these columns in this order',
  });

const wrongFields = (where: string, got: number, header: string): Fault =>
  fault({
    rule: 'D03',
    where,
    got: `${got} field${got === 1 ? '' : 's'}`,
    wanted: header,
    fix: 'mend or remove the row; nothing is quoted in this format',
  });

const duplicate = (where: string, name: string, before: string): Fault =>
  fault({
    rule: 'D07',
    where,
    got: `${quoted(name)} again (first at ${before})`,
    wanted: 'one row an image',
    fix: 'remove one of the rows',
  });

const absent = (where: string, name: string, lacks = 'an image or an annotation'): Fault =>
  fault({
    rule: 'D08',
    where,
    got: `${quoted(name)}, which lacks ${lacks}`,
    wanted: 'two annotated images of the set',
    fix: 'add the image and its annotation or remove the pair',
  });

const outsideFrame = (where: string, keypoints: Keypoints, size: Size): Fault | undefined => {
  const joint = keypoints.findIndex(
    (point) => point !== null && (point.y >= size.height || point.x >= size.width),
  );
  const point = keypoints[joint];
  if (point === undefined || point === null) return undefined;
  return fault({
    rule: 'D06',
    where,
    got: `row ${point.y}, column ${point.x} for joint ${joint} (${joints[joint]})`,
    wanted: `a place in the frame of ${size.height}×${size.width} (height × width)`,
    fix: 'write −1 in both lists if the joint is not in the picture',
  });
};
