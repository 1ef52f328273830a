/** A picture as marks at places, in points (1/72 inch), y downwards; no markup. */

/** A place. */
export type Point = readonly [x: number, y: number];

/** Something drawn. A title is what a reader sees who points at it. */
export type Mark =
  | {
      readonly kind: 'box';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly fill: string;
      readonly stroke?: string;
      readonly radius?: number;
      readonly title?: string;
    }
  | {
      readonly kind: 'line';
      readonly points: readonly Point[];
      readonly stroke?: string;
      readonly width?: number;
      readonly dashed?: boolean;
      readonly arrow?: boolean;
      readonly title?: string;
    }
  | {
      readonly kind: 'disc';
      readonly x: number;
      readonly y: number;
      readonly radius: number;
      readonly fill: string;
      readonly stroke?: string;
      readonly title?: string;
    }
  | TextMark;

/** A line of text; `y` is its baseline. Turned text is read from below and ends at its place. */
export interface TextMark {
  readonly kind: 'text';
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly width: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly fill?: string;
  readonly turned?: boolean;
}

/** Marks on a sheet. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Mark[];
}

/** A rectangle. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The box that a text fills, from its ascenders to its descenders. */
export const boxOf = ({ x, y, width, size, anchor, turned = false }: TextMark): Box => {
  const before = anchor === 'start' ? 0 : anchor === 'middle' ? width / 2 : width;
  const [up, down] = [0.76 * size, 0.22 * size];
  return turned
    ? { left: x - up, right: x + down, top: y - (width - before), bottom: y + before }
    : { left: x - before, right: x - before + width, top: y - up, bottom: y + down };
};

/** Whether two boxes have more than a border in common. */
export const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right - 0.01 && b.left < a.right - 0.01 && a.top < b.bottom - 0.01 && b.top < a.bottom - 0.01;

/** The thin box around a straight piece of a line. */
export const boxOfLine = ([x1, y1]: Point, [x2, y2]: Point): Box => ({
  left: Math.min(x1, x2) - 0.3,
  right: Math.max(x1, x2) + 0.3,
  top: Math.min(y1, y2) - 0.3,
  bottom: Math.max(y1, y2) + 0.3,
});
