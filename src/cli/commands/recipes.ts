/** `maskskip recipes`: how the named architectures are trained. */
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import { datasetNames, type DatasetName } from '../../models/datasets.js';
import type { Recipe, RecipeInstance } from '../../recipes/index.js';
import { perform, type OutputOptions, type Report, type World } from '../output.js';
import { count, table } from '../table.js';

/** The command. */
export const recipesCommand = (world: World): Command =>
  new Command('recipes')
    .description('list the recipes: networks, phases, steps and batches as the sources have them')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      "\nWhat 'maskskip train', 'evaluate' and 'synthesize' take as recipe:NAME.\n\nExample:\n  maskskip recipes",
    )
    .action((options: OutputOptions) => perform(world, options, listRecipes));

/** A recipe at a data set, in the JSON document. */
interface Entry {
  readonly height: number;
  readonly width: number;
  readonly mirrored: boolean;
  readonly networks: readonly string[];
  /** What the user brings, where a loss looks through a network that was trained elsewhere. */
  readonly features?: string;
  readonly picture: boolean;
  readonly phases: readonly {
    readonly name: string;
    readonly steps: number;
    readonly batchSize: number;
    readonly updates: Readonly<Record<string, number>>;
  }[];
}

const listRecipes = async (): Promise<E.Either<readonly Fault[], Report>> => {
  const { recipes } = await import('../../recipes/index.js');
  const json = recipes.map((recipe) => ({
    name: recipe.name,
    description: recipe.description,
    datasets: Object.fromEntries(
      datasetNames.map((dataset) => [dataset, entryOf(recipe.at({ dataset }))]),
    ) as Readonly<Record<DatasetName, Entry>>,
  }));
  return E.right({ json, text: asText(recipes) });
};

const entryOf = ({ size, mirror, system, features, picture }: RecipeInstance): Entry => ({
  ...size,
  mirrored: mirror,
  networks: Object.keys(system.networks),
  ...(features === undefined ? {} : { features: features.about }),
  picture: picture !== undefined,
  phases: system.phases.map(({ name, steps, batchSize, updates }) => ({
    name,
    steps,
    batchSize,
    updates: Object.fromEntries(
      updates.map((one) => (typeof one === 'string' ? [one, 1] : [one.update, one.times])),
    ),
  })),
});

/** A row for each phase; recipes with masks are those without, so one line says all of them. */
const asText = (recipes: readonly Recipe[]): string => {
  const plain = recipes.filter(({ name }) => !name.includes('+'));
  const variants = (name: string): string =>
    recipes
      .filter((one) => one.name.startsWith(`${name}+`))
      .map((one) => one.name.slice(name.length))
      .join(' ');
  const phase = (dataset: DatasetName, recipe: Recipe, index: number): string => {
    const found = recipe.at({ dataset }).system.phases[index];
    return found === undefined ? '' : `${count(found.steps)} × ${found.batchSize}`;
  };
  const rows = plain.flatMap((recipe) => {
    const { system, features } = recipe.at({ dataset: datasetNames[0]! });
    return system.phases.map(({ name }, index) => [
      index === 0 ? recipe.name : '',
      name,
      ...datasetNames.map((dataset) => phase(dataset, recipe, index)),
      index === 0 ? variants(recipe.name) : '',
      index === 0 && features !== undefined ? features.about : '',
    ]);
  });
  const left = ['recipe', 'phase', ...datasetNames, 'masks', 'weights to bring'];
  return [
    table(left.map((title) => ({ title, align: 'left' as const })), rows), // prettier-ignore
    '',
    "Steps × pairs in a batch, as in the sources. 'maskskip train recipe:NAME --data DIR --out DIR --share 1/16' trains one small.",
  ].join('\n');
};
