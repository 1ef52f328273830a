/**
 * Stages: a plan cut by which inputs are known when.
 *
 * With `[['x_a', 'p_a'], ['p_b']]` the first stage computes all that depends on a person alone; it is kept, and the
 * second stage is run for each pose. What rests on no input (arithmetic of parameters) is computed in each stage that
 * reads it.
 */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../base/fault.js';
import { alphabet } from '../../ops/alphabet.js';
import { cast } from '../../ops/elementwise.js';
import { input } from '../../ops/leaves.js';
import { apply, type Primitive, type Value } from '../../ops/value.js';
import { planOf } from '../plan/build.js';
import type { Plan, PlanNode } from '../plan/plan.js';
import { verify } from '../plan/verify.js';
import { splitConcat, splitConcatName } from './split-concat.js';

/** How a plan is cut. */
export interface StageOptions {
  /** Names of passes that are left out. Here that is `split-concat`: convolutions over features of two stages stay whole. */
  readonly without?: readonly string[];
}

/**
 * Cuts a plan into one plan for each group of inputs.
 *
 * Plan k computes what depends on inputs of groups 0 … k and no others. What later plans need is an output named
 * `stage0/3` (stage, number in it) and an input of that name there; an input of the model that a later plan needs is an
 * input there again. The last plan has the model's outputs. Run in order, each fed from the inputs of the model and the
 * outputs of those before it, they compute what the plan computes, the same bits without `split-concat`.
 *
 * Faults: P20 for an input in no group, P21 for one in two, P22 for a name that is no input or an empty group, P23 for a
 * training plan.
 */
export const stages = (
  plan: Plan,
  groups: readonly (readonly string[])[],
  { without = [] }: StageOptions = {},
): E.Either<readonly Fault[], readonly Plan[]> => {
  const faults = groupFaults(plan, groups);
  if (faults.length > 0) return E.left(faults);
  const levels = levelsOf(plan, groups);
  const cut = without.includes(splitConcatName) ? plan : splitConcat(({ id }) => levels[id]!).apply(plan);
  const cutLevels = cut === plan ? levels : levelsOf(cut, groups);
  const names = handedOver(cut, cutLevels, groups.length - 1);
  const made: Plan[] = [];
  for (const level of groups.keys()) {
    const stage = E.flatMap(verify)(stageOf(cut, cutLevels, names, level, groups.length - 1));
    if (E.isLeft(stage)) return stage;
    made.push(stage.right);
  }
  return E.right(made);
};

/** The stage in which a node is first known; −1 for what rests on no input. */
const levelsOf = (plan: Plan, groups: readonly (readonly string[])[]): readonly number[] => {
  const levels: number[] = [];
  for (const node of plan.nodes)
    levels.push(
      node.op === 'input'
        ? groups.findIndex((group) => group.includes(String(node.attributes['name'])))
        : Math.max(-1, ...node.operands.map((operand) => levels[operand]!)),
    );
  return levels;
};

/** The nodes that a later stage reads, with the names under which they are handed over. */
const handedOver = (plan: Plan, levels: readonly number[], last: number): ReadonlyMap<number, string> => {
  const read = new Set<number>();
  for (const { id, operands } of plan.nodes)
    for (const operand of operands) if (levels[operand]! < levels[id]!) read.add(operand);
  for (const id of Object.values(plan.outputs)) if (levels[id]! < last) read.add(id);
  const counts = new Map<number, number>();
  return new Map(
    [...read]
      .filter((id) => levels[id]! >= 0 && plan.nodes[id]!.op !== 'input')
      .sort((a, b) => a - b)
      .map((id) => {
        const level = levels[id]!;
        const index = counts.get(level) ?? 0;
        counts.set(level, index + 1);
        return [id, `stage${level}/${index}`];
      }),
  );
};

