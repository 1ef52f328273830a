/**
 * Editing a plan: its nodes as values again, some of them replaced, and laid flat anew.
 *
 * A pass says for each node what stands in its place; what nothing reads any more is gone by itself. New nodes belong
 * to the step of the node that they stand for, so that reports still name the layer.
 */
import { alphabet, type PrimitiveName } from '../../ops/alphabet.js';
import { apply, sameShape, type Primitive, type Value } from '../../ops/value.js';
import type { Plan, PlanNode } from './plan.js';

/** What stands in a node's place; `same` is the node on its (perhaps replaced) operands. */
export type Edit = (node: PlanNode, same: Value, operands: readonly Value[]) => Value;

/** How nodes are laid flat. */
export interface LayOptions {
  /** Whether two nodes of one operation, operands and attributes become one. */
  readonly share?: boolean;
  /** Whether nodes that nothing reads go although nothing else is edited. */
  readonly drop?: boolean;
}

/**
 * The plan in which every node is what `edit` says; nodes that nothing reads are dropped, inputs stay. The very plan
 * that it was given where `edit` leaves every node and no option asks for more.
 */
export const edited = (plan: Plan, edit: Edit, options: LayOptions = {}): Plan => {
  const payloads = new Map(plan.parameters.map(({ id, initialiser }) => [id, initialiser]));
  const scopes = new Map<Value, string>();
  const values: Value[] = [];
  let changed = options.share === true || options.drop === true;
  for (const node of plan.nodes) {
    const operands = node.operands.map((operand) => values[operand]!);
    const same = rebuilt(plan, node, operands, payloads.get(node.id));
    const value = edit(node, same, operands);
    changed ||= value !== same;
    values.push(value);
    if (!scopes.has(value)) scopes.set(value, node.scope);
  }
  return changed ? laid(plan, values, scopes, options) : plan;
};

/** A node as a value on these operands. Its shape rule is asked again only where an operand has another type. */
const rebuilt = (plan: Plan, node: PlanNode, operands: readonly Value[], initialiser: unknown): Value => {
  const { op, attributes, shape, dtype } = node;
  const isAsBefore = operands.every((operand, i) => {
    const before = plan.nodes[node.operands[i]!]!;
    return (
      operand.dtype === before.dtype &&
      operand.flaw === undefined &&
      (operand.shape === before.shape || sameShape(operand.shape, before.shape))
    );
  });
  if (!isAsBefore) return apply(alphabet[op] as Primitive, operands, attributes);
  const payload = node.data ?? initialiser;
  return { op, operands, attributes, shape, dtype, ...(payload === undefined ? {} : { payload }) };
};

const laid = (
  plan: Plan,
  values: readonly Value[],
  scopes: ReadonlyMap<Value, string>,
  { share = false }: LayOptions,
): Plan => {
  const ids = new Map<Value, number>();
  const known = new Map<string, Value[]>();
  const nodes: PlanNode[] = [];
  const place = (value: Value, scope: string): void => {
    const operands = value.operands.map((operand) => ids.get(operand)!);
    if (share) {
      // Leaves differ in their attributes alone; other nodes hardly ever have one operand list in common.
      const told = operands.length > 0 ? operands.join(',') : JSON.stringify(value.attributes);
      const key = `${value.op} ${told} ${value.dtype}`;
      const alike = known.get(key);
      const twin = alike?.find((one) => isTwin(one, value));
      if (twin !== undefined) return void ids.set(value, ids.get(twin)!);
      if (alike === undefined) known.set(key, [value]);
      else alike.push(value);
    }
    const id = nodes.length;
    ids.set(value, id);
    nodes.push({
      id,
      op: value.op as PrimitiveName,
      operands,
      attributes: value.attributes,
      shape: value.shape,
      dtype: value.dtype,
      scope,
      ...(value.op === 'constant' ? { data: value.payload as Float32Array } : {}),
    });
  };
  const schedule = (root: Value): number => {
    const stack: { readonly value: Value; readonly scope: string }[] = [{ value: root, scope: scopes.get(root) ?? '' }]; // prettier-ignore
    while (stack.length > 0) {
      const { value, scope } = stack.at(-1)!;
      const waiting = ids.has(value) ? [] : value.operands.filter((operand) => !ids.has(operand));
      if (waiting.length > 0) {
        // From the last, so that the first is computed first.
        for (const one of waiting.toReversed()) stack.push({ value: one, scope: scopes.get(one) ?? scope });
        continue;
      }
      stack.pop();
      if (!ids.has(value)) place(value, scope);
    }
    return ids.get(root)!;
  };
  const idOf = (id: number): number => schedule(values[id]!);
  const inputs = Object.fromEntries(
    Object.entries(plan.inputs).map(([name, { shape, id }]) => [name, { shape, id: idOf(id) }]),
  );
  // In the order in which the plan computed them, so that printing an untouched plan gives the same text.
  const roots = [...Object.entries(plan.outputs).map(([name, id]) => ({ kind: 'outputs', name, id }) as const), ...Object.entries(plan.nextState).map(([name, id]) => ({ kind: 'nextState', name, id }) as const)]; // prettier-ignore
  const found = { outputs: new Map<string, number>(), nextState: new Map<string, number>() };
  for (const { kind, name, id } of roots.toSorted((a, b) => a.id - b.id)) found[kind].set(name, idOf(id));
  const inOrder = (kind: 'outputs' | 'nextState'): Readonly<Record<string, number>> =>
    Object.fromEntries(Object.keys(plan[kind]).map((name) => [name, found[kind].get(name)!]));
  const kept = <A extends { readonly path: string }>(
    leaves: readonly A[],
    op: PrimitiveName,
  ): readonly A[] => {
    const placed = new Map(
      nodes.filter((node) => node.op === op).map(({ attributes, id }) => [String(attributes['path']), id]),
    );
    return leaves.flatMap((leaf) => {
      const id = placed.get(leaf.path);
      return id === undefined ? [] : [{ ...leaf, id }];
    });
  };
  return {
    ...plan,
    nodes,
    inputs,
    parameters: kept(plan.parameters, 'parameter'),
    noises: kept(plan.noises, 'noise'),
    scalars: kept(plan.scalars, 'scalar'),
    outputs: inOrder('outputs'),
    nextState: inOrder('nextState'),
  };
};

/** Whether two values of one operation and the same operands compute the same. */
const isTwin = (a: Value, b: Value): boolean =>
  (a.attributes === b.attributes || JSON.stringify(a.attributes) === JSON.stringify(b.attributes)) &&
  (a.op !== 'constant' || isSameData(a.payload as ConstantData, b.payload as ConstantData));

type ConstantData = Float32Array | Int32Array;

/* Short data by its numbers (−0 is not 0), long data by which array it is. */
const isSameData = (a: ConstantData, b: ConstantData): boolean =>
  a === b ||
  (a.length <= 16 && a.length === b.length && a.every((one: number, i: number) => Object.is(one, b[i])));
