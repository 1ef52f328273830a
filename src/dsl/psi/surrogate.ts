/**
 * Surrogates: the gradient of a threshold, as values.
 *
 * The gate 1[p ≥ 0] of a product p = f·M has no useful gradient of its own. A surrogate says what stands in for it in
 * training. All but `soft` keep the forward gate exactly 0 or 1: hard + (s − stopGradient(s)) adds an exact zero.
 */
import * as ops from '../../ops/elementwise.js';
import type { Value } from '../../ops/value.js';
import { optionless, type Form } from '../form.js';
import type { Lowering } from '../lowering.js';

/** What a surrogate is given: the products, how to pool them to one gate each, and the hard gate (0 or 1). */
export interface Threshold {
  /** f·M, entry by entry. */
  readonly product: Value;
  /** Pools one number per entry to one per gate (the identity, or the mean over a cell). */
  readonly pool: (perEntry: Value) => Value;
  /** The gate of the forward pass. */
  readonly hard: Value;
}

/** The gradient of a threshold. */
export interface Surrogate {
  readonly name: string;
  readonly options: Readonly<Record<string, number>>;
  /** The gate of a training step. */
  readonly gate: (threshold: Threshold, lowering: Lowering) => Value;
  /** Whether the mask gets a gradient at all. */
  readonly trains: boolean;
  /** How the surrogate stands in a spec; one without works in every other way. */
  readonly form?: Form;
}

/** Whether a value is a surrogate. */
export const isSurrogate = (value: unknown): value is Surrogate =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<Surrogate>).gate === 'function' &&
  typeof (value as Partial<Surrogate>).options === 'object' &&
  (value as Partial<Surrogate>).options !== null;

/** How surrogates stand in a spec. */
export const sigmoidForm: Form = optionless(() => sigmoid, 'surrogate', 'sigmoid');
export const zeroForm: Form = optionless(() => zero, 'surrogate', 'zero');
export const softForm: Form<Surrogate, { readonly temperature: number }> = {
  builtIn: 'soft',
  kind: 'surrogate',
  fields: (f) => ({ temperature: f.number }),
  make: ({ temperature }) => soft(temperature),
  options: ({ options }) => ({ temperature: Number(options['temperature']) }),
};

/**
 * The default: the gate is hard, its gradient that of the sigmoid σ(f·M) (straight-through).
 * ∂ψ/∂f = gate + f·σ′(f·M)·M and ∂ψ/∂M = f²·σ′(f·M).
 */
const sigmoid: Surrogate = {
  name: 'sigmoid',
  form: sigmoidForm,
  options: {},
  trains: true,
  gate: ({ product, pool, hard }) => {
    const soft = pool(ops.sigmoid(product));
    return ops.add(hard, ops.subtract(soft, ops.stopGradient(soft)));
  },
};

/** The paper's equation 3 taken literally: the comparison passes no gradient, so a mask never moves. */
const zero: Surrogate = {
  name: 'zero',
  form: zeroForm,
  options: {},
  trains: false,
  gate: ({ hard }) => hard,
};

/**
 * A relaxation: in training the gate is σ(temperature·f·M) itself, at inference the hard one. The temperature is a
 * scalar input of the training plan and may be raised as training goes on.
 */
const soft = (temperature: number): Surrogate => ({
  name: 'soft',
  form: softForm,
  options: { temperature },
  trains: true,
  gate: ({ product, pool }, lowering) =>
    pool(ops.sigmoid(ops.multiply(product, lowering.scalar('temperature', temperature)))),
});

/** The gradients of a threshold. */
export const surrogate = { sigmoid, zero, soft } as const;
