/**
 * The body of a unit: which of its nodes get a name, what each is called, and the statements that compute them.
 */
import { isLeaf } from '../../../ops/leaves.js';
import type { PlanNode } from '../../plan/plan.js';
import type { Unit } from '../listing.js';
import type { Identifiers } from '../names.js';
import { asLayer, biased } from './layers.js';
import { inInference, inTraining, isChoice, neededIn, type TwoModePlan } from './modes.js';
import { written } from './primitives.js';
import type { Choice, Step } from './steps.js';
import { atom, call, literal, statement, type Expression } from './text.js';

/** How what a body does not compute is written in it. */
export interface Surroundings {
  readonly plan: TwoModePlan;
  /** Leaves other than constants, and values of other units. */
  readonly outer: (node: PlanNode) => Expression;
  /** The group of a parameter if the body can name it: `self.image.level1.conv1`, with the parameter's name in it. */
  readonly group: (node: PlanNode) => { readonly text: string; readonly name: string } | undefined;
  /** A constant that is no number of its own. */
  readonly constant: (node: PlanNode) => string;
  /** The name of a value that this body computes; asked for after all statements are in order. */
  readonly nameOf: (id: number) => string;
  /** Which modes need a result. */
  readonly modes: (result: number) => number;
  /** How many characters a name of the surroundings takes; long operands are given names of their own. */
  readonly width: number;
}

/** A unit as statements. */
export interface Body {
  readonly steps: readonly Step[];
  readonly choices: readonly Choice[];
  readonly expression: (id: number) => Expression;
  /** Nodes that have a name. */
  readonly named: ReadonlySet<number>;
  /** Which modes need a node. */
  readonly modes: ReadonlyMap<number, number>;
  /** Named nodes and operands that a node's expression reads. */
  readonly reads: (id: number) => readonly number[];
}

/** What a unit updates: the path of the state and the node of its next value. */
export const updatesOf = (
  plan: TwoModePlan,
  unit: Unit,
): readonly (readonly [path: string, id: number])[] => {
  const inside = new Set(unit.nodes.map(({ id }) => id));
  return Object.entries(plan.updates).filter(([, id]) => inside.has(id));
};

/** How many primitives of a unit are left to read, a bias counted with its convolution. */
export const weightOf = (plan: TwoModePlan, unit: Unit): number =>
  unit.nodes.filter((node) => !isCheap(node) && biased(plan, node) === undefined).length;

/** The statements of a unit. */
export const bodyOf = (unit: Unit, at: Surroundings): Body => {
  const { plan } = at;
  const inside = new Map(unit.nodes.map((node) => [node.id, node]));
  const updates = updatesOf(plan, unit);
  const results = new Set(unit.results.map(({ id }) => id));
  const modes = neededIn(unit.nodes, plan.training, [
    ...[...results].map((id) => [id, at.modes(id)] as const),
    ...updates.map(([, id]) => [id, inTraining] as const),
  ]);
  const named = namedIn(unit, at, results, modes);

  const expression = (id: number, isRoot = false): Expression => {
    const node = plan.nodes[id]!;
    if (!isRoot && named.has(id)) return atom(at.nameOf(id));
    if (!inside.has(id)) return node.op === 'constant' ? atom(at.constant(node)) : at.outer(node);
    const layer = asLayer(node, { plan, named, group: at.group, expression });
    if (layer !== undefined) return layer;
    return written({
      node,
      sources: node.operands.map((operand) => plan.nodes[operand]!),
      operands: node.operands.map((operand) => numberIn(node, operand, plan) ?? expression(operand)),
    });
  };
  const reads = (id: number, isRoot = true): readonly number[] => {
    const node = plan.nodes[id]!;
    if (!isRoot && named.has(id)) return [id];
    if (inside.has(id)) return node.operands.flatMap((operand) => reads(operand, false));
    return isLeaf(node) && node.op !== 'input' && node.op !== 'noise' ? [] : [id];
  };

  const steps: Step[] = [];
  const choices: Choice[] = [];
  for (const node of unit.nodes) {
    if (!named.has(node.id)) continue;
    if (isChoice(node, plan.training)) {
      const [, train, infer] = node.operands as [number, number, number];
      choices.push({
        gives: node.id,
        inTraining: reads(train, false),
        inInference: reads(infer, false),
        lines: (mode, indent) => {
          const value = expression(mode === inTraining ? train : infer);
          const name = at.nameOf(node.id);
          return value.text === name ? [] : statement(indent, `${name} = `, value);
        },
      });
      continue;
    }
    steps.push({
      gives: [node.id],
      reads: reads(node.id),
      modes: modes.get(node.id) ?? 0,
      lines: (indent) => statement(indent, `${at.nameOf(node.id)} = `, expression(node.id, true)),
    });
  }
  for (const [path, id] of updates) {
    const state = plan.nodes[plan.parameters.find((one) => one.path === path)!.id]!;
    steps.push({
      gives: [],
      reads: reads(id, false),
      modes: inTraining,
      lines: (indent) => statement(indent, '', call('update', [at.outer(state).text, expression(id).text])), // prettier-ignore
    });
  }
  return { steps, choices, expression: (id) => expression(id, true), named, modes, reads };
};

