/**
 * The text of the two CSV files that describe a set of posed people, in the form that Def-GAN's tools write:
 * `name:keypoints_y:keypoints_x` with two JSON arrays of 18 integers (−1 twice: no such joint), and `from,to`.
 *
 * Reading them is in `read-csv.ts`.
 */
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../base/fault.js';
import { writeFileAtomically } from '../files/write.js';
import { joints, type Keypoints } from './joints.js';
import { nameProblem } from './names.js';

/** One image's key points. `name` is the image's path under its folder, extension included. */
export interface Annotation {
  readonly name: string;
  /** 18 entries, pixels of the stored image. */
  readonly keypoints: Keypoints;
}

/** Two images of one person: the one that is shown and the one that is wanted. */
export interface Pair {
  readonly from: string;
  readonly to: string;
}

/** The first line of an annotation file. */
export const annotationHeader = 'name:keypoints_y:keypoints_x';

/** The first line of a pairs file. */
export const pairsHeader = 'from,to';

/**
 * An annotation file's text; coordinates are rounded to whole pixels. Names are written as they are: check rows from
 * elsewhere with `writeAnnotations`.
 *
 * @example
 * ```ts
 * annotationCsv([{ name: 'a.jpg', keypoints: Array.from({ length: 18 }, () => null) }]).split('\n')[0];
 * // 'name:keypoints_y:keypoints_x'
 * ```
 */
export const annotationCsv = (rows: readonly Annotation[]): string =>
  [annotationHeader, ...rows.map(annotationLine), ''].join('\n');

/**
 * A pairs file's text.
 *
 * @example
 * ```ts
 * pairsCsv([{ from: 'a.jpg', to: 'b.jpg' }]); // 'from,to\na.jpg,b.jpg\n'
 * ```
 */
export const pairsCsv = (rows: readonly Pair[]): string =>
  [pairsHeader, ...rows.map((row) => `${row.from},${row.to}`), ''].join('\n');

/** Writes an annotation file atomically. Faults: D04 for a name, D05 for key points, F01 for the file. */
export const writeAnnotations = (
  path: string,
  rows: readonly Annotation[],
): TE.TaskEither<readonly Fault[], void> => {
  const faults = rows.flatMap((row, index) => [
    ...nameFaults(`${path} row ${index + 1}`, row.name),
    ...keypointsFaults(`${path} row ${index + 1}`, row.keypoints),
  ]);
  return faults.length > 0 ? TE.left(faults) : writeFileAtomically(path, annotationCsv(rows));
};

/** Writes a pairs file atomically. Faults: D04 for a name, F01 for the file. */
export const writePairs = (path: string, rows: readonly Pair[]): TE.TaskEither<readonly Fault[], void> => {
  const faults = rows.flatMap((row, index) =>
    [row.from, row.to].flatMap((name) => nameFaults(`${path} row ${index + 1}`, name)),
  );
  return faults.length > 0 ? TE.left(faults) : writeFileAtomically(path, pairsCsv(rows));
};

/** Checks one annotation's arrays of rows and columns, −1 twice meaning no such joint. */
export const keypointsOf = (ys: readonly number[], xs: readonly number[]): E.Either<string, Keypoints> => {
  if (ys.length !== joints.length || xs.length !== joints.length) {
    return E.left(`${ys.length} rows and ${xs.length} columns`);
  }
  const points: Keypoints[number][] = [];
  for (const [joint, y] of ys.entries()) {
    const x = xs[joint]!;
    if (y === -1 && x === -1) points.push(null);
    else if (!Number.isSafeInteger(y) || !Number.isSafeInteger(x) || y < 0 || x < 0) {
      return E.left(`(${y}, ${x}) for joint ${joint} (${joints[joint]})`);
    } else points.push({ y, x });
  }
  return E.right(points);
};

const annotationLine = (row: Annotation): string => {
  const list = (axis: 'y' | 'x'): string =>
    `[${row.keypoints.map((point) => (point === null ? -1 : Math.round(point[axis]))).join(', ')}]`;
  return `${row.name}: ${list('y')}: ${list('x')}`;
};

const nameFaults = (where: string, name: string): readonly Fault[] => {
  const problem = nameProblem(name);
  return problem === undefined ? [] : [fault({ rule: 'D04', where, ...problem })];
};

const keypointsFaults = (where: string, keypoints: Keypoints): readonly Fault[] => {
  const column = (axis: 'y' | 'x'): readonly number[] =>
    keypoints.map((point) => (point === null ? -1 : Math.round(point[axis])));
  const checked = keypointsOf(column('y'), column('x'));
  return E.isRight(checked) ? [] : [badKeypoints(where, checked.left)];
};

/** Fault D05: key points that are not 18 pairs of whole numbers. */
export const badKeypoints = (where: string, got: string): Fault =>
  fault({
    rule: 'D05',
    where,
    got,
    wanted: '18 joints, each a whole row and column from 0, or −1 in both',
    fix: 'write the joint as −1 in both lists if it is not known',
  });
