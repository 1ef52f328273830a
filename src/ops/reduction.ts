/** Reductions over axes. */
import { apply, type Extent, type Primitive, type Value } from './value.js';

type ReductionAttributes = { readonly axes: readonly number[]; readonly keepDims: boolean };

const reductionType: Primitive<ReductionAttributes>['type'] = ([x], { axes, keepDims }) => {
  if (x === undefined) return { flaw: 'needs an operand' };
  if (axes.some((axis) => axis < 0 || axis >= x.shape.length) || new Set(axes).size !== axes.length)
    return { flaw: `axes ${axes.join(', ')} of ${x.shape.length}` };
  const shape: Extent[] = [];
  for (const [i, extent] of x.shape.entries()) {
    if (!axes.includes(i)) shape.push(extent);
    else if (keepDims) shape.push(1);
  }
  return { shape, dtype: x.dtype };
};

export const reductionPrimitives = {
  reduceSum: { name: 'reduceSum', type: reductionType },
  reduceMean: { name: 'reduceMean', type: reductionType },
  reduceMax: { name: 'reduceMax', type: reductionType },
} as const satisfies Record<string, Primitive<ReductionAttributes>>;

const reduction =
  (primitive: Primitive<ReductionAttributes>) =>
  (x: Value, axes: readonly number[] = x.shape.map((_, i) => i), keepDims = false): Value =>
    apply(primitive, [x], { axes, keepDims });

/** The sum over axes (all by default). */
export const reduceSum = reduction(reductionPrimitives.reduceSum);
/** The mean over axes (all by default). */
export const reduceMean = reduction(reductionPrimitives.reduceMean);
/** The largest over axes (all by default). */
export const reduceMax = reduction(reductionPrimitives.reduceMax);
