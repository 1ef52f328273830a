/**
 * A plan for training and one for inference as one: what both compute stands once, and where they part a `select` on
 * the mode chooses.
 *
 * Both plans are compared from their outputs back to the leaves. Where two nodes are the same operation on different
 * operands the choice moves on to the operands, so that it ends up where the modes really differ: at the moments of a
 * norm, at the gate of a mask.
 */
import { mapValues } from '../../../base/record.js';
import { isLeaf } from '../../../ops/leaves.js';
import type { Attributes } from '../../../ops/value.js';
import type { Plan, PlanNode, PlanParameter } from '../../plan/plan.js';
import { renumbered } from '../../plan/renumber.js';
import type { AxisOrder, ChannelsFirstPlan } from '../channels-first.js';

/** A plan of both modes. Its nodes are the alphabet's; `training` is a leaf that is true in training. */
export interface TwoModePlan extends Plan {
  /** The leaf on which a `select` chooses between the modes: (training, in training, else). */
  readonly training: number;
  /** The value of each state parameter after a training step, by path; `nextState` is empty, since no unit reads it. */
  readonly updates: Readonly<Record<string, number>>;
  /** How each parameter is held, by path. */
  readonly held: Readonly<Record<string, AxisOrder>>;
  /** How each input and each output is held, by name. */
  readonly heldInputs: Readonly<Record<string, AxisOrder>>;
  readonly heldOutputs: Readonly<Record<string, AxisOrder>>;
}

/** Which modes need a value: bits. */
export const inTraining = 1;
export const inInference = 2;

