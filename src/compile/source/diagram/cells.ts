/** Nodes as marks: blocks of slabs with their labels, places where features meet, chips of inputs and outputs. */
import type { Cell, Grid } from './grid.js';
import { chipMeasures, stackHeight, stackMiddles, type ChipMeasures, type Measures } from './measure.js';
import type { Mark, Point, TextMark } from './picture.js';
import { inKey, outKey, type Places } from './places.js';
import { shapeText, type SceneNode } from './scene.js';
import { chipHeight, faint, fills, ink, joinRadius, leading, paper, psiRadius, textSize } from './style.js'; // prettier-ignore
import { shown, widthOf } from './text.js';

/** A text mark with its width. */
export const textMark = (
  text: string,
  x: number,
  y: number,
  options: Partial<Pick<TextMark, 'size' | 'anchor' | 'bold' | 'italic' | 'fill' | 'turned'>> = {},
): TextMark => {
  const size = options.size ?? textSize;
  return {
    kind: 'text',
    text,
    x,
    y,
    size,
    width: widthOf(text, size, options.bold),
    anchor: 'middle',
    ...options,
  };
};

/** The marks of a cell. */
export const cellMarks = ({ node }: Cell, places: Places): readonly Mark[] => {
  const { measures, x, y } = places.cells.get(node.id)!;
  if (node.kind === 'input' || node.kind === 'output') return chipAt(measures.inline!, [x, y]);
  const marks: Mark[] = [];
  if (node.kind === 'join')
    marks.push(...(node.psi?.marked === true ? psiSymbol(x, y, titleOf(node)) : joinSymbol(node.name, x, y, titleOf(node)))); // prettier-ignore
  else marks.push(...slabMarks(node, x, y, measures));
  if (measures.note !== undefined)
    marks.push(textMark(measures.note.text, x, y - measures.height / 2 - 2.5, { fill: faint }));
  return [...marks, ...labelMarks(measures, x, y)];
};

const slabMarks = (
  node: SceneNode,
  x: number,
  y: number,
  { slabs, width: all }: Measures,
): readonly Mark[] => {
  const [fill, stroke] = fills[node.role];
  let left = x - all / 2;
  return slabs.map(({ width, height }): Mark => {
    const box = { kind: 'box', x: left, y: y - height / 2, width, height, fill, stroke, title: titleOf(node) } as const; // prettier-ignore
    left += width;
    return box;
  });
};

const labelMarks = (
  { label, height, enteredBelow, width }: Measures,
  x: number,
  y: number,
): readonly Mark[] => {
  const top = y + height / 2 + 2;
  if (label.turned)
    return [textMark(label.lines[0]!, x + textSize * 0.3, top, { anchor: 'end', turned: true })];
  if (enteredBelow) return label.lines.map((line) => textMark(line, x + 2.5, y + width / 2 + 6.5, { anchor: 'start' })); // prettier-ignore
  return label.lines.map((line, at) => textMark(line, x, top + 0.76 * textSize + at * leading));
};

/** What a reader sees who points at a node. */
export const titleOf = ({ kind, name, shape, layers, parameters }: SceneNode): string => {
  if (kind === 'input' || kind === 'output') return `${kind} ${shown(name)}: ${shapeText(shape)}`;
  const all = layers.map(({ path, op }) => `${shown(path)} (${shown(op)})`);
  const listed = all.length > 12 ? [...all.slice(0, 11), `… ${all.length - 11} more`] : all;
  const head = kind === 'join' ? `${shown(name)}: ${shapeText(shape)}` : `${shapeText(shape)}`;
  const count = parameters === 0 ? '' : `, ${parameters.toLocaleString('en-US')} parameters`;
  return `${head}${count}${listed.length === 0 ? '' : `; ${listed.join(', ')}`}`;
};

/** The symbol of ψ. */
export const psiSymbol = (x: number, y: number, title?: string): readonly Mark[] => [
  { kind: 'disc', x, y, radius: psiRadius, fill: ink, ...(title === undefined ? {} : { title }) },
  textMark('ψ', x, y + 2.1, { size: 8, bold: true, fill: paper }),
];

