/** Biases as the third operand of the convolution or product that they are added to: one node instead of three. */
import type { PlanNode } from '../../plan/plan.js';
import type { ChannelsFirstPlan } from '../channels-first.js';
import type { Draft } from './lowerings.js';

/** A sum that its product computes. */
export interface FusedBias {
  readonly product: PlanNode;
  /** The product's operands and the bias. */
  readonly operands: readonly number[];
  /** The product's draft with the bias. */
  readonly draft: (product: Draft) => Draft;
}

/** What is fused in a plan. */
export interface FusedBiases {
  /** By the sum's id. */
  readonly sums: ReadonlyMap<number, FusedBias>;
  /** Products that are no nodes of their own. */
  readonly products: ReadonlySet<number>;
}

/** Every addition of one number for each filter to a convolution, or to a product with weights, that nothing else reads. */
export const fusedBiases = (plan: ChannelsFirstPlan): FusedBiases => {
  const reads = new Map<number, number>();
  for (const id of [...plan.nodes.flatMap(({ operands }) => operands), ...Object.values(plan.outputs)])
    reads.set(id, (reads.get(id) ?? 0) + 1);
  const sums = new Map<number, FusedBias>();
  for (const { id, op, operands } of plan.nodes) {
    if (op !== 'add') continue;
    const [left, right] = operands.map((operand) => plan.nodes[operand]!) as [PlanNode, PlanNode];
    for (const [product, addend] of [
      [left, right],
      [right, left],
    ] as const) {
      const bias = biasOf(product, addend, plan);
      if (bias === undefined || reads.get(product.id) !== 1) continue;
      sums.set(id, {
        product,
        operands: [...product.operands, bias],
        draft: ({ op: operator, inputs, attributes }) => ({
          op: operator,
          inputs: [...inputs, 2],
          attributes,
        }),
      });
      break;
    }
  }
  return { sums, products: new Set([...sums.values()].map(({ product }) => product.id)) };
};

/* The value of one number for each filter that an addend is, where the product can take it. */
const biasOf = (product: PlanNode, addend: PlanNode, plan: ChannelsFirstPlan): number | undefined => {
  const isConvolution = product.op === 'conv2d' || product.op === 'conv2dTranspose';
  const isDense = product.op === 'matMul' && product.attributes['transposed'] === true;
  const filters = product.shape[1];
  if (isDense) return addend.shape.length === 1 && addend.shape[0] === filters ? addend.id : undefined;
  if (!isConvolution || addend.op !== 'reshape' || addend.shape.join('×') !== `${filters}×1×1`) return undefined; // prettier-ignore
  const flat = plan.nodes[addend.operands[0]!]!;
  return flat.shape.length === 1 && flat.shape[0] === filters ? flat.id : undefined;
};
