/** `maskskip summary`: the layers of a model, their output shapes and trained parameters. */
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { Plan } from '../../compile/plan/plan.js';
import {
  datasetOption,
  modelHelp,
  modelOf,
  filtersOption,
  sizeOption,
  type VariationOptions,
} from '../model-argument.js';
import { perform, type OutputOptions, type Report, type World } from '../output.js';
import { planOfElaborated } from '../plan-of.js';
import { count, table } from '../table.js';

type SummaryOptions = OutputOptions & VariationOptions;

/** The command. */
export const summaryCommand = (world: World): Command =>
  new Command('summary')
    .description("print a model's layers with their outputs (height×width×channels) and trained parameters")
    .argument('<MODEL>', modelHelp)
    .addOption(datasetOption())
    .addOption(sizeOption())
    .addOption(filtersOption())
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  maskskip summary vdg-stage1+munet --dataset market-1501')
    .action((model: string, options: SummaryOptions) =>
      perform(world, options, () => summarise(model, options)),
    );

const summarise = async (
  argument: string,
  options: SummaryOptions,
): Promise<E.Either<readonly Fault[], Report>> => {
  const named = await modelOf(argument, options)();
  if (E.isLeft(named)) return named;
  const plan = await planOfElaborated(named.right.elaborated);
  if (E.isLeft(plan)) return plan;
  const { parameterCounts } = await import('../../compile/plan/plan.js');
  const document = {
    name: named.right.name,
    ...parameterCounts(plan.right),
    layers: plan.right.layers.map(({ path, op, output, parameters }) => ({
      name: path,
      op,
      output: output.slice(1),
      parameters,
    })),
  };
  return E.right({ json: document, text: asText(document, plan.right) });
};

interface Document {
  readonly name: string;
  readonly parameters: number;
  readonly maskParameters: number;
  readonly layers: readonly {
    readonly name: string;
    readonly op: string;
    readonly output: readonly (number | string)[];
    readonly parameters: number;
  }[];
}

const asText = ({ name, parameters, maskParameters, layers }: Document, plan: Plan): string => {
  const shapes = (shapes: readonly (readonly [string, readonly (number | string)[]])[]): string =>
    shapes.map(([label, shape]) => `${label} ${shape.slice(1).join('×')}`).join(', ');
  const inputs = Object.entries(plan.inputs).map(([label, { shape }]) => [label, shape] as const);
  const outputs = Object.entries(plan.outputs).map(
    ([label, id]) => [label, plan.nodes[id]?.shape ?? []] as const,
  );
  const rows = layers.map((one) => [
    one.name,
    one.op,
    one.output.join('×'),
    one.parameters === 0 ? '' : count(one.parameters),
  ]);
  return [
    name,
    `inputs   ${shapes(inputs)}`,
    `outputs  ${shapes(outputs)}`,
    '',
    table(
      [
        { title: 'layer', align: 'left' },
        { title: 'op', align: 'left' },
        { title: 'output', align: 'left' },
        { title: 'parameters', align: 'right' },
      ],
      rows,
    ),
    '',
    `trained parameters ${count(parameters)}, of these masks ${count(maskParameters)}`,
  ].join('\n');
};
