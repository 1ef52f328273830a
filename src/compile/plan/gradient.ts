/** Which parameters a gradient reaches. Fault P10. */
import { fault, type Fault } from '../../base/fault.js';
import { blocksGradient } from '../../ops/alphabet.js';
import type { Plan, PlanParameter } from './plan.js';

/**
 * The trained parameters of a plan that no gradient can reach from its outputs: nothing reads them, or only what has
 * no gradient does (a comparison, `stopGradient`, `floor`).
 */
export const withoutGradient = (plan: Plan): readonly PlanParameter[] => {
  const reached = new Set<number>(Object.values(plan.outputs));
  for (const node of plan.nodes.toReversed()) {
    if (!reached.has(node.id)) continue;
    if (node.dtype !== 'float32' || blocksGradient(node.op)) continue;
    for (const operand of node.operands) reached.add(operand);
  }
  const passes = (id: number): boolean => reached.has(id);
  return plan.parameters.filter(({ id, role }) => role !== 'state' && !passes(id));
};

/**
 * P10 for each trained parameter of a training plan that no gradient reaches, save those that the model lists as inert
 * with the reason: a mask behind a threshold that has no surrogate would stay as it starts, and nobody would know.
 */
export const deadParameters = (plan: Plan): readonly Fault[] =>
  plan.mode === 'infer'
    ? []
    : withoutGradient(plan)
        .filter(({ inert }) => inert === undefined)
        .map(({ path, role }) =>
          fault({
            rule: 'P10',
            where: path,
            got: 'no gradient',
            wanted: 'a gradient, or a reason why there is none',
            fix:
              role === 'mask'
                ? "declare a surrogate for the mask's threshold: surrogate.sigmoid, or surrogate.zero if it shall stay as it starts"
                : 'use the layer, or declare it as unused(reason, …)',
          }),
        );
