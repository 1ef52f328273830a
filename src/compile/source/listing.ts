/**
 * A plan as a program that a person reads: a *unit* for each row of the layer table, units of one form as calls of one
 * function.
 *
 * The listing knows no language. It says which nodes belong together, what a unit reads and gives, which units are the
 * same function on other operands, and which nodes are worth a name of their own; TypeScript and PyTorch print that.
 */
import { isLeaf } from '../../ops/leaves.js';
import type { Plan, PlanNode } from '../plan/plan.js';
import { alike, holesOf, sizeAttributes, type Place, type Size } from './sizes.js';

/** Consecutive nodes of one step of the model: a convolution with its bias, a norm. ψ and what joins features stand alone. */
export interface Unit {
  /** The path of the step; that of its skip and `/psi`, of the layer after it and `/join`; empty after all layers. */
  readonly scope: string;
  /** What the step is in the layer table (`conv`, `skip`, `residual`), `psi` or `join`; a primitive's name where it is in no row. */
  readonly op: string;
  /** What is computed, in order; leaves are not among it. */
  readonly nodes: readonly PlanNode[];
  /** Values of earlier units, and inputs, in the order in which they are read first. */
  readonly operands: readonly PlanNode[];
  /** Leaves that it reads in their order: parameters, noises, scalars; constants belong to the expressions. */
  readonly leaves: readonly PlanNode[];
  /** Its nodes that later units, outputs or state read, in order. */
  readonly results: readonly PlanNode[];
  /** The function that it calls, where it is written as a call. */
  readonly calls?: string;
}

/** The body that several units share; `unit` is the first of them, whose operands and leaves are its arguments. */
export interface SharedFunction {
  /** In words of letters and digits: `batchNorm`, `psi2`. */
  readonly name: string;
  readonly unit: Unit;
  /** How many units call it. */
  readonly uses: number;
  /** Numbers of the body that differ from unit to unit: what they are of its arguments. */
  readonly sizes: ReadonlyMap<Place, Size>;
}

/** A plan in units. */
export interface Listing {
  readonly plan: Plan;
  readonly functions: readonly SharedFunction[];
  readonly units: readonly Unit[];
}

/** How a plan is listed. */
export interface ListingOptions {
  /** From how many computed nodes on a unit is a call; by default 3: a convolution with its bias stays where it is. */
  readonly callFrom?: number;
  /** Whether a function may read sizes of its arguments, so that one serves several sizes; false by default. */
  readonly sizes?: boolean;
  /** What a language writes differently of nodes that are alike but for their sizes, such as a word for a padding. */
  readonly wordOf?: (node: PlanNode, nodes: readonly PlanNode[]) => string;
}

/** The listing of a plan: deterministic, the plan's nodes in its order. */
export const listingOf = (plan: Plan, options: ListingOptions = {}): Listing => {
  const { callFrom = 3 } = options;
  const units = unitsOf(plan);
  const forms = new Map<string, Unit[]>();
  for (const unit of units) {
    if (unit.nodes.length < callFrom || unit.results.length !== 1 || unit.op === 'join') continue;
    const form = formOf(plan, unit, options);
    forms.set(form, [...(forms.get(form) ?? []), unit]);
  }
  const order = new Map(units.map((unit, at) => [unit, at]));
  const shared = [...forms.values()]
    .flatMap((same) => alike(same, plan.nodes))
    .sort((a, b) => order.get(a.units[0]!)! - order.get(b.units[0]!)!);
  const counts = new Map<string, number>();
  const calls = new Map<Unit, string>();
  const functions = shared.map(({ units: same, sizes: read }): SharedFunction => {
    const unit = same[0]!;
    const nth = (counts.get(unit.op) ?? 0) + 1;
    counts.set(unit.op, nth);
    const name = nth === 1 ? unit.op : `${unit.op}${nth}`;
    for (const one of same) calls.set(one, name);
    return { name, unit, uses: same.length, sizes: read };
  });
  return {
    plan,
    functions,
    units: units.map((unit) => (calls.has(unit) ? { ...unit, calls: calls.get(unit)! } : unit)),
  };
};

/** Which nodes of a unit deserve a name: those that are read more than once, and its results. */
export const namedNodes = (unit: Unit): ReadonlySet<number> => {
  const reads = new Map<number, number>();
  for (const { operands } of unit.nodes) for (const id of operands) reads.set(id, (reads.get(id) ?? 0) + 1);
  const results = new Set(unit.results.map(({ id }) => id));
  return new Set(unit.nodes.filter(({ id }) => results.has(id) || (reads.get(id) ?? 0) > 1).map(({ id }) => id)); // prettier-ignore
};

const unitsOf = (plan: Plan): readonly Unit[] => {
  const ops = new Map(plan.layers.map(({ path, op }) => [path, op]));
  const steps: PlanNode[][] = [];
  for (const node of plan.nodes.filter((one) => !isLeaf(one))) {
    const last = steps.at(-1);
    if (last?.[0]?.scope === node.scope) last.push(node);
    else steps.push([node]);
  }
  const groups = steps.flatMap((nodes) => {
    const { scope } = nodes[0]!;
    const op = ops.get(scope) ?? nodes.at(-1)!.op;
    return op === 'skip' ? psiAndJoin(plan, scope, nodes) : joinsAndLayer(plan, { scope, op, nodes });
  });
  const readers = new Map<number, number>();
  groups.forEach(({ nodes }, group) => {
    for (const { operands } of nodes) for (const id of operands) readers.set(id, group);
  });
  const kept = new Set([...Object.values(plan.outputs), ...Object.values(plan.nextState)]);
  return groups.map(({ scope, op, nodes }, group) => {
    const inside = new Set(nodes.map(({ id }) => id));
    const read = [...new Set(nodes.flatMap(({ operands }) => operands))]
      .filter((id) => !inside.has(id))
      .map((id) => plan.nodes[id]!)
      .filter((node) => node.op !== 'constant');
    return {
      scope,
      op,
      nodes,
      operands: read.filter((node) => !isLeaf(node) || node.op === 'input'),
      leaves: read.filter((node) => isLeaf(node) && node.op !== 'input'),
      results: nodes.filter(({ id }) => kept.has(id) || (readers.get(id) ?? group) > group),
    };
  });
};

