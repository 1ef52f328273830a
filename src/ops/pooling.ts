/** Pooling: the greatest or the mean entry of each window, channel by channel. Paddings are explicit here. */
import type { Padding } from './convolution.js';
import { apply, showShape, type Primitive, type Value } from './value.js';

type PoolAttributes = {
  readonly window: readonly [height: number, width: number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
};

const poolType: Primitive<PoolAttributes>['type'] = ([x], { window, strides, padding }) => {
  const [n, h, w, c] = x?.shape ?? [];
  if (x === undefined || x.shape.length !== 4 || typeof h !== 'number' || typeof w !== 'number')
    return { flaw: `${showShape(x?.shape ?? [])} is not a batch of images` };
  // A window of nothing but padding would have no greatest entry and no mean.
  if (padding.some((sides, axis) => sides.some((side) => side < 0 || side >= window[axis]!)))
    return {
      flaw: `padding ${padding.map((sides) => sides.join(', ')).join(' | ')} of window ${window.join('×')}`,
    };
  const out = [h, w].map(
    (size, axis) =>
      Math.floor((size + padding[axis]![0] + padding[axis]![1] - window[axis]!) / strides[axis]!) + 1,
  ) as [number, number];
  return out.some((size) => size < 1)
    ? { flaw: `window ${window.join('×')} does not fit image ${showShape(x.shape)}` }
    : { shape: [n!, ...out, c!], dtype: x.dtype };
};

export const poolingPrimitives = {
  maxPool: { name: 'maxPool', type: poolType },
  averagePool: { name: 'averagePool', type: poolType },
} as const satisfies Record<string, Primitive<PoolAttributes>>;

const pooling =
  (primitive: Primitive<PoolAttributes>) =>
  (x: Value, attributes: PoolAttributes): Value =>
    apply(primitive, [x], attributes);

/** The greatest entry of each window; padding is never the greatest. The gradient goes to the first greatest entry. */
export const maxPool = pooling(poolingPrimitives.maxPool);
/** The mean of each window's entries; padding does not count. */
export const averagePool = pooling(poolingPrimitives.averagePool);
