/**
 * The layout: a scene as marks at places.
 *
 * Texts never meet: each has a column or a track of its own, lines that go up or down run between columns, and a label
 * that a track has no room for is left to the line's title.
 */
import { halvesOf } from './fold.js';
import { gridOf, type Grid } from './grid.js';
import { captionsOf } from './captions.js';
import { cellMarks, chipMarks } from './cells.js';
import { legendOf } from './legend.js';
import { edgeMarks } from './edges.js';
import { measuresOf, type Measures, type Setting } from './measure.js';
import { boxOf, type Mark, type Picture } from './picture.js';
import { placesOf } from './places.js';
import { routesOf } from './routes.js';
import type { Scene } from './scene.js';
import { pageWidth } from './style.js';

/** The picture of a scene: as loose as a page's width allows, in rows where it allows no other way. */
export const pictureOf = (scene: Scene): Picture => {
  const rows = rowsOf(scene, 1);
  const width = Math.max(...rows.map((row) => row.width));
  let bottom = 0;
  const marks = rows.flatMap((row) => {
    const down = bottom;
    bottom += row.height + rowGap;
    return row.marks.map((mark) => moved(mark, 0, down));
  });
  const legend = legendOf(scene, Math.max(width, narrowest) - 2 * margin, bottom - rowGap + 2);
  return framed([...marks, ...legend.marks.map((mark) => moved(mark, margin, 0))]);
};

const margin = 4;
const rowGap = 12;
const narrowest = 300;

const settings: readonly Setting[] = [
  { turned: false, tight: false },
  { turned: true, tight: false },
  { turned: true, tight: true },
];

const rowsOf = (scene: Scene, cut: number): readonly Picture[] => {
  let last: Picture | undefined;
  for (const setting of settings) {
    last = laidOut(scene, setting);
    if (last.width <= pageWidth) return [last];
  }
  const halves = halvesOf(scene, cut);
  if (halves === undefined) return [last!];
  const first = rowsOf(halves[0], cut + 1);
  return [...first, ...rowsOf(halves[1], cut + first.length)];
};

const laidOut = (scene: Scene, setting: Setting): Picture => {
  const grid: Grid = gridOf(scene);
  const routes = routesOf(grid);
  const measures: ReadonlyMap<string, Measures> = measuresOf(grid, routes, setting);
  const places = placesOf(grid, routes, measures, setting.tight);
  const lines = edgeMarks(scene, places);
  const shapes = [...grid.cells.values()].flatMap((cell) => cellMarks(cell, places));
  const chips = chipMarks(grid, places);
  const captions = captionsOf(grid, places, [...lines.under, ...lines.over, ...shapes, ...chips]);
  // Lines lie under blocks, what stands on lines over them.
  return framed([...lines.under, ...shapes, ...chips, ...lines.over, ...captions]);
};

/* All marks, moved so that they begin at the margin. */
const framed = (marks: readonly Mark[]): Picture => {
  const boxes = marks.map(extentOf);
  const left = Math.min(...boxes.map((one) => one.left)) - margin;
  const top = Math.min(...boxes.map((one) => one.top)) - margin;
  return {
    width: Math.ceil(Math.max(...boxes.map((one) => one.right)) + margin - left),
    height: Math.ceil(Math.max(...boxes.map((one) => one.bottom)) + margin - top),
    marks: marks.map((mark) => moved(mark, -left, -top)),
  };
};

const extentOf = (mark: Mark) =>
  mark.kind === 'text'
    ? boxOf(mark)
    : mark.kind === 'disc'
      ? {
          left: mark.x - mark.radius,
          right: mark.x + mark.radius,
          top: mark.y - mark.radius,
          bottom: mark.y + mark.radius,
        }
      : mark.kind === 'box'
        ? { left: mark.x, right: mark.x + mark.width, top: mark.y, bottom: mark.y + mark.height }
        : {
            left: Math.min(...mark.points.map(([x]) => x)),
            right: Math.max(...mark.points.map(([x]) => x)),
            top: Math.min(...mark.points.map(([, y]) => y)),
            bottom: Math.max(...mark.points.map(([, y]) => y)),
          };

const moved = (mark: Mark, right: number, down: number): Mark =>
  mark.kind === 'line'
    ? { ...mark, points: mark.points.map(([x, y]) => [x + right, y + down]) }
    : { ...mark, x: mark.x + right, y: mark.y + down };
