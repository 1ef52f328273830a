/**
 * Rewrites: exact passes from plan to plan, as values.
 *
 * A pass computes the same function (each says to what tolerance) with fewer or cheaper operations. Each is named, can
 * be left out by its name, and is tested alone on random plans against the plan that it was given.
 */
import type { Plan } from '../plan/plan.js';

/** One pass. */
export interface Rewrite {
  /** The name by which it is left out: `fold-constants`. */
  readonly name: string;
  /** What it does, in one sentence. */
  readonly about: string;
  /** Whether results are the same bits; otherwise they agree to rounding (1e-5 of the largest entry). */
  readonly bitExact: boolean;
  readonly apply: (plan: Plan) => Plan;
}
