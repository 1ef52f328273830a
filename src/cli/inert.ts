/** Parameters that no training moves: said by the declaration (`unused`), or by the list of named models. */
import { sizeOf, type Plan } from '../compile/plan/plan.js';
import type { Inert } from '../models/listed.js';

/** A parameter that stands still, and why. */
export interface InertParameter {
  readonly path: string;
  readonly entries: number;
  readonly reason: string;
}

/** Those of a plan, in its order; running moments are none, for nobody counts them as trained. */
export const inertIn = (plan: Plan, listed: readonly Inert[] = []): readonly InertParameter[] =>
  plan.parameters.flatMap(({ path, shape, role, inert }) => {
    const reason = inert ?? listed.find((one) => one.path.test(path))?.reason;
    return reason === undefined || role === 'state' ? [] : [{ path, entries: sizeOf(shape), reason }];
  });