/**
 * Names for the nodes of a body that have one, besides those `given`. A choice takes the name of what it chooses where
 * nothing else needs that any more, so that a branch reads `gate = gate + …`.
 */
export const namesIn = (
  unit: Unit,
  body: Body,
  plan: TwoModePlan,
  names: Identifiers,
  given: ReadonlyMap<number, string>,
  word: (node: PlanNode) => string = (node) => wordOf(plan, node),
): ReadonlyMap<number, string> => {
  const result = new Map(given);
  /* Whose name a node takes. */
  const owners = new Map<number, number>();
  const inside = new Set(unit.nodes.map(({ id }) => id));
  const results = new Set(unit.results.map(({ id }) => id));
  const readers = new Map<number, Set<number>>();
  const note = (reader: number, ids: readonly number[]): void => {
    for (const id of ids) readers.set(id, (readers.get(id) ?? new Set()).add(reader));
  };
  for (const { id } of unit.nodes) if (body.named.has(id)) note(id, body.reads(id));
  updatesOf(plan, unit).forEach(([, id], at) => note(-1 - at, body.named.has(id) ? [id] : body.reads(id)));
  /* All nodes of the body with a name that a node is made of, itself included. */
  const behind = (id: number): ReadonlySet<number> => {
    const all = new Set<number>();
    const waiting = [id];
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      if (all.has(one) || !inside.has(one)) continue;
      all.add(one);
      waiting.push(...body.reads(one));
    }
    return all;
  };
  for (const node of unit.nodes) {
    if (!body.named.has(node.id) || !isChoice(node, plan.training)) continue;
    const [, train, infer] = node.operands as [number, number, number];
    const isStep = (id: number): boolean => inside.has(id) && body.named.has(id) && !results.has(id) && !owners.has(id) && !isChoice(plan.nodes[id]!, plan.training); // prettier-ignore
    const before = behind(train);
    const others = [...(readers.get(infer) ?? [])].filter((id) => id !== node.id);
    const isDone = others.every((id) => before.has(id));
    if (given.has(infer) && isDone) owners.set(node.id, infer);
    else if (isStep(infer) && isDone) owners.set(infer, node.id);
    else if (isStep(train) && ((body.modes.get(train) ?? 0) & inInference) === 0) owners.set(train, node.id);
  }
  for (const { id } of unit.nodes) {
    if (!body.named.has(id)) continue;
    const owner = owners.get(id) ?? id;
    result.set(id, given.get(owner) ?? names.of(String(owner), word(plan.nodes[owner]!)));
  }
  return result;
};

/** A word for what a node gives, for its name in a body. */
export const wordOf = (plan: TwoModePlan, node: PlanNode): string => {
  const nameOf = ({ attributes }: PlanNode): string => String(attributes['path']).split('/').at(-1)!;
  if (isChoice(node, plan.training)) {
    const infer = plan.nodes[node.operands[2]!]!;
    if (infer.op === 'parameter') return nameOf(infer);
    return wordOf(plan, isLeaf(infer) ? plan.nodes[node.operands[1]!]! : infer);
  }
  if (node.op === 'cast') {
    const { op } = plan.nodes[node.operands[0]!]!;
    return op === 'greater' || op === 'greaterEqual' ? 'gate' : 'number';
  }
  return words[node.op] ?? node.op;
};
const words: Readonly<Partial<Record<string, string>>> = {
  add: 'total',
  subtract: 'difference',
  multiply: 'product',
  divide: 'quotient',
  reduceMean: 'mean',
  reduceSum: 'total',
  reduceMax: 'greatest',
  sigmoid: 'soft',
  sqrt: 'root',
  conv2d: 'convolved',
  conv2dTranspose: 'convolved',
  matMul: 'product',
  batchMatMul: 'product',
  concat: 'joined',
  slice: 'part',
  greater: 'above',
  greaterEqual: 'above',
  select: 'chosen',
  resizeNearest: 'resized',
  resizeBilinear: 'resized',
  reshape: 'reshaped',
  transpose: 'turned',
  maximum: 'greater',
  minimum: 'lesser',
  stopGradient: 'fixed',
  gather: 'gathered',
};

