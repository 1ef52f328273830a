/**
 * ψ: what stands on a skip connection, as a value.
 *
 * A ψ carries a rule of its own under the phantom key `'~psi'`: given the skipped level (`this['feature']`) its `out`
 * is the shape of its mask, or a message. At run time it says the same (`flaws`) and lowers itself into primitives,
 * mask and gradient rule included, so that a skip knows no list of them and a user's ψ differs in nothing from ours.
 */
import type { Value } from '../../ops/value.js';
import type { Level, Sizes } from '../feature.js';
import type { Form } from '../form.js';
import type { Lowering } from '../lowering.js';
import type { Flaw } from '../rule.js';

/** A type-level function from the skipped level to its mask's level, or a message (a string that begins with ✗). */
export interface PsiRule {
  readonly feature: Level;
  readonly out: unknown;
}

/** Applies ψ's rule. */
export type ApplyPsi<R extends PsiRule, E extends Level> = (R & { readonly feature: E })['out'];

/** An operator on skipped features; it keeps their shape. */
export interface Psi<R extends PsiRule = PsiRule> {
  readonly '~psi': R;
  readonly name: string;
  /** The options as plain data, for tables and specs. */
  readonly options: Readonly<Record<string, unknown>>;
  /** How ψ stands in a spec; a ψ without one works in every other way. */
  readonly form?: Form;
  /** What is wrong with this ψ on this level; the run-time twin of the rule. */
  readonly flaws: (feature: Sizes) => readonly Omit<Flaw, 'within'>[];
  /** ψ(f) in primitives; parameters are asked for under the step's path. */
  readonly lower: (feature: Value, lowering: Lowering) => Value;
}

/** A ψ of its parts; the rule is phantom, as with layers. */
export const psiOf = <P extends Psi>(parts: Omit<P, '~psi'>): P => parts as unknown as P;
