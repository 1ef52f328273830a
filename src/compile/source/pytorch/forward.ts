/** The computation of a network: functions that several of its layers share, and the lines of `forward`. */
import { isLeaf } from '../../../ops/leaves.js';
import type { PlanNode } from '../../plan/plan.js';
import { listingOf, type Unit } from '../listing.js';
import { commented, identifiers, quotedForPython, reservedInPython } from '../names.js';
import { bodyOf, namesIn, updatesOf, wordOf, type Surroundings } from './body.js';
import { functionsOf, type Called } from './functions.js';
import { inInference, inTraining, neededIn, type TwoModePlan } from './modes.js';
import type { Attributes } from './parameters.js';
import { helpers } from './primitives.js';
import { linesOf, scheduled, type Choice, type Step } from './steps.js';
import { atom, call, statement, tuple, type Expression } from './text.js';

/** What a network computes, as text. */
export interface Computation {
  readonly functions: readonly string[];
  /** The arguments of `forward`, by the model's names of its inputs. */
  readonly inputs: ReadonlyMap<string, string>;
  /** The body of `forward`. */
  readonly lines: readonly string[];
  /** Nodes of constants and the names that the text has for them. */
  readonly constants: ReadonlyMap<number, string>;
}

/** Names that a generated module holds besides its own. */
export const moduleNames: readonly string[] =
  'F Input Layer MODEL Network Noise Parameter Tensor annotations n nn noise outputs torch'.split(' ');

const both = inTraining | inInference;

