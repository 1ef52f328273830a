/** ψ without a mask: `psi.none`, `psi.closed`, and `psi.chain` of two. */
import { multiply } from '../../ops/elementwise.js';
import type { Level } from '../feature.js';
import { formOf, optionless, type Form } from '../form.js';
import {
  isPsi,
  kept,
  notAPsi,
  psiOf,
  type ApplyPsi,
  type KeepsShape,
  type NotAPsi,
  type Psi,
  type PsiRule,
  type PsiSight,
} from './psi.js';

/** No mask. */
export interface NoMask extends Psi<KeepsShape> {
  readonly name: 'none';
}

/** How `psi.none` and `psi.closed` stand in a spec. */
export const noneForm: Form = optionless(() => none, 'psi', 'none');
export const closedForm: Form = optionless(() => closed, 'psi', 'closed');

/** ψ(f) = f: the plain skip ("No-mask" in the paper). */
export const none: NoMask = psiOf<NoMask>({
  name: 'none',
  form: noneForm,
  options: {},
  shape: kept,
  lower: ({ feature }) => feature,
});

/** A skip that is shut. */
export interface Closed extends Psi<KeepsShape> {
  readonly name: 'closed';
}

/** ψ(f) = 0: nothing passes. A control for ablations. */
export const closed: Closed = psiOf<Closed>({
  name: 'closed',
  form: closedForm,
  options: {},
  shape: kept,
  lower: ({ feature }) => multiply(feature, 0),
});

/** One ψ after another. */
export interface Chain<First, Then> extends Psi<ChainRule<First, Then>> {
  readonly name: 'chain';
  readonly first: First;
  readonly then: Then;
  readonly several: First extends { readonly several: true } ? true : false;
}
interface ChainRule<First, Then> extends PsiRule {
  readonly out: ChainOut<
    First,
    Then,
    this['feature'],
    this['decoder'],
    this['levels'],
    this['inputs'],
    this['taps']
  >;
}
type ChainOut<First, Then, E extends Level, D extends Level, Levels, I, T> =
  First extends Psi<infer A>
    ? ApplyPsi<A, PsiSight<E, D, Levels, I, T>> extends infer M
      ? M extends Level
        ? Then extends Psi<infer B>
          ? ApplyPsi<B, PsiSight<M, D, readonly [M], I, T>>
          : NotAPsi<'psi.chain'>
        : M
      : never
    : NotAPsi<'psi.chain'>;

/** ψ(f) = then(first(f)); the two keep masks of their own. */
export const chain = <First, Then>(first: First, then: Then): Chain<First, Then> =>
  psiOf<Chain<First, Then>>({
    name: 'chain',
    form: chainForm,
    first,
    then,
    options: { first: optionsOf(first), then: optionsOf(then) },
    several: (isPsi(first) && first.several === true) as Chain<First, Then>['several'],
    shape: (at) => {
      if (!isPsi(first)) return { level: at.feature, flaws: [notAPsi('psi.chain')] };
      const { level, flaws } = first.shape(at);
      if (flaws.some(({ severity }) => severity !== 'warning')) return { level, flaws };
      if (!isPsi(then)) return { level, flaws: [...flaws, notAPsi('psi.chain')] };
      const after = then.shape({ ...at, feature: level, levels: [level] });
      return { level: after.level, flaws: [...flaws, ...after.flaws] };
    },
    lower: (at, lowering) => {
      // Only what `shape` found no flaw in is lowered.
      const feature = (first as Psi).lower(at, lowering.under('first'));
      return (then as Psi).lower({ ...at, feature, levels: [feature] }, lowering.under('then'));
    },
  });
const optionsOf = (one: unknown): Readonly<Record<string, unknown>> =>
  isPsi(one) ? { name: one.name, ...one.options } : {};

/** How `psi.chain` stands in a spec. */
export const chainForm = formOf<{ readonly first: Psi; readonly then: Psi }>({
  builtIn: 'chain',
  kind: 'psi',
  fields: (f) => ({ first: f.psi, then: f.psi }),
  make: ({ first, then }) => chain(first, then),
});
