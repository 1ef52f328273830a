/** Another package: its `pool` is the mean of the whole image. */
import { fine, layerOf, ops, optionless, shaped, type Feature, type Layer, type Rule } from '../../../src/extend/index.js'; // prettier-ignore

export interface Pool extends Layer<PoolRule> {
  readonly op: 'pool';
}
interface PoolRule extends Rule {
  readonly out: this['in'] extends Feature<infer _H, infer _W, infer C, infer T, infer I>
    ? Feature<1, 1, C, T, I>
    : never;
}
export const poolForm = optionless(() => pool);
export const pool: Pool = layerOf<Pool>({
  op: 'pool',
  definition: {
    name: 'pool',
    form: poolForm,
    shape: (state) => fine(shaped(state, 1, 1, state.c)),
    lower: (flow) => ({ ...flow, value: ops.reduceMean(flow.value, [1, 2], true) }),
  },
});
