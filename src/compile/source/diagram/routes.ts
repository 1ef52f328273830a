/**
 * Routes: how an edge goes from cell to cell, before any place is known.
 *
 * Neighbours in a lane are joined by a straight line. A chain that ends goes up into the node that reads it, one that
 * begins comes down from its source. All else goes by a track above the first lane or below a lane: a skip of the
 * first lane above, so that the levels of an encoder and its decoder nest.
 */
import type { Cell, Grid } from './grid.js';
import type { SceneEdge } from './scene.js';

/** Where a track runs: 0 is above the first lane, k below the k-th. */
export type Region = number;

/** The way of an edge. */
export type Route =
  | { readonly kind: 'straight' | 'fork'; readonly edge: SceneEdge; readonly from: Cell; readonly to: Cell }
  | {
      readonly kind: 'elbow';
      readonly edge: SceneEdge;
      readonly from: Cell;
      readonly to: Cell;
      readonly entry: 'bottom' | 'left';
    }
  | {
      readonly kind: 'track';
      readonly edge: SceneEdge;
      readonly from: Cell;
      readonly to: Cell;
      readonly region: Region;
      /** How it comes in: from above or below, or at the left. */
      readonly entry: 'top' | 'bottom' | 'left';
    };

/** The routes of all edges between cells. */
export const routesOf = (grid: Grid): readonly Route[] => {
  const byLane = new Map<number, Cell[]>();
  for (const cell of grid.cells.values()) byLane.set(cell.lane, [...(byLane.get(cell.lane) ?? []), cell]);
  const isFree = (lane: number, after: number, before: number): boolean =>
    (byLane.get(lane) ?? []).every(({ column }) => column <= after || column >= before);
  return grid.edges.map((edge): Route => {
    const from = grid.cells.get(edge.from)!;
    const to = grid.cells.get(edge.to)!;
    const isMain = grid.main.get(edge.to) === edge;
    if (from.lane === to.lane && isFree(from.lane, from.column, to.column) && isMain)
      return { kind: 'straight', edge, from, to };
    if (isMain && from.lane < to.lane && isFree(to.lane, from.column, to.column))
      return { kind: 'fork', edge, from, to };
    // A block's label stands below it, and so may other lanes: then a line comes in at the left.
    const under = Array.from({ length: Math.max(0, from.lane - to.lane) }, (_, at) => to.lane + 1 + at);
    const open =
      to.node.kind !== 'block' && under.every((lane) => isFree(lane, to.column - 1, to.column + 1));
    if (
      from.lane > to.lane &&
      isFree(from.lane, from.column, to.column + 1) &&
      !isMain &&
      edge.psis.every(({ marked }) => !marked)
    )
      // prettier-ignore
      return { kind: 'elbow', edge, from, to, entry: open ? 'bottom' : 'left' };
    const region = regionOf(from, to, open);
    return {
      kind: 'track',
      edge,
      from,
      to,
      region,
      entry: region <= to.lane ? 'top' : open ? 'bottom' : 'left',
    };
  });
};

const regionOf = (from: Cell, to: Cell, open: boolean): Region => {
  if (from.lane === 0 && to.lane === 0) return 0;
  if (from.lane === to.lane) return from.lane + 1;
  if (from.lane < to.lane) return to.lane;
  return open || from.lane === to.lane + 1 ? from.lane + 1 : from.lane;
};