interface Group {
  readonly scope: string;
  readonly op: string;
  readonly nodes: readonly PlanNode[];
}

/* What joins features before a layer belongs to no row of its own: it stands before the row of that layer. */
const joinsAndLayer = (plan: Plan, { scope, op, nodes }: Group): readonly Group[] => {
  const inside = new Set(nodes.map(({ id }) => id));
  const isJoin = (node: PlanNode): boolean =>
    joinOps.includes(node.op) &&
    node.operands.length > 1 &&
    node.operands.every((id) => !inside.has(id) && isComputed(plan.nodes[id]!));
  let joins = 0;
  while (joins < nodes.length - 1 && isJoin(nodes[joins]!)) inside.delete(nodes[joins++]!.id);
  const layer = { scope, op, nodes: nodes.slice(joins) };
  return joins === 0
    ? [layer]
    : [{ scope: `${scope}/join`, op: 'join', nodes: nodes.slice(0, joins) }, layer];
};
const joinOps: readonly string[] = ['concat', 'add', 'subtract', 'multiply'];
const isComputed = (node: PlanNode): boolean => !isLeaf(node) || node.op === 'input';

/*
 * A skip is ψ and then a join of the decoder's feature with what ψ gives. A join that is one operation is told from ψ by
 * its first operand: the decoder's feature, which comes from outside. Without such a join all of it is ψ's.
 */
const psiAndJoin = (plan: Plan, scope: string, nodes: readonly PlanNode[]): readonly Group[] => {
  const inside = new Set(nodes.map(({ id }) => id));
  const before = nodes.slice(0, -1);
  const join = nodes.at(-1)!;
  const [feature, given] = join.operands;
  const isOutside = feature !== undefined && !inside.has(feature) && isComputed(plan.nodes[feature]!);
  const isRead = before.some(({ operands }) => operands.includes(feature!));
  const isJoin =
    join.operands.length === 2 &&
    isOutside &&
    inside.has(given!) &&
    (join.op === 'concat' || (joinOps.includes(join.op) && !isRead));
  const psi = `${scope}/psi`;
  if (isJoin)
    return [
      { scope: psi, op: 'psi', nodes: before },
      { scope, op: 'skip', nodes: [join] },
    ];
  const hasMask = nodes.some(({ operands }) =>
    operands.some((id) => String(plan.nodes[id]!.attributes['path'] ?? '').startsWith(`${psi}/`)),
  );
  return [{ scope, op: hasMask ? 'psi' : 'skip', nodes }];
};

/* Two units of one form compute the same on other operands: equal operations, attributes, wiring and constants. */
const formOf = (plan: Plan, unit: Unit, { sizes = false, wordOf }: ListingOptions): string => {
  const names = new Map<number, string>();
  const kind = ({ shape, dtype }: PlanNode): string => `${dtype}${shape.length}`;
  unit.operands.forEach((node, at) => names.set(node.id, `x${at} ${kind(node)}`));
  unit.leaves.forEach((node, at) => names.set(node.id, `${node.op}${at} ${kind(node)}`));
  unit.nodes.forEach(({ id }, at) => names.set(id, `v${at}`));
  const holes = new Set<string>(sizes ? holesOf(unit, plan.nodes).map(({ place }) => place) : []);
  const nameOf = (id: number, place: string): string =>
    names.get(id) ?? (holes.has(place) ? '_' : constantOf(plan.nodes[id]!));
  const body = unit.nodes.map((one, node) => {
    const { op, operands, attributes } = one;
    const read = operands.map((id, at) => nameOf(id, `${node}/operand/${at}`));
    const word = wordOf?.(one, plan.nodes) ?? '';
    return `${op}(${read.join(' ')})${attributesOf(op, attributes, sizes)}${word}`;
  });
  return `${unit.op}: ${body.join('; ')} → ${unit.results.map(({ id }) => names.get(id)!).join(' ')}`;
};
/* Attributes but for those that may be sizes. */
const attributesOf = (op: PlanNode['op'], attributes: PlanNode['attributes'], sizes: boolean): string => {
  const hidden = sizes ? (sizeAttributes[op] ?? []) : [];
  const shown = Object.entries(attributes).map(([name, value]) => {
    if (!hidden.includes(name)) return [name, value];
    // A reshape has one extent at most with the batch in it: whatever is left.
    const open = (one: unknown): unknown => (typeof one === 'string' ? 'n' : '_');
    return [name, Array.isArray(value) ? value.map(open) : open(value)];
  });
  return JSON.stringify(shown);
};
const constantOf = ({ shape, data, id }: PlanNode): string =>
  data !== undefined && data.length <= 4096 ? `[${shape.join('×')}: ${data.join(' ')}]` : `constant${id}`;