/** The text of a plan of both modes. */
export const computationOf = (plan: TwoModePlan, attributes: Attributes): Computation => {
  const { units } = listingOf(plan, { callFrom: 3 });
  const needed = neededIn(plan.nodes, plan.training, [
    ...Object.values(plan.outputs).map((id) => [id, both] as const),
    ...Object.values(plan.updates).map((id) => [id, inTraining] as const),
  ]);
  const constants = new Map<number, string>();
  const constantName = (node: PlanNode): string => {
    const name = constants.get(node.id) ?? `CONSTANT_${constants.size + 1}`;
    constants.set(node.id, name);
    return name;
  };
  const reserved = [
    ...reservedInPython,
    ...moduleNames,
    ...helpers,
    'x',
    'layer',
    'self',
    'training',
    'update',
  ];
  const functions = functionsOf(plan, units, attributes, reserved, constantName);
  const names = identifiers({ casing: 'snake', reserved: [...reserved, ...functions.names] });

  const known = new Map<number, string>();
  const inputs = new Map<string, string>();
  for (const [name, { id }] of Object.entries(plan.inputs)) {
    inputs.set(name, names.of(`input ${name}`, name));
    known.set(id, inputs.get(name)!);
  }
  const first = [...inputs.values()][0];
  const self = (node: PlanNode): string =>
    `self.${attributes.get(String(node.attributes['path']))!.join('.')}`;
  const outer = (node: PlanNode): Expression => {
    if (node.id === plan.training) return atom('self.training');
    if (node.op === 'parameter') return atom(self(node));
    if (node.op === 'scalar') return atom(`self.scalar(${quotedForPython(String(node.attributes['path']))})`);
    return atom(known.get(node.id)!);
  };
  const device = first ?? 'next(self.parameters())';
  const surroundings: Surroundings = {
    plan,
    outer,
    group: (node) => {
      const path = attributes.get(String(node.attributes['path']))!;
      return path.length < 2
        ? undefined
        : { text: `self.${path.slice(0, -1).join('.')}`, name: path.at(-1)! };
    },
    constant: (node) => `${constantName(node)}.to(${device}.device)`,
    nameOf: (id) => known.get(id)!,
    modes: (id) => needed.get(id) ?? 0,
    width: 34,
  };

  /* The result of a unit is called as the unit; what only the unit reads, by what it is. */
  const wanted = (unit: Unit, node: PlanNode): string => {
    const isResult = unit.results.some(({ id }) => id === node.id);
    if (!isResult) return wordOf(plan, node);
    const word = unit.results.length === 1 ? '' : wordOf(plan, node);
    return [...unit.scope.split('/'), word].filter((part) => part !== '').join(' ');
  };
  const steps: Step[] = [];
  const choices: Choice[] = [];
  /* Results that a unit gives in one line: those may be called x. */
  const results = new Map<number, Unit>();
  const comments = new Map<number, string>();

  /* Noise is drawn where it is read first. */
  const drawn = new Set<number>();
  const drawFor = (unit: Unit): void => {
    for (const leaf of unit.leaves) {
      const noise = plan.noises.find(({ id }) => id === leaf.id);
      if (noise === undefined || drawn.has(leaf.id)) continue;
      drawn.add(leaf.id);
      known.set(leaf.id, names.of(String(leaf.id), noise.path.split('/').join(' ')));
      const size = tuple(leaf.shape.map((extent) => typeof extent === 'number' ? extent : extent === 'n' ? 'n' : extent.replace('*n', ' * n'))); // prettier-ignore
      const items = ['noise', quotedForPython(noise.path), size, `"${noise.distribution}"`];
      const by = needed.get(leaf.id) === inTraining ? 'self.draw_to_train' : 'self.draw';
      steps.push({
        gives: [leaf.id],
        reads: Object.values(plan.inputs).map(({ id }) => id),
        modes: both,
        lines: (indent) => statement(indent, `${known.get(leaf.id)!} = `, call(by, items)),
      });
    }
  };

  for (const unit of units) {
    const isNeeded = unit.results.some(({ id }) => needed.has(id)) || updatesOf(plan, unit).length > 0;
    if (!isNeeded) continue;
    drawFor(unit);
    const called = functions.of(unit);
    if (called !== undefined) {
      const [result] = unit.results as [PlanNode];
      known.set(result.id, names.of(String(result.id), wanted(unit, result)));
      results.set(result.id, unit);
      comments.set(result.id, shapeOf(result));
      steps.push({
        gives: [result.id],
        reads: [...unit.operands, ...unit.leaves.filter(({ op }) => op === 'noise')].map(({ id }) => id),
        modes: needed.get(result.id) ?? 0,
        lines: (indent) => statement(indent, `${known.get(result.id)!} = `, callOf(called, unit, outer, surroundings), shapeOf(result)), // prettier-ignore
      });
      continue;
    }
    const body = bodyOf(unit, surroundings);
    const local = namesIn(unit, body, plan, names, new Map(), (node) => wanted(unit, node));
    local.forEach((name, id) => known.set(id, name));
    for (const { id } of unit.results) {
      results.set(id, unit);
      comments.set(id, shapeOf(plan.nodes[id]!));
    }
    for (const step of body.steps) {
      const [id] = step.gives;
      const isResult = id !== undefined && results.has(id);
      steps.push(
        isResult
          ? { ...step, lines: (indent) => statement(indent, `${known.get(id)!} = `, body.expression(id), comments.get(id)) } // prettier-ignore
          : step,
      );
    }
    choices.push(...body.choices);
  }

  const given = Object.values(plan.inputs).map(({ id }) => id);
  const blocks = scheduled(given, steps, choices);
  const inOrder = blocks.flatMap((block): readonly Step[] =>
    block.kind === 'steps' ? block.steps : [gathered([...block.training, ...block.inference])],
  );
  passOn(plan, inOrder, results, known, (path) => names.of(`noise ${lastOf(path)}`, lastOf(path)));
  const lines = sectioned(plan, blocks, (step) => results.get(step.gives[0] ?? -1)?.scope);
  const counted = first !== undefined && [...drawn].some((id) => plan.nodes[id]!.shape.some((extent) => typeof extent !== 'number')); // prettier-ignore
  const outputs = Object.entries(plan.outputs).map(([name, id]) => `${quotedForPython(name)}: ${outer(plan.nodes[id]!).text}`); // prettier-ignore
  const returned = `        return {${outputs.join(', ')}}`;
  return {
    functions: functions.lines,
    inputs,
    constants,
    lines: [
      ...(counted ? [`        n = ${first}.shape[0]`] : []),
      ...lines,
      ...(returned.length <= 88
        ? [returned]
        : ['        return {', ...outputs.map((one) => `            ${one},`), '        }']),
    ],
  };
};

