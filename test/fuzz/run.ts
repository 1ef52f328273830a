/** A run: architectures drawn, judged at run time, compiled, executed and compared, some at a time. */
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../src/backend/index.js';
import { claimed } from './claims.js';
import { chunked, complaints, type Compiler, type Complaint } from './compile.js';
import { difference, type Difference } from './compare.js';
import { executed, isRefusedWithNumbers } from './execute.js';
import { verdict, type Verdict } from './expect.js';
import { architecture, type Architecture } from './generate.js';
import { roundTripped } from './round-trip.js';
import { count, countNames, emptyTally, shortages, type Tally } from './tally.js';

/** What is run. */
export interface RunOptions {
  readonly seed: number;
  readonly indices: readonly number[];
  readonly compilers: readonly Compiler[];
  /** Told after each part how many architectures are done. */
  readonly update?: (done: number, differences: number) => void;
}

/** What came of it. */
export interface Report {
  readonly tally: Tally;
  readonly differences: readonly Difference[];
  /** What was used less than the leasts ask for. */
  readonly short: readonly string[];
}

interface Judged {
  readonly architecture: Architecture;
  readonly verdict: Verdict;
}

/** As many as one process of a compiler is given: enough to be worth starting it. */
const perProcess = 1000;

/** Judges architectures by the compilers, the run time and tfjs. */
export const run = async ({ seed, indices, compilers, update }: RunOptions): Promise<Report> => {
  await unsafeActivate({ backend: 'cpu' });
  const tally = emptyTally();
  const differences: Difference[] = [];
  let done = 0;
  for (const some of chunked(indices, perProcess)) {
    const judged = some.map((index): Judged => {
      const drawn = architecture(seed, index);
      return { architecture: drawn, verdict: verdict(drawn) };
    });
    const questions = judged.map(({ architecture: one, verdict: { elaborated, refusals } }) => ({
      architecture: one,
      shapes: E.isRight(elaborated) && refusals.length === 0 ? elaborated.right : undefined,
    }));
    // The compilers are processes of their own; this one executes meanwhile.
    const asked = Promise.all(compilers.map((compiler) => complaints(compiler, questions)));
    differences.push(
      ...judged.flatMap((one) => [...tfjsDifference(one, tally), ...specDifference(one, tally)]),
    );
    (await asked).forEach((said, number) => {
      const byIndex = grouped(said);
      for (const { architecture: { index }, verdict: { refusals } } of judged) {
        const found = difference(index, `TypeScript ${compilers[number]}`, byIndex.get(index) ?? [], refusals);
        if (found !== undefined) differences.push(found);
      } // prettier-ignore
    });
    done += some.length;
    update?.(done, differences.length);
  }
  return { tally, differences, short: shortages(tally, indices.length) };
};

const grouped = (complaints: readonly Complaint[]): ReadonlyMap<number, readonly Complaint[]> => {
  const groups = new Map<number, Complaint[]>();
  for (const one of complaints) groups.set(one.place.index, [...(groups.get(one.place.index) ?? []), one]);
  return groups;
};

/** Accepted: runs. Refused: tfjs refuses too, or the rule is a contract. */
const tfjsDifference = (
  { architecture: drawn, verdict: judged }: Judged,
  tally: Tally,
): readonly Difference[] => {
  const { index, statements } = drawn;
  const { elaborated, refusals, staticOnly } = judged;
  countNames(tally, drawn);
  const differs = (said: string, wanted: string): readonly Difference[] => [
    { index, between: 'tfjs', said, wanted },
  ];
  const [first] = refusals;
  if (first !== undefined) {
    const rule = first.text.split(' ')[1]!;
    count(tally, 'rule', rule);
    count(tally, 'architecture', 'refused');
    if (staticOnly) return [];
    if (E.isRight(elaborated)) return differs('accepted as a whole', first.text);
    if (!isRefusedWithNumbers(statements)) return differs('accepted with numbers put in', first.text);
    const claim = claimed(first.text);
    if (claim.kind === 'wrong') return differs(claim.what, first.text);
    if (claim.kind === 'fails') count(tally, 'tfjs', `${rule} fails in tfjs`);
    else count(tally, 'contract', `${rule}: ${claim.why}`);
    return [];
  }
  if (E.isLeft(elaborated))
    return differs('each statement is accepted', elaborated.left.map(({ text }) => text).join('\n'));
  count(tally, 'architecture', 'accepted');
  // A thrown error is a difference like any other, to be shown with its declaration.
  try {
    const execution = executed(
      elaborated.right,
      statements,
      index % 5 === 0 ? ['infer', 'train'] : ['infer'],
    );
    if (execution.kind === 'wrong') return differs(execution.what, 'accepted');
    count(
      tally,
      'tfjs',
      execution.kind === 'ran' ? 'accepted and ran' : 'accepted, symbolic, another size needed',
    );
    return [];
  } catch (error) {
    return differs(`threw ${String(error)}`, 'accepted');
  }
};

/** Written as a spec and read back, a model is the same (R07). */
const specDifference = (
  { architecture: { index, statements }, verdict: judged }: Judged,
  tally: Tally,
): readonly Difference[] => {
  const trip = roundTripped(statements, judged.elaborated);
  count(tally, 'spec', trip.kind === 'differs' ? 'differs' : trip.kind);
  return trip.kind === 'differs'
    ? [{ index, between: 'the spec', said: trip.said, wanted: trip.wanted }]
    : [];
};
