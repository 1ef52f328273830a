/** What cells and chips need of their columns and lanes: the sizes of blocks, labels and chips. */
import type { Cell, Chip, Grid } from './grid.js';
import { shapeText, type SceneNode } from './scene.js';
import {
  chipHeight,
  isVector,
  joinRadius,
  leading,
  psiRadius,
  slabHeights,
  slabWidth,
  textSize,
} from './style.js';
import { fitted, widthOf } from './text.js';
import type { Route } from './routes.js';

/** How a picture is set: labels below blocks in two lines or turned by 90°, gaps and chips as wide as they like or not. */
export interface Setting {
  readonly turned: boolean;
  readonly tight: boolean;
}

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
  /** What an input or output in a lane says. */
  readonly inline?: ChipMeasures;
  /** The slabs of a block, from left to right. */
  readonly slabs: readonly { readonly width: number; readonly height: number }[];
  readonly label: Label;
  /** Whether a line comes in from below, so that a join's label stands beside it. */
  readonly enteredBelow: boolean;
  readonly note?: { readonly text: string; readonly width: number };
  /** Chips before (over one another), and below. */
  readonly before: readonly ChipMeasures[];
  readonly below: readonly ChipMeasures[];
  /** What the column needs at both sides of its middle, and the lane above and below. */
  readonly left: number;
  readonly right: number;
  readonly up: number;
  readonly down: number;
}

/** A chip's texts and width. */
export interface ChipMeasures {
  readonly chip: Chip;
  readonly name: string;
  /** Its shape, in a line or two. */
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

const chipGap = 3;
const noLabel: Label = { lines: [], turned: false, width: 0, height: 0 };

/** The height of chips that stand over one another. */
export const stackHeight = (chips: readonly ChipMeasures[]): number =>
  chips.reduce((sum, { height }) => sum + height + chipGap, chips.length === 0 ? 0 : -chipGap);
/** The middle of each chip of a stack, from the stack's top. */
export const stackMiddles = (chips: readonly ChipMeasures[]): readonly number[] =>
  chips.map(({ height }, at) => stackHeight(chips.slice(0, at + 1)) - height / 2);

/** The measures of every cell. */
export const measuresOf = (
  grid: Grid,
  routes: readonly Route[],
  setting: Setting,
): ReadonlyMap<string, Measures> => {
  const heightOf = slabHeights([...grid.cells.values()].map(({ node }) => node));
  const below = new Set(
    routes.flatMap((route) => ('entry' in route && route.entry === 'bottom' ? [route.to.node.id] : [])),
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
  const before = chips.filter(({ place }) => place === 'before').map(({ node: one, edge }) => chipMeasures(one, setting.tight, { node: one, edge, at: node.id, place: 'before' })); // prettier-ignore
  const below = chips.filter(({ place }) => place === 'in' || place === 'out').map((chip) => chipMeasures(chip.node, setting.tight, chip)); // prettier-ignore
  const isChip = node.kind === 'input' || node.kind === 'output';
  const inline = isChip ? chipMeasures(node, setting.tight) : undefined;
  const { turned, tight } = setting;
  const slabs = (node.kind === 'block' ? node.slabs : []).map((shape) => ({
    width: slabWidth(shape, tight ? 0.75 : turned ? 0.9 : 1.15),
    height: heightOf(shape),
  }));
  const [width, height] =
    inline !== undefined
      ? [inline.width, inline.height]
      : node.kind === 'join'
        ? (Array<number>(2).fill(2 * (node.psi?.marked === true ? psiRadius : joinRadius)) as [
            number,
            number,
          ])
        : [slabs.reduce((sum, one) => sum + one.width, 0), Math.max(...slabs.map((one) => one.height))];
  const label = isChip ? noLabel : labelOf(node, setting);
  // Lines from several chips come in from below too, aslant.
  const aslant = before.length > 1 && label.width > 8;
  const enteredBelow =
    node.kind === 'join' && (entered || aslant || chips.some(({ place }) => place === 'in'));
  const note = node.note === undefined ? undefined : { text: fitted(node.note, textSize, 60), width: widthOf(fitted(node.note, textSize, 60), textSize) }; // prettier-ignore
  const side = Math.max(width, note?.width ?? 0, ...below.map((one) => one.width + 4)) / 2;
  // Where a page has little room, a join's label may reach over the gaps beside it.
  const overhang = !turned || node.kind !== 'join' ? 0 : enteredBelow ? 2 : tight ? 5 : 4;
  return {
    width,
    height,
    slabs,
    ...(inline === undefined ? {} : { inline }),
    label,
    enteredBelow,
    before,
    below,
    ...(note === undefined ? {} : { note }),
    left: Math.max(side, enteredBelow ? 0 : label.width / 2 - overhang),
    right: Math.max(side, (enteredBelow ? label.width + 2.5 : label.width / 2) - overhang),
    up: Math.max(height / 2 + (note === undefined ? 0 : leading + 1), stackHeight(before) / 2),
    down: Math.max(
      height / 2 +
        (label.height === 0 ? 0 : 2 + label.height) +
        (below.length === 0 ? 0 : 5 + stackHeight(below)),
      stackHeight(before) / 2,
    ),
  };
};

const labelOf = ({ kind, shape }: SceneNode, setting: Setting): Label => {
  const [height, width, channels] = shape;
  const short = kind === 'join' || isVector(shape);
  const turned = setting.turned && !short;
  const lines = short
    ? [String(channels)]
    : turned
      ? [shapeText(shape)]
      : [`${height}×${width}`, String(channels)];
  const wide = Math.max(...lines.map((line) => widthOf(line, textSize)));
  return turned
    ? { lines, turned, width: textSize + 1, height: wide + 1 }
    : { lines, turned, width: wide, height: leading * lines.length };
};

/** The texts of a chip. */
export const chipMeasures = (node: SceneNode, tight: boolean, chip?: Chip): ChipMeasures => {
  const name = fitted(node.name, textSize, tight ? 36 : 64, true);
  const [height, wide, channels] = node.shape;
  const lines =
    tight && !isVector(node.shape) ? [`${height}×${wide}`, String(channels)] : [shapeText(node.shape)];
  const width = Math.max(widthOf(name, textSize, true), ...lines.map((line) => widthOf(line, textSize))) + 5;
  return { chip: chip ?? { node, at: node.id, edge: { from: node.id, to: node.id, shape: node.shape, kind: 'flow', psis: [] }, place: 'before' }, name, lines, width, height: chipHeight + (lines.length - 1) * leading }; // prettier-ignore
};
