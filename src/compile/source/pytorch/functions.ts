/** Functions: what several units of a network, or one long unit, compute. */
import type { PlanNode } from '../../plan/plan.js';
import type { Unit } from '../listing.js';
import { identifier, identifiers } from '../names.js';
import { bodyOf, namesIn, updatesOf, weightOf } from './body.js';
import { inInference, inTraining, isChoice, type TwoModePlan } from './modes.js';
import type { Attributes } from './parameters.js';
import { linesOf, scheduled } from './steps.js';
import { atom, filled, statement, type Expression } from './text.js';

/** A function and what a unit gives it. */
export interface Called {
  readonly name: string;
  /** After the operands: a group or leaves, and the mode. */
  readonly given: (unit: Unit) => readonly (PlanNode | string)[];
}

/** The functions of a network. */
export interface Functions {
  readonly names: readonly string[];
  readonly lines: readonly string[];
  /** The function that a unit calls; none where it is written out. */
  readonly of: (unit: Unit) => Called | undefined;
}

/* Units of fewer primitives are a line of their own. */
const least = 4;

/** Functions for the units that deserve one. */
export const functionsOf = (
  plan: TwoModePlan,
  units: readonly Unit[],
  attributes: Attributes,
  reserved: readonly string[],
  constantName: (node: PlanNode) => string,
): Functions => {
  const names = identifiers({ casing: 'snake', reserved });
  const calls = new Map<string, Called>();
  const bodies: string[] = [];
  const taken: string[] = [];
  const keyOf = (unit: Unit): string | undefined =>
    unit.calls === undefined || weightOf(plan, unit) < least
      ? undefined
      : `${unit.calls} ${relativeNames(unit, attributes)?.names.join(' ') ?? ''} ${updateKey(plan, unit)}`;
  const uses = new Map<string, number>();
  for (const unit of units) {
    const key = keyOf(unit);
    if (key !== undefined) uses.set(key, (uses.get(key) ?? 0) + 1);
  }
  for (const unit of units) {
    const key = keyOf(unit);
    if (key === undefined || calls.has(key)) continue;
    const name = names.of(key, unit.op);
    taken.push(name);
    const hasModes =
      unit.nodes.some((node) => isChoice(node, plan.training)) || updatesOf(plan, unit).length > 0;
    calls.set(key, {
      name,
      given: (one) => {
        const group = relativeNames(one, attributes);
        const leaves = one.leaves.filter(({ id, op }) => id !== plan.training && (group === undefined || op !== 'parameter')); // prettier-ignore
        return [...(group === undefined ? [] : [group.text]), ...leaves, ...(hasModes ? ['self.training'] : [])]; // prettier-ignore
      },
    });
    bodies.push(...functionLines(plan, unit, name, uses.get(key)!, hasModes, { attributes, reserved, constantName })); // prettier-ignore
  }
  return {
    names: taken,
    lines: bodies,
    of: (unit) => {
      const key = keyOf(unit);
      return key === undefined ? undefined : calls.get(key);
    },
  };
};

interface Context {
  readonly attributes: Attributes;
  readonly reserved: readonly string[];
  readonly constantName: (node: PlanNode) => string;
}

const functionLines = (
  plan: TwoModePlan,
  unit: Unit,
  name: string,
  uses: number,
  hasModes: boolean,
  { attributes, reserved, constantName }: Context,
): readonly string[] => {
  const names = identifiers({ casing: 'snake', reserved });
  const group = relativeNames(unit, attributes);
  const given = new Map<number, string>();
  const words = operandWords(unit);
  unit.operands.forEach(({ id }, at) => given.set(id, words[at] === 'x' ? 'x' : names.of(`operand ${id}`, words[at]))); // prettier-ignore
  const leaves = unit.leaves.filter(({ id, op }) => id !== plan.training && (group === undefined || op !== 'parameter')); // prettier-ignore
  for (const leaf of leaves) given.set(leaf.id, names.of(`leaf ${leaf.id}`, lastOf(leaf)));
  const inGroup = new Map(group?.ids.map((id, at) => [id, group.names[at]!]));
  const known = new Map(given);
  const outer = (node: PlanNode): Expression => {
    if (node.id === plan.training) return atom('training');
    const inside = inGroup.get(node.id);
    return atom(inside === undefined ? given.get(node.id)! : `layer.${inside}`);
  };
  const near = [...unit.operands, ...leaves][0];
  const body = bodyOf(unit, {
    plan,
    outer,
    group: (node) => {
      const inside = inGroup.get(node.id)?.split('.');
      return inside === undefined
        ? undefined
        : { text: ['layer', ...inside.slice(0, -1)].join('.'), name: inside.at(-1)! };
    },
    constant: (node) => `${constantName(node)}.to(${near === undefined ? 'torch.get_default_device()' : `${given.get(near.id)!}.device`})`, // prettier-ignore
    nameOf: (id) => known.get(id)!,
    modes: () => inTraining | inInference,
    width: 11,
  });
  namesIn(unit, body, plan, names, given).forEach((word, id) => known.set(id, word));
  const [result] = unit.results as [PlanNode];
  const steps = body.steps.filter(({ gives }) => gives[0] !== result.id);
  const isExpression = steps.length < body.steps.length;
  const blocks = scheduled(given.keys(), steps, body.choices);
  const parts = [
    ...unit.operands.map(({ id }) => `${given.get(id)!}: Tensor`),
    ...(group === undefined ? [] : ['layer: Layer']),
    ...leaves.map(({ id, op }) => `${given.get(id)!}: Tensor${op === 'noise' ? ' | None' : ''}`),
    ...(hasModes ? ['training: bool'] : []),
  ];
  const head = `def ${name}(${parts.join(', ')}) -> Tensor:`;
  return [
    '',
    '',
    ...(head.length <= 88 ? [head] : [`def ${name}(`, ...parts.map((part) => `    ${part},`), ') -> Tensor:']), // prettier-ignore
    ...docstring(describe(plan, unit, uses)),
    ...linesOf(blocks, 'training', 4),
    ...statement(4, 'return ', isExpression ? body.expression(result.id) : atom(known.get(result.id)!)),
  ];
};

