/** What cells and chips need of their columns and lanes: the sizes of blocks, labels and chips. */
import type { Cell, Chip, Grid } from './grid.js';
import { shapeText, type SceneNode } from './scene.js';
import { chipHeight, isVector, joinRadius, leading, psiRadius, slabHeights, slabWidth, textSize } from './style.js';
import { fitted, widthOf } from './text.js';
import type { Route } from './routes.js';

/** How labels below blocks are set: in two lines, or turned by 90° where a page has no room for that. */
export type Setting = 'level' | 'turned';

/** A label: its lines and what they fill. */
export interface Label {
  readonly lines: readonly string[];
  readonly turned: boolean;
  readonly width: number;
  readonly height: number;
}

/** A cell's measures, from its centre. */
export interface Measures {
  readonly width: number;
  readonly height: number;
  readonly label: Label;
  /** Whether a line comes in from below, so that a join's label stands beside it. */
  readonly enteredBelow: boolean;
  readonly note?: { readonly text: string; readonly width: number };
  /** Chips before (over one another), and below. */
  readonly before: readonly ChipMeasures[];
  readonly below: readonly ChipMeasures[];
  /** The width that the column needs, and what the lane needs above and below its middle. */
  readonly column: number;
  readonly up: number;
  readonly down: number;
}

/** A chip's texts and width. */
export interface ChipMeasures {
  readonly chip: Chip;
  readonly name: string;
  readonly shape: string;
  readonly width: number;
}

const chipGap = 3;
const noLabel: Label = { lines: [], turned: false, width: 0, height: 0 };

/** The height of chips that stand over one another. */
export const stackHeight = (count: number): number => (count === 0 ? 0 : count * chipHeight + (count - 1) * chipGap);
/** The middle of each chip of a stack, from the stack's top. */
export const stackMiddles = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => chipHeight / 2 + at * (chipHeight + chipGap));

/** The measures of every cell. */
export const measuresOf = (grid: Grid, routes: readonly Route[], setting: Setting): ReadonlyMap<string, Measures> => {
  const heightOf = slabHeights([...grid.cells.values()].map(({ node }) => node));
  const below = new Set(
    routes.flatMap((route) =>
      route.kind === 'elbow' || (route.kind === 'track' && route.entry === 'bottom') ? [route.to.node.id] : [],
    ),
  );
  return new Map(
    [...grid.cells].map(([id, cell]) => {
      const own = grid.chips.filter(({ at }) => at === id);
      return [id, measured(cell, { heightOf, setting, chips: own, entered: below.has(id) })];
    }),
  );
};

interface Around {
  readonly heightOf: ReturnType<typeof slabHeights>;
  readonly setting: Setting;
  readonly chips: readonly Chip[];
  readonly entered: boolean;
}

const measured = ({ node }: Cell, { heightOf, setting, chips, entered }: Around): Measures => {
  const before = chips.filter(({ place }) => place === 'before').map(({ node: one, edge }) => chipMeasures(one, { node: one, edge, at: node.id, place: 'before' })); // prettier-ignore
  const below = chips.filter(({ place }) => place === 'in' || place === 'out').map((chip) => chipMeasures(chip.node, chip)); // prettier-ignore
  const isChip = node.kind === 'input' || node.kind === 'output';
  const inline = isChip ? chipMeasures(node) : undefined;
  const [width, height] =
    inline !== undefined
      ? [inline.width, chipHeight]
      : node.kind === 'join'
        ? Array<number>(2).fill(2 * (node.psi?.marked === true ? psiRadius : joinRadius)) as [number, number]
        : [node.slabs.reduce((sum, one) => sum + slabWidth(one), 0), Math.max(...node.slabs.map(heightOf))];
  const label = isChip ? noLabel : labelOf(node, setting);
  const enteredBelow = node.kind === 'join' && (entered || chips.some(({ place }) => place === 'in'));
  const note = node.note === undefined ? undefined : { text: fitted(node.note, textSize, 60), width: widthOf(fitted(node.note, textSize, 60), textSize) }; // prettier-ignore
  const labelWidth = enteredBelow ? 2 * (label.width + 3) : label.width;
  const chipWidth = Math.max(0, ...below.map((one) => one.width + 4));
  return {
    width,
    height,
    label,
    enteredBelow,
    before,
    below,
    ...(note === undefined ? {} : { note }),
    column: Math.max(width, labelWidth, note?.width ?? 0, chipWidth),
    up: Math.max(height / 2 + (note === undefined ? 0 : leading + 1), stackHeight(before.length) / 2),
    down: Math.max(
      height / 2 + (label.height === 0 ? 0 : 2 + label.height) + (below.length === 0 ? 0 : 5 + stackHeight(below.length)),
      stackHeight(before.length) / 2,
    ),
  };
};

const labelOf = ({ kind, shape }: SceneNode, setting: Setting): Label => {
  const [height, width, channels] = shape;
  const short = kind === 'join' || isVector(shape);
  const turned = setting === 'turned' && !short;
  const lines = short ? [String(channels)] : turned ? [shapeText(shape)] : [`${height}×${width}`, String(channels)];
  const wide = Math.max(...lines.map((line) => widthOf(line, textSize)));
  return turned
    ? { lines, turned, width: textSize + 1, height: wide + 1 }
    : { lines, turned, width: wide, height: leading * lines.length };
};

/** The texts of a chip. */
export const chipMeasures = (node: SceneNode, chip?: Chip): ChipMeasures => {
  const name = fitted(node.name, textSize, 64, true);
  const shape = shapeText(node.shape);
  const width = Math.max(widthOf(name, textSize, true), widthOf(shape, textSize)) + 5;
  return { chip: chip ?? { node, at: node.id, edge: { from: node.id, to: node.id, shape: node.shape, kind: 'flow', psis: [] }, place: 'before' }, name, shape, width }; // prettier-ignore
};
