/** What rests on constants alone is a constant. */
import type { Value } from '../../ops/value.js';
import { edited } from '../plan/edit.js';
import { evaluator } from './evaluate.js';
import type { Rewrite } from './rewrite.js';
import { constantOf, dataOf, entriesOf, onConstants, settled } from './values.js';

/* 64 KiB: below that an array costs less than the operations that would make it. */
const small = 2 ** 14;

/**
 * Computes what rests on constants alone. An array may be longer than those that it is made of (a tiled mask) only if
 * it is short; a longer one stays an operation.
 */
export const foldConstants: Rewrite = {
  name: 'fold-constants',
  about: 'what rests on constants alone is computed now',
  bitExact: false,
  apply: (plan) => {
    const rests = onConstants(plan);
    if (!plan.nodes.some(({ id, operands }) => operands.length > 0 && rests[id])) return plan;
    const evaluate = evaluator();
    /** How many entries of constants a value rests on. */
    const held = new Map<Value, number>();
    const after = edited(plan, (node, same, operands) => {
      const data = dataOf(same);
      if (data !== undefined) held.set(same, data.length);
      if (operands.length === 0) return same;
      const known = evaluate(same);
      if (known === undefined) return same;
      const under = [...new Set(operands)].reduce((sum, one) => sum + (held.get(one) ?? 0), 0);
      const size = entriesOf(node.shape);
      if (known.dtype === 'bool' || size > Math.max(under, small)) {
        held.set(same, under);
        return same;
      }
      const folded = constantOf(known.data, known.shape, known.dtype);
      held.set(folded, size);
      return folded;
    });
    return settled(plan, after);
  },
};
