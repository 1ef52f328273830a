/** `maskskip data export`: what a training is fed, as files for programs without a pose encoding of their own. */
import { Command, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { Binding, ChannelsByName, Dataset, ExportReport, Size, Split } from '../../data/index.js';
import { datasetOption, modelHelp, modelOf, sizeOption, type NamedModel, type VariationOptions } from '../model-argument.js'; // prettier-ignore
import { wholeNumber } from '../numbers.js';
import { perform, say, type OutputOptions, type Report, type World } from '../output.js';
import { bindingOf, openPeople, pictureSize } from '../people-argument.js';
import { asRecipe, recipeHelp, recipeOf } from '../recipe-argument.js';
import { count, table } from '../table.js';

interface ExportCommandOptions extends OutputOptions, VariationOptions {
  readonly data?: string;
  readonly out: string;
  readonly split: Split;
  readonly shardPairs?: number;
  readonly pairs?: number;
  readonly skipBad?: boolean;
}

/** The command. */
export const dataExportCommand = (world: World): Command => {
  const command = new Command('export')
    .description('write the tensors that a training reads, as safetensors shards with an index.json')
    .argument('<MODEL>', `${modelHelp}; or ${recipeHelp}`)
    .option('--data <folder>', 'the data set (not needed where a FILE.ts binds arrays of its own)')
    .requiredOption('--out <folder>', 'the folder to make; it must not exist yet')
    .addOption(
      new Option('--split <name>', 'which half of the set').choices(['train', 'test']).default('train'),
    )
    .addOption(datasetOption())
    .addOption(sizeOption())
    .option('--pairs <n>', 'only so many pairs, spread over the set', wholeNumber)
    .option('--shard-pairs <n>', 'pairs in a file; as many as 256 MiB hold, and 1024 at most', wholeNumber)
    .option('--skip-bad', 'go on without rows and pictures that cannot be read')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      "\nPairs stand in the set's own order, each once; a recipe that trains on mirrored pairs gets those after the others." +
        '\nThe train.py that generate --target pytorch writes reads the folder.\n' +
        '\nExample:\n  maskskip data export vdg-stage1+munet --data people --out shards/train\n' +
        '  maskskip data export recipe:pg2 --data people --split test --out shards/test',
    );
  return command.action((argument: string, options: ExportCommandOptions) =>
    perform(world, options, () =>
      exported(world, argument, options, () =>
        command.error("error: required option '--data <folder>' not specified"),
      ),
    ),
  );
};

/** What is exported: for whom, what fills each tensor, and how the pictures are read. */
interface Wanted {
  readonly name: string;
  readonly binding: Binding<ChannelsByName>;
  readonly size: Size | undefined;
  readonly mirror: boolean;
  /** The model whose inputs have to be among the tensors, where there is one. */
  readonly model?: NamedModel;
}

const exported = async (
  world: World,
  argument: string,
  options: ExportCommandOptions,
  dataIsMissing: () => never,
): Promise<E.Either<readonly Fault[], Report>> => {
  const recipe = asRecipe(argument);
  const wanted = await (recipe === undefined ? wantedByModel(argument, options) : wantedByRecipe(recipe, options)); // prettier-ignore
  if (E.isLeft(wanted)) return wanted;
  const { name, binding, size, mirror } = wanted.right;
  let dataset: Dataset | undefined;
  if (binding.tag === 'people') {
    const { data = dataIsMissing() } = options;
    // Mirrored copies are for training; a test is of the pictures as they are.
    const opened = await openPeople(size, options.split, { ...options, data, mirror: mirror && options.split === 'train' })(); // prettier-ignore
    if (E.isLeft(opened)) return opened;
    const { describeDataset, thinned } = await import('../../data/index.js');
    dataset = options.pairs === undefined ? opened.right : thinned(opened.right, options.pairs);
    dataset.warnings.forEach((one) => say(world, one.text));
    say(world, describeDataset(dataset));
  }
  const unfit = await unfitFor(wanted.right, dataset);
  if (unfit.length > 0) return E.left(unfit);
  const { exportShards } = await import('../../data/index.js');
  const { workDisplay } = await import('../work-display.js');
  const display = workDisplay(world.messages);
  const done = await exportShards({
    name,
    binding,
    ...(dataset === undefined ? {} : { dataset }),
    out: options.out,
    ...(options.shardPairs === undefined ? {} : { shardPairs: options.shardPairs }),
    skipBad: options.skipBad ?? false,
    signal: world.interruption(),
    onProgress: (pairs, total) => display.update('pairs', pairs, total),
  })();
  display.stop();
  return E.map((report: ExportReport) => ({
    json: { out: report.out, bytes: report.bytes, skipped: report.skipped.length, ...report.index },
    text: asText(report),
    warnings: report.skipped,
  }))(done);
};

/** Of a listed model its inputs, and what losses compare with; of a file that exports a binding all that it feeds. */
const wantedByModel = async (
  argument: string,
  options: ExportCommandOptions,
): Promise<E.Either<readonly Fault[], Wanted>> => {
  const named = await modelOf(argument, options)();
  if (E.isLeft(named)) return named;
  const bound = await bindingOf(named.right);
  if (E.isLeft(bound)) return bound;
  const { feedsNamed } = await import('../../data/index.js');
  const { name, elaborated, exports } = named.right;
  const binding =
    bound.right.tag === 'people' && exports?.['binding'] === undefined
      ? feedsNamed(bound.right, [...Object.keys(elaborated.inputs), 'x_b', 'mask_b'])
      : bound.right;
  const size = pictureSize(named.right, options.size);
  return E.right({ name, binding, size, mirror: false, model: named.right });
};

const wantedByRecipe = async (
  recipe: string,
  options: ExportCommandOptions,
): Promise<E.Either<readonly Fault[], Wanted>> => {
  const found = await recipeOf(recipe, options);
  return E.map(({ name, instance }: { readonly name: string; readonly instance: Omit<Wanted, 'name'> }) => ({
    name: `recipe:${name}`,
    binding: instance.binding,
    size: instance.size,
    mirror: instance.mirror,
  }))(found);
};

/** L01 for each input of the model that is not fed as it reads it. */
const unfitFor = async (
  { model, binding }: Wanted,
  dataset: Dataset | undefined,
): Promise<readonly Fault[]> => {
  if (model === undefined) return [];
  const { buildPlan } = await import('../../compile/plan/build.js');
  const { shapesOf } = await import('../../data/index.js');
  const { misfits } = await import('../../learn/fit.js');
  const plan = buildPlan(model.elaborated, { mode: 'train' });
  if (E.isLeft(plan)) return plan.left;
  return misfits(plan.right, [], shapesOf(binding, dataset?.size ?? { height: 0, width: 0 }));
};

const asText = ({ out, index, bytes }: ExportReport): string =>
  [
    `Made ${out}: ${count(index.pairs)} pairs in ${count(index.shards.length)} files, ${count(bytes)} bytes`,
    '',
    table(
      [
        { title: 'tensor', align: 'left' },
        { title: 'shape', align: 'left' },
        { title: 'held as', align: 'left' },
        { title: 'what it is', align: 'left' },
      ],
      Object.entries(index.tensors).map(([name, { shape, feed }]) => [
        name,
        shape.join('×'),
        [...new Set(index.shards.map(({ encodings }) => encodings[name] ?? ''))].join(', '),
        feed,
      ]),
    ),
  ].join('\n');
