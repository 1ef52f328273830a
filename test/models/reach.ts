/** What a plan's outputs depend on. */
import type { Plan } from '../../src/compile/index.js';

/** Parameters, inputs and noises, by path, that some outputs are computed from. */
export interface Reached {
  readonly parameters: readonly string[];
  readonly inputs: readonly string[];
  readonly noises: readonly string[];
}

/** What the named outputs are computed from. */
export const reached = (plan: Plan, ...outputs: readonly string[]): Reached => {
  const seen = new Set(outputs.map((name) => plan.outputs[name]!));
  for (const { id, operands } of plan.nodes.toReversed()) {
    if (seen.has(id)) for (const operand of operands) seen.add(operand);
  }
  const paths = (those: readonly { readonly path: string; readonly id: number }[]): readonly string[] =>
    those.filter(({ id }) => seen.has(id)).map(({ path }) => path);
  return {
    parameters: paths(plan.parameters),
    noises: paths(plan.noises),
    inputs: paths(Object.entries(plan.inputs).map(([path, { id }]) => ({ path, id }))),
  };
};
