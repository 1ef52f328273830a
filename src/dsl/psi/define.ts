/** A user's own ψ: `psi.define`. */
import type { Initialiser } from '../../ops/initialiser.js';
import type { Value } from '../../ops/value.js';
import type { Form } from '../form.js';
import type { Lowering } from '../lowering.js';
import { optionsIn } from '../message.js';
import { gateOf, maskOf, opened, startFlaws } from './gate.js';
import { init } from './init.js';
import { kept, psiOf, type Psi, type PsiFlow, type PsiOutcome, type PsiState } from './psi.js';
import type { Surrogate } from './surrogate.js';

/** What a ψ's forward pass may ask for. */
export interface PsiTools {
  /** A mask parameter of this shape, which starts as `init` says. */
  readonly mask: (shape: readonly number[]) => Value;
  /**
   * 1 where the product is ≥ 0, else 0: the gate. In training its gradient is the surrogate's; without one the gate
   * passes none, and a mask that is reached by no other way is refused when a plan for training is built.
   */
  readonly gate: (product: Value) => Value;
  /** Everything else: other parameters, noise, the mode. */
  readonly lowering: Lowering;
}

/** The parts of a ψ. */
export interface PsiParts {
  /** The options as plain data, for tables and reports. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly form?: Form;
  readonly several?: boolean;
  /** How masks start; `init.open` by default. */
  readonly init?: Initialiser;
  /** The gradient of the gate. */
  readonly surrogate?: Surrogate;
  /** The run-time twin of the rule: the level that ψ gives and what is wrong. Keeps the shape by default. */
  readonly shape?: (at: PsiState) => PsiOutcome;
  /** ψ in primitives. */
  readonly forward: (at: PsiFlow, tools: PsiTools) => Value;
}

/** What of a ψ's interface its parts already say. */
type Said = '~psi' | 'options' | 'form' | 'several' | 'shape' | 'lower';

/**
 * A ψ of your own. Its interface carries the rule for the type checker, its parts the same rule at run time, the
 * forward pass in primitives, how its mask starts and what stands in for the gradient of its threshold.
 *
 * @example
 * ```ts
 * interface RowMask extends Psi<KeepsShape> { readonly name: 'row' }
 * const row = psi.define<RowMask>({ name: 'row' }, {
 *   surrogate: surrogate.sigmoid,
 *   forward: ({ feature }, { mask, gate }) => {
 *     const product = multiply(feature, mask([Number(feature.shape[1]), 1, 1]));
 *     return multiply(feature, gate(product));
 *   },
 * });
 * ```
 */
export const define = <P extends Psi>(fields: Omit<P, Said>, parts: PsiParts): P => {
  const { surrogate, options = {}, shape: rule = kept, forward, form, several } = optionsIn(parts);
  const start = { init: optionsIn(parts).init ?? init.open, surrogate };
  const shape = (at: PsiState): PsiOutcome => {
    const { level, flaws } = rule(at);
    return { level, flaws: [...flaws, ...startFlaws(`psi '${psi.name}'`, start)] };
  };
  const lower = (at: PsiFlow, lowering: Lowering): Value =>
    forward!(at, {
      lowering,
      mask: (extents) => maskOf(extents, start, lowering),
      gate: (product) =>
        surrogate === undefined
          ? opened(product)
          : gateOf({ product, pool: (x) => x, hard: opened(product) }, surrogate, lowering),
    });
  // Without a forward pass it is no ψ, which elaboration says.
  const psi = {
    options,
    shape,
    ...(typeof forward === 'function' && { lower }),
    ...(form && { form }),
    ...(several && { several }),
    ...fields,
  } as unknown as P;
  return psiOf<P>(psi);
};
