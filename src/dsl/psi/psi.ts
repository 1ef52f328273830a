/**
 * ψ: what stands on a skip connection, as a value.
 *
 * A ψ carries a rule of its own under the phantom key `'~psi'`: given the skipped level (`this['feature']`) and what
 * else it may read (the decoder's feature, the levels of a skip that reads several, named inputs, other encoders'
 * levels) its `out` is the level that it gives, or a message. At run time it says the same (`shape`) and lowers itself
 * into primitives, mask and gradient rule included, so that a skip knows no list of them and a user's ψ differs in
 * nothing from ours.
 */
import type { Value } from '../../ops/value.js';
import type { Level, Sizes } from '../feature.js';
import type { Form } from '../form.js';
import type { Lowering } from '../lowering.js';
import type { Flaw } from '../rule.js';

/** A type-level function from what ψ sees to the level that it gives, or a message (a string that begins with ✗). */
export interface PsiRule {
  /** The skipped level; the last of them where a skip reads several. */
  readonly feature: Level;
  /** The decoder's feature that the skip joins. */
  readonly decoder: Level;
  /** All levels that the skip reads (a tuple of `Level`), in the order in which it names them; `'all'` from the shallowest. */
  readonly levels: unknown;
  /** The inputs in reach (`Inputs`): name → level. */
  readonly inputs: unknown;
  /** The open encoders (`Taps`): name → levels. */
  readonly taps: unknown;
  readonly out: unknown;
}

/** What ψ sees. */
export interface PsiSight<Feature extends Level, Decoder extends Level, Levels, Inputs, Taps> {
  readonly feature: Feature;
  readonly decoder: Decoder;
  readonly levels: Levels;
  readonly inputs: Inputs;
  readonly taps: Taps;
}

/** Applies ψ's rule. */
export type ApplyPsi<R extends PsiRule, Sight> = (R & Sight)['out'];

/** What ψ sees at run time, as shapes. */
export interface PsiState {
  readonly feature: Sizes;
  readonly decoder: Sizes;
  readonly levels: readonly Sizes[];
  readonly inputs: Readonly<Record<string, Sizes>>;
  readonly taps: Readonly<Record<string, readonly Sizes[]>>;
}

/** The level that ψ gives, and what is wrong. */
export interface PsiOutcome {
  readonly level: Sizes;
  readonly flaws: readonly Omit<Flaw, 'within'>[];
}

/** What ψ sees while it is lowered. */
export interface PsiFlow {
  readonly feature: Value;
  readonly decoder: Value;
  readonly levels: readonly Value[];
  readonly inputs: Readonly<Record<string, Value>>;
  readonly taps: Readonly<Record<string, readonly Value[]>>;
}

/** An operator on skipped features. */
export interface Psi<R extends PsiRule = PsiRule> {
  readonly '~psi': R;
  readonly name: string;
  /** The options as plain data, for tables and reports. */
  readonly options: Readonly<Record<string, unknown>>;
  /** How ψ stands in a spec; a ψ without one works in every other way. */
  readonly form?: Form;
  /** Whether ψ takes all levels of a skip that reads several; others take one. */
  readonly several?: boolean;
  /** The level that ψ gives and what is wrong; the run-time twin of the rule. */
  readonly shape: (at: PsiState) => PsiOutcome;
  /** ψ in primitives; parameters are asked for under the step's path. */
  readonly lower: (at: PsiFlow, lowering: Lowering) => Value;
}

/** A ψ of its parts; the rule is phantom, as with layers. */
export const psiOf = <P extends Psi>(parts: Omit<P, '~psi'>): P => parts as unknown as P;

/** The outcome of a ψ that keeps the shape. */
export const kept = ({ feature }: PsiState): PsiOutcome => ({ level: feature, flaws: [] });

/** Whether a value is a ψ. */
export const isPsi = (value: unknown): value is Psi =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<Psi>).shape === 'function' &&
  typeof (value as Partial<Psi>).lower === 'function' &&
  'options' in value;

/** S13 for what is no ψ; `Place` is where it stands. */
export type NotAPsi<Place extends string> =
  `✗ S13 ${Place}: not a ψ; pass psi.none, psi.dense(), … or your own`;
export const notAPsi = (place: string): Omit<Flaw, 'within'> => ({
  rule: 'S13',
  body: `${place}: not a ψ`,
  got: 'a value that is not a ψ',
  wanted: 'a ψ',
  fix: 'pass psi.none, psi.dense(), … or your own',
});

/** The rule of ψ that keep the shape. */
export interface KeepsShape extends PsiRule {
  readonly out: this['feature'];
}
