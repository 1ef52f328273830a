/** Results as a document and as a table. */
import type { Fault } from '../../src/base/fault.js';
import { table } from '../../src/cli/table.js';
import { hardware, ownVersions, type Hardware } from './machine.js';
import type { Measured } from './measure.js';
import { median, pairedRatio, type Ratio } from './statistics.js';
import type { BenchOptions, Claim, Prepared } from './suite.js';
import type { Part } from './worker.js';

/** A row of the result. */
export interface ResultRow {
  readonly name: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  /** The row that `ratio` is over. */
  readonly base: string;
  /** Null where the base is missing. */
  readonly ratio: number | null;
  readonly interval: readonly [number, number] | null;
  /** From the row that it must equal, relative to the largest value; null where there is none. */
  readonly difference: number | null;
}

/** A claim and what was found. */
export interface ResultClaim {
  readonly claim: string;
  /** The upper end of the interval, or the median in milliseconds. */
  readonly found: number;
  readonly atMost: number;
  readonly holds: boolean;
  readonly ratio?: number;
  readonly interval?: readonly [number, number];
}

/** What lands in a file. */
export interface Result {
  readonly suite: string;
  readonly when: string;
  readonly hardware: Hardware;
  readonly versions: Readonly<Record<string, string>>;
  readonly backend: string;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** Processes that wanted to run, before and after: with more than a few tenths before, times mean little. */
  readonly load: { readonly before: number; readonly after: number };
  readonly rows: readonly ResultRow[];
  readonly claims: readonly ResultClaim[];
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
  /** Where the time of one run of a row goes, by kernel. */
  readonly explained?: { readonly row: string; readonly parts: readonly Part[] };
  readonly notes: readonly string[];
}

/** The document of a measured suite. */
export const resultOf = (
  suite: string,
  prepared: Prepared,
  measured: Measured,
  { only, python: _, ...options }: BenchOptions,
  load: Result['load'],
): Result => {
  const backends = new Set(
    measured.abouts.flatMap(({ backend }) => (backend === undefined ? [] : [backend])),
  );
  return {
    suite,
    when: new Date().toISOString(),
    hardware: hardware(),
    versions: Object.assign({}, ownVersions(), ...measured.abouts.map(({ versions }) => versions)) as Result['versions'], // prettier-ignore
    backend: [...backends].join('; '),
    options: { ...options, ...(only === undefined ? {} : { only: only.source }) },
    load,
    rows: prepared.rows.flatMap(({ name, base }): readonly ResultRow[] => {
      const times = measured.times.get(name);
      if (times === undefined) return [];
      const bases = measured.times.get(base);
      const ratio = bases === undefined ? undefined : pairedRatio(times, bases);
      return [
        {
          name,
          median: rounded(median(times)),
          min: rounded(Math.min(...times)),
          max: rounded(Math.max(...times)),
          unit: prepared.unit,
          base,
          ratio: ratio === undefined ? null : rounded(ratio.ratio),
          interval: ratio === undefined ? null : roundedInterval(ratio),
          difference: measured.differences.get(name) ?? null,
        },
      ];
    }),
    claims: prepared.claims.flatMap((claim) => judged(claim, measured.times)),
    missing: measured.missing,
    ...(prepared.explained === undefined || measured.parts.length === 0
      ? {}
      : { explained: { row: prepared.explained, parts: measured.parts } }),
    notes: prepared.notes,
  };
};

/** A claim held against the times; nothing where a row is missing. Of several bases the fastest counts. */
const judged = (claim: Claim, times: Measured['times']): readonly ResultClaim[] => {
  const row = times.get(claim.row);
  if (row === undefined) return [];
  if (claim.tag === 'milliseconds') {
    const found = rounded(median(row));
    const { atMost } = claim;
    return [{ claim: `${claim.row} ≤ ${atMost} ms`, found, atMost, holds: found <= atMost }];
  }
  const bases = claim.over.flatMap((name) => (times.has(name) ? [{ name, times: times.get(name)! }] : []));
  const [best] = bases.sort((a, b) => median(a.times) - median(b.times));
  if (best === undefined) return [];
  const ratio = pairedRatio(row, best.times);
  const found = rounded(ratio.interval[1]);
  return [
    {
      claim: `${claim.row} ≤ ${claim.atMost} × ${best.name}`,
      found,
      atMost: claim.atMost,
      holds: found <= claim.atMost,
      ratio: rounded(ratio.ratio),
      interval: roundedInterval(ratio),
    },
  ];
};

/** The document for a terminal. */
export const resultText = (result: Result): string => {
  const { suite, hardware: machine, backend, load, rows, missing, claims, explained, notes } = result;
  const right = (title: string) => ({ title, align: 'right' }) as const;
  const left = (title: string) => ({ title, align: 'left' }) as const;
  const several = new Set(rows.map(({ base }) => base)).size > 1;
  return [
    `${suite}: ${machine.cpu}, ${machine.cores} cores, ${machine.flags.join(' ')}, ${machine.memoryGiB} GiB; ${backend}`,
    `load ${load.before} before, ${load.after} after`,
    '',
    table(
      [left('row'), right(rows[0]?.unit ?? ''), right('min'), right('max'), right('ratio'), left('95 %'), right('differs'), ...(several ? [left('over')] : [])], // prettier-ignore
      rows.map((row) => [
        row.name,
        row.median.toFixed(2),
        row.min.toFixed(2),
        row.max.toFixed(2),
        row.ratio?.toFixed(3) ?? '',
        row.interval?.map((end) => end.toFixed(3)).join('–') ?? '',
        row.difference?.toExponential(0) ?? '',
        ...(several ? [row.base] : []),
      ]),
    ),
    ...missing.map(({ name, reason }) => `missing: ${name}: ${reason}`),
    ...(claims.length === 0 ? [] : ['']),
    ...claims.map(
      ({ claim, found, holds, interval }) =>
        `${holds ? 'holds' : 'does not hold'}: ${claim} (${interval === undefined ? 'median' : 'upper end'} ${found})`,
    ),
    ...(explained === undefined
      ? []
      : [
          '',
          `one run of ${explained.row}, by kernel`,
          table(
            [left('kernel'), right('count'), right('ms')],
            explained.parts.map(({ name, count, milliseconds }) => [name, String(count), milliseconds.toFixed(1)]), // prettier-ignore
          ),
        ]),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ].join('\n');
};

/** Faults for a terminal. */
export const faultsText = (faults: readonly Fault[]): string => faults.map(({ text }) => text).join('\n');

const rounded = (value: number): number => Number(value.toPrecision(6));
const roundedInterval = ({ interval: [low, high] }: Ratio): readonly [number, number] => [rounded(low), rounded(high)]; // prettier-ignore
