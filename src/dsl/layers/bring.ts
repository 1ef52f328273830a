/** What ψ may read besides: `bring(...branch)`. Rules S14, S15. */
import type { AnyFeature, Feature } from '../feature.js';
import { formOf } from '../form.js';
import { clashes, merged, type Clash, type From, type Open, type TapClash } from '../merge.js';
import { layerOf, type Layer, type Rule } from '../rule.js';
import { branchFold, branchShape, type BranchOf } from './fuse.js';

/** Brings a branch's inputs and levels into reach. */
export interface Bring<Branch extends readonly unknown[]> extends Layer<BringRule<Branch>> {
  readonly op: 'bring';
  readonly branch: Branch;
}
interface BringRule<Branch extends readonly unknown[]> extends Rule {
  readonly out: this['in'] extends AnyFeature
    ? BranchOf<Branch, this['in'], 'bring'> extends infer B
      ? Brought<this['in'], B>
      : never
    : never;
}
type Brought<A, B> =
  A extends Feature<infer H, infer W, infer C, infer T1, infer I1>
    ? B extends Feature<infer _H, infer _W, infer _C, infer T2, infer I2>
      ? [Clash<I1, I2> | TapClash<T1, T2>] extends [never]
        ? Feature<H, W, C, Open<T1, T2>, From<I1, I2>>
        : Clash<I1, I2> | TapClash<T1, T2>
      : B
    : never;

/**
 * Leaves the feature as it is and brings a branch's named inputs, and the encoder levels that are open in it, into
 * reach of the layers that follow: a ψ that reads an input (warps, pose-conditioned masks), a skip from another encoder.
 *
 * @example
 * ```ts
 * through(input('x_a', 64, 64, 3), bring(input('affines', 1, 10, 8)), conv(16)); // still 64×64, 'affines' in reach
 * ```
 */
export const bring = <const Branch extends readonly unknown[]>(...branch: Branch): Bring<Branch> =>
  layerOf<Bring<Branch>>({
    op: 'bring',
    branch,
    definition: {
      name: 'bring',
      form: bringForm,
      group: true,
      shape: (state, walk) => {
        const other = branchShape(branch, 'bring', state, walk);
        return {
          state: { ...state, ...merged(state, other.state) },
          flaws: [...other.flaws, ...clashes(state, other.state)],
        };
      },
      lower: (flow, lowering) => ({ ...flow, ...merged(flow, branchFold(branch, flow, lowering)) }),
    },
  });

/** How `bring` stands in a spec. */
export const bringForm = formOf<{ readonly branch: readonly unknown[] }>({
  builtIn: 'bring',
  fields: (f) => ({ branch: f.layers }),
  make: ({ branch }) => bring(...branch),
});
