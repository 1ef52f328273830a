/** The tables of figures, for the page and as `table.md`. */
import type { Scores } from 'maskskip/learn';
import { duration, figure, interval } from './markup.js';
import type { Differences, NetworkResults, Results } from './results.js';

/** A table: its first column is text, the others are figures. */
export interface Table {
  readonly caption: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** All methods with their figures. */
export const scoreTable = ({ baselines, networks, evaluation }: Results): Table => ({
  caption:
    `Means over ${evaluation.pairs} held-out pairs of two different views of one person. ` +
    `SSIM variant ${evaluation.variant}; L1 of images in [−1, 1].`,
  header: ['method', 'SSIM ↑', 'mask-SSIM ↑', 'L1 ↓', 'parameters', 'of these masks', 'seconds per sample'],
  rows: [
    ['copy of the input', ...scores(baselines.copy), '–', '–', '–'],
    ['mean training image', ...scores(baselines.mean), '–', '–', '–'],
    ...networks.map((one) => [
      one.title,
      ...scores(one.scores),
      one.parameters.toLocaleString('en'),
      one.maskParameters.toLocaleString('en'),
      one.secondsPerSample.toPrecision(2),
    ]),
  ],
});

/** Each network against the two baselines. */
export const baselineTable = ({ networks }: Results): Table =>
  differenceTable(
    'Network minus baseline over the same pairs, with the 95 % interval of a paired bootstrap.',
    networks.flatMap(({ title, minus }) => [
      [`${title} − copy`, minus.copy],
      [`${title} − mean image`, minus.mean],
    ]),
  );

/** Each masked network against No-mask and against a copy of itself with shuffled masks. */
export const maskTable = ({ networks }: Results): Table =>
  differenceTable(
    'Masked networks against No-mask and against a copy of themselves with the entries of each mask shuffled; same pairs, same interval.',
    networks.flatMap(({ title, minus }) => [
      ...(minus.noMask === undefined ? [] : [[`${title} − No-mask`, minus.noMask] as const]),
      ...(minus.shuffled === undefined ? [] : [[`${title} − its shuffled copy`, minus.shuffled] as const]),
    ]),
  );

/** What ran, how long, on what. */
export const runTable = ({ preset, seed, machine, seconds, data, networks }: Results): Table => ({
  caption: 'What was run.',
  header: ['', ''],
  rows: [
    [
      'preset',
      `${preset.name}: ${preset.steps} steps of ${preset.batchSize} pairs at ${preset.height}×${preset.width}, ` +
        `widths in multiples of ${preset.filters}, Adam at ${preset.rate}, mask-L1, seed ${seed}`,
    ],
    [
      'people',
      `synthetic: ${preset.identities} to train on (${data.trainImages} pictures, ${data.trainPairs.toLocaleString('en')} pairs), ` +
        `${preset.testIdentities} others to test with (${data.testImages} pictures)`,
    ],
    ['time in all', duration(seconds.all)],
    ['people', `${duration(seconds.people)}${data.reused ? ' (the set of an earlier run)' : ''}`],
    ['training', `${duration(seconds.training)}: ${networks.map(trainingTime).join(', ')}`],
    ['evaluation', duration(seconds.evaluation)],
    ['pictures', duration(seconds.pictures)],
    ['backend', `${machine.backend} (${machine.detail})`],
    ['hardware', `${machine.processor}, ${machine.cores} cores, ${machine.system}`],
    [
      'versions',
      `maskskip ${machine.versions.maskskip}, Node ${machine.versions.node}, tfjs ${machine.versions.tfjs}`,
    ],
  ],
});

/** The tables as Markdown. */
export const tableMarkdown = (results: Results): string =>
  [
    '# Quickstart',
    ...[scoreTable, baselineTable, maskTable].map((table) => asMarkdown(table(results), true)),
    asMarkdown(runTable(results), false),
    '',
  ].join('\n\n');

const asMarkdown = ({ caption, header, rows }: Table, figures: boolean): string => {
  const line = (cells: readonly string[]): string => `| ${cells.map(cellText).join(' | ')} |`;
  const rule = line(header.map((_, index) => (figures && index > 0 ? '---:' : '---')));
  return [caption, '', line(header), rule, ...rows.map(line)].join('\n');
};

const cellText = (text: string): string => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ');

const differenceTable = (
  caption: string,
  rows: readonly (readonly [name: string, differences: Differences])[],
): Table => ({
  caption,
  header: ['difference', 'SSIM ↑', 'mask-SSIM ↑', 'L1 ↓'],
  rows: rows.map(([name, { ssim, maskSsim, l1 }]) => [
    name,
    interval(ssim, 3),
    interval(maskSsim, 3),
    interval(l1, 4),
  ]),
});

const scores = ({ ssim, maskSsim, l1 }: Scores): readonly string[] => [
  figure(ssim, 3),
  figure(maskSsim, 3),
  figure(l1, 4),
];

const trainingTime = ({ title, seconds }: NetworkResults): string => `${title} ${duration(seconds)}`;
