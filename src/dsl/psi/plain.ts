/** ψ without a mask: `psi.none`, `psi.closed`, and `psi.chain` of two. */
import { multiply } from '../../ops/elementwise.js';
import type { Level } from '../feature.js';
import { psiOf, type ApplyPsi, type Psi, type PsiRule } from './psi.js';

/** No mask. */
export interface NoMask extends Psi<NoRule> {
  readonly name: 'none';
}
interface NoRule extends PsiRule {
  readonly out: Level<0, 0, 0>;
}

/** ψ(f) = f: the plain skip ("No-mask" in the paper). */
export const none: NoMask = psiOf<NoMask>({
  name: 'none',
  options: {},
  flaws: () => [],
  lower: (feature) => feature,
});

/** A skip that is shut. */
export interface Closed extends Psi<NoRule> {
  readonly name: 'closed';
}

/** ψ(f) = 0: nothing passes. A control for ablations. */
export const closed: Closed = psiOf<Closed>({
  name: 'closed',
  options: {},
  flaws: () => [],
  lower: (feature) => multiply(feature, 0),
});

/** One ψ after another. */
export interface Chain<First, Then> extends Psi<ChainRule<First, Then>> {
  readonly name: 'chain';
  readonly first: First;
  readonly then: Then;
}
interface ChainRule<First, Then> extends PsiRule {
  readonly out: ChainOut<First, Then, this['feature']>;
}
type ChainOut<First, Then, E extends Level> =
  First extends Psi<infer A>
    ? ApplyPsi<A, E> extends infer M
      ? M extends `✗ ${string}`
        ? M
        : Then extends Psi<infer B>
          ? ApplyPsi<B, E>
          : '✗ S13 psi.chain: not a ψ; pass psi.none, psi.dense(), … or your own'
      : never
    : '✗ S13 psi.chain: not a ψ; pass psi.none, psi.dense(), … or your own';

/** ψ(f) = then(first(f)); the two keep masks of their own. */
export const chain = <First extends Psi, Then extends Psi>(first: First, then: Then): Chain<First, Then> =>
  psiOf<Chain<First, Then>>({
    name: 'chain',
    first,
    then,
    options: { first: { name: first.name, ...first.options }, then: { name: then.name, ...then.options } },
    flaws: (feature) => [...first.flaws(feature), ...then.flaws(feature)],
    lower: (feature, lowering) =>
      then.lower(first.lower(feature, lowering.under('first')), lowering.under('then')),
  });
