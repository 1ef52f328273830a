/** `maskskip summary`: the layers of a model, their output shapes and trained parameters. */
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { Plan } from '../../compile/plan/plan.js';
import type { InertParameter } from '../inert.js';
import { formatOf, formatOption, jsonFormatOption, type FormatOptions } from '../format-option.js';
import {
  datasetOption,
  modelHelp,
  modelOf,
  filtersOption,
  sizeOption,
  type VariationOptions,
} from '../model-argument.js';
import { perform, type Report, type World } from '../output.js';
import { planOfElaborated } from '../plan-of.js';
import { count, csvTable, markdownTable, table, type Column } from '../table.js';

const formats = ['text', 'markdown', 'csv', 'json'] as const;
type Format = (typeof formats)[number];

interface SummaryOptions extends FormatOptions<Format>, VariationOptions {}

/** The command. */
export const summaryCommand = (world: World): Command =>
  new Command('summary')
    .description("print a model's layers with their outputs (height×width×channels) and trained parameters")
    .argument('<MODEL>', modelHelp)
    .addOption(datasetOption())
    .addOption(sizeOption())
    .addOption(filtersOption())
    .addOption(formatOption(formats))
    .addOption(jsonFormatOption())
    .addHelpText(
      'after',
      '\nMasks and parameters that no training moves are counted in columns of their own.\n' +
        '\nExample:\n  maskskip summary vdg-stage1+munet --dataset market-1501 --format markdown',
    )
    .action((model: string, options: SummaryOptions) => {
      const format = formatOf(options);
      return perform(world, { json: format === 'json' }, () => summarise(model, options, format));
    });

interface Row {
  readonly name: string;
  readonly op: string;
  readonly output: readonly (number | string)[];
  readonly parameters: number;
  readonly maskParameters: number;
  readonly inertParameters: number;
}

/** The JSON document. */
interface Document {
  readonly name: string;
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly outputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly parameters: number;
  readonly maskParameters: number;
  readonly inertParameters: number;
  readonly layers: readonly Row[];
  readonly inert: readonly InertParameter[];
}

const summarise = async (
  argument: string,
  options: SummaryOptions,
  format: Format,
): Promise<E.Either<readonly Fault[], Report>> => {
  const named = await modelOf(argument, options)();
  if (E.isLeft(named)) return named;
  const planned = await planOfElaborated(named.right.elaborated);
  if (E.isLeft(planned)) return planned;
  const plan = planned.right;
  const { parameterCounts } = await import('../../compile/plan/plan.js');
  const { inertIn } = await import('../inert.js');
  const inert = inertIn(plan, named.right.inert);
  const standing = byLayer(plan, inert);
  const document: Document = {
    name: named.right.name,
    inputs: Object.fromEntries(
      Object.entries(plan.inputs).map(([name, { shape }]) => [name, shape.slice(1)]),
    ),
    outputs: Object.fromEntries(
      Object.entries(plan.outputs).map(([name, id]) => [name, plan.nodes[id]!.shape.slice(1)]),
    ),
    ...parameterCounts(plan),
    inertParameters: inert.reduce((sum, { entries }) => sum + entries, 0),
    layers: plan.layers.map(({ path, op, output, parameters, maskParameters }) => ({
      name: path,
      op,
      output: output.slice(1),
      parameters,
      maskParameters,
      inertParameters: standing.get(path) ?? 0,
    })),
    inert,
  };
  return E.right({ json: document, text: writers[format === 'json' ? 'text' : format](document) });
};

/** Entries that stand still, by the layer that they are of: the one with the longest path above theirs. */
const byLayer = (plan: Plan, inert: readonly InertParameter[]): ReadonlyMap<string, number> => {
  const paths = new Set(plan.layers.map(({ path }) => path));
  const found = new Map<string, number>();
  for (const { path, entries } of inert) {
    let owner = path;
    while (owner !== '' && !paths.has(owner)) owner = owner.slice(0, Math.max(0, owner.lastIndexOf('/')));
    found.set(owner, (found.get(owner) ?? 0) + entries);
  }
  return found;
};

/** Columns of masks and of what stands still, where a model has any. */
const columnsOf = ({ maskParameters, inertParameters }: Document): readonly Column[] => [
  { title: 'layer', align: 'left' },
  { title: 'op', align: 'left' },
  { title: 'output', align: 'left' },
  { title: 'parameters', align: 'right' },
  ...(maskParameters === 0 ? [] : [{ title: 'of these masks', align: 'right' as const }]),
  ...(inertParameters === 0 ? [] : [{ title: 'of these inert', align: 'right' as const }]),
];

const cellsOf =
  (document: Document) =>
  (row: Row): readonly string[] => [
    row.name,
    row.op,
    row.output.join('×'),
    some(row.parameters),
    ...(document.maskParameters === 0 ? [] : [some(row.maskParameters)]),
    ...(document.inertParameters === 0 ? [] : [some(row.inertParameters)]),
  ];

const some = (entries: number): string => (entries === 0 ? '' : count(entries));

const shapes = (of: Document['inputs']): string =>
  Object.entries(of)
    .map(([label, shape]) => `${label} ${shape.join('×')}`)
    .join(', ');

/** The sums below the table. */
const sums = ({ parameters, maskParameters, inertParameters }: Document): string =>
  `trained parameters ${count(parameters)}, of these masks ${count(maskParameters)}` +
  (inertParameters === 0 ? '' : `, inert ${count(inertParameters)}`);

/** Why parameters stand still: each reason once, with how many of how many parameters it is said. */
const reasons = ({ inert }: Document): readonly string[] =>
  [...new Set(inert.map(({ reason }) => reason))].map((reason) => {
    const alike = inert.filter((one) => one.reason === reason);
    return `inert ${count(alike.reduce((sum, { entries }) => sum + entries, 0))}: ${reason}`;
  });

const writers: Readonly<Record<Exclude<Format, 'json'>, (document: Document) => string>> = {
  text: (document) =>
    [
      document.name,
      `inputs   ${shapes(document.inputs)}`,
      `outputs  ${shapes(document.outputs)}`,
      '',
      table(columnsOf(document), document.layers.map(cellsOf(document))),
      '',
      sums(document),
      ...reasons(document),
    ].join('\n'),
  markdown: (document) =>
    [
      `**${document.name}**: ${shapes(document.inputs)} → ${shapes(document.outputs)}; ${sums(document)}`,
      '',
      markdownTable(columnsOf(document), document.layers.map(cellsOf(document))),
      ...reasons(document).map((line) => `\n${line}`),
    ].join('\n'),
  csv: ({ layers }) =>
    csvTable(
      ['layer', 'op', 'output', 'parameters', 'masks', 'inert'],
      layers.map((row) => [
        row.name,
        row.op,
        row.output.join('x'),
        ...[row.parameters, row.maskParameters, row.inertParameters].map(String),
      ]),
    ),
};
