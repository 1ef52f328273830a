/** docs/models.md: written, and read again for the rows of recipes that are not trained anew. */
import { count } from '../../src/cli/table.js';
import { recipes } from '../../src/recipes/index.js';
import { modelsTable, sourcesTable } from './listing.js';
import { people, setting, type Change, type Trained } from './training.js';

/** The table's rows as they stand on a page, by recipe. */
export const rowsOf = (page: string): ReadonlyMap<string, string> =>
  new Map(
    [...page.matchAll(/^\| `([\w+-]+)`¹? +\|(?: [^|]*\|){2} [^|]*→.*\|$/gm)].map((found) => [
      found[1]!,
      found[0],
    ]),
  );

/** How far a row's reconstruction term fell: below 0 where it fell. */
export const fallOf = (row: string): number => Number(/\(([−+])([\d.]+) %\)/.exec(row)?.slice(1).join('').replace('−', '-') ?? NaN); // prettier-ignore

/** A recipe's row. */
export const rowOf = ({ recipe, size, phases, parameters, figures, standIn, seconds }: Trained): string => {
  const [[first, reconstruction], ...others] = Object.entries(figures) as [
    [string, Change],
    ...(readonly [string, Change])[],
  ];
  const [before, after] = reconstruction;
  const percent = (100 * (after - before)) / Math.abs(before);
  const fell = `${shown(reconstruction)} (${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %)`;
  return `| ${[
    `\`${recipe}\`${standIn ? '¹' : ''}`,
    `${size.height}×${size.width}`,
    phases.map(({ name, steps }) => `${name} ${steps}`).join(', '),
    first === 'reconstruction' ? fell : `${first} ${fell}`,
    others.map(([name, change]) => `${name} ${shown(change)}`).join('; '),
    count(parameters),
    seconds.toFixed(0),
  ].join(' | ')} |`;
};

const shown = ([before, after]: Change): string => `${short(before)} → ${short(after)}`;
const short = (value: number): string => Number(value.toPrecision(3)).toString().replace('-', '−');

/** All of the page but the rows and the machine, with the rows in their place. */
export const pageOf = (rows: ReadonlyMap<string, string>, machine: string): string => `# Models and recipes

Written by \`npm run docs:models\`. A model is a network; a recipe is how one or several are trained: who judges them, by
which loss, in which phases.

## Models

Trained parameters at both data sets' sizes, without masks. \`NAME+munet\`, \`NAME+munet-o\` and \`NAME+munet-g\` are the same
with a mask on each skip (one value per pixel and channel, per pixel, per 2×2 cell); what those add stands in the last
three columns, at Market-1501 / at DeepFashion. \`maskskip summary NAME\` prints the layer table.

${modelsTable()}

${sourcesTable()}

The docstrings of \`src/models\` and \`src/recipes\` say line by line what is inferred.

## Recipes

Each recipe was trained for ${setting.steps} steps in all its phases, at 1/${1 / setting.share} of its width, with batches of
${setting.batchSize}, from one seed, on ${people.identities} rendered people (${people.height}×${people.width}, resized where its networks need more). Its figures are
means over ${people.pairs} pairs of ${people.testIdentities} people whom it has not seen, before and after. So short a training says that the parts work
together, and no more: rates are the sources' own, made for tens of thousands of steps.

\`reconstruction\` is the recipe's own reconstruction term. A \`separation\` is what a critic says of real pictures or codes
less what it says of made ones: it grows where the critic learns faster than what it judges. It falls in Def-GAN with losses
of features: there the adversarial term weighs about as much as the reconstruction, not a small part of it, and the generator
outruns its critic. Critics that are clipped (PDIG's of codes) are clipped before, too; their numbers are small, for
products of weights up to 0.01 are. \`pose\` is the error of the pose auto-encoder. Seconds are those of the training alone, on a machine with other work to do.

| recipe | size | phases and their steps | reconstruction | other figures | parameters of all networks | seconds |
|---|---|---|---|---|--:|--:|
${recipes.flatMap(({ name }) => rows.get(name) ?? []).join('\n')}

${untrained(rows)}¹ Its loss looks through a VGG-19 whose weights are not shipped; here those are drawn, so that the recipe runs but its
loss means little. [\`losses.md\`](losses.md) says how to bring them.

${machine}
`;

/** Names the recipes without a row, if there are any. */
const untrained = (rows: ReadonlyMap<string, string>): string => {
  const names = recipes.filter(({ name }) => !rows.has(name)).map(({ name }) => `\`${name}\``);
  return names.length === 0
    ? ''
    : `Not trained for this page yet (\`npm run docs:models -- --missing\` does it): ${names.join(', ')}.\n\n`;
};

/** The line about the machine on a page; empty where there is none. */
export const machineOf = (page: string): string => /^Trained on .*$/m.exec(page)?.[0] ?? '';

/** A page without what a training decides. */
export const withoutTraining = (page: string): string =>
  page.replace(/^(\| `[\w+-]+`)¹? \|(?: [^|]*\|){2} [^|]*→.*\|$/gm, '$1 |').replace(/^Trained on .*$/m, '');
