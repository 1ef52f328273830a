/** What is computed twice is computed once; what nothing reads is not computed. */
import { edited } from '../plan/edit.js';
import type { Plan } from '../plan/plan.js';
import type { Rewrite } from './rewrite.js';
import { settled } from './values.js';

/** Joins nodes of one operation, operands and attributes (common subexpressions). */
export const share: Rewrite = {
  name: 'share',
  about: 'what is computed twice is computed once',
  bitExact: true,
  apply: (plan) =>
    settled(
      plan,
      edited(plan, (_node, same) => same, { share: true }),
    ),
};

/** Drops nodes that no output and no next state rests on. Every other pass that changes a plan does so too. */
export const dropUnread: Rewrite = {
  name: 'drop-unread',
  about: 'what no output rests on is not computed',
  bitExact: true,
  apply: (plan) =>
    isAllRead(plan)
      ? plan
      : settled(
          plan,
          edited(plan, (_node, same) => same, { drop: true }),
        ),
};

const isAllRead = (plan: Plan): boolean => {
  const read = new Set([...Object.values(plan.outputs), ...Object.values(plan.nextState)]);
  for (const { id, operands } of plan.nodes.toReversed())
    if (read.has(id)) for (const operand of operands) read.add(operand);
  return plan.nodes.every(({ id, op }) => read.has(id) || op === 'input');
};
