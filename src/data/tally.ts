/** Counts faults without keeping them all: a wrong file may have as many as rows. */
import { fault, type Fault } from '../base/fault.js';

/** What was left out: how often each rule was broken. */
export type Skipped = Readonly<Record<string, number>>;

/** Faults counted so far. */
export interface Tally {
  readonly add: (one: Fault) => void;
  readonly count: () => number;
  readonly skipped: () => Skipped;
  /** The first faults and, if there are more, fault D16 with the number of each rule. */
  readonly faults: () => readonly Fault[];
}

/** How many faults are kept whole. */
export const listedFaults = 20;

/** A new tally for the file or folder `where`. */
export const tally = (where: string): Tally => {
  const first: Fault[] = [];
  const counts = new Map<string, number>();
  const count = (): number => total(Object.fromEntries(counts));
  return {
    add: (one) => {
      if (first.length < listedFaults) first.push(one);
      counts.set(one.rule, (counts.get(one.rule) ?? 0) + 1);
    },
    count,
    skipped: () => Object.fromEntries(counts),
    faults: () =>
      count() <= listedFaults ? first : [...first, moreFaults(where, Object.fromEntries(counts))],
  };
};

/** `3 × D05, 1 × D07`. */
export const describeSkipped = (skipped: Skipped): string =>
  Object.entries(skipped)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([rule, count]) => `${count} × ${rule}`)
    .join(', ');

/** Two counts as one. */
export const addSkipped = (a: Skipped, b: Skipped): Skipped =>
  Object.fromEntries(
    [...new Set([...Object.keys(a), ...Object.keys(b)])].map((rule) => [
      rule,
      (a[rule] ?? 0) + (b[rule] ?? 0),
    ]),
  );

const moreFaults = (where: string, counts: Skipped): Fault =>
  fault({
    rule: 'D16',
    where,
    got: `${total(counts)} faults in all (${describeSkipped(counts)})`,
    wanted: 'none',
    fix: `mend the ${listedFaults} listed ones first, or pass skipBad to leave faulty rows out`,
  });

const total = (counts: Skipped): number => Object.values(counts).reduce((sum, one) => sum + one, 0);

/** Warning D16: how many faulty things were left out of `of`; none if nothing was. */
export const skippedWarning = (where: string, skipped: Skipped, of: number): readonly Fault[] => {
  if (total(skipped) === 0) return [];
  const got = `${total(skipped)} of ${of} faulty (${describeSkipped(skipped)})`;
  return [
    fault({
      rule: 'D16',
      severity: 'warning',
      where,
      got,
      wanted: 'none',
      fix: 'read without skipBad to see them',
      text: `! D16 ${where}: left out ${got}; read without skipBad to see them`,
    }),
  ];
};
