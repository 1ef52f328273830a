/** Fusion inside a chain: `fuse(join, ...branch)`. Rules S08, S09, S14, S15. */
import { isFeature, isLayer, type AnyFeature, type Start } from '../feature.js';
import { formOf } from '../form.js';
import { isJoin, notAJoin, type Join } from '../joins/join.js';
import { joined, merged, type Joined } from '../merge.js';
import type { Lowering } from '../lowering.js';
import {
  flawed,
  layerOf,
  unknown,
  type Flow,
  type FoldWithin,
  type Layer,
  type Outcome,
  type Rule,
  type State,
  type Walk,
} from '../rule.js';
import type { Seq } from './group.js';

/** Joins the feature so far with a branch. */
export interface Fuse<J, Branch extends readonly unknown[]> extends Layer<FuseRule<J, Branch>> {
  readonly op: 'fuse';
  readonly join: J;
  readonly branch: Branch;
}
interface FuseRule<J, Branch extends readonly unknown[]> extends Rule {
  readonly out: this['in'] extends AnyFeature
    ? BranchOf<Branch, this['in'], 'fuse'> extends infer B
      ? B extends string
        ? B
        : Joined<'fuse', J, this['in'], B>
      : never
    : never;
}

/** A branch's feature: from the feature so far, unless the branch brings one of its own. */
export type BranchOf<Branch extends readonly unknown[], F, Label extends string> = FoldWithin<
  Branch,
  Opens<Branch> extends true ? Start : F,
  Label
>;
export const branchShape = (branch: readonly unknown[], label: string, state: State, walk: Walk): Outcome =>
  walk.fold(branch, opens(branch) ? walk.start : state, { label: (index) => `${label}[${index}]` });
/** A branch in primitives. */
export const branchFold = (branch: readonly unknown[], flow: Flow, lowering: Lowering): Flow =>
  lowering.fold(branch, opens(branch) ? lowering.start : flow);

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
      form: fuseForm,
      group: true,
      shape: (state, walk) => {
        const other = branchShape(branch, 'fuse', state, walk);
        if (!isJoin(join))
          return { state: unknown(state), flaws: [...other.flaws, ...flawed(notAJoin('fuse'), state).flaws] };
        const both = joined('fuse', join, state, other.state);
        return { state: both.state, flaws: [...other.flaws, ...both.flaws] };
      },
      lower: (flow, lowering) => {
        const other = branchFold(branch, flow, lowering);
        return {
          value: (join as Join).lower(flow.value, other.value, lowering.step('fuse')),
          ...merged(flow, other),
        };
      },
    },
  });

/** How `fuse` stands in a spec. */
export const fuseForm = formOf<{ readonly join: Join; readonly branch: readonly unknown[] }>({
  builtIn: 'fuse',
  fields: (f) => ({ join: f.join, branch: f.layers }),
  make: ({ join, branch }) => fuse(join, ...branch),
});
