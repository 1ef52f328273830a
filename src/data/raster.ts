/**
 * Drawing on a grid of pixels: discs, lines, polygons, dilation and erosion. All of it clips at the border.
 */
import type { Keypoint } from './joints.js';
import type { Size } from './size.js';

/** Calls `visit` for every pixel of the frame with i² + j² ≤ limit about the centre, truncated to whole pixels. */
export const eachDiscPixel = (
  centre: Keypoint,
  limit: number,
  size: Size,
  visit: (y: number, x: number) => void,
): void => {
  const cy = Math.trunc(centre.y);
  const cx = Math.trunc(centre.x);
  const reach = Math.floor(Math.sqrt(limit));
  for (let i = -reach; i <= reach; i++) {
    const y = cy + i;
    if (y < 0 || y >= size.height) continue;
    const half = Math.floor(Math.sqrt(limit - i * i));
    const last = Math.min(size.width - 1, cx + half);
    for (let x = Math.max(0, cx - half); x <= last; x++) visit(y, x);
  }
};

/** Calls `visit` for every pixel whose centre lies in the convex polygon or on its edge. */
export const eachConvexPixel = (
  corners: readonly Keypoint[],
  size: Size,
  visit: (y: number, x: number) => void,
): void => {
  const ys = corners.map((corner) => corner.y);
  const xs = corners.map((corner) => corner.x);
  const bottom = Math.min(size.height - 1, Math.floor(Math.max(...ys)));
  const right = Math.min(size.width - 1, Math.floor(Math.max(...xs)));
  for (let y = Math.max(0, Math.ceil(Math.min(...ys))); y <= bottom; y++) {
    for (let x = Math.max(0, Math.ceil(Math.min(...xs))); x <= right; x++) {
      if (inConvex(corners, y, x)) visit(y, x);
    }
  }
};

/** The corners of a strip of half-width `half` about a line; one point where the line has no length. */
export const strip = (from: Keypoint, to: Keypoint, half: number): readonly Keypoint[] => {
  const length = Math.hypot(to.y - from.y, to.x - from.x);
  if (length === 0) return [from];
  const y = ((to.x - from.x) * half) / length;
  const x = (-(to.y - from.y) * half) / length;
  return [
    { y: from.y + y, x: from.x + x },
    { y: from.y - y, x: from.x - x },
    { y: to.y - y, x: to.x - x },
    { y: to.y + y, x: to.x + x },
  ];
};

/**
 * Calls `visit` for every pixel whose centre an odd number of the polygon's windings surround, and for those along its
 * edges: any polygon, also one that crosses itself. A pixel may be visited more than once.
 */
export const eachPolygonPixel = (
  corners: readonly Keypoint[],
  size: Size,
  visit: (y: number, x: number) => void,
): void => {
  const edges = corners.map((from, i) => [from, corners[(i + 1) % corners.length]!] as const);
  const ys = corners.map((corner) => corner.y);
  const bottom = Math.min(size.height - 1, Math.floor(Math.max(...ys)));
  for (let y = Math.max(0, Math.ceil(Math.min(...ys))); y <= bottom; y++) {
    const crossings = edges
      .filter(([a, b]) => a.y <= y !== b.y <= y)
      .map(([a, b]) => a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y))
      .sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const last = Math.min(size.width - 1, Math.floor(crossings[i + 1]!));
      for (let x = Math.max(0, Math.ceil(crossings[i]!)); x <= last; x++) visit(y, x);
    }
  }
  for (const [from, to] of edges) eachConvexPixel(strip(from, to, 0.5), size, visit);
};

/** Inside or on the edge: the point is on one side of all edges. */
const inConvex = (corners: readonly Keypoint[], y: number, x: number): boolean => {
  let left = false;
  let right = false;
  for (let i = 0; i < corners.length; i++) {
    const a = corners[i]!;
    const b = corners[(i + 1) % corners.length]!;
    const side = (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
    if (side > 1e-9) left = true;
    else if (side < -1e-9) right = true;
    if (left && right) return false;
  }
  return true;
};

/**
 * Dilation, then erosion by a square of side 2·`reach` + 1: fills gaps narrower than the square. What lies outside
 * the frame counts as 0 when dilating and as 1 when eroding, so that the mask never shrinks at the border.
 */
export const close = (mask: Uint8Array, size: Size, reach: number): Uint8Array =>
  extreme(extreme(mask, size, reach, 1), size, reach, 0);

/** A square window's maximum (`wanted` 1) or minimum (`wanted` 0) of a 0/1 mask: along the rows, then the columns. */
const extreme = (mask: Uint8Array, size: Size, reach: number, wanted: 0 | 1): Uint8Array => {
  const along = slide(mask, size.height, size.width, size.width, 1, reach, wanted);
  return slide(along, size.width, size.height, 1, size.width, reach, wanted);
};

/** One pass over `lines` lines of `length` entries: an entry becomes `wanted` if its window holds one. */
const slide = (
  mask: Uint8Array,
  lines: number,
  length: number,
  lineStride: number,
  entryStride: number,
  reach: number,
  wanted: 0 | 1,
): Uint8Array => {
  const out = new Uint8Array(mask.length);
  for (let line = 0; line < lines; line++) {
    const start = line * lineStride;
    let last = -Infinity;
    for (let ahead = 0; ahead < length + reach; ahead++) {
      if (ahead < length && mask[start + ahead * entryStride] === wanted) last = ahead;
      const entry = ahead - reach;
      if (entry >= 0) out[start + entry * entryStride] = entry - last <= reach ? wanted : 1 - wanted;
    }
  }
  return out;
};
