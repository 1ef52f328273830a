/** Which row of one layer table stands for which of another: segments of one kind first, then the rows within them. */
import { aligned, mostComparisons } from './alignment.js';
import type { LayerFacts } from './layer-facts.js';

/** Rows that stand for each other, or one that stands alone. */
export type PairedRow =
  | { readonly a: LayerFacts; readonly b: LayerFacts }
  | { readonly a: LayerFacts; readonly b?: undefined }
  | { readonly a?: undefined; readonly b: LayerFacts };

/** All rows of both tables, in the order of `b`; what is in `a` alone comes after the row that it follows there. */
export const pairedRows = (a: readonly LayerFacts[], b: readonly LayerFacts[]): readonly PairedRow[] => {
  const partners = new Map<number, number>();
  for (const [from, to] of pairedSegments(segmentsOf(a), segmentsOf(b)))
    for (const [i, j] of aligned(from, to, likeness))
      if (i !== undefined && j !== undefined) partners.set(to[j]!.at, from[i]!.at);

  const matched = new Set(partners.values());
  /* The rows of `a` alone, by the row of `a` that they follow; −1 where they begin. */
  const alone = new Map<number, PairedRow[]>([[-1, []]]);
  let anchor = -1;
  for (const [at, row] of a.entries()) {
    if (matched.has(at)) {
      anchor = at;
      alone.set(at, []);
    } else alone.get(anchor)!.push({ a: row });
  }
  return [
    ...alone.get(-1)!,
    ...b.flatMap((row, at): readonly PairedRow[] => {
      const partner = partners.get(at);
      return partner === undefined ? [{ b: row }] : [{ a: a[partner]!, b: row }, ...alone.get(partner)!];
    }),
  ];
};

/** A row, its place in the table, and its options as one text. */
interface Placed {
  readonly at: number;
  readonly row: LayerFacts;
  readonly options: string;
}
type Segment = readonly Placed[];

const segmentsOf = (rows: readonly LayerFacts[]): ReadonlyMap<string, Segment> => {
  const segments = new Map<string, Placed[]>();
  for (const [at, row] of rows.entries()) {
    const path = row.path.slice(0, Math.max(0, row.path.lastIndexOf('/')));
    const placed = { at, row, options: JSON.stringify(row.options) };
    const known = segments.get(path);
    if (known === undefined) segments.set(path, [placed]);
    else known.push(placed);
  }
  return segments;
};

/* Levels of one encoder are of one kind, as are its blocks. */
const kindOf = (segment: string): string => segment.replace(/[~\d]+/g, '');
const byKind = (segments: ReadonlyMap<string, Segment>): ReadonlyMap<string, readonly string[]> => {
  const kinds = new Map<string, string[]>();
  for (const path of segments.keys()) kinds.set(kindOf(path), [...(kinds.get(kindOf(path)) ?? []), path]);
  return kinds;
};

/** Segments that stand for each other: in order where that makes most rows alike, the rest by path. */
const pairedSegments = (
  a: ReadonlyMap<string, Segment>,
  b: ReadonlyMap<string, Segment>,
): readonly (readonly [Segment, Segment])[] => {
  const rowsIn = (paths: readonly string[], all: typeof a): number =>
    paths.reduce((sum, path) => sum + all.get(path)!.length, 0);
  const partners = new Map<string, string>();
  const others = byKind(b);
  for (const [kind, from] of byKind(a)) {
    const to = others.get(kind) ?? [];
    // Beyond so many comparisons of rows, segments are paired by path alone.
    if (rowsIn(from, a) * rowsIn(to, b) > mostComparisons) continue;
    for (const [i, j] of aligned(from, to, (one, other) => total(a.get(one)!, b.get(other)!)))
      if (i !== undefined && j !== undefined) partners.set(from[i]!, to[j]!);
  }
  const taken = new Set(partners.values());
  for (const path of a.keys())
    if (!partners.has(path) && b.has(path) && !taken.has(path)) partners.set(path, path);
  return [...partners].map(([from, to]) => [a.get(from)!, b.get(to)!] as const);
};

const total = (a: Segment, b: Segment): number =>
  aligned(a, b, likeness).reduce(
    (sum, [i, j]) => (i === undefined || j === undefined ? sum : sum + likeness(a[i]!, b[j]!)),
    0,
  );

/** How alike two rows are; 0 for layers of two kinds. A size says more of a place in a network than a number in a name. */
const likeness = (one: Placed, other: Placed): number => {
  const [a, b] = [one.row, other.row];
  if (a.op !== b.op) return 0;
  const points = (same: boolean, worth: number): number => (same ? worth : 0);
  return (
    4 +
    points(a.output[0] === b.output[0] && a.output[1] === b.output[1], 2) +
    points(a.output[2] === b.output[2], 1) +
    points(a.parameters === b.parameters, 1) +
    points(one.options === other.options, 1) +
    points(a.path === b.path, 1)
  );
};