const docstring = (text: string): readonly string[] => {
  const one = `    """${text}"""`;
  return one.length <= 88 ? [one] : [...filled('    ', `"""${text}`), '    """'];
};

/* What a function is, as the paper writes it where it holds a mask. */
const describe = (plan: TwoModePlan, unit: Unit, uses: number): string => {
  const times = uses === 1 ? '' : ` (${uses} times)`;
  const what = identifier(unit.op, 'snake').replaceAll('_', ' ');
  const title = `${what.slice(0, 1).toUpperCase()}${what.slice(1)}${times}`;
  const mask = unit.leaves.find(({ attributes }) => attributes['role'] === 'mask');
  if (mask === undefined) return `${title}.`;
  const isGate = unit.nodes.some(({ op, operands }) => op === 'greaterEqual' && plan.nodes[operands[1]!]!.data?.[0] === 0); // prettier-ignore
  if (!isGate) return `${title}, through a mask.`;
  const isGrid = unit.nodes.some(({ op }) => op === 'reduceSum' || op === 'reduceMean');
  return isGrid
    ? `${title}: psi(f, M) = f * 1[most of a cell's sigma(f * M) >= 1/2].`
    : `${title}: psi(f, M) = f * 1[sigma(f * M) >= 1/2].`;
};

/* The group that holds a unit's parameters, and their names in it; one alone is given itself. */
const relativeNames = (
  unit: Unit,
  attributes: Attributes,
):
  | { readonly text: string; readonly names: readonly string[]; readonly ids: readonly number[] }
  | undefined => {
  const own = unit.leaves.filter(({ op }) => op === 'parameter');
  if (own.length < 2) return undefined;
  const paths = own.map((node) => attributes.get(String(node.attributes['path']))!);
  let depth = 0;
  while (paths.every((path) => depth < path.length - 1 && path[depth] === paths[0]![depth])) depth++;
  return depth === 0
    ? undefined
    : {
        text: `self.${paths[0]!.slice(0, depth).join('.')}`,
        names: paths.map((path) => path.slice(depth).join('.')),
        ids: own.map(({ id }) => id),
      };
};

/* Which leaf is updated by which node of the unit. */
const updateKey = (plan: TwoModePlan, unit: Unit): string =>
  updatesOf(plan, unit)
    .map(
      ([path, id]) =>
        `${unit.leaves.findIndex(({ attributes }) => attributes['path'] === path)}=${unit.nodes.findIndex((node) => node.id === id)}`,
    ) // prettier-ignore
    .join(' ');

const lastOf = ({ attributes }: PlanNode): string => String(attributes['path']).split('/').at(-1)!;

/* A skip reads the decoder's feature and an encoder's; elsewhere letters do. */
const operandWords = (unit: Unit): readonly string[] => {
  const { operands } = unit;
  if (operands.length === 1) return ['x'];
  const [result] = unit.results;
  if (unit.op === 'skip' && operands.length === 2 && result !== undefined) {
    const direct = operands.findIndex(({ id }) => result.operands[0] === id);
    if (direct >= 0) return operands.map((_, at) => (at === direct ? 'decoder' : 'feature'));
  }
  return operands.map((_, at) => ['x', 'y', 'z'][at] ?? `x${at + 1}`);
};
