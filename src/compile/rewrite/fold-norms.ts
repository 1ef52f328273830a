/**
 * Per-channel scales and offsets after a convolution go into its kernel and bias: batch normalisation with running
 * moments is gone whole.
 */
import { add } from '../../ops/elementwise.js';
import type { PrimitiveName } from '../../ops/alphabet.js';
import { sameShape, type Value } from '../../ops/value.js';
import { edited } from '../plan/edit.js';
import type { Plan, PlanNode } from '../plan/plan.js';
import { isPerChannel } from './evaluate.js';
import type { Rewrite } from './rewrite.js';
import { constantOf, settled, usesOf } from './values.js';

/**
 * Folds a chain of per-channel additions, subtractions, multiplications and divisions by constants after a convolution,
 * its transpose or a matrix product of constant kernel into one kernel and one bias. Each step of the chain must be
 * read by the next alone. Scales and offsets are gathered in double precision and rounded once.
 */
export const foldNorms: Rewrite = {
  name: 'fold-norms',
  about: 'per-channel scales and offsets after a convolution go into its kernel and bias',
  bitExact: false,
  apply: (plan) => {
    const chains = chainsOf(plan);
    if (chains.size === 0) return plan;
    const values = new Map<number, Value>();
    const after = edited(plan, (node, same) => {
      values.set(node.id, same);
      const chain = chains.get(node.id);
      return chain === undefined ? same : folded(chain, values.get(chain.root.id)!, plan);
    });
    return settled(plan, after);
  },
};

/** scale · (convolution) + offset, channel by channel, as far as a chain has been followed. */
interface Chain {
  readonly root: PlanNode;
  readonly scale: Float64Array;
  readonly offset: Float64Array;
  readonly steps: readonly PrimitiveName[];
}

/** Along which axis of its kernel an operation has its outputs. */
const outputAxes: Readonly<Record<string, number>> = { conv2d: 3, conv2dTranspose: 2, matMul: 1 };

/** The chains worth folding, by the node that each ends at. */
const chainsOf = (plan: Plan): ReadonlyMap<number, Chain> => {
  const uses = usesOf(plan);
  const open = new Map<number, Chain>();
  for (const node of plan.nodes) {
    if (Object.hasOwn(outputAxes, node.op) && plan.nodes[node.operands[1]!]!.op === 'constant') {
      const channels = Number(node.shape.at(-1));
      const offset = new Float64Array(channels);
      open.set(node.id, { root: node, scale: offset.map(() => 1), offset, steps: [] });
      continue;
    }
    for (const at of [0, 1]) {
      const id = node.operands[at];
      const chain = id !== undefined && uses[id] === 1 ? open.get(id) : undefined;
      const constant = plan.nodes[node.operands[1 - at] ?? -1];
      const next = chain === undefined || constant === undefined ? undefined : longer(chain, node, constant, at === 0); // prettier-ignore
      if (next === undefined) continue;
      open.delete(id!);
      open.set(node.id, next);
      break;
    }
  }
  return new Map([...open].filter(([, chain]) => isWorth(chain)));
};

/* A convolution alone, or with its bias, is what folding ends at. */
const isWorth = ({ steps, scale, offset }: Chain): boolean =>
  steps.some((op, i) => i > 0 || (op !== 'add' && op !== 'subtract')) &&
  // Rounded to float32 what is too large would be ∞.
  [scale, offset].every((numbers) => numbers.every((one) => Number.isFinite(Math.fround(one))));

/** The chain with one step more; `undefined` if the step is none. `left`: the chain is the first operand. */
const longer = (chain: Chain, node: PlanNode, constant: PlanNode, left: boolean): Chain | undefined => {
  const channels = chain.scale.length;
  const { data } = constant;
  const step = Object.hasOwn(steps, node.op) ? steps[node.op] : undefined;
  if (step === undefined || data === undefined || !isPerChannel(constant.shape, channels) || !sameShape(node.shape, chain.root.shape)) return undefined; // prettier-ignore
  const numbers = Float64Array.from({ length: channels }, (_, i) => data[data.length === 1 ? 0 : i]!);
  const moved = step(chain, numbers, left);
  return moved === undefined ? undefined : { ...chain, ...moved, steps: [...chain.steps, node.op] };
};

type Moved = Pick<Chain, 'scale' | 'offset'>;
type Step = (chain: Moved, numbers: Float64Array, left: boolean) => Moved | undefined;
const scaledBy = ({ scale, offset }: Moved, factor: (i: number) => number): Moved => ({
  scale: scale.map((one, i) => one * factor(i)),
  offset: offset.map((one, i) => one * factor(i)),
});
const steps: Readonly<Record<string, Step>> = {
  add: ({ scale, offset }, numbers) => ({ scale, offset: offset.map((one, i) => one + numbers[i]!) }),
  subtract: (chain, numbers, left) => {
    const { scale, offset } = left ? chain : scaledBy(chain, () => -1);
    return { scale, offset: offset.map((one, i) => one + (left ? -numbers[i]! : numbers[i]!)) };
  },
  multiply: (chain, numbers) => scaledBy(chain, (i) => numbers[i]!),
  divide: (chain, numbers, left) => (left ? scaledBy(chain, (i) => 1 / numbers[i]!) : undefined),
};

const folded = ({ root, scale, offset }: Chain, value: Value, plan: Plan): Value => {
  const kernel = plan.nodes[root.operands[1]!]!;
  const data = kernel.data!;
  const axis = outputAxes[root.op]!;
  const inner = kernel.shape.slice(axis + 1).reduce<number>((product, extent) => product * Number(extent), 1);
  const channels = scale.length;
  const scaled = scale.every((one) => one === 1)
    ? value
    : {
        ...value,
        operands: [
          value.operands[0]!,
          constantOf(
            Float32Array.from(data, (weight, i) => weight * scale[Math.floor(i / inner) % channels]!),
            kernel.shape as readonly number[],
          ),
        ],
      };
  return offset.every((one) => one === 0)
    ? scaled
    : add(scaled, constantOf(Float32Array.from(offset), [channels]));
};
