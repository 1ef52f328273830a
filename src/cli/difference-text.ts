/** What differs between two models, for people: sums first, then a line for each layer that is not the same. */
import type {
  Change,
  Difference,
  LayerDifference,
  PortDifference,
} from '../compile/source/difference/difference.js';
import type { LayerFacts, Totals } from '../compile/source/difference/layer-facts.js';
import { count, markdownTable, table, type Column } from './table.js';

/** As lines for a terminal. */
export const differenceText = (difference: Difference): string => {
  const { names, layers } = difference;
  const told = layers.filter(({ kind }) => kind !== 'same');
  return [
    `A  ${names.a}`,
    `B  ${names.b}`,
    '',
    table(sumColumns, sumRows(difference)),
    '',
    summary(difference),
    ...portLines(difference.ports),
    ...(told.length === 0 ? [] : ['', table(layerColumns, told.map(layerCells))]),
  ].join('\n');
};

/** As Markdown. */
export const differenceMarkdown = (difference: Difference): string => {
  const { names, layers } = difference;
  const told = layers.filter(({ kind }) => kind !== 'same');
  return [
    `A: ${inMarkdown(names.a)}  `,
    `B: ${inMarkdown(names.b)}`,
    '',
    markdownTable(sumColumns, sumRows(difference)),
    '',
    inMarkdown(summary(difference)),
    ...portLines(difference.ports).map((line) => `\n${inMarkdown(line)}`),
    ...(told.length === 0
      ? []
      : [
          '',
          markdownTable(
            layerColumns,
            told.map((one) => layerCells(one).map(inMarkdown)),
          ),
        ]),
  ].join('\n');
};

/* Signs that Markdown or HTML would take for their own. A table escapes its strokes itself. */
const inMarkdown = (text: string): string => text.replace(/[*`[<&]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const sumColumns: readonly Column[] = [
  { title: 'for one example', align: 'left' },
  ...['A', 'B', 'B − A', 'B ÷ A'].map((title): Column => ({ title, align: 'right' })),
];

const sums: readonly (readonly [title: string, key: keyof Totals])[] = [
  ['layers', 'layers'],
  ['trained parameters', 'parameters'],
  ['of these masks', 'maskParameters'],
  ['operations', 'operations'],
  ['FLOPs', 'flops'],
  ['bytes read and written', 'bytes'],
  ['bytes at the peak', 'peakBytes'],
];

const sumRows = ({ totals: { a, b } }: Difference): readonly (readonly string[])[] =>
  sums.map(([title, key]) => [
    title,
    count(a[key]),
    count(b[key]),
    a[key] === b[key] ? '' : signed(b[key] - a[key]),
    a[key] === b[key] ? '' : ratio(a[key], b[key]),
  ]);

const signed = (value: number): string => (value > 0 ? `+${count(value)}` : `−${count(-value)}`);
const ratio = (a: number, b: number): string => {
  if (a === 0) return '–';
  const value = b / a;
  // Near 1 the places after the point are what is asked for.
  return value < 100 ? value.toLocaleString('en-US', { minimumFractionDigits: 3, maximumFractionDigits: 3 }) : count(Math.round(value)); // prettier-ignore
};

const kinds = [
  'changed',
  'renamed',
  'added',
  'removed',
  'same',
] as const satisfies readonly LayerDifference['kind'][];
const kindTexts: Readonly<Record<LayerDifference['kind'], string>> = {
  changed: 'changed',
  renamed: 'under another name',
  added: 'added',
  removed: 'removed',
  same: 'the same',
};

const summary = ({ equal, rewired, layers }: Difference): string => {
  if (equal) return 'The two are the same model.';
  if (rewired)
    return 'Layers, inputs and outputs are the same; how they are connected, or in which order, is not.';
  const counts = kinds
    .map((kind) => [kind, layers.filter((one) => one.kind === kind).length] as const)
    .filter(([, found]) => found > 0)
    .map(([kind, found]) => `${found} ${kindTexts[kind]}`);
  return `Layers: ${counts.join(', ')}.`;
};

const portLines = (ports: readonly PortDifference[]): readonly string[] =>
  ports.map(({ port, name, a, b }) => `${port} ${name}: ${a ?? 'none'} → ${b ?? 'none'}`);

const layerColumns: readonly Column[] = [
  { title: '', align: 'left' },
  { title: 'layer', align: 'left' },
  { title: 'op', align: 'left' },
  { title: 'what differs', align: 'left' },
];

const marks: Readonly<Record<LayerDifference['kind'], string>> = { changed: '~', renamed: '~', added: '+', removed: '-', same: '' }; // prettier-ignore

const layerCells = (one: LayerDifference): readonly string[] => {
  const layer = one.kind === 'removed' ? one.a : one.b;
  const path = layer.path === '' ? '(the whole)' : layer.path;
  const what = one.kind === 'added' || one.kind === 'removed' ? factsText(layer) : changesText(one.changes);
  return [marks[one.kind], path, layer.op, what];
};

const factsText = ({ output, parameters, maskParameters, flops }: LayerFacts): string =>
  [
    output.join('×'),
    ...(parameters === 0 ? [] : [`parameters ${count(parameters)}`]),
    ...(maskParameters === 0 ? [] : [`masks ${count(maskParameters)}`]),
    ...(flops === 0 ? [] : [`FLOPs ${count(flops)}`]),
  ].join(', ');

/* Bytes stand among the sums; of a row, the operations say as much. */
const changesText = (changes: readonly Change[]): string =>
  changes
    .filter(({ what }, _, { length }) => what !== 'bytes' || length === 1)
    .map(({ what, a, b }) =>
      what === 'path' ? `was ${sided(a)}` : `${what.replace(/^option /, '')} ${sided(a)} → ${sided(b)}`,
    ) // prettier-ignore
    .join(', ');

const sided = (value: Change['a']): string =>
  value === undefined ? 'none' : typeof value === 'number' ? count(value) : short(value);
/* A list of a thousand numbers is not read in a terminal; --json has it whole. */
const short = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 59)}…`);