/* Subscripts and detachments cost nothing to read twice. */
const isCheap = ({ op, attributes }: PlanNode): boolean =>
  op === 'stopGradient' || (op === 'reshape' && attributes['subscripts'] !== undefined);

/* Named: results, choices, what is read twice, and operands that would make a line too long. */
const namedIn = (
  unit: Unit,
  { plan, width }: Surroundings,
  results: ReadonlySet<number>,
  modes: ReadonlyMap<number, number>,
): ReadonlySet<number> => {
  const inside = new Map(unit.nodes.map((node) => [node.id, node]));
  const named = new Set<number>(results);
  const reads = new Map<number, number>();
  const note = (id: number, times: number): void => void reads.set(id, (reads.get(id) ?? 0) + times);
  for (const [, id] of updatesOf(plan, unit)) note(id, 1);
  for (const node of unit.nodes.toReversed()) {
    if (!modes.has(node.id)) continue;
    const times = reads.get(node.id) ?? 0;
    const isNamed = results.has(node.id) || isChoice(node, plan.training) || (times > 1 && !isCheap(node));
    if (isNamed) named.add(node.id);
    for (const operand of node.operands) note(operand, isNamed ? 1 : times);
  }
  const lengths = new Map<number, number>();
  const lengthOf = (id: number): number => {
    if (named.has(id)) return 9;
    if (!inside.has(id)) return plan.nodes[id]!.op === 'constant' ? 5 : width;
    return lengths.get(id)!;
  };
  for (const node of unit.nodes) {
    const total = (): number => node.operands.reduce((sum, id) => sum + lengthOf(id), ownLength(node));
    const longest = (): number | undefined =>
      node.operands
        .filter(
          (id) =>
            inside.has(id) &&
            !named.has(id) &&
            !isCheap(plan.nodes[id]!) &&
            lengthOf(id) > 20 &&
            id !== biased(plan, node),
        ) // prettier-ignore
        .sort((a, b) => lengthOf(b) - lengthOf(a))[0];
    for (
      let id = isChoice(node, plan.training) ? undefined : longest();
      total() > 68 && id !== undefined;
      id = longest()
    )
      named.add(id);
    lengths.set(node.id, total());
  }
  return named;
};
const ownLength = ({ op }: PlanNode): number =>
  op === 'add' || op === 'subtract' || op === 'multiply' || op === 'divide'
    ? 3
    : op === 'conv2d' || op === 'conv2dTranspose'
      ? 8
      : 14;

/* A constant of one number beside a tensor is that number. */
const numberIn = (node: PlanNode, operand: number, plan: TwoModePlan): Expression | undefined => {
  const { op, shape, data, dtype } = plan.nodes[operand]!;
  const isTensor = (id: number, at: number): boolean =>
    plan.nodes[id]!.op !== 'constant' && !(node.op === 'select' && at === 0);
  if (op !== 'constant' || shape.length > 0 || !besideNumbers.has(node.op) || !node.operands.some(isTensor))
    // prettier-ignore
    return undefined;
  const value = data![0]!;
  // Of two whole numbers a choice would make whole numbers.
  const isPlain =
    Number.isInteger(value) && Math.abs(value) < 1e6 && !choosing.has(node.op) && !Object.is(value, -0);
  return dtype === 'int32' || (isPlain && value >= 0) ? atom(String(value)) : literal(value);
};
const choosing: ReadonlySet<string> = new Set(['maximum', 'minimum', 'select']);
const besideNumbers: ReadonlySet<string> = new Set(
  'add subtract multiply divide greater greaterEqual maximum minimum select'.split(' '),
);
