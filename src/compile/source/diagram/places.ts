/** Places: where columns, lanes, tracks and the gaps between columns lie, in points. */
import type { Cell, Grid } from './grid.js';
import { stackHeight, type Measures } from './measure.js';
import type { Point } from './picture.js';
import type { Route } from './routes.js';
import { shapeText, type SceneEdge } from './scene.js';
import { chipHeight, psiRadius, textSize, trackPitch } from './style.js';
import { centresOf, tracksOf, type Span } from './tracks.js';
import { fitted, widthOf } from './text.js';

/** A track of an edge. */
export interface Track {
  readonly route: Extract<Route, { readonly kind: 'track' }>;
  readonly y: number;
  /** Where it leaves its source's line, and where it turns to its target. */
  readonly left: Point;
  readonly right: Point;
  /** The middle of the first mark on it. */
  readonly centre: number;
  readonly label: string;
}

/** All places. */
export interface Places {
  readonly cells: ReadonlyMap<
    string,
    { readonly cell: Cell; readonly measures: Measures; readonly x: number; readonly y: number }
  >;
  readonly routes: readonly Route[];
  readonly tracks: readonly Track[];
  /** The x of a line that goes up or down in the gap after a column. */
  readonly gap: (column: number, key: string) => number;
  readonly lanes: readonly {
    readonly y: number;
    readonly top: number;
    readonly bottom: number;
    readonly tracksBelow: number;
  }[];
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
}

/** The line out of a cell. */
export const outKey = (id: string): string => `out ${id}`;
/** The line into a cell's left side. */
export const inKey = (id: string): string => `in ${id}`;

/* Gaps between columns: without lines that go up or down, and for each of those. */
const gapsBySetting = { wide: [6, 3.6], tight: [4.4, 2.9] } as const;
/* Between lanes, for captions and the heads of arrows. */
const laneGap = 14;

/** The places of a grid. */
export const placesOf = (
  grid: Grid,
  routes: readonly Route[],
  measures: ReadonlyMap<string, Measures>,
  tight: boolean,
): Places => {
  const [narrow, perLine] = gapsBySetting[tight ? 'tight' : 'wide'];
  const gaps = gapsOf(grid, routes);
  const columns = Array.from({ length: grid.columns }, (_, column) => columnSides(grid, measures, column));
  const centres: number[] = [];
  const gapStarts: number[] = [];
  let x = 0;
  columns.forEach(([left, right], column) => {
    centres.push(x + left);
    gapStarts.push(x + left + right);
    x += left + right + Math.max(narrow, 3 + perLine * (gaps[column + 1]?.length ?? 0));
  });
  const gap = (column: number, key: string): number => {
    const at = Math.max(0, (gaps[column + 1] ?? []).indexOf(key));
    return (column < 0 ? -narrow - 2 : gapStarts[column]!) + 2.8 + perLine * at;
  };

  const entries = entriesOf(routes);
  const xOf = (cell: Cell): number => centres[cell.column]!;
  const tracked = routes.filter((route) => route.kind === 'track');
  const turns = tracked.map((route): Span & { readonly from: number; readonly to: number } => {
    const from = gap(route.from.column, outKey(route.from.node.id));
    const [nth, all] = entries.get(route.edge)!;
    const { width } = measures.get(route.to.node.id)!;
    const to =
      route.entry === 'left'
        ? gap(route.to.column - 1, inKey(route.to.node.id))
        : xOf(route.to) + (all === 1 ? 0 : (nth / (all - 1) - 0.5) * (width - 5));
    return { from, to, left: Math.min(from, to), right: Math.max(from, to) };
  });
  const kinds = new Set(
    tracked.flatMap(({ edge }) => edge.psis.filter(({ marked }) => marked).map(({ text }) => text)),
  );
  const labels = tracked.map(({ edge }) => labelOf(edge, kinds.size > 1));
  const regions = Math.max(0, ...tracked.map(({ region }) => region)) + 1;
  const numbers: number[] = tracked.map(() => 0);
  const middles: number[] = tracked.map(() => 0);
  const heights: number[] = [];
  for (let region = 0; region < Math.max(regions, grid.lanes + 1); region++) {
    const members = tracked.flatMap((route, at) => (route.region === region ? [at] : []));
    const spans = members.map((at) => turns[at]!);
    const tracks = tracksOf(spans);
    const room = members.map((at) => roomOf(tracked[at]!.edge, labels[at]!));
    const where = centresOf(spans, room);
    members.forEach((at, k) => {
      numbers[at] = tracks[k]!;
      middles[at] = where[k]!;
    });
    heights[region] = members.length === 0 ? 0 : (Math.max(...tracks) + 1) * trackPitch + 4;
  }

  const lanes: { y: number; top: number; bottom: number; tracksBelow: number }[] = [];
  let y = heights[0]!;
  for (let lane = 0; lane < grid.lanes; lane++) {
    const [up, down] = laneExtents(grid, measures, lane);
    lanes.push({ y: y + up, top: y, bottom: y + up + down, tracksBelow: heights[lane + 1]! });
    y += up + down + heights[lane + 1]! + laneGap;
  }
  const yOf = (region: number, track: number): number =>
    region === 0
      ? lanes[0]!.top - 6 - track * trackPitch
      : lanes[region - 1]!.bottom + 8 + track * trackPitch;
  return {
    cells: new Map([...grid.cells].map(([id, cell]) => [id, { cell, measures: measures.get(id)!, x: xOf(cell), y: lanes[cell.lane]!.y }])), // prettier-ignore
    routes,
    tracks: tracked.map((route, at) => {
      const { from, to } = turns[at]!;
      const line = yOf(route.region, numbers[at]!);
      return {
        route,
        y: line,
        left: [from, line],
        right: [to, line],
        centre: middles[at]!,
        label: labels[at]!,
      };
    }),
    gap,
    lanes,
    width: x,
    top: lanes[0]!.top - heights[0]!,
    bottom: y - laneGap,
  };
};

