/** The page of all rules: docs/shapes.md, written from the rules, the golden mistakes and what elaboration says. */
import { format } from 'prettier';
import { rules, type RuleId, type RuleStatement } from '../../src/dsl/index.js';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { declarationsIn, formatted } from './declarations.js';
import { introduction, leftOpen, limits } from './introduction.js';
import { seenByCompiler, seenByElaboration, type Mistake } from './mistakes.js';
import { parts, rulesOfParts } from './parts.js';

const here = dirname(fileURLToPath(import.meta.url));
const ids = Object.keys(rules) as readonly RuleId[];

/** The text of docs/shapes.md. */
export const shapesPage = async (): Promise<string> => {
  const compiled = seenByCompiler();
  const elaborated = seenByElaboration();
  const all = [...compiled, ...elaborated];
  const accepted = new Map(
    declarationsIn(join(here, 'accepted.ts')).map(({ name, code }) => [name, code] as const),
  );
  const sections = await Promise.all(
    ids.map(async (id) =>
      section(id, exampleOf(id, all), await formatted(accepted.get(id) ?? ''), await left(id, elaborated)),
    ),
  );
  const text = [
    introduction,
    await shown(elaborated.find(({ name }) => name === 'widthOfAFile')!),
    leftOpen,
    limits,
    '## All rules',
    overview(),
    '## Which part breaks which rule',
    partsTable(rulesOfParts(all.map(({ message }) => message))),
    '## Rule by rule',
    'Each with a declaration that breaks it, what is said of it, and a declaration that keeps it.',
    ...sections,
  ].join('\n\n');
  return format(text, { parser: 'markdown', singleQuote: true, printWidth: 100 });
};

/** The declaration that is shown: a marked one, else the shortest whose message needs no group to explain it. */
export const exampleOf = (id: RuleId, mistakes: readonly Mistake[]): Mistake => {
  const length = ({ marked, message, code }: Mistake): number =>
    (marked ? 0 : message.includes(' › ') ? 20_000 : 10_000) + code.length;
  const own = mistakes.filter(({ rule }) => rule === id);
  const seen = own.some(({ file }) => file !== 'at-run-time.ts')
    ? own.filter(({ file }) => file !== 'at-run-time.ts')
    : own;
  return seen.reduce((best, one) => (length(one) < length(best) ? one : best));
};

const anchor = (id: RuleId): string => `[${id}](#${id.toLowerCase()})`;

/** Text in a cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

const seenBy = (id: RuleId): string => {
  const { seenBy: by, because }: RuleStatement = rules[id];
  const only = { compiler: 'compiler alone', elaboration: 'elaboration alone' } as const;
  return by === 'compiler and elaboration' ? (because === undefined ? 'both' : 'both¹') : only[by];
};

const overview = (): string =>
  [
    '| rule | what must hold | what to do where it does not | seen by |',
    '|---|---|---|---|',
    ...ids.map(
      (id) => `| ${anchor(id)} | ${cell(rules[id].statement)} | ${cell(rules[id].fix)} | ${seenBy(id)} |`,
    ),
    '',
    `¹ but for a part that elaboration alone sees; the rule says which. Not in use: ${unused.join(', ')}.`,
  ].join('\n');

/** Ids below the last that no rule has. */
const unused = Array.from({ length: Number(ids.at(-1)!.slice(1)) }, (_, k) => `S${String(k + 1).padStart(2, '0')}`).filter((id) => !(id in rules)); // prettier-ignore

const partsTable = (of: ReadonlyMap<string, readonly RuleId[]>): string =>
  [
    'Every chain can break S01 and S18, and every layer and input S27; a group also reports what its layers break.',
    '',
    '| kind | part | rules of its own |',
    '|---|---|---|',
    ...Object.entries(parts).flatMap(([kind, names]) => rows(kind, names, of)),
  ].join('\n');

/** One row for each part, and one for those without a rule of their own. */
const rows = (
  kind: string,
  names: readonly string[],
  of: ReadonlyMap<string, readonly RuleId[]>,
): readonly string[] => {
  const code = (name: string): string => `\`${name}\``;
  const without = names.filter((name) => of.get(name)!.length === 0);
  return [
    ...names
      .filter((name) => !without.includes(name))
      .map((name) => `| ${kind} | ${code(name)} | ${of.get(name)!.map(anchor).join(', ')} |`),
    ...(without.length === 0 ? [] : [`| ${kind} | ${without.map(code).join(', ')} | none |`]),
  ];
};

const block = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

/** A declaration and what is said of it. */
const shown = async ({ code, message }: Mistake): Promise<string> =>
  `${block('ts', await formatted(code))}\n\n${block('text', message)}`;

const section = async (id: RuleId, example: Mistake, kept: string, further: string): Promise<string> => {
  const { statement, seenBy: by, because }: RuleStatement = rules[id];
  const alone =
    by === 'compiler and elaboration' ? '' : ` The ${by === 'compiler' ? 'compiler' : 'elaboration'} alone sees it: ${because}.`; // prettier-ignore
  return [
    `### ${id}`,
    `${statement}${alone.replace('The elaboration', 'Elaboration')}`,
    await shown(example),
    'Kept:',
    block('ts', kept),
    ...(further === '' ? [] : [further]),
  ].join('\n\n');
};

/** What of a rule the compiler leaves to elaboration. */
const left = async (id: RuleId, elaborated: readonly Mistake[]): Promise<string> => {
  const { seenBy: by, because }: RuleStatement = rules[id];
  const [example] = elaborated.filter(({ rule }) => rule === id);
  if (by !== 'compiler and elaboration' || because === undefined || example === undefined) return '';
  return [`${because.charAt(0).toUpperCase()}${because.slice(1)}:`, await shown(example)].join('\n\n');
};