/** The symbol of a join: two bars side by side for concat, the sign of what is computed for the others. */
export const joinSymbol = (name: string, x: number, y: number, title?: string): readonly Mark[] => {
  const radius = joinRadius;
  const disc: Mark = { kind: 'disc', x, y, radius, fill: paper, stroke: ink, ...(title === undefined ? {} : { title }) }; // prettier-ignore
  const line = (...points: readonly Point[]): Mark => ({ kind: 'line', points: points.map(([right, down]) => [x + right, y + down] as const), stroke: ink, width: 0.9 }); // prettier-ignore
  const arm = radius - 2;
  const turned = arm * Math.SQRT1_2;
  const signs: Readonly<Record<string, readonly Mark[]>> = {
    concat: [
      { kind: 'box', x: x - 2.6, y: y - 2.7, width: 2.1, height: 5.4, fill: ink },
      { kind: 'box', x: x + 0.5, y: y - 2.7, width: 2.1, height: 5.4, fill: paper, stroke: ink },
    ],
    add: [line([-arm, 0], [arm, 0]), line([0, -arm], [0, arm])],
    subtract: [line([-arm, 0], [arm, 0])],
    multiply: [line([-turned, -turned], [turned, turned]), line([-turned, turned], [turned, -turned])],
    replace: [line([-arm, 0], [arm, 0]), line([arm - 2, -2], [arm, 0], [arm - 2, 2])],
    gated: [line([-arm, arm * 0.7], [-0.4, arm * 0.7], [0.4, -arm * 0.7], [arm, -arm * 0.7])],
  };
  const sign = Object.hasOwn(signs, name) ? signs[name]! : [line([-turned, turned], [0, -arm], [turned, turned], [-turned, turned])]; // prettier-ignore
  return [disc, ...sign];
};

/** A chip in its place. */
export const chipAt = (
  { chip, name, lines, width, height }: ChipMeasures,
  [x, y]: Point,
): readonly Mark[] => [
  { kind: 'box', x: x - width / 2, y: y - height / 2, width, height, fill: paper, stroke: ink, radius: 3, title: titleOf(chip.node) }, // prettier-ignore
  textMark(name, x, y - height / 2 + 8.2, { bold: true }),
  ...lines.map((line, at) => textMark(line, x, y - height / 2 + 16.4 + at * leading)),
];

/** Chips beside cells, with the lines that join them. */
export const chipMarks = (grid: Grid, places: Places): readonly Mark[] => {
  const marks: Mark[] = [];
  for (const { cell, measures, x, y } of places.cells.values()) {
    const middles = stackMiddles(measures.before);
    measures.before.forEach((chip, at) => {
      const left = chipColumn(places, cell);
      const middle = y - stackHeight(measures.before) / 2 + middles[at]!;
      marks.push(
        ...chipAt(chip, [left - chip.width / 2, middle]),
        lineInto(cell, measures, [left, middle], [x, y]),
      );
    });
    const top = y + measures.height / 2 + (measures.label.height === 0 || measures.enteredBelow ? (measures.enteredBelow ? 9 : 0) : measures.label.height + 2) + 5; // prettier-ignore
    const below = stackMiddles(measures.below);
    measures.below.forEach((chip, at) => {
      const middle = top + below[at]!;
      marks.push(...chipAt(chip, [x, middle]), wayOf(chip, cell, places, middle, at));
    });
  }
  return [...marks, ...psiChips(grid, places)];
};

/* The right side of chips before a cell: where the gap before its column begins. */
const chipColumn = (places: Places, cell: Cell): number => places.gap(cell.column - 1, '') - 2.8;

const titleOfChip = ({ chip }: ChipMeasures, cell: Cell): string =>
  chip.place === 'out'
    ? `${cell.node.id} → ${shown(chip.node.name)}: ${shapeText(chip.edge.shape)}`
    : `${shown(chip.node.name)}: ${shapeText(chip.edge.shape)}`;

