/** A plan with fewer nodes, or in another order, and its numbers put right. */
import { mapValues } from '../../base/record.js';
import type { Plan, PlanNode } from './plan.js';

/** A plan whose nodes are numbered by their places again. */
export interface Renumbered<P extends Plan> {
  readonly plan: P;
  /** The new number of a node that stayed, for what a plan of one's own says beyond a plan. */
  readonly idOf: (id: number) => number;
}

/**
 * The plan with these of its nodes in this order. All that it is fed, gives and computes with must be among them, and
 * every node must stand after its operands. What a plan of one's own says beyond a plan is left as it was.
 */
export const renumbered = <P extends Plan>(plan: P, nodes: readonly PlanNode[]): Renumbered<P> => {
  const ids = new Map(nodes.map(({ id }, place) => [id, place]));
  const idOf = (id: number): number => ids.get(id)!;
  const moved = <A extends { readonly id: number }>(one: A): A => ({ ...one, id: idOf(one.id) });
  return {
    idOf,
    plan: {
      ...plan,
      nodes: nodes.map((node) => ({ ...moved(node), operands: node.operands.map(idOf) })),
      inputs: mapValues(plan.inputs, moved),
      parameters: plan.parameters.map(moved),
      noises: plan.noises.map(moved),
      scalars: plan.scalars.map(moved),
      outputs: mapValues(plan.outputs, idOf),
      nextState: mapValues(plan.nextState, idOf),
    },
  };
};
