/**
 * The page of all faults: docs/faults.md, written from the rooms' own tables and from what the sources raise.
 *
 * A room's README says of each of its rules what is wrong; the language's rules are values (`rules`). Which files raise
 * a rule is read off the sources, so that neither a rule without a sentence nor a sentence without a rule stays unseen.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rules } from '../../src/dsl/index.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const folders = ['src', 'bench', 'examples/quickstart'];
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const filesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && !name.includes('node_modules'))
    .map((name) => posix.join(folder, name.split(sep).join('/')))
    .sort();

/** What a letter's rules are about. */
const letters: Readonly<Record<string, string>> = {
  S: 'the language',
  X: 'specs',
  P: 'plans, rewrites and stages',
  G: 'graphs',
  V: 'variants and source',
  T: 'running artefacts',
  K: 'ψ in tf.layers',
  L: 'learning',
  C: 'checkpoints',
  J: 'records',
  M: 'metrics',
  D: 'data',
  Y: 'the synthetic set',
  F: 'files',
  W: 'safetensors',
  B: 'backends',
  N: 'the native install',
  U: 'the command line',
  Q: 'the quickstart',
  E: 'the bench',
};

/** A sentence on a rule, and the file that has it. */
export interface Told {
  readonly id: string;
  readonly sentence: string;
  readonly file: string;
}

/** Every row of the tables of faults; a rule that two tables have is there twice. */
export const told = (): readonly Told[] => [
  ...Object.entries(rules).map(([id, { statement }]) => ({
    id,
    sentence: statement,
    file: 'src/dsl/rules.ts',
  })),
  ...folders.flatMap((folder) =>
    filesIn(folder, 'README.md').flatMap((file) =>
      [...read(file).matchAll(/^\| ([A-Z]\d\d) +\| (.+?) +\|$/gm)].map(([, id, sentence]) => ({
        id: id!,
        sentence: sentence!,
        file,
      })),
    ),
  ),
];

/** The rules that a source makes faults of: named as such, the first argument of what makes one, or a type's text. */
export const rulesIn = (source: string): readonly string[] =>
  [...source.matchAll(/(?:\brule: |\(\s*)'([A-Z]\d\d)'|[?:] `✗ ([A-Z]\d\d) /g)].map(
    ([, named, typed]) => (named ?? typed)!,
  );

/** Which files raise each rule. */
export const raised = (): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const file of folders.flatMap((folder) => filesIn(folder, '.ts')))
    for (const id of new Set(rulesIn(read(file)))) found.set(id, [...(found.get(id) ?? []), file]);
  return found;
};

const introduction = `# Faults

Everything that can be wrong is a value of one shape: a rule's id, how bad it is, where, what was got, what was wanted,
and what to do. It is told in one line:

\`\`\`text
✗ S03 conv: kernel 5×5 does not fit 3×3×8 with padding valid; use a smaller kernel or more padding
✗ D03 pairs.csv:17: got 3 fields, wanted 2; mend the row
\`\`\`

A program gets faults on the left of an \`Either\`; functions called \`unsafe…\` throw an \`Error\` with them under
\`faults\`, and the command line prints them and ends with 1. A number is never given twice. A part of your own takes a
word of its own before the number (\`OWN01\`), no letter of these.

This page is written by \`npm run docs\` from the rooms' own tables and from what the sources raise.`;

/** The text of docs/faults.md. */
export const faultsPage = (): string => {
  const sentences = told();
  const files = raised();
  const section = (letter: string): string => {
    const own = sentences.filter(({ id }) => id.startsWith(letter)).sort((a, b) => a.id.localeCompare(b.id)); // prettier-ignore
    return letter === 'S'
      ? [
          `## S: ${letters[letter]}`,
          'What must hold; [shapes.md](shapes.md) has each with a declaration that breaks it and the message.',
          ['| rule | what must hold |', '|---|---|', ...own.map(({ id, sentence }) => `| [${id}](shapes.md#${id.toLowerCase()}) | ${cell(sentence)} |`)].join('\n'), // prettier-ignore
        ].join('\n\n')
      : [
          `## ${letter}: ${letters[letter]}`,
          ['| rule | what is wrong | raised in |', '|---|---|---|', ...own.map(({ id, sentence }) => `| ${id} | ${sentence} | ${(files.get(id) ?? []).map((file) => `\`${file}\``).join(', ')} |`)].join('\n'), // prettier-ignore
        ].join('\n\n');
  };
  const used = Object.keys(letters).filter((letter) => sentences.some(({ id }) => id.startsWith(letter)));
  return `${[introduction, ...used.map(section)].join('\n\n')}\n`;
};

const cell = (text: string): string => text.replaceAll('|', '\\|');
