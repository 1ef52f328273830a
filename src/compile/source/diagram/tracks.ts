/** Tracks: edges that run side by side in one region, the shortest nearest to the lane. */

/** An edge that needs a track, from left to right. */
export interface Span {
  readonly left: number;
  readonly right: number;
}

/** The track of each span, from 0: overlapping spans have tracks of their own, and a span lies outside those that it holds. */
export const tracksOf = (spans: readonly Span[]): readonly number[] => {
  const order = spans.map((_, at) => at).sort((a, b) => lengthOf(spans[a]!) - lengthOf(spans[b]!) || a - b);
  const tracks: number[] = spans.map(() => -1);
  for (const at of order) {
    const span = spans[at]!;
    const meeting = order.filter((other) => tracks[other]! >= 0 && meets(spans[other]!, span));
    tracks[at] = 1 + Math.max(-1, ...meeting.map((other) => tracks[other]!));
  }
  return tracks;
};

/**
 * Where the marks of spans stand: those of nested spans one above the other, in the middle of the innermost; `room` is
 * what a mark needs to its right.
 */
export const centresOf = (spans: readonly Span[], room: readonly number[]): readonly number[] => {
  const order = spans.map((_, at) => at).sort((a, b) => lengthOf(spans[a]!) - lengthOf(spans[b]!) || a - b);
  const centres: number[] = [];
  for (const at of order) {
    const span = spans[at]!;
    const held = order.filter(
      (other) =>
        centres[other] !== undefined && span.left <= spans[other]!.left && spans[other]!.right <= span.right,
    );
    const child = held.at(-1);
    const own = (span.left + span.right) / 2;
    const fits =
      child !== undefined && centres[child]! + room[at]! <= span.right && centres[child]! - 7 >= span.left;
    centres[at] = fits ? centres[child]! : Math.max(span.left + 7, Math.min(own, span.right - room[at]!));
  }
  return centres;
};

const lengthOf = ({ left, right }: Span): number => right - left;
const meets = (a: Span, b: Span): boolean => a.left <= b.right + 2 && b.left <= a.right + 2;
