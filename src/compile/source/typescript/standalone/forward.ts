/** The forward pass: a constant for each row of the layer table, in sections of the model. */
import { isLeaf } from '../../../../ops/leaves.js';
import { showShape } from '../../../../ops/value.js';
import type { Plan, PlanNode } from '../../../plan/plan.js';
import type { Listing, Unit } from '../../listing.js';
import { identifiers } from '../../names.js';
import { argumentsOf } from '../../sizes.js';
import { member, name, object, type Expression } from '../expression.js';
import { bodyOf, callOf } from './body.js';
import { takenNames, type Module } from './functions.js';
import { tf } from './primitives.js';
import { constantText, inComment, returnText } from './text.js';

/** The lines of the forward pass, indented by four, its return last. `functions`: names in the module by the listing's. */
export const forwardLines = (
  listing: Listing,
  functions: ReadonlyMap<string, string>,
  module: Module,
): readonly string[] => {
  const { plan } = listing;
  const names = identifiers({ casing: 'camel', reserved: [...takenNames, ...functions.values()] });
  const values = new Map<number, Expression>();
  const given = (node: PlanNode): Expression => values.get(node.id) ?? leafOf(node);
  const lines: string[] = [];
  let section: string | undefined;
  for (const unit of listing.units) {
    const here = sectionOf(plan, unit);
    if (here !== section) {
      if (lines.length > 0) lines.push('');
      if (here !== '') lines.push(`    // ${titleOf(here)}`);
    }
    section = here;
    const row = rowOf(unit);
    const last = unit.results.at(-1);
    if (unit.calls !== undefined) {
      const as = names.of(`${last!.id}`, row);
      const value = callOf(functions.get(unit.calls)!, argumentsOf(unit).map(given));
      lines.push(constantText({ name: as, type: undefined, value }, 4, showShape(last!.shape)));
      values.set(last!.id, name(as));
      continue;
    }
    const fresh = (node: PlanNode): string =>
      names.of(`${node.id}`, node === last ? row : `${row}/${node.op}`);
    const body = bodyOf(unit, { plan, ...module, given, fresh }, { named: true });
    for (const one of body.lines) lines.push(constantText(one, 4, showShape(one.node.shape)));
    unit.results.forEach(({ id }, nth) => values.set(id, body.results[nth]!.written));
  }
  return [...lines, returnText(outputsOf(plan, given, module), 4)];
};

/* The caller owns what it gets: what was given to it is handed back as a copy, and no tensor twice. */
const outputsOf = (plan: Plan, given: (node: PlanNode) => Expression, module: Module): Expression => {
  const seen = new Set<number>();
  return object(
    Object.entries(plan.outputs).map(([output, id]) => {
      const node = plan.nodes[id]!;
      const isOwn = !isLeaf(node) && !seen.has(id);
      seen.add(id);
      const value =
        node.op === 'constant' ? tf('tensor', module.table(node.data!), numbersOf(node)) : given(node);
      return [output, isOwn ? value : tf('clone', value)] as const;
    }),
  );
};
const numbersOf = ({ shape }: PlanNode): Expression => ({ kind: 'other', layout: `[${shape.join(', ')}]` });

/** How a leaf is read in the forward pass. */
const leafOf = ({ op, attributes }: PlanNode): Expression => {
  const key = String(attributes['name'] ?? attributes['path']);
  const record = { input: 'inputs', parameter: 'weights', noise: 'noise', scalar: 'scalars' }[op as 'input'];
  return member(name(record), key);
};

/* A row's name: its path, and what it is where the path ends in a level. */
const rowOf = ({ scope, op }: Unit): string => {
  const last = scope.slice(scope.lastIndexOf('/') + 1);
  return scope === '' ? op : last.startsWith(op) ? scope : `${scope}/${op}`;
};

/* The path around a row, without the groups that are rows themselves: all of `image/level2` stands together. */
const sectionOf = (plan: Plan, { scope, op }: Unit): string => {
  const rows = new Set(plan.layers.map(({ path }) => path));
  const path = op === 'psi' && scope.endsWith('/psi') ? scope.slice(0, -'/psi'.length) : scope;
  const segments = path.split('/');
  const isLevel = /^level\d+$/.test(segments.at(-1)!);
  const around = isLevel ? segments : segments.slice(0, -1);
  const upTo = around.findIndex(
    (one, at) => !/^level\d+$/.test(one) && rows.has(around.slice(0, at + 1).join('/')),
  );
  return (upTo < 0 ? around : around.slice(0, upTo)).join('/');
};

const titleOf = (section: string): string => {
  const segments = section.split('/').map((one) => inComment(one) || '_');
  const level = /^level(\d+)$/.exec(segments.at(-1)!)?.[1];
  if (level === undefined) return `Part ${segments.join(', ')}`;
  const before = segments.slice(0, -1);
  const decoder = before.lastIndexOf('decoder');
  const within = (outer: readonly string[]): string => (outer.length === 0 ? '' : `, in ${outer.join(', ')}`);
  return decoder < 0
    ? `Encoder ${before.at(-1) ?? ''}, level ${level}${within(before.slice(0, -1))}`
    : `Decoder of ${before.slice(decoder + 1).join(', ')}, level ${level}${within(before.slice(0, decoder))}`;
};
