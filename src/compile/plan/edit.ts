/**
 * Editing a plan: its nodes as values again, some of them replaced, and laid flat anew.
 *
 * A pass says for each node what stands in its place; what nothing reads any more is gone by itself. New nodes belong
 * to the step of the node that they stand for, so that reports still name the layer.
 */
import { alphabet, type PrimitiveName } from '../../ops/alphabet.js';
import { apply, type Primitive, type Value } from '../../ops/value.js';
import type { Plan, PlanNode } from './plan.js';

/** What stands in a node's place; `same` is the node on its (perhaps replaced) operands. */
export type Edit = (node: PlanNode, same: Value, operands: readonly Value[]) => Value;

/** How nodes are laid flat. */
export interface LayOptions {
  /** Whether two nodes of one operation, operands and attributes become one. */
  readonly share?: boolean;
}

/** The plan in which every node is what `edit` says; nodes that nothing reads are dropped, inputs stay. */
export const edited = (plan: Plan, edit: Edit, options: LayOptions = {}): Plan => {
  const payloads = new Map(plan.parameters.map(({ id, initialiser }) => [id, initialiser]));
  const scopes = new Map<Value, string>();
  const values: Value[] = [];
  for (const node of plan.nodes) {
    const operands = node.operands.map((operand) => values[operand]!);
    const value = edit(node, rebuilt(node, operands, payloads.get(node.id)), operands);
    values.push(value);
    if (!scopes.has(value)) scopes.set(value, node.scope);
  }
  return laid(plan, values, scopes, options);
};

/** A node as a value on these operands. */
const rebuilt = (node: PlanNode, operands: readonly Value[], initialiser: unknown): Value => {
  const { op, attributes, shape, dtype } = node;
  if (operands.length > 0) return apply(alphabet[op] as Primitive, operands, attributes);
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
  const seen = new Map<string, number>();
  const arrays = new Map<object, string>();
  const nodes: PlanNode[] = [];
  const place = (value: Value, scope: string): void => {
    const operands = value.operands.map((operand) => ids.get(operand)!);
    const key = share ? keyOf(value, operands, arrays) : undefined;
    const known = key === undefined ? undefined : seen.get(key);
    if (known !== undefined) return void ids.set(value, known);
    const id = nodes.length;
    ids.set(value, id);
    if (key !== undefined) seen.set(key, id);
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

/** Two nodes of one key compute the same. Constants are told apart by their data. */
const keyOf = (value: Value, operands: readonly number[], arrays: Map<object, string>): string => {
  const base = `${value.op} ${operands.join(',')} ${value.dtype} ${JSON.stringify(value.attributes)}`;
  return value.op === 'constant' ? `${base} ${dataKey(value.payload as Float32Array, arrays)}` : base;
};
/* Short data by its numbers, long data by which array it is. */
const dataKey = (data: Float32Array | Int32Array, arrays: Map<object, string>): string => {
  if (data.length <= 16) return [...data].map((one) => (Object.is(one, -0) ? '-0' : String(one))).join(',');
  const known = arrays.get(data) ?? `#${arrays.size}`;
  arrays.set(data, known);
  return known;
};
