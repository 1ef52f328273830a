/** The plan's legal forms, checked after it is built and after every pass over it. */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../base/fault.js';
import { alphabet } from '../../ops/alphabet.js';
import { isMisfit, sameShape, showShape, type Primitive } from '../../ops/value.js';
import type { Plan, PlanNode } from './plan.js';

/**
 * The same plan, or what is illegal in it. P05: a node's place and operands; P06: its primitive; P07: its type;
 * P08: what outputs and leaves refer to.
 */
export const verify = (plan: Plan): E.Either<readonly Fault[], Plan> => {
  const faults = [
    ...plan.nodes.flatMap((node, index) => nodeFaults(plan, node, index)),
    ...referenceFaults(plan),
  ];
  return faults.length > 0 ? E.left(faults) : E.right(plan);
};

const nodeFaults = (plan: Plan, node: PlanNode, index: number): readonly Fault[] => {
  const where = `node ${index} (${node.op}${node.scope === '' ? '' : ` of ${node.scope}`})`;
  const stray = node.operands.find(
    (operand) => !Number.isInteger(operand) || operand < 0 || operand >= index,
  );
  if (node.id !== index || stray !== undefined) {
    return [
      fault({
        rule: 'P05',
        where,
        got: `id ${node.id}, operand ${stray ?? '–'}`,
        wanted: 'operands that stand before the node',
        fix: 'mend the pass that made it',
      }),
    ];
  }
  if (!Object.hasOwn(alphabet, node.op)) {
    return [
      fault({
        rule: 'P06',
        where,
        got: node.op,
        wanted: 'a primitive of the alphabet',
        fix: 'mend the pass that made it',
      }),
    ];
  }
  const primitive: Primitive = alphabet[node.op] as Primitive;
  const type = primitive.type(node.operands.map((operand) => plan.nodes[operand]!), node.attributes); // prettier-ignore
  if (isMisfit(type)) {
    return [
      fault({
        rule: 'P07',
        where,
        got: type.flaw,
        wanted: 'operands that fit',
        fix: 'mend the pass that made it',
      }),
    ];
  }
  return sameShape(type.shape, node.shape) && type.dtype === node.dtype
    ? []
    : [
        fault({
          rule: 'P07',
          where,
          got: `${showShape(node.shape)} ${node.dtype}`,
          wanted: `${showShape(type.shape)} ${type.dtype}`,
          fix: 'mend the pass that made it',
        }),
      ];
};

const referenceFaults = (plan: Plan): readonly Fault[] => {
  const references: readonly (readonly [string, number, string?])[] = [
    ...Object.entries(plan.outputs).map(([name, id]) => [`output '${name}'`, id] as const),
    ...Object.entries(plan.nextState).map(([path, id]) => [`next state of ${path}`, id] as const),
    ...Object.entries(plan.inputs).map(([name, { id }]) => [`input '${name}'`, id, 'input'] as const),
    ...plan.parameters.map(({ path, id }) => [`parameter ${path}`, id, 'parameter'] as const),
    ...plan.noises.map(({ path, id }) => [`noise ${path}`, id, 'noise'] as const),
    ...plan.scalars.map(({ path, id }) => [`scalar ${path}`, id, 'scalar'] as const),
  ];
  return references.flatMap(([where, id, op]) => {
    const node = plan.nodes[id];
    return node !== undefined && (op === undefined || node.op === op)
      ? []
      : [
          fault({
            rule: 'P08',
            where,
            got: `node ${id}`,
            wanted: op ?? 'a node of the plan',
            fix: 'mend the pass that made it',
          }),
        ];
  });
};
