/** The exact passes in their order, and what runs them. Faults P23, P24. */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../base/fault.js';
import type { Plan } from '../plan/plan.js';
import { verify } from '../plan/verify.js';
import { foldConstants } from './fold-constants.js';
import { foldNorms } from './fold-norms.js';
import { freezeMasks } from './freeze-masks.js';
import { pointwiseBeforeUpsample } from './pointwise-before-upsample.js';
import type { Rewrite } from './rewrite.js';
import { splitConcatName } from './split-concat.js';
import { dropUnread, share } from './share.js';
import { simplify } from './simplify.js';

export { frozen, type Weights } from './freeze.js';
export { intervalsOf, type Interval } from './intervals.js';
export type { Rewrite } from './rewrite.js';
export { splitConcat } from './split-concat.js';
export { stages, type StageOptions } from './stages.js';

/**
 * The passes, in the order in which they run.
 *
 * Masks come first, while they stand as ψ lowered them; norms after constants, so that a deviation is a number.
 */
export const rewrites: readonly Rewrite[] = [
  dropUnread,
  freezeMasks,
  foldConstants,
  simplify,
  foldNorms,
  pointwiseBeforeUpsample,
  share,
];

/** One run of a pass. */
export interface RewriteStep {
  readonly name: string;
  readonly before: Plan;
  readonly after: Plan;
}

/** A plan after all passes, and how it came about. */
export interface Rewritten {
  readonly plan: Plan;
  /** The first round whole; of later rounds the passes that found something to do. */
  readonly trail: readonly RewriteStep[];
}

/* A pass may make way for one before it; in practice the second round finds the last of it. */
const rounds = 3;

/**
 * Runs the passes over an inference plan until none finds anything to do, three times at most; the plan is verified
 * after each. Give the plan after `frozen` for the passes that need numbers; without them they leave it as it is.
 *
 * Faults: P23 for a training plan, P24 for a name in `without` that no pass has, P05–P08 for what a pass broke.
 */
export const rewritten = (
  plan: Plan,
  { without = [], passes = rewrites }: { readonly without?: readonly string[]; readonly passes?: readonly Rewrite[] } = {}, // prettier-ignore
): E.Either<readonly Fault[], Rewritten> => {
  const faults = optionFaults(plan, without, passes);
  if (faults.length > 0) return E.left(faults);
  const chosen = passes.filter(({ name }) => !without.includes(name));
  const trail: RewriteStep[] = [];
  let current = plan;
  for (let round = 0; round < rounds; round++) {
    const start = current;
    for (const { name, apply } of chosen) {
      const before = current;
      const applied = apply(before);
      const after = applied === before ? E.right(before) : verify(applied);
      if (E.isLeft(after)) return after;
      current = after.right;
      if (round === 0 || current !== before) trail.push({ name, before, after: current });
    }
    if (current === start) break;
  }
  return E.right({ plan: current, trail });
};

/** Whether the plan and the names can be used. */
const optionFaults = (
  plan: Plan,
  without: readonly string[],
  passes: readonly Rewrite[],
): readonly Fault[] => {
  // One list of names serves a whole compilation: the pass of stages is known here too.
  const names = [...passes.map(({ name }) => name), splitConcatName];
  const unknown = without.filter((name) => !names.includes(name));
  return [
    ...(plan.mode === 'infer'
      ? []
      : [fault({ rule: 'P23', where: 'rewrites', got: 'a training plan', wanted: 'a plan for inference', fix: "build the plan with mode 'infer'" })]),
    ...unknown.map((name) =>
      fault({ rule: 'P24', where: 'without', got: `'${name}'`, wanted: `passes: ${names.join(', ')}`, fix: 'name one of them' }),
    ),
  ]; // prettier-ignore
};