/* What only the next line reads is called x, or as its noise is called. */
const passOn = (
  plan: TwoModePlan,
  inOrder: readonly Step[],
  results: ReadonlyMap<number, Unit>,
  known: Map<number, string>,
  shortName: (path: string) => string,
): void => {
  const noises = new Map(plan.noises.map(({ id, path }) => [id, path]));
  const isDraw = ({ gives }: Step): boolean => gives.some((id) => noises.has(id));
  const lines = inOrder.filter((step) => !isDraw(step));
  const readers = new Map<number, number>();
  const last = new Map<number, number>();
  lines.forEach((step, at) => {
    for (const id of new Set(step.reads)) {
      readers.set(id, (readers.get(id) ?? 0) + 1);
      last.set(id, at);
    }
  });
  const outputs = new Set(Object.values(plan.outputs));
  lines.forEach((step, at) => {
    const [id] = step.gives;
    if (id === undefined || !results.has(id) || step.gives.length > 1) return;
    const isNext = readers.get(id) === 1 && last.get(id) === at + 1;
    const isLast = outputs.size === 1 && outputs.has(id) && !readers.has(id) && at === lines.length - 1; // prettier-ignore
    if ((isNext && !outputs.has(id)) || isLast) known.set(id, 'x');
  });
  let next = 0;
  for (const step of inOrder) {
    if (!isDraw(step)) {
      next++;
      continue;
    }
    const [id] = step.gives as [number];
    const isAlone = lines[next]?.reads.filter((one) => noises.has(one)).length === 1;
    if (readers.get(id) === 1 && last.get(id) === next && isAlone) known.set(id, shortName(noises.get(id)!)); // prettier-ignore
  }
};

/* A comment where another block of the model begins. */
const sectioned = (
  plan: TwoModePlan,
  blocks: ReturnType<typeof scheduled>,
  scopeOf: (step: Step) => string | undefined,
): readonly string[] => {
  const rows = new Set(plan.layers.map(({ path }) => path));
  /* The row that a step belongs to: its own, or that of what it is a part of. */
  const rowOf = (scope: string | undefined): string | undefined => {
    if (scope === undefined || rows.has(scope) || !scope.includes('/')) return scope;
    return rowOf(scope.slice(0, scope.lastIndexOf('/'))) ?? scope;
  };
  let section: string | undefined;
  return blocks.flatMap((block) => {
    if (block.kind === 'modes') return linesOf([block], 'self.training', 8);
    return block.steps.flatMap((step) => {
      const scope = rowOf(scopeOf(step));
      const lines = step.lines(8);
      if (scope === undefined) return lines;
      const next = scope.split('/').slice(0, -1).join('/');
      const isNew = next !== section && (next !== '' || section !== undefined);
      section = next;
      return isNew ? [`        # ${next === '' ? 'outside of blocks' : commented(next)}`, ...lines] : lines;
    });
  });
};

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const callOf = (
  called: Called,
  unit: Unit,
  outer: (node: PlanNode) => Expression,
  at: Surroundings,
): Expression => {
  const items = [
    ...unit.operands.map((node) => outer(node).text),
    ...called
      .given(unit)
      .map((leaf) =>
        typeof leaf === 'string' ? leaf : isLeaf(leaf) ? outer(leaf).text : at.nameOf(leaf.id),
      ),
  ];
  return call(called.name, items);
};

const shapeOf = ({ shape }: PlanNode): string => (shape.length < 2 ? 'a number' : shape.slice(shape[0] === 'n' ? 1 : 0).map((extent) => String(extent).replace('*', ' * ')).join(' x ')); // prettier-ignore
/* A block of one mode each, as one step that gives nothing by itself. */
const gathered = (steps: readonly Step[]): Step => ({
  gives: [],
  reads: steps.flatMap(({ reads }) => reads),
  modes: both,
  lines: () => [],
});
