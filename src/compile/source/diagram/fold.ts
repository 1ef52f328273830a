/**
 * Folding: a scene that is too wide for a page, in rows.
 *
 * A scene can be cut where one feature alone leads from what comes before to what comes after: the row ends in a chip
 * with a number, the next begins with the same one. Inputs that both halves read stand in both.
 */
import type { Scene, SceneEdge, SceneNode } from './scene.js';

/** The two halves of a scene that differ least in length; nothing where no cut is possible. */
export const halvesOf = (scene: Scene, cut: number): readonly [Scene, Scene] | undefined => {
  const { nodes, edges } = scene;
  const inputs = new Set(nodes.flatMap(({ id, kind }) => (kind === 'input' ? [id] : [])));
  const possible = edges.flatMap(
    (edge): { readonly edge: SceneEdge; readonly after: ReadonlySet<string>; readonly uneven: number }[] => {
      if (inputs.has(edge.from) || edge.kind !== 'flow') return [];
      const after = behind(scene, edge);
      const crossing = edges.filter(({ from, to }) => !after.has(from) && after.has(to) && !inputs.has(from));
      const blocks = (those: readonly SceneNode[]): number =>
        those.filter(({ kind }) => kind === 'block').length;
      const [late, early] = [
        nodes.filter(({ id }) => after.has(id)),
        nodes.filter(({ id }) => !after.has(id)),
      ];
      return crossing.length === 1 && blocks(late) > 1 && blocks(early) > 1 && after.has(scene.main)
        ? [{ edge, after, uneven: Math.abs(blocks(late) - blocks(early)) }]
        : [];
    },
  );
  if (possible.length === 0) return undefined;
  const { edge, after } = possible.reduce((best, one) => (one.uneven < best.uneven ? one : best));
  const name = `(${cut})`;
  const chip = (kind: 'input' | 'output'): SceneNode => ({ id: `${kind}${cut}`, kind, name, shape: edge.shape, role: 'plain', slabs: [], layers: [], parameters: 0 }); // prettier-ignore
  const [end, start] = [chip('output'), chip('input')];
  const reads = (half: (id: string) => boolean) => (id: string) => inputs.has(id) && edges.some(({ from, to }) => from === id && half(to)); // prettier-ignore
  const early = (id: string): boolean => !after.has(id) && !inputs.has(id);
  const late = (id: string): boolean => after.has(id) && !inputs.has(id);
  return [
    {
      ...scene,
      main: end.id,
      nodes: [...nodes.filter(({ id }) => early(id) || reads(early)(id)), end],
      edges: [...edges.filter(({ to }) => early(to)), { ...edge, to: end.id, psis: [] }],
    },
    {
      ...scene,
      nodes: [start, ...nodes.filter(({ id }) => late(id) || reads(late)(id))],
      edges: edges
        .filter(({ to }) => late(to))
        .map((one) => (one === edge ? { ...one, from: start.id } : one)),
    },
  ];
};

/* What is computed from an edge, and what leads only there and not to the edge. */
const behind = ({ nodes, edges }: Scene, edge: SceneEdge): ReadonlySet<string> => {
  const before = new Set([edge.from]);
  for (const { id } of [...nodes].reverse())
    if (before.has(id)) for (const { from, to } of edges) if (to === id) before.add(from);
  const after = new Set([edge.to]);
  for (const { id } of nodes) if (edges.some(({ from, to }) => to === id && after.has(from))) after.add(id);
  for (const { id } of [...nodes].reverse())
    if (!before.has(id) && !after.has(id)) {
      const readers = edges.filter(({ from }) => from === id);
      if (readers.length > 0 && readers.every(({ to }) => after.has(to))) after.add(id);
    }
  return after;
};
