/** `maskskip models`: the named architectures and their sizes. */
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { DatasetName } from '../../models/index.js';
import { datasetNames } from '../../models/datasets.js';
import { perform, type OutputOptions, type Report, type World } from '../output.js';
import { planOfModel } from '../plan-of.js';
import { count, table } from '../table.js';

/** The command. */
export const modelsCommand = (world: World): Command =>
  new Command('models')
    .description('list the named models with their trained parameters at each data set')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  maskskip models')
    .action((options: OutputOptions) => perform(world, options, listModels));

interface Counts {
  readonly parameters: number;
  readonly maskParameters: number;
}

/** An entry of the JSON document. */
interface Entry {
  readonly name: string;
  readonly datasets: Readonly<Record<DatasetName, Counts>>;
}

const listModels = async (): Promise<E.Either<readonly Fault[], Report>> => {
  const { models } = await import('../../models/index.js');
  const { parameterCounts } = await import('../../compile/plan/plan.js');
  const entries: Entry[] = [];
  for (const { name, at } of models) {
    const market = await planOfModel(at['market-1501']());
    if (E.isLeft(market)) return market;
    const fashion = await planOfModel(at.deepfashion());
    if (E.isLeft(fashion)) return fashion;
    const datasets = {
      'market-1501': parameterCounts(market.right),
      deepfashion: parameterCounts(fashion.right),
    };
    entries.push({ name, datasets });
  }
  return E.right({ json: entries, text: asTable(entries) });
};

const asTable = (entries: readonly Entry[]): string =>
  table(
    [
      { title: 'model', align: 'left' },
      ...datasetNames.flatMap((dataset) => [
        { title: dataset, align: 'right' as const },
        { title: 'of these masks', align: 'right' as const },
      ]),
    ],
    entries.map(({ name, datasets }) => [
      name,
      ...datasetNames.flatMap((dataset) => [
        count(datasets[dataset].parameters),
        count(datasets[dataset].maskParameters),
      ]),
    ]),
  );