/* From a chip before a cell to the cell's left side; inputs over one another come together there. */
const lineInto = (
  { node }: Cell,
  { width, before }: Measures,
  [fromX, fromY]: Point,
  [x, y]: Point,
): Mark => {
  const spread = node.kind === 'join' ? 0.8 * joinRadius : 6;
  const level = before.length === 1;
  const end: Point = level
    ? [x - width / 2, y]
    : node.kind === 'join'
      ? [
          x - Math.sqrt(joinRadius ** 2 - (Math.sign(fromY - y) * 0.6 * spread) ** 2),
          y + Math.sign(fromY - y) * 0.6 * spread,
        ]
      : [x - width / 2, y + Math.sign(fromY - y) * spread];
  return { kind: 'line', points: [[fromX, fromY], end], arrow: true };
};

/* Between a cell and a chip below it. */
const wayOf = (chip: ChipMeasures, cell: Cell, places: Places, middle: number, at: number): Mark => {
  const { x, y, measures } = places.cells.get(cell.node.id)!;
  const title = titleOfChip(chip, cell);
  if (chip.chip.place === 'out') {
    const out = places.gap(cell.column, outKey(cell.node.id));
    return {
      kind: 'line',
      points: [
        [out, y],
        [out, middle],
        [x + chip.width / 2, middle],
      ],
      arrow: true,
      title,
    };
  }
  if (cell.node.kind === 'join' && at === 0)
    return {
      kind: 'line',
      points: [
        [x, middle - chip.height / 2],
        [x, y + measures.height / 2],
      ],
      arrow: true,
      title,
    };
  const gap = places.gap(cell.column - 1, inKey(cell.node.id));
  const low = y + Math.min(measures.height / 2 - 2, 9);
  return { kind: 'line', points: [[x - chip.width / 2, middle], [gap, middle], [gap, low], [x - measures.width / 2, low]], arrow: true, title }; // prettier-ignore
};

/* Inputs that ψ reads, over the topmost track that does so, and a dashed line down through all of them. */
const psiChips = (grid: Grid, places: Places): readonly Mark[] => {
  const chips = grid.chips.filter(({ place }) => place === 'psi');
  const names = [...new Set(chips.map(({ node }) => node.id))];
  if (names.length === 0) return [];
  const read = places.tracks.filter(({ route }) => chips.some(({ at }) => at === route.to.node.id) && route.edge.psis.some(({ marked }) => marked)); // prettier-ignore
  if (read.length === 0) return [];
  const above = read.some(({ route }) => route.region === 0);
  const own = read.filter(({ route }) => (route.region === 0) === above);
  const measures = names.map((id) => chipMeasures(chips.find(({ node }) => node.id === id)!.node, false));
  const total = measures.reduce((sum, { width }) => sum + width, 0) + 4 * (measures.length - 1);
  const ys = own.map(({ y }) => y);
  const [nearest, farthest] = above ? [Math.min(...ys), Math.max(...ys)] : [Math.max(...ys), Math.min(...ys)];
  const side = above ? -1 : 1;
  const outermost = above ? places.top : places.bottom;
  const middle = (above ? Math.min(nearest, outermost) : Math.max(nearest, outermost)) + side * (psiRadius + chipHeight / 2 + 7); // prettier-ignore
  const centre = own.find(({ y }) => y === nearest)!.centre;
  const title = `read by ψ: ${measures.map(({ name }) => name).join(', ')}`;
  const bus = middle - side * (chipHeight / 2 + 3);
  const marks: Mark[] = [
    {
      kind: 'line',
      points: [
        [centre, bus],
        [centre, farthest],
      ],
      dashed: true,
      title,
    },
  ];
  let left = centre - total / 2;
  for (const one of measures) {
    const x = left + one.width / 2;
    marks.push(...chipAt(one, [x, middle]));
    marks.push({
      kind: 'line',
      points: [
        [x, middle - (side * chipHeight) / 2],
        [x, bus],
        [centre, bus],
      ],
      title,
    });
    left += one.width + 4;
  }
  return marks;
};
