/** A package of somebody's: its `pool` takes the larger of every two rows. */
import { fine, layerOf, ops, optionless, shaped, size, type Feature, type Layer, type Rule, type Size } from '../../../src/extend/index.js'; // prettier-ignore

export interface Pool extends Layer<PoolRule> {
  readonly op: 'pool';
}
interface PoolRule extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? Feature<Size.FloorDivide<H, 2>, W, C, T, I>
    : never;
}
export const poolForm = optionless(() => pool);
export const pool: Pool = layerOf<Pool>({
  op: 'pool',
  definition: {
    name: 'pool',
    form: poolForm,
    shape: (state) => fine(shaped(state, size.floorDivide(state.h, 2), state.w, state.c)),
    lower: (flow) => {
      const [n, h, w, c] = flow.value.shape;
      const half = Math.floor(Number(h) / 2);
      const pairs = ops.reshape(ops.slice(flow.value, 1, 0, 2 * half), [n!, half, 2, Number(w) * Number(c)]);
      return { ...flow, value: ops.reshape(ops.reduceMax(pairs, [2]), [n!, half, w!, c!]) };
    },
  },
});
