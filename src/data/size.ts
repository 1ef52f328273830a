/** Height and width of a picture, in pixels. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** The most rows or columns that a picture may be asked to have. */
export const largestSide = 4096;

/** Whether both sides are whole numbers from 1 to `largestSide`. */
export const isSize = (size: Size): boolean =>
  [size.height, size.width].every((side) => Number.isSafeInteger(side) && side >= 1 && side <= largestSide);

/** `128×64`. */
export const describeSize = (size: Size): string => `${size.height}×${size.width}`;

/** Whether two sizes are equal. */
export const sameSize = (a: Size, b: Size): boolean => a.height === b.height && a.width === b.width;
