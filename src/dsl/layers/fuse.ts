/** Fusion inside a chain: `fuse(join, ...branch)`. Rules S08, S09, S14, S15. */
import { isFeature, isLayer, type AnyFeature, type Start } from '../feature.js';
import type { Join } from '../joins/join.js';
import { joined, mergeTaps, type Joined } from '../merge.js';
import { flawed, layerOf, unknown, type FoldWithin, type Layer, type Rule } from '../rule.js';
import type { Seq } from './group.js';

/** Joins the feature so far with a branch. */
export interface Fuse<J, Branch extends readonly unknown[]> extends Layer<FuseRule<J, Branch>> {
  readonly op: 'fuse';
  readonly join: J;
  readonly branch: Branch;
}
interface FuseRule<J, Branch extends readonly unknown[]> extends Rule {
  readonly out: this['in'] extends AnyFeature
    ? FoldWithin<Branch, Opens<Branch> extends true ? Start : this['in'], 'fuse'> extends infer B
      ? B extends string
        ? B
        : Joined<'fuse', J, this['in'], B>
      : never
    : never;
}

/** Whether a chain begins with a feature of its own. */
type Opens<Layers extends readonly unknown[]> = Layers extends readonly [infer L, ...infer _Rest]
  ? L extends AnyFeature
    ? true
    : L extends Seq<infer Inner>
      ? Opens<Inner>
      : false
  : false;
const opens = (layers: readonly unknown[]): boolean => {
  const first = layers[0];
  if (isFeature(first)) return true;
  return (
    isLayer(first) &&
    'op' in first &&
    first.op === 'seq' &&
    'layers' in first &&
    opens(first.layers as readonly unknown[])
  );
};

/**
 * Joins the feature so far (left) with the result of a branch (right): early fusion, late fusion, parallel branches.
 *
 * A branch that begins with an input or another feature brings it along; any other starts from the feature so far.
 *
 * @example
 * ```ts
 * seq(input('x_a', 128, 64, 3), fuse(join.concat, input('p_a', 128, 64, 18)), conv(64)); // 128×64×21 → 128×64×64
 * ```
 */
export const fuse = <J, const Branch extends readonly unknown[]>(
  join: J,
  ...branch: Branch
): Fuse<J, Branch> =>
  layerOf<Fuse<J, Branch>>({
    op: 'fuse',
    join,
    branch,
    definition: {
      name: 'fuse',
      group: true,
      shape: (state, walk) => {
        const other = walk.fold(branch, opens(branch) ? walk.start : state, {
          label: (index) => `fuse[${index}]`,
        });
        if (typeof join !== 'object' || join === null || !('channels' in join)) {
          const flaw = { rule: 'S08', body: 'fuse: not a join', got: 'a value that is not a join', wanted: 'a join', fix: 'pass join.concat, join.add or your own' }; // prettier-ignore
          return { state: unknown(state), flaws: [...other.flaws, ...flawed(flaw, state).flaws] };
        }
        const both = joined('fuse', join as unknown as Join, state, other.state);
        return { state: both.state, flaws: [...other.flaws, ...both.flaws] };
      },
      lower: (flow, lowering) => {
        const other = lowering.fold(branch, opens(branch) ? lowering.start : flow);
        return {
          value: (join as Join).lower(flow.value, other.value, lowering),
          taps: mergeTaps(flow.taps, other.taps),
        };
      },
    },
  });