/** Lines in the gap before each column: those out of the column before first, then those into the next. */
const gapsOf = (grid: Grid, routes: readonly Route[]): readonly (readonly string[])[] => {
  const gaps: string[][] = Array.from({ length: grid.columns + 1 }, () => []);
  const note = (column: number, key: string): void => {
    if (!gaps[column + 1]!.includes(key)) gaps[column + 1]!.push(key);
  };
  for (const route of routes)
    if (route.kind === 'track' || route.kind === 'fork') note(route.from.column, outKey(route.from.node.id));
  for (const { at, place } of grid.chips) if (place === 'out') note(grid.cells.get(at)!.column, outKey(at));
  for (const route of routes)
    if ('entry' in route && route.entry === 'left') note(route.to.column - 1, inKey(route.to.node.id));
  for (const { at, place } of grid.chips)
    if (place === 'in' && grid.cells.get(at)!.node.kind === 'block')
      note(grid.cells.get(at)!.column - 1, inKey(at));
  return gaps;
};

/** What a column needs at both sides of its middle; chips before the next column end where this one does. */
const columnSides = (
  grid: Grid,
  measures: ReadonlyMap<string, Measures>,
  column: number,
): readonly [left: number, right: number] => {
  const own = [...grid.cells.values()]
    .filter((cell) => cell.column === column)
    .map(({ node }) => measures.get(node.id)!);
  // Left of the first chain of a lower lane there is room.
  const isFirst = ({ lane, column: at }: Cell): boolean =>
    lane > 0 && [...grid.cells.values()].every((other) => other.lane !== lane || other.column >= at);
  const next = [...grid.cells.values()].filter((cell) => cell.column === column + 1 && !isFirst(cell));
  const chips = Math.max(
    0,
    ...next.flatMap(({ node }) => measures.get(node.id)!.before.map(({ width }) => width)),
  );
  const right = Math.max(1, ...own.map((one) => one.right));
  return [Math.max(1, chips - right, ...own.map((one) => one.left)), right];
};

const laneExtents = (
  grid: Grid,
  measures: ReadonlyMap<string, Measures>,
  lane: number,
): readonly [up: number, down: number] => {
  const own = [...grid.cells.values()]
    .filter((cell) => cell.lane === lane)
    .map(({ node }) => measures.get(node.id)!);
  const stacks = own.map(({ before }) => stackHeight(before) / 2);
  return [
    Math.max(...own.map(({ up }) => up), ...stacks, chipHeight / 2),
    Math.max(...own.map(({ down }) => down), ...stacks, chipHeight / 2),
  ];
};

/* Which of how many comes into a block's top, from the left: the shorter lies further right. */
const entriesOf = (routes: readonly Route[]): ReadonlyMap<SceneEdge, readonly [nth: number, all: number]> => {
  const tops = routes.filter((route) => route.kind === 'track' && route.entry === 'top');
  return new Map(
    routes.map((route) => {
      const alike = tops
        .filter(({ edge }) => edge.to === route.edge.to)
        .sort((a, b) => a.from.column - b.from.column);
      const nth = alike.findIndex(({ edge }) => edge === route.edge);
      return [route.edge, route.to.node.kind === 'block' && nth >= 0 ? [nth, alike.length] : [0, 1]] as const;
    }),
  );
};

const labelOf = ({ shape, psis }: SceneEdge, mixed: boolean): string => {
  const texts = [...new Set(psis.filter(({ marked }) => marked).map(({ text }) => text))];
  return mixed && texts.length === 1
    ? `${fitted(texts[0]!, textSize, 70)} ${shapeText(shape)}`
    : shapeText(shape);
};

/** How far the marks and the label of a track reach to the right of its centre. */
const roomOf = ({ psis }: SceneEdge, label: string): number => {
  const marks = psis.filter(({ marked }) => marked).length;
  const text = widthOf(label, textSize) + 5;
  return (marks === 0 ? 0 : psiRadius + (Math.min(marks, 3) - 1) * (2 * psiRadius + 1)) + text;
};