/** One plan of two, both with channels first and of one model. */
export const bothModes = (train: ChannelsFirstPlan, infer: ChannelsFirstPlan): TwoModePlan => {
  const shared: SharedNode[] = [];
  const known = new Map<string, number>();
  /* What stands in training and what else, where a layer's results differ. */
  const differing = new Map<number, number>();
  /*
   * Where each node of a plan stands among the nodes of both. A layer's result stands where that of the other plan does,
   * whatever it is made of, so that all that follows is the same again.
   */
  const read = (plan: ChannelsFirstPlan, layers: ReadonlyMap<number, number>): readonly number[] => {
    const places: number[] = [];
    const times = new Map<string, number>();
    for (const node of plan.nodes) {
      const operands = node.operands.map((operand) => places[operand]!);
      const form = keyOf(node, operands);
      // What one plan computes twice stays two steps of the model; a constant is one.
      const nth = node.op === 'constant' ? 0 : (times.get(form) ?? 0);
      times.set(form, nth + 1);
      const key = `${form} ${nth}`;
      const place = known.get(key) ?? shared.length;
      if (place === shared.length) {
        known.set(key, place);
        shared.push({ node, operands });
      }
      const other = layers.get(node.id);
      const isOther = other !== undefined && other !== place && !differing.has(other);
      if (isOther) differing.set(other, place);
      places.push(isOther ? other : place);
    }
    return places;
  };
  const inTrain = read(train, new Map());
  const results = counterparts(train, infer);
  const inInfer = read(infer, new Map([...results].map(([other, id]) => [other, inTrain[id]!])));

  const nodes: PlanNode[] = [];
  const made = new Map<string, number>();
  const put = (node: Omit<PlanNode, 'id'>, key: string): number => {
    made.set(key, nodes.length);
    nodes.push({ ...node, id: nodes.length });
    return nodes.length - 1;
  };
  const training = put({ op: 'scalar', operands: [], attributes: { path: 'training', standard: 0 }, shape: [], dtype: 'bool', scope: '' }, ''); // prettier-ignore

  /* In training `a`, else `b`; a place by itself is both of its sides. */
  const pair = (a: number, b: number): Wanted => ({ key: a === b ? `at ${a}` : `${a} ${b}`, a, b });
  const at = (place: number): Wanted => pair(place, place);
  const own = (place: number): Wanted => ({ key: `own ${place}`, a: place, b: place });
  const sides = ({ key, a, b }: Wanted): readonly [number, number] =>
    key.startsWith('at') ? [a, differing.get(a) ?? a] : [a, b];
  const isStep = (wanted: Wanted): boolean => {
    const [a, b] = sides(wanted);
    return a === b || isSameStep(shared[a]!, shared[b]!);
  };
  const partsOf = (wanted: Wanted): readonly Wanted[] => {
    const [a, b] = sides(wanted);
    if (isStep(wanted)) return shared[a]!.operands.map((operand, i) => pair(operand, shared[b]!.operands[i]!)); // prettier-ignore
    return wanted.a === wanted.b ? [own(a), own(b)] : [at(a), at(b)];
  };
  /* What waits stands on a stack of its own, so that depth costs none of the program's. */
  const merged = (root: Wanted): number => {
    const waiting: Wanted[] = [root];
    while (waiting.length > 0) {
      const wanted = waiting[waiting.length - 1]!;
      if (made.has(wanted.key)) {
        waiting.pop();
        continue;
      }
      const parts = partsOf(wanted);
      const missing = parts.filter(({ key }) => !made.has(key));
      if (missing.length > 0) {
        waiting.push(...missing.toReversed());
        continue;
      }
      waiting.pop();
      const operands = parts.map(({ key }) => made.get(key)!);
      const { node } = shared[wanted.a]!;
      if (isStep(wanted)) put({ ...node, operands }, wanted.key);
      else put({ ...node, op: 'select', attributes: {}, operands: [training, ...operands] }, wanted.key);
    }
    return made.get(root.key)!;
  };

  const outputs = Object.fromEntries(
    Object.keys(train.outputs).map((name) => [
      name,
      merged(pair(inTrain[train.outputs[name]!]!, inInfer[infer.outputs[name]!]!)),
    ]),
  );
  const updates = Object.fromEntries(
    Object.entries(train.nextState).map(([path, id]) => [path, merged(at(inTrain[id]!))]),
  );
  const leaves = <A extends { readonly id: number }>(
    ours: readonly A[],
    places: readonly number[],
    name: (leaf: A) => string,
    into = new Map<string, A>(),
  ): Map<string, A> => {
    for (const leaf of ours) {
      if (!into.has(name(leaf))) into.set(name(leaf), { ...leaf, id: merged(at(places[leaf.id]!)) });
    }
    return into;
  };
  const all = <A extends { readonly id: number }>(
    of: (plan: Plan) => readonly A[],
    name: (leaf: A) => string,
  ): readonly A[] =>
    // prettier-ignore
    [...leaves(of(infer), inInfer, name, leaves(of(train), inTrain, name)).values()];
  const inputs = all((plan) => Object.entries(plan.inputs).map(([name, input]) => ({ ...input, name })), ({ name }) => name); // prettier-ignore
  const parameters = inPlanOrder(train, infer, all((plan) => plan.parameters, ({ path }) => path)); // prettier-ignore
  const noises = all((plan) => plan.noises, ({ path }) => path); // prettier-ignore
  const scalars = all((plan) => plan.scalars, ({ path }) => path); // prettier-ignore
  const heldIn = (plan: ChannelsFirstPlan): Readonly<Record<string, AxisOrder>> =>
    Object.fromEntries(plan.parameters.map(({ path, id }) => [path, plan.orders[id]!]));
  return ordered(
    {
      mode: 'train',
      layers: train.layers,
      nodes,
      inputs: Object.fromEntries(inputs.map(({ name, shape, id }) => [name, { shape, id }])),
      parameters,
      noises,
      scalars,
      outputs,
      nextState: {},
      training,
      updates,
      held: { ...heldIn(infer), ...heldIn(train) },
      heldInputs: Object.fromEntries(
        Object.entries(train.inputs).map(([name, { id }]) => [name, train.orders[id]!]),
      ),
      heldOutputs: Object.fromEntries(
        Object.entries(train.outputs).map(([name, id]) => [name, train.orders[id]!]),
      ),
    },
    train,
  );
};

/** Which modes need each node, by id: what only training reads need not be computed else. */
export const neededIn = (
  nodes: readonly PlanNode[],
  training: number,
  roots: Iterable<readonly [id: number, modes: number]>,
): ReadonlyMap<number, number> => {
  const modes = new Map<number, number>();
  const mark = (id: number, more: number): void => void modes.set(id, (modes.get(id) ?? 0) | more);
  for (const [id, more] of roots) mark(id, more);
  for (const node of nodes.toReversed()) {
    const needed = modes.get(node.id) ?? 0;
    if (needed === 0) continue;
    const choosing = isChoice(node, training);
    node.operands.forEach((id, at) => mark(id, !choosing || at === 0 ? needed : needed & (at === 1 ? inTraining : inInference))); // prettier-ignore
  }
  return modes;
};