/** One stage as a plan of its own. */
const stageOf = (
  plan: Plan,
  levels: readonly number[],
  names: ReadonlyMap<number, string>,
  level: number,
  last: number,
): E.Either<readonly Fault[], Plan> => {
  const initialisers = new Map(plan.parameters.map(({ id, initialiser }) => [id, initialiser]));
  const values = new Map<number, Value>();
  const inputs: Record<string, Value> = {};
  const arrives = (node: PlanNode): Value => {
    const name = names.get(node.id) ?? String(node.attributes['name']);
    const given = input(name, node.shape);
    inputs[name] = given;
    // Inputs are float32, which holds what is bool, and counts below 2²⁴.
    return node.dtype === 'float32' ? given : cast(given, node.dtype);
  };
  const known = (id: number): Value => {
    const found = values.get(id);
    if (found !== undefined) return found;
    const node = plan.nodes[id]!;
    const from = levels[id]!;
    const value = node.op === 'input' || (from >= 0 && from < level) ? arrives(node) : rebuilt(node);
    values.set(id, value);
    return value;
  };
  const rebuilt = (node: PlanNode): Value => {
    const { op, attributes, shape, dtype } = node;
    if (node.operands.length > 0) return apply(alphabet[op] as Primitive, node.operands.map(known), attributes); // prettier-ignore
    const payload = node.data ?? initialisers.get(node.id);
    return { op, operands: [], attributes, shape, dtype, ...(payload === undefined ? {} : { payload }) };
  };
  // Inputs that nothing reads are still inputs of their stage.
  for (const { id } of Object.values(plan.inputs)) if (levels[id] === level) known(id);
  // In the order of the plan, so that operands are known before they are asked for.
  const steps = plan.nodes
    .filter(({ id }) => levels[id] === level)
    .map((node) => ({ path: node.scope, op: node.op, value: known(node.id), parameters: [] }));
  const outputs =
    level === last
      ? Object.entries(plan.outputs).map(([name, id]) => [name, known(id)] as const)
      : [...names].filter(([id]) => levels[id] === level).map(([id, name]) => [name, asFloat(known(id))] as const); // prettier-ignore
  return E.map((stage: Plan): Plan => ({ ...stage, layers: layersOf(plan, stage) }))(
    planOf({
      mode: plan.mode,
      inputs: batchFirst(inputs),
      outputs: Object.fromEntries(outputs),
      steps,
      nextState: [],
    }),
  );
};

const asFloat = (value: Value): Value => (value.dtype === 'float32' ? value : cast(value, 'float32'));

/* What a program takes the batch size from comes first: a plain batch. */
const batchFirst = (inputs: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> =>
  Object.fromEntries(
    Object.entries(inputs).toSorted(([, a], [, b]) => Number(b.shape[0] === 'n') - Number(a.shape[0] === 'n')),
  ); // prettier-ignore

/** The layers of a plan that a stage computes something of. */
const layersOf = (plan: Plan, stage: Plan): Plan['layers'] => {
  const scopes = new Set(stage.nodes.filter(({ op }) => op !== 'input').map(({ scope }) => scope));
  return plan.layers.filter(({ path }) => scopes.has(path));
};

const groupFaults = (plan: Plan, groups: readonly (readonly string[])[]): readonly Fault[] => {
  const named = groups.flat();
  const inputs = Object.keys(plan.inputs);
  const has = (name: string): boolean => Object.hasOwn(plan.inputs, name);
  const count = (name: string): number => named.filter((one) => one === name).length;
  const complaint = (rule: string, where: string, got: string, wanted: string, fix: string): Fault =>
    fault({ rule, where, got, wanted, fix });
  return [
    ...(plan.mode === 'infer'
      ? []
      : [complaint('P23', 'stages', 'a training plan', 'a plan for inference', "build the plan with mode 'infer'")]),
    ...inputs
      .filter((name) => count(name) === 0)
      .map((name) => complaint('P20', `input '${name}'`, 'no stage', 'one stage', 'name it in the stage from which on it is known')),
    ...[...new Set(named)]
      .filter((name) => has(name) && count(name) > 1)
      .map((name) => complaint('P21', `input '${name}'`, `${count(name)} stages`, 'one stage', 'name it in the first of them only')),
    ...[...new Set(named)]
      .filter((name) => !has(name))
      .map((name) => complaint('P22', 'stages', `'${name}'`, `inputs of the model: ${inputs.join(', ')}`, 'name one of them')),
    ...groups.flatMap((group, i) =>
      group.length > 0 ? [] : [complaint('P22', `stage ${i}`, 'no inputs', 'at least one', 'name an input or leave the stage out')],
    ),
    ...inputs
      .filter((name) => /^stage\d+\//.test(name))
      .map((name) => complaint('P22', `input '${name}'`, 'a name that stages give to what they hand over', 'another name', 'rename the input')),
  ]; // prettier-ignore
};
