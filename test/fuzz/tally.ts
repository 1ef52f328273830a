/** What a run has used and what came of it, and whether it used enough. */
import { entries, type Architecture } from './generate.js';
import { inside, namesIn, type Expression } from './expression.js';
import { mistakes } from './mistakes.js';
import { joins, psis } from './operators.js';

/** Counts by kind and name. */
export type Tally = ReadonlyMap<string, Map<string, number>>;

const kinds = ['rule', 'layer', 'psi', 'join', 'level', 'tfjs', 'contract', 'spec', 'architecture'] as const;
/** What is counted. */
export type Kind = (typeof kinds)[number];

export const emptyTally = (): Tally => new Map(kinds.map((kind) => [kind, new Map<string, number>()]));

/** Adds one to a count. */
export const count = (tally: Tally, kind: Kind, name: string, by = 1): void => {
  const counts = tally.get(kind)!;
  counts.set(name, (counts.get(name) ?? 0) + by);
};

/** Counts all names that an architecture uses, and the levels that its skips read. */
export const countNames = (tally: Tally, { statements }: Architecture): void => {
  for (const name of statements.flatMap(namesIn)) {
    const kind = known.get(name);
    if (kind !== undefined) count(tally, kind, name);
  }
  for (const level of statements.flatMap(levelsIn)) count(tally, 'level', level);
};

const known = new Map<string, Kind>([
  ...entries.map(({ name }) => [name, 'layer'] as const),
  ...psis.map(({ name }) => [name, 'psi'] as const),
  ...joins.map(({ name }) => [name, 'join'] as const),
]);

const levelsIn = (expression: Expression): readonly string[] => [
  ...(expression.kind === 'call' && expression.name === 'skip' ? [levelOf(expression.given.at(-1)!)] : []),
  ...inside(expression).flatMap(levelsIn),
];
const levelOf = (options: Expression): string => {
  const level = options.kind === 'record' ? options.entries['level'] : undefined;
  if (level === undefined) return 'deepest';
  if (level.kind === 'list') return 'several';
  return level.kind === 'literal' && typeof level.value === 'string' ? level.value : 'numbered';
};

/** The rules that types can see. */
export const staticRules: readonly string[] = [
  ...new Set([...mistakes.flatMap(({ rule }) => rule ?? []), 'S17', 'S25']),
].sort();

const leasts: readonly { readonly kind: Kind; readonly names: readonly string[]; readonly least: number }[] =
  [
    { kind: 'rule', names: staticRules, least: 50 },
    { kind: 'layer', names: entries.map(({ name }) => name), least: 100 },
    { kind: 'psi', names: psis.map(({ name }) => name), least: 100 },
    { kind: 'join', names: joins.map(({ name }) => name), least: 100 },
    { kind: 'level', names: ['deepest', 'numbered', 'several', 'all'], least: 100 },
    { kind: 'architecture', names: ['refused'], least: 3000 },
  ];

/** What was used less than it must be in so many architectures; the leasts are those of 10,000. */
export const shortages = (tally: Tally, architectures: number): readonly string[] =>
  leasts.flatMap(({ kind, names, least }) =>
    names.flatMap((name) => {
      const found = tally.get(kind)!.get(name) ?? 0;
      const wanted = Math.floor((least * architectures) / 10_000);
      return found < wanted ? [`${kind} ${name}: ${found}, at least ${wanted} wanted`] : [];
    }),
  );

/** The counts as a table. */
export const table = (tally: Tally): string =>
  [...tally]
    .map(([kind, counts]) => {
      const rows = [...counts].sort(([a], [b]) => a.localeCompare(b));
      return `${kind}\n${rows.map(([name, found]) => `  ${String(found).padStart(6)}  ${name}`).join('\n')}`;
    })
    .join('\n');
