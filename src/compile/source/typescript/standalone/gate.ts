/** Straight-through gates: hard + (soft − stopGradient(soft)), hard in value and soft in gradient. */
import type { PlanNode } from '../../../plan/plan.js';

/** The hard gate of a straight-through one; `undefined` for any other node. */
export const hardOf = (nodes: readonly PlanNode[], { op, operands }: PlanNode): number | undefined => {
  if (op !== 'add') return undefined;
  const [hard, change] = operands.map((id) => nodes[id]!);
  if (change!.op !== 'subtract') return undefined;
  const [soft, constant] = change!.operands.map((id) => nodes[id]!);
  return constant!.op === 'stopGradient' && constant!.operands[0] === soft!.id ? hard!.id : undefined;
};
