/** What is read, and what nothing rests on: a plan may hold layers that no output needs, as a model may declare them. */
import type { Plan } from './plan.js';

/**
 * The keys that roots rest on, and the roots. Every step stands after those that it reads.
 *
 * @example
 * ```ts
 * reached([['a', []], ['b', ['a']], ['c', ['a']]], ['b']); // new Set(['b', 'a'])
 * ```
 */
export const reached = <Key>(
  steps: readonly (readonly [key: Key, reads: readonly Key[]])[],
  roots: Iterable<Key>,
): ReadonlySet<Key> => {
  const found = new Set(roots);
  for (const [key, reads] of steps.toReversed()) if (found.has(key)) for (const one of reads) found.add(one);
  return found;
};

/** The ids of the nodes that a plan's outputs, its next state and `others` rest on. */
export const liveNodes = (
  { nodes, outputs, nextState }: Pick<Plan, 'nodes' | 'outputs' | 'nextState'>,
  others: readonly number[] = [],
): ReadonlySet<number> =>
  reached(
    nodes.map(({ id, operands }) => [id, operands] as const),
    [...Object.values(outputs), ...Object.values(nextState), ...others],
  );
