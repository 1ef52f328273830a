/** `maskskip models`: the named architectures and their sizes. */
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { Plan } from '../../compile/plan/plan.js';
import type { ListedModel } from '../../models/index.js';
import { byDataset, datasetNames, type ByDataset, type DatasetName } from '../../models/datasets.js';
import { perform, type OutputOptions, type Report, type World } from '../output.js';
import { inertIn } from '../inert.js';
import { planOfModel } from '../plan-of.js';
import { count, table } from '../table.js';

/** The command. */
export const modelsCommand = (world: World): Command =>
  new Command('models')
    .description('list the named models with their trained parameters at each data set')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nMODEL+munet, MODEL+munet-o and MODEL+munet-g have masks on their skips.\n\nExample:\n  maskskip models',
    )
    .action((options: OutputOptions) => perform(world, options, listModels));

interface Counts {
  readonly parameters: number;
  readonly maskParameters: number;
  readonly inertParameters: number;
}

/** An entry of the JSON document. */
interface Entry {
  readonly name: string;
  /** The system that the network belongs to: `pg2` of `pg2-g1+munet`. */
  readonly system: string;
  readonly description: string;
  /** Which masks stand on its skips; `null` where none do. */
  readonly masks: string | null;
  readonly datasets: ByDataset<Counts>;
}

const listModels = async (): Promise<E.Either<readonly Fault[], Report>> => {
  const { models } = await import('../../models/index.js');
  const entries: Entry[] = [];
  for (const listed of models) {
    const counted = new Map<DatasetName, Counts>();
    for (const dataset of datasetNames) {
      const counts = await countsOf(listed, dataset);
      if (E.isLeft(counts)) return counts;
      counted.set(dataset, counts.right);
    }
    const { name, description } = listed;
    entries.push({
      name,
      system: name.split(/[-+]/, 1)[0]!,
      description,
      masks: name.split('+')[1] ?? null,
      datasets: byDataset((dataset) => counted.get(dataset)!),
    });
  }
  return E.right({ json: entries, text: asText(entries) });
};

const countsOf = async (
  { at, inert }: ListedModel,
  dataset: DatasetName,
): Promise<E.Either<readonly Fault[], Counts>> => {
  const { parameterCounts } = await import('../../compile/plan/plan.js');
  const plan = await planOfModel(at[dataset]());
  return E.map((one: Plan) => ({
    ...parameterCounts(one),
    inertParameters: inertIn(one, inert).reduce((sum, { entries }) => sum + entries, 0),
  }))(plan);
};

/** Systems apart, and a word on the masks. */
const asText = (entries: readonly Entry[]): string => {
  const cells = ({ name, datasets }: Entry): readonly string[] => [
    name,
    ...datasetNames.flatMap((dataset) => {
      const { parameters, maskParameters } = datasets[dataset];
      return [count(parameters), maskParameters === 0 ? '' : count(maskParameters)];
    }),
  ];
  const rows = entries.flatMap((entry, i) =>
    i > 0 && entry.system !== entries[i - 1]!.system ? [[], cells(entry)] : [cells(entry)],
  );
  const columns = [
    { title: 'model', align: 'left' as const },
    ...datasetNames.flatMap((dataset) => [
      { title: dataset, align: 'right' as const },
      { title: 'of these masks', align: 'right' as const },
    ]),
  ];
  return [
    table(columns, rows),
    '',
    'Trained parameters. Masks on the skips: +munet one value per pixel and channel, +munet-o per pixel, +munet-g per 2×2 cell.',
  ].join('\n');
};
