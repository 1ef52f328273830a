/** Captions: the names of encoders under the blocks that belong to them, and of what follows their skips. */
import { textMark } from './cells.js';
import type { Grid } from './grid.js';
import { boxOf, boxOfLine, overlap, type Box, type Mark, type TextMark } from './picture.js';
import type { Places } from './places.js';
import { faint, leading, textSize } from './style.js';
import { fitted, widthOf } from './text.js';

/** A caption for each encoder, below its lane or above it, where nothing else stands; none where there is no such place. */
export const captionsOf = (grid: Grid, places: Places, others: readonly Mark[]): readonly Mark[] => {
  const taken = others.flatMap(boxesOf);
  const marks: Mark[] = [];
  for (const [name, members] of groupsOf(grid)) {
    const cells = members.map((id) => places.cells.get(id)!);
    const left = Math.min(...cells.map(({ x, measures }) => x - measures.width / 2));
    const right = Math.max(...cells.map(({ x, measures }) => x + measures.width / 2));
    const lane = places.lanes[cells[0]!.cell.lane]!;
    const text = fitted(name, textSize, Math.max(40, right - left), false);
    const deepest = Math.max(...cells.map(({ y, measures }) => y + measures.down));
    const highest = Math.min(...cells.map(({ y, measures }) => y - measures.up));
    const wide = widthOf(text, textSize);
    // Where the blocks are small there is room under them.
    const inside = name === 'decoder' ? left + wide / 2 : right - wide / 2;
    const at = (x: number, y: number): TextMark =>
      textMark(text, x, y + 0.76 * textSize, { italic: true, fill: faint });
    const spots = [
      at(inside, lane.bottom - leading),
      ...[deepest + 3, lane.bottom + 1, highest - leading - 2, lane.top - leading - 1].flatMap((y) =>
        [(left + right) / 2, left + wide / 2, right - wide / 2].map((x) => at(x, y)),
      ),
    ];
    const found = spots.find((mark) => !taken.some((box) => overlap(grown(boxOf(mark)), box)));
    if (found === undefined) continue;
    marks.push(found);
    taken.push(boxOf(found));
  }
  return marks;
};

const grown = ({ left, right, top, bottom }: Box): Box => ({ left: left - 2, right: right + 2, top: top - 0.5, bottom: bottom + 0.5 }); // prettier-ignore

/** The cells of each encoder, and those after skips, lane by lane. */
const groupsOf = (grid: Grid): ReadonlyMap<string, readonly string[]> => {
  const groups = new Map<string, { readonly name: string; readonly ids: string[] }>();
  for (const { node, lane } of grid.cells.values()) {
    if (node.kind !== 'block' || node.role === 'plain' || (node.role === 'decoder' && lane > 0)) continue;
    const name = node.role === 'decoder' ? 'decoder' : `${node.encoder ?? ''} encoder`;
    const key = `${lane} ${name}`;
    groups.set(key, { name, ids: [...(groups.get(key)?.ids ?? []), node.id] });
  }
  return new Map(
    [...groups.values()].filter(({ ids }) => ids.length > 1).map(({ name, ids }) => [name, ids]),
  );
};

const boxesOf = (mark: Mark): readonly Box[] =>
  mark.kind === 'text'
    ? [boxOf(mark)]
    : mark.kind === 'box'
      ? [{ left: mark.x, right: mark.x + mark.width, top: mark.y, bottom: mark.y + mark.height }]
      : mark.kind === 'disc'
        ? [
            {
              left: mark.x - mark.radius,
              right: mark.x + mark.radius,
              top: mark.y - mark.radius,
              bottom: mark.y + mark.radius,
            },
          ]
        : mark.points.slice(1).map((point, at) => boxOfLine(mark.points[at]!, point));
