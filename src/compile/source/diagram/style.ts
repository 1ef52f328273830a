/**
 * How pictures look: sizes in points and colours.
 *
 * A page's text is 180 mm wide, 510 points; text of 7 points on a picture no wider than that is 7 points on the page.
 * The three fills differ in lightness as well as in hue, so that they differ in print without colours.
 */
import type { BlockRole } from './roles.js';
import type { SceneNode } from './scene.js';
import type { PictureShape } from './pieces.js';

/** The width of a page's text. */
export const pageWidth = 510;
/** The size of text, and the distance of lines. */
export const textSize = 7;
export const leading = 8;

export const ink = '#1b2733';
export const faint = '#5d6b78';
export const paper = '#ffffff';
/** Fill and border by role. */
export const fills: Readonly<Record<BlockRole, readonly [fill: string, stroke: string]>> = {
  encoder: ['#cfe2f3', '#2f5d86'],
  decoder: ['#e8b57e', '#8a4b12'],
  plain: ['#f1f1ee', '#6b6b66'],
};

/** Fonts of equal widths, and then any without serifs. */
export const fonts = "Helvetica, Arial, 'Liberation Sans', 'Nimbus Sans', 'DejaVu Sans', sans-serif";

export const joinRadius = 5.5;
export const psiRadius = 5.2;
export const trackPitch = 12.5;
export const chipHeight = 20;
export const tallest = 84;

/** Whether a shape is a vector: drawn by its length, not by its size. */
export const isVector = ([height, width]: PictureShape): boolean => height === 1 && width === 1;

/** The width of a slab: it grows by as much with each doubling of the channels; less where a page has little room. */
export const slabWidth = ([, , channels]: PictureShape, perDoubling: number): number =>
  2.4 + perDoubling * Math.log2(Math.max(1, channels));

/** How high slabs of a picture are: as the square root of the feature's height, vectors as the logarithm of their length. */
export const slabHeights = (nodes: readonly SceneNode[]): ((shape: PictureShape) => number) => {
  const heights = nodes.flatMap(({ slabs }) =>
    slabs.filter((one) => !isVector(one)).map(([height]) => height),
  );
  const most = Math.max(16, ...heights);
  return (shape) =>
    isVector(shape)
      ? Math.min(tallest, 8 + 3.4 * Math.log2(Math.max(1, shape[2])))
      : Math.max(9, tallest * Math.sqrt(shape[0] / most));
};
