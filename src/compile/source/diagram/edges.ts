/** Edges as marks: lines under the blocks, and what stands on them over all. */
import { psiSymbol, textMark } from './cells.js';
import type { Cell } from './grid.js';
import type { Measures } from './measure.js';
import { boxOf, boxOfLine, overlap, type Mark, type Point, type TextMark } from './picture.js';
import { inKey, outKey, type Places, type Track } from './places.js';
import type { Route } from './routes.js';
import { shapeText, type Scene, type SceneEdge } from './scene.js';
import { ink, psiRadius } from './style.js';
import { shown } from './text.js';

/** The marks of all edges between cells. */
export const edgeMarks = (
  scene: Scene,
  places: Places,
): { readonly under: readonly Mark[]; readonly over: readonly Mark[] } => {
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
  }
  const pieces = under.flatMap((mark) => (mark.kind === 'line' ? mark.points.slice(1).map((point, at) => boxOfLine(mark.points[at]!, point)) : [])); // prettier-ignore
  const discs = over.flatMap((mark) => (mark.kind === 'disc' ? [{ left: mark.x - mark.radius, right: mark.x + mark.radius, top: mark.y - mark.radius, bottom: mark.y + mark.radius }] : [])); // prettier-ignore
  const taken = [...pieces, ...discs];
  for (const track of places.tracks) {
    const label = labelsOf(track).find((mark) => !taken.some((box) => overlap(boxOf(mark), box)));
    if (label === undefined) continue;
    over.push(label);
    taken.push(boxOf(label));
  }
  for (const cell of outs(places)) addDot(dots, cell, places);
  return { under: [...under, ...dots.values()], over };
};

/* Cells with outputs below them, whose line leaves in the gap as a skip's does. */
const outs = (places: Places): readonly Cell[] =>
  [...places.cells.values()].flatMap(({ cell, measures }) =>
    measures.below.some(({ chip }) => chip.place === 'out') ? [cell] : [],
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

/* Where lines come in at the left beside the one that comes in in the middle. */
const lowLeft = ({ node }: Cell, places: Places): Point => {
  const { x, y, measures } = places.cells.get(node.id)!;
  const [half, down] = [measures.width / 2, Math.min(measures.height / 2 - 1.8, 9)];
  return [node.kind === 'join' ? x - Math.sqrt(Math.max(0, half ** 2 - down ** 2)) : x - half, y + down];
};

const lineOf = (route: Exclude<Route, { readonly kind: 'track' }>, places: Places): readonly Point[] => {
  const { kind, from, to } = route;
  const entry = 'entry' in route ? route.entry : undefined;
  const start = rightOf(from, places);
  const end = leftOf(to, places);
  if (kind === 'straight') return [start, end];
  if (kind === 'fork') {
    const x = places.gap(from.column, outKey(from.node.id));
    return [start, [x, start[1]], [x, end[1]], end];
  }
  const { x, y, measures } = places.cells.get(to.node.id)!;
  if (entry === 'bottom') return [start, [x, start[1]], [x, y + measures.height / 2]];
  const gap = places.gap(to.column - 1, inKey(to.node.id));
  const [left, low] = lowLeft(to, places);
  return [start, [gap, start[1]], [gap, low], [left, low]];
};

const trackLine = ({ route, y, left, right }: Track, places: Places): readonly Point[] => {
  const start = rightOf(route.from, places);
  const { x, y: middle, measures } = places.cells.get(route.to.node.id)!;
  const [from, to] = [left[0], right[0]];
  if (route.entry === 'left') {
    const [end, low] = lowLeft(route.to, places);
    return [start, [from, start[1]], [from, y], [to, y], [to, low], [end, low]];
  }
  const edge = middle + (route.entry === 'top' ? -1 : 1) * halfAt(measures, to - x);
  return [start, [from, start[1]], [from, y], [to, y], [to, edge]];
};

/* Half the height of a cell, some way from its middle: of a block, of the slab there. */
const halfAt = ({ slabs, width, height }: Measures, off: number): number => {
  let right = -width / 2;
  const slab = slabs.find((one) => (right += one.width) >= off - 0.01);
  return (slab?.height ?? height) / 2;
};

const middleOf = (line: readonly Point[]): Point => {
  const [[x1, y1], [x2, y2]] = [line[0]!, line.at(-1)!];
  return [(x1 + x2) / 2, (y1 + y2) / 2];
};

/** ψ on a line, side by side where there are several. */
const psisAt = ({ psis }: SceneEdge, [x, y]: Point, title?: string): readonly Mark[] => {
  const marked = psis.filter((one) => one.marked).slice(0, 3);
  return marked.flatMap((one, at) =>
    psiSymbol(x + at * (2 * psiRadius + 1), y, title ?? `ψ ${shown(one.text)}`),
  );
};

/* Where a track's label may stand: beside its ψ, then anywhere on the track. */
const labelsOf = ({ route, centre, y, label, left, right }: Track): readonly TextMark[] => {
  const marked = Math.min(3, route.edge.psis.filter((one) => one.marked).length);
  const beside = marked === 0 ? centre : centre + psiRadius + (marked - 1) * (2 * psiRadius + 1) + 2;
  const [from, to] = [Math.min(left[0], right[0]) + 2, Math.max(left[0], right[0]) - 2];
  const at = (x: number): TextMark => textMark(label, x, y - 2.4, { anchor: 'start' });
  const last = to - at(0).width;
  const places = Array.from({ length: 12 }, (_, k) => from + (k * (last - from)) / 11);
  return [beside, ...places].filter((x) => x >= from - 0.1 && x <= last + 0.1).map(at);
};
