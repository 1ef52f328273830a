/**
 * The null interpreter: a plan followed at a concrete batch, with shapes and no numbers.
 *
 * It finds what a run would find before it computes anything, so that networks of any size are tested in milliseconds:
 * the shape of every tensor, how many entries it has, and how much memory a run takes at its worst.
 */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../base/fault.js';
import { alphabet } from '../../ops/alphabet.js';
import { isMisfit, sameShape, showShape, type Attributes, type Primitive, type Shape, type TensorType } from '../../ops/value.js'; // prettier-ignore
import { bytesOf, concreteShape } from './cost.js';
import { sizeOf, type Plan, type PlanNode } from './plan.js';

/** A plan at a concrete batch. */
export interface ConcretePlan {
  readonly batch: number;
  /** The shape of each node. */
  readonly shapes: readonly (readonly number[])[];
  /** The entries of each node. */
  readonly entries: readonly number[];
  /** The bytes of inputs and parameters, which are there before a run and after it. */
  readonly fedBytes: number;
  /** The most bytes of other tensors that live at once: a tensor is freed after the last node that reads it. */
  readonly peakBytes: number;
  /** The node at which that is; −1 for a plan without any. */
  readonly peakNode: number;
}

/**
 * Follows a plan at a batch. Faults: P14 for a batch that is none or too many entries to count,
 * P07 for a node whose operands do not fit at this batch or whose shape is another, P13 for a constant whose data is not
 * of its shape. Bytes are those of a run by `tensorProgram`; what a kernel takes while it runs comes on top.
 */
export const shapesAt = (plan: Plan, batch = 1): E.Either<readonly Fault[], ConcretePlan> => {
  if (!Number.isSafeInteger(batch) || batch < 1) {
    return E.left([
      fault({ rule: 'P14', where: 'batch', got: String(batch), wanted: 'a whole number from 1', fix: 'give the number of examples' }),
    ]); // prettier-ignore
  }
  const types: TensorType[] = [];
  const faults: Fault[] = [];
  for (const node of plan.nodes) {
    const shape = concreteShape(node.shape, batch);
    faults.push(...nodeFaults(node, shape, node.operands.map((operand) => types[operand]!), batch)); // prettier-ignore
    // A wrong node is followed with the shape that it claims, so that it makes nothing else wrong.
    types.push({ shape, dtype: node.dtype });
  }
  if (faults.length > 0) return E.left(faults);
  const shapes = types.map(({ shape }) => shape as readonly number[]);
  return E.right({ batch, shapes, entries: shapes.map(sizeOf), ...memory(plan, shapes) });
};

const nodeFaults = (
  node: PlanNode,
  shape: readonly number[],
  operands: readonly TensorType[],
  batch: number,
): readonly Fault[] => {
  const where = `node ${node.id} (${node.op}${node.scope === '' ? '' : ` of ${node.scope}`}) at batch ${batch}`;
  const one = (rule: string, got: string, wanted: string, fix: string): readonly Fault[] => [
    fault({ rule, where, got, wanted, fix }),
  ];
  const type = (alphabet[node.op] as Primitive).type(operands, concreteAttributes(node.attributes, batch));
  if (isMisfit(type)) return one('P07', type.flaw, 'operands that fit', 'mend the pass that made it');
  if (!sameShape(type.shape, shape) || type.dtype !== node.dtype)
    return one('P07', `${showShape(shape)} ${node.dtype}`, `${showShape(type.shape)} ${type.dtype}`, 'mend the pass that made it'); // prettier-ignore
  const entries = sizeOf(shape);
  if (!Number.isSafeInteger(entries))
    return one('P14', `${showShape(shape)}: ${entries} entries`, `at most ${Number.MAX_SAFE_INTEGER}`, 'use a smaller batch or image'); // prettier-ignore
  return node.op === 'constant' && node.data?.length !== entries
    ? one('P13', `${node.data?.length ?? 'no'} numbers`, `${entries} for ${showShape(shape)}`, 'mend the pass that made it') // prettier-ignore
    : [];
};

/** The attribute called `shape` is the only one that can hold the batch. */
const concreteAttributes = (attributes: Attributes, batch: number): Attributes =>
  Object.hasOwn(attributes, 'shape')
    ? { ...attributes, shape: concreteShape(attributes['shape'] as Shape, batch) }
    : attributes;

/** What lives when: as `tensorProgram` frees. */
const memory = (
  plan: Plan,
  shapes: readonly (readonly number[])[],
): Pick<ConcretePlan, 'fedBytes' | 'peakBytes' | 'peakNode'> => {
  const buffers = plan.nodes.map(({ id }) => id);
  for (const node of plan.nodes) if (isView(plan, node)) buffers[node.id] = buffers[node.operands[0]!]!;
  const bytes = (id: number): number => sizeOf(shapes[id]!) * bytesOf(plan.nodes[id]!.dtype);
  const isFed = (id: number): boolean => plan.nodes[id]!.op === 'input' || plan.nodes[id]!.op === 'parameter';
  const kept = new Set([...Object.values(plan.outputs), ...Object.values(plan.nextState)]);
  const lastUse = buffers.map((_, id) => id);
  for (const node of plan.nodes) for (const operand of node.operands) lastUse[operand] = node.id;
  /** How many tensors stand on a buffer. */
  const holders = new Map<number, number>();
  let [live, fedBytes, peakBytes, peakNode] = [0, 0, 0, -1];
  for (const { id, operands } of plan.nodes) {
    const buffer = buffers[id]!;
    const held = holders.get(buffer) ?? 0;
    holders.set(buffer, held + 1);
    if (isFed(id)) fedBytes += bytes(id);
    else if (held === 0) live += bytes(id);
    if (live > peakBytes) [peakBytes, peakNode] = [live, id];
    for (const operand of new Set(operands)) {
      if (lastUse[operand] !== id || kept.has(operand) || isFed(operand)) continue;
      const under = buffers[operand]!;
      const left = holders.get(under)! - 1;
      holders.set(under, left);
      if (left === 0 && !isFed(under)) live -= bytes(under);
    }
  }
  return { fedBytes, peakBytes, peakNode };
};

/** Whether a node is its operand's entries under another name: it takes no memory of its own. */
const isView = (plan: Plan, { op, operands, dtype }: PlanNode): boolean =>
  op === 'reshape' || op === 'stopGradient' || (op === 'cast' && plan.nodes[operands[0]!]!.dtype === dtype);
