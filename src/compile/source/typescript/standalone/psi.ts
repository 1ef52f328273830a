/**
 * ψ with its gradient: the function of the training plan in the place of the one for inference, where both give the same.
 *
 * A gate of the training plan is hard + (soft − stopGradient(soft)): the hard gate in value, the soft one in gradient.
 * Where a ψ differs in nothing else from the one for inference, it is written once, trainable, and the forward pass
 * calls it; a ψ that draws noise in training, or is soft there, is written twice.
 */
import type { PlanNode } from '../../../plan/plan.js';
import type { Listing, SharedFunction, Unit } from '../../listing.js';
import { argumentsOf } from '../../sizes.js';
import { hardOf } from './gate.js';
import { inComment } from './text.js';

/** A ψ for inference and for training. */
export interface PsiPair {
  readonly infer: SharedFunction;
  /** The one of the training plan, where that can be told. */
  readonly train: SharedFunction | undefined;
  /** Whether both give the same numbers on the same arguments, in the same order. */
  readonly same: boolean;
}

/** The functions of a listing that are ψ, each with that of the training plan which serves the same skips. */
export const psiPairs = (infer: Listing, train: Listing): readonly PsiPair[] => {
  const numbers = new Map<string, number>();
  return infer.functions
    .filter(({ unit }) => unit.op === 'psi')
    .map((one) => {
      const scopes = scopesOf(infer, one);
      const other = train.functions.find((candidate) => scopesOf(train, candidate) === scopes);
      const same =
        other !== undefined && resultOf(infer, one.unit, numbers) === resultOf(train, other.unit, numbers);
      return { infer: one, train: other, same };
    });
};

const scopesOf = ({ units }: Listing, { name }: SharedFunction): string =>
  JSON.stringify(units.filter(({ calls }) => calls === name).map(({ scope }) => scope));

/* A number for what a unit computes of its arguments: the same for the same, straight-through gradients left out. */
const resultOf = ({ plan }: Listing, unit: Unit, numbers: Map<string, number>): number => {
  const numbered = (what: readonly unknown[]): number => {
    const text = JSON.stringify(what);
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  const place = new Map(argumentsOf(unit).map(({ id }, at) => [id, at]));
  const outside = ({ id, op, attributes, shape, data, scope }: PlanNode): number =>
    op === 'constant'
      ? numbered([op, shape, [...data!]])
      : numbered([op, place.get(id), attributes['path'] ?? attributes['name'] ?? scope, shape]);
  const known = new Map<number, number>();
  const of = (id: number): number => known.get(id) ?? outside(plan.nodes[id]!);
  for (const node of unit.nodes) {
    const hard = hardOf(plan.nodes, node);
    known.set(
      node.id,
      hard === undefined ? numbered([node.op, node.operands.map(of), node.attributes]) : of(hard),
    );
  }
  return of(unit.results[0]!.id);
};

/** What ψ computes, as the comment before it says. */
export const psiDoc = (
  { infer: { unit, uses }, train }: PsiPair,
  mode: 'both' | 'inference' | 'training',
): readonly string[] => {
  const places = uses === 1 ? `the skip ${placeOf(unit)}` : `${uses} skips, first ${placeOf(unit)}`;
  const masks = unit.leaves.filter(({ attributes }) => attributes['role'] === 'mask');
  const ops = unit.nodes.map(({ op }) => op);
  const isGate = ops.join(' ') === 'multiply greaterEqual cast multiply';
  const isCells =
    masks.length === 1 &&
    ['greater', 'reduceSum', 'resizeNearest'].every((op) => ops.some((one) => one === op)) &&
    !ops.some((op) => ['conv2d', 'gather', 'matMul', 'batchMatMul'].includes(op));
  const what = isGate
    ? 'psi(f, M) = f * 1[sigma(f * M) >= 1/2], where sigma(x) >= 1/2 just if x >= 0'
    : isCells
      ? 'psi(f, M): a cell of M passes whole if more than half of its entries have sigma(f * M) >= 1/2, that is, f * M >= 0'
      : 'psi: what the skipped level passes through';
  const gradient = gradientOf(train, mode);
  return [`${what}. On ${places}.`, ...gradient];
};
const placeOf = ({ scope }: Unit): string => inComment(scope.replace(/\/psi$/, ''));

const gradientOf = (
  train: SharedFunction | undefined,
  mode: 'both' | 'inference' | 'training',
): readonly string[] => {
  if (mode === 'inference' && train !== undefined) return ['In training it is another: the next function.'];
  if (mode === 'training') return ['As in training: noise and numbers that change are arguments.'];
  return mode === 'both' && train?.unit.nodes.some(({ op }) => op === 'stopGradient') === true
    ? [
        'The gate is 0 or 1; its gradient is that of the sigmoid (straight-through): hard + soft - constant(soft).',
      ]
    : [];
};