/** Whether a node chooses between the modes. */
export const isChoice = ({ op, operands }: PlanNode, training: number): boolean =>
  op === 'select' && operands[0] === training;

/* A value of the plan to be: what stands at a place, at two, or a place's own step whatever else stands there. */
interface Wanted {
  readonly key: string;
  readonly a: number;
  readonly b: number;
}

/* A node of either plan; one for both where they are equal. */
interface SharedNode {
  readonly node: PlanNode;
  readonly operands: readonly number[];
}

/* The results of the steps that both plans have: of a node in inference, that in training; in one order, so that none crosses. */
const counterparts = (train: Plan, infer: Plan): ReadonlyMap<number, number> => {
  const lastOf = (plan: Plan): ReadonlyMap<string, number> =>
    new Map(plan.nodes.filter((node) => !isLeaf(node)).map(({ scope, id }) => [scope, id]));
  const others = lastOf(infer);
  const found = new Map<number, number>();
  let before = -1;
  for (const [scope, id] of [...lastOf(train)].sort(([, a], [, b]) => a - b)) {
    const other = others.get(scope);
    if (scope === '' || other === undefined || other <= before) continue;
    before = other;
    found.set(other, id);
  }
  return found;
};

const keyOf = ({ op, attributes, dtype, data }: PlanNode, operands: readonly number[]): string =>
  `${op} ${operands.join(' ')} ${dtype} ${writtenAttributes(attributes)} ${data === undefined ? '' : data.join(' ')}`;
const writtenAttributes = (attributes: Attributes): string =>
  JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
const isSameStep = (a: SharedNode, b: SharedNode): boolean =>
  a.operands.length > 0 &&
  a.node.op === b.node.op &&
  a.node.dtype === b.node.dtype &&
  a.operands.length === b.operands.length &&
  a.node.shape.join() === b.node.shape.join() &&
  writtenAttributes(a.node.attributes) === writtenAttributes(b.node.attributes);

const inPlanOrder = (
  train: Plan,
  infer: Plan,
  parameters: readonly PlanParameter[],
): readonly PlanParameter[] => {
  const order = new Map([...train.parameters, ...infer.parameters].map(({ path }, at) => [path, at]));
  return [...parameters].sort((a, b) => order.get(a.path)! - order.get(b.path)!);
};

/*
 * Nodes in the order of the layers, each after its operands, and updates of state with the layer that measures: units
 * are consecutive nodes of one scope.
 */
const ordered = (plan: TwoModePlan, train: Plan): TwoModePlan => {
  const scopes = new Map<string, number>();
  const seen = (scope: string): number =>
    scopes.get(scope) ?? (scopes.set(scope, scopes.size), scopes.size - 1);
  for (const node of train.nodes) if (!isLeaf(node) && node.scope !== '') seen(node.scope);
  /* What updates a layer's state belongs to the layer. */
  const nodes = plan.nodes.map((node) => {
    const layer = node.scope.slice(0, node.scope.lastIndexOf('/'));
    return Object.hasOwn(plan.updates, node.scope) && scopes.has(layer) ? { ...node, scope: layer } : node;
  });
  const rank = (node: PlanNode): number =>
    isLeaf(node) ? -1 : node.scope === '' ? Infinity : seen(node.scope);
  const left = nodes.map(({ operands }) => new Set(operands).size);
  const readers = nodes.map((): number[] => []);
  for (const { id, operands } of nodes) for (const operand of new Set(operands)) readers[operand]!.push(id);
  /* Ready nodes by rank; the lowest rank goes first, and of one rank the first. */
  const ready = new Map<number, number[]>();
  const release = (id: number): void => {
    const at = rank(nodes[id]!);
    const waiting = ready.get(at);
    if (waiting === undefined) ready.set(at, [id]);
    else waiting.push(id);
  };
  nodes.forEach(({ id }) => left[id] === 0 && release(id));
  const sorted: PlanNode[] = [];
  while (ready.size > 0) {
    const at = Math.min(...ready.keys());
    const waiting = ready.get(at)!;
    const id = waiting.splice(waiting.indexOf(Math.min(...waiting)), 1)[0]!;
    if (waiting.length === 0) ready.delete(at);
    sorted.push(nodes[id]!);
    for (const reader of readers[id]!) if (--left[reader]! === 0) release(reader);
  }
  const { plan: moved, idOf } = renumbered(plan, sorted);
  return { ...moved, updates: mapValues(plan.updates, idOf), training: idOf(plan.training) };
};
