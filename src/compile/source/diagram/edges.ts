/** Edges as marks: lines under the blocks, and what stands on them over all. */
import { psiSymbol, textMark } from './cells.js';
import type { Cell } from './grid.js';
import type { Mark, Point } from './picture.js';
import { inKey, outKey, type Places, type Track } from './places.js';
import type { Route } from './routes.js';
import { shapeText, type Scene, type SceneEdge } from './scene.js';
import { ink, psiRadius } from './style.js';
import { shown } from './text.js';

/** The marks of all edges between cells. */
export const edgeMarks = (scene: Scene, places: Places): { readonly under: readonly Mark[]; readonly over: readonly Mark[] } => {
  const names = new Map(scene.nodes.map(({ id, name }) => [id, shown(name)]));
  const titleOf = ({ from, to, shape, psis }: SceneEdge): string => {
    const marked = psis.filter((one) => one.marked);
    const masks = marked.reduce((sum, one) => sum + one.maskParameters, 0);
    const said = marked.length === 0 ? '' : `; ψ ${marked.map(({ text }) => shown(text)).join(', ')}${masks === 0 ? '' : `, masks ${masks.toLocaleString('en-US')}`}`; // prettier-ignore
    return `${names.get(from)!} → ${names.get(to)!}: ${shapeText(shape)}${said}`;
  };
  const under: Mark[] = [];
  const over: Mark[] = [];
  const dots = new Map<string, Mark>();
  for (const route of places.routes) {
    if (route.kind === 'track') continue;
    const line = lineOf(route, places);
    under.push({ kind: 'line', points: line, arrow: true, title: titleOf(route.edge) });
    if (route.kind === 'fork') addDot(dots, route.from, places);
    if (route.kind === 'straight' && route.to.node.psi === undefined)
      over.push(...psisAt(route.edge, middleOf(line)));
  }
  for (const track of places.tracks) {
    under.push({ kind: 'line', points: trackLine(track, places), arrow: true, dashed: track.route.edge.kind === 'side', title: titleOf(track.route.edge) }); // prettier-ignore
    addDot(dots, track.route.from, places);
    over.push(...psisAt(track.route.edge, [track.centre, track.y], titleOf(track.route.edge)));
    if (track.label !== undefined) over.push(labelOf(track));
  }
  for (const { chip, cell } of outs(places)) {
    void chip;
    addDot(dots, cell, places);
  }
  return { under: [...under, ...dots.values()], over };
};

/* Cells with outputs below them, whose line leaves in the gap as a skip's does. */
const outs = (places: Places) =>
  [...places.cells.values()].flatMap(({ cell, measures }) =>
    measures.below.filter(({ chip }) => chip.place === 'out').map((chip) => ({ chip, cell })),
  );

const addDot = (dots: Map<string, Mark>, { node, column }: Cell, places: Places): void => {
  const { y } = places.cells.get(node.id)!;
  dots.set(node.id, { kind: 'disc', x: places.gap(column, outKey(node.id)), y, radius: 1.4, fill: ink });
};

const rightOf = ({ node }: Cell, places: Places): Point => {
  const { x, y, measures } = places.cells.get(node.id)!;
  return [x + measures.width / 2, y];
};
const leftOf = ({ node }: Cell, places: Places): Point => {
  const { x, y, measures } = places.cells.get(node.id)!;
  return [x - measures.width / 2, y];
};

const lineOf = ({ kind, from, to }: Exclude<Route, { readonly kind: 'track' }>, places: Places): readonly Point[] => {
  const start = rightOf(from, places);
  const end = leftOf(to, places);
  if (kind === 'straight') return [start, end];
  if (kind === 'fork') {
    const x = places.gap(from.column, outKey(from.node.id));
    return [start, [x, start[1]], [x, end[1]], end];
  }
  const { x, y, measures } = places.cells.get(to.node.id)!;
  if (to.node.kind !== 'block') return [start, [x, start[1]], [x, y + measures.height / 2]];
  const gap = places.gap(to.column - 1, inKey(to.node.id));
  const low = y + Math.min(measures.height / 2 - 2, 9);
  return [start, [gap, start[1]], [gap, low], [end[0], low]];
};

const trackLine = ({ route, y, left, right }: Track, places: Places): readonly Point[] => {
  const start = rightOf(route.from, places);
  const { x, y: middle, measures } = places.cells.get(route.to.node.id)!;
  const [from, to] = [left[0], right[0]];
  if (route.entry === 'left') {
    const low = middle + Math.min(measures.height / 2 - 2, 9);
    return [start, [from, start[1]], [from, y], [to, y], [to, low], [x - measures.width / 2, low]];
  }
  const edge = middle + (route.entry === 'top' ? -1 : 1) * heightAt(route.to, to - x, measures.height);
  return [start, [from, start[1]], [from, y], [to, y], [to, edge]];
};

/* Half the height of a cell, some way from its middle: of a block, of the slab there. */
const heightAt = (_cell: Cell, _off: number, height: number): number => height / 2;

const middleOf = (line: readonly Point[]): Point => {
  const [[x1, y1], [x2, y2]] = [line[0]!, line.at(-1)!];
  return [(x1 + x2) / 2, (y1 + y2) / 2];
};

/** ψ on a line, side by side where there are several. */
const psisAt = ({ psis }: SceneEdge, [x, y]: Point, title?: string): readonly Mark[] => {
  const marked = psis.filter((one) => one.marked).slice(0, 3);
  return marked.flatMap((one, at) => psiSymbol(x + at * (2 * psiRadius + 1), y, title ?? `ψ ${shown(one.text)}`));
};

const labelOf = ({ route, centre, y, label }: Track): Mark => {
  const marked = Math.min(3, route.edge.psis.filter((one) => one.marked).length);
  const x = marked === 0 ? centre : centre + psiRadius + (marked - 1) * (2 * psiRadius + 1) + 2;
  return textMark(label!, x, y - 2.4, { anchor: 'start' });
};
