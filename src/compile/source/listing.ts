/**
 * A plan as a program that a person reads: a *unit* for each row of the layer table, units of one form as calls of one
 * function.
 *
 * The listing knows no language. It says which nodes belong together, what a unit reads and gives, which units are the
 * same function on other operands, and which nodes are worth a name of their own; TypeScript and PyTorch print that.
 */
import type { Plan, PlanNode } from '../plan/plan.js';

/** Consecutive nodes of one step of the model: a convolution with its bias, a norm, a skip with its ψ and join. */
export interface Unit {
  /** The path of the step; empty for what came after all layers. */
  readonly scope: string;
  /** What the step is in the layer table (`conv`, `skip`, `residual`); a primitive's name where it is in no row. */
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
  /** In words of letters and digits: `batchNorm`, `skip2`. */
  readonly name: string;
  readonly unit: Unit;
  /** How many units call it. */
  readonly uses: number;
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
}

/** The listing of a plan: deterministic, the plan's nodes in its order. */
export const listingOf = (plan: Plan, { callFrom = 3 }: ListingOptions = {}): Listing => {
  const units = unitsOf(plan);
  const functions = new Map<string, { name: string; unit: Unit; uses: number }>();
  const counts = new Map<string, number>();
  const called = units.map((unit): Unit => {
    if (unit.nodes.length < callFrom || unit.results.length !== 1) return unit;
    const form = formOf(plan, unit);
    const known = functions.get(form);
    if (known !== undefined) {
      known.uses++;
      return { ...unit, calls: known.name };
    }
    const nth = (counts.get(unit.op) ?? 0) + 1;
    counts.set(unit.op, nth);
    const name = nth === 1 ? unit.op : `${unit.op}${nth}`;
    functions.set(form, { name, unit, uses: 1 });
    return { ...unit, calls: name };
  });
  return { plan, functions: [...functions.values()], units: called };
};

/** Which nodes of a unit deserve a name: those that are read more than once, and its results. */
export const namedNodes = (unit: Unit): ReadonlySet<number> => {
  const reads = new Map<number, number>();
  for (const { operands } of unit.nodes) for (const id of operands) reads.set(id, (reads.get(id) ?? 0) + 1);
  const results = new Set(unit.results.map(({ id }) => id));
  return new Set(unit.nodes.filter(({ id }) => results.has(id) || (reads.get(id) ?? 0) > 1).map(({ id }) => id)); // prettier-ignore
};

const leaves: readonly string[] = ['input', 'parameter', 'noise', 'scalar', 'constant'];
/** Whether a node is given from outside or written down, not computed. */
export const isLeaf = (node: PlanNode): boolean => leaves.includes(node.op);

const unitsOf = (plan: Plan): readonly Unit[] => {
  const ops = new Map(plan.layers.map(({ path, op }) => [path, op]));
  const groups: PlanNode[][] = [];
  for (const node of plan.nodes.filter((one) => !isLeaf(one))) {
    const last = groups.at(-1);
    if (last?.[0]?.scope === node.scope) last.push(node);
    else groups.push([node]);
  }
  const readers = new Map<number, number>();
  groups.forEach((nodes, group) => {
    for (const { operands } of nodes) for (const id of operands) readers.set(id, group);
  });
  const kept = new Set([...Object.values(plan.outputs), ...Object.values(plan.nextState)]);
  return groups.map((nodes, group) => {
    const inside = new Set(nodes.map(({ id }) => id));
    const read = [...new Set(nodes.flatMap(({ operands }) => operands))]
      .filter((id) => !inside.has(id))
      .map((id) => plan.nodes[id]!)
      .filter(({ op }) => op !== 'constant');
    const scope = nodes[0]!.scope;
    return {
      scope,
      op: ops.get(scope) ?? nodes.at(-1)!.op,
      nodes,
      operands: read.filter((node) => !isLeaf(node) || node.op === 'input'),
      leaves: read.filter((node) => isLeaf(node) && node.op !== 'input'),
      results: nodes.filter(({ id }) => kept.has(id) || (readers.get(id) ?? group) > group),
    };
  });
};

/* Two units of one form compute the same on other operands: equal operations, attributes, wiring and constants. */
const formOf = (plan: Plan, unit: Unit): string => {
  const names = new Map<number, string>();
  unit.operands.forEach(({ id }, at) => names.set(id, `x${at}`));
  unit.leaves.forEach(({ id, op }, at) => names.set(id, `${op}${at}`));
  unit.nodes.forEach(({ id }, at) => names.set(id, `v${at}`));
  const nameOf = (id: number): string => names.get(id) ?? constantOf(plan.nodes[id]!);
  const body = unit.nodes.map(({ op, operands, attributes }) => `${op}(${operands.map(nameOf).join(' ')})${JSON.stringify(attributes)}`); // prettier-ignore
  return `${unit.op}: ${body.join('; ')} → ${unit.results.map(({ id }) => nameOf(id)).join(' ')}`;
};
const constantOf = ({ shape, data, id }: PlanNode): string =>
  data !== undefined && data.length <= 64 ? `[${shape.join('×')}: ${[...data].join(' ')}]` : `constant${id}`;
