/**
 * The grid of a picture: a column and a lane for every node.
 *
 * Columns go with the flow, from left to right. The first lane is the chain that ends in the model's output, followed
 * back by what each node reads first; every other chain has a lane below, the first that is free for as long as it
 * takes to reach the node that reads it. Inputs are chips beside what reads them, one for each reader.
 */
import type { Scene, SceneEdge, SceneNode } from './scene.js';

/** A node's place. */
export interface Cell {
  readonly node: SceneNode;
  readonly column: number;
  readonly lane: number;
}

/** An input or output beside a node. */
export interface Chip {
  readonly node: SceneNode;
  /** The node that reads the input or gives the output. */
  readonly at: string;
  readonly edge: SceneEdge;
  /** Before a chain; below a node, on its way in or out; above a ψ that reads it. */
  readonly place: 'before' | 'in' | 'out' | 'psi';
}

/** All places. */
export interface Grid {
  readonly cells: ReadonlyMap<string, Cell>;
  readonly chips: readonly Chip[];
  readonly columns: number;
  readonly lanes: number;
  /** The edges between cells. */
  readonly edges: readonly SceneEdge[];
  /** Those of them that come first into their nodes. */
  readonly main: ReadonlyMap<string, SceneEdge>;
}

/** The grid of a scene. */
export const gridOf = ({ nodes, edges, main: end }: Scene): Grid => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const into = grouped(edges, ({ to }) => to);
  const outOf = grouped(edges, ({ from }) => from);
  const kind = (id: string): SceneNode['kind'] => byId.get(id)!.kind;

  const isOutputOnly = (id: string): boolean =>
    (outOf.get(id) ?? []).every(({ to }) => kind(to) === 'output');
  const inline = (output: string): boolean => {
    const source = into.get(output)?.[0]?.from;
    return source !== undefined && isOutputOnly(source) && outOf.get(source)![0]!.to === output;
  };
  const isCell = (id: string): boolean =>
    kind(id) === 'input'
      ? (outOf.get(id) ?? []).some(({ to }) => kind(to) === 'output')
      : kind(id) === 'output'
        ? inline(id)
        : true;

  const chips = edges.flatMap((edge): Chip[] => {
    if (!isCell(edge.to)) return [{ node: byId.get(edge.to)!, at: edge.from, edge, place: 'out' }];
    if (isCell(edge.from)) return [];
    const first = into.get(edge.to)![0]!;
    const tracked =
      edge.kind === 'side' && into.get(edge.to)!.some((one) => one.kind === 'skip' && one !== first);
    const place = tracked ? 'psi' : isCell(first.from) ? 'in' : 'before';
    return [{ node: byId.get(edge.from)!, at: edge.to, edge, place }];
  });
  const between = edges.filter(({ from, to }) => isCell(from) && isCell(to));
  const main = new Map(
    [...into].flatMap(([to, [first]]) => (isCell(to) && isCell(first!.from) ? [[to, first!] as const] : [])),
  );
  const begins = new Set(chips.flatMap(({ at, place }) => (place === 'before' ? [at] : [])));

  const columns = new Map<string, number>();
  const cellsInto = grouped(between, ({ to }) => to);
  for (const { id } of nodes.filter((node) => isCell(node.id))) {
    const before = (cellsInto.get(id) ?? []).map(({ from }) => (columns.get(from) ?? -1) + 1);
    columns.set(id, Math.max(begins.has(id) ? 1 : 0, ...before));
  }

  const lanes = new Map<string, number>();
  const taken: [from: number, to: number][][] = [];
  const chainTo = (end: string): string[] => {
    const chain = [end];
    for (let edge = main.get(end); edge !== undefined && !lanes.has(edge.from); edge = main.get(edge.from))
      chain.unshift(edge.from);
    return chain;
  };
  const place = (chain: readonly string[]): void => {
    const [first, end] = [chain[0]!, chain.at(-1)!];
    delay(chain);
    const source = main.get(first)?.from;
    const begin = source === undefined ? columns.get(first)! - (begins.has(first) ? 1 : 0) : Math.min(columns.get(first)!, columns.get(source)! + 1); // prettier-ignore
    const readers = between
      .filter((edge) => edge.from === end && lanes.has(edge.to))
      .map(({ to }) => columns.get(to)!);
    const finish = Math.max(columns.get(end)!, readers.length === 0 ? 0 : Math.min(...readers));
    let lane = taken.length === 0 ? 0 : 1;
    while (taken[lane]?.some(([from, to]) => from <= finish && begin <= to) === true) lane++;
    (taken[lane] ??= []).push([begin, finish]);
    chain.forEach((id) => lanes.set(id, lane));
  };
  /* A chain that begins with inputs stands as far right as what reads it lets it. */
  const delay = (chain: readonly string[]): void => {
    if (lanes.size === 0 || main.has(chain[0]!)) return;
    const own = new Set(chain);
    const room = between
      .filter(({ from, to }) => own.has(from) && !own.has(to))
      .map(({ from, to }) => columns.get(to)! - columns.get(from)! - 1);
    const by = room.length === 0 ? 0 : Math.max(0, Math.min(...room));
    chain.forEach((id) => columns.set(id, columns.get(id)! + by));
  };
  place(chainTo(isCell(end) ? end : into.get(end)![0]!.from));
  const waiting = new Set(nodes.flatMap(({ id }) => (isCell(id) && !lanes.has(id) ? [id] : [])));
  while (waiting.size > 0) {
    // The longest first: it is the nearest to the trunk.
    const goesOn = new Set([...waiting].flatMap((id) => main.get(id)?.from ?? []));
    const ends = [...waiting].filter((id) => !goesOn.has(id));
    const longest = ends.map(chainTo).reduce((best, chain) => (chain.length > best.length ? chain : best));
    place(longest);
    longest.forEach((id) => waiting.delete(id));
  }

  const cells = new Map([...lanes].map(([id, lane]) => [id, { node: byId.get(id)!, column: columns.get(id)!, lane }])); // prettier-ignore
  return {
    cells,
    chips,
    columns: Math.max(...columns.values()) + 1,
    lanes: taken.length,
    edges: between,
    main,
  };
};

const grouped = <A>(items: readonly A[], keyOf: (item: A) => string): ReadonlyMap<string, readonly A[]> => {
  const groups = new Map<string, A[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
};
