/** `maskskip train`: trains a model on pairs of posed people. */
import { Command, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { Dataset } from '../../data/index.js';
import type { Loss, TrainReport } from '../../learn/index.js';
import { start, withLearnOptions, type LearnOptions } from '../learn-options.js';
import { modelOf } from '../model-argument.js';
import { decimalNumber, wholeNumber } from '../numbers.js';
import { perform, say, type Report, type World } from '../output.js';
import { bindingOf, openPeople, pictureSize } from '../people-argument.js';
import { asRecipe, refuseMisplaced } from '../recipe-argument.js';
import { count } from '../table.js';
import { ends, fell, trainingText } from '../training-report.js';
import { trainRecipe } from '../train-recipe.js';

/** What `--loss` takes: the reconstruction losses of one model. */
const lossNames = ['mask-l1', 'l1', 'enhanced-weighting-a', 'enhanced-weighting-b'] as const;
type LossName = (typeof lossNames)[number];

interface TrainOptions extends LearnOptions {
  readonly data?: string;
  readonly out: string;
  readonly steps?: number;
  readonly batch?: number;
  readonly seed: number;
  readonly features?: string;
  readonly rate: number;
  readonly loss: LossName;
  readonly deterministic?: boolean;
  readonly resume?: boolean;
  readonly checkpointEvery: number;
  readonly recordEvery: number;
}

/** The command. */
export const trainCommand = (world: World): Command => {
  const command = withLearnOptions(new Command('train'))
    .description('train a model or a recipe; checkpoints and metrics.jsonl go to a folder')
    .option('--data <folder>', 'the data set (not needed where a FILE.ts binds arrays of its own)')
    .requiredOption('--out <folder>', 'where checkpoints and the record go')
    .option(
      '--steps <n>',
      "the step at which the training ends; 1000 as a rule, a recipe's phases as long as in its source, or shares of n",
      wholeNumber,
    )
    .option('--batch <n>', 'pairs in a step; 8 as a rule, as many as in its source for a recipe', wholeNumber)
    .option('--seed <n>', 'decides the start, the order and the noise', wholeNumber, 0)
    .option('--features <file>', 'weights that a recipe reads and nobody trains, VGG-19: docs/losses.md')
    .option('--rate <number>', "Adam's learning rate, of a model", decimalNumber, 2e-4)
    .addOption(
      new Option('--loss <name>', 'what is made small, of a model')
        .choices(lossNames)
        .default('mask-l1' satisfies LossName),
    )
    .option('--deterministic', 'equal runs give equal weights, at some cost in speed')
    .option('--resume', 'go on from the newest checkpoint in --out')
    .option('--checkpoint-every <n>', 'steps between two checkpoints', wholeNumber, 500)
    .option('--record-every <n>', 'steps between two lines of the record', wholeNumber, 10)
    .addHelpText(
      'after',
      '\nA FILE.ts may export `binding`, made with bind({ … }): it then feeds the inputs and targets.\n' +
        '\nExample:\n  maskskip train unet.ts --data people --out runs/unet --steps 500 --batch 8\n' +
        '  maskskip train recipe:pg2+munet --data people --out runs/pg2 --share 1/16 --steps 2000 --batch 4',
    );
  return command.action((argument: string, options: TrainOptions) =>
    perform(world, options, () => {
      refuseMisplaced(command, argument, {
        ofModels: ['rate', 'loss', 'filters'],
        ofRecipes: ['share', 'features'],
      });
      const dataIsMissing = (): never =>
        command.error("error: required option '--data <folder>' not specified");
      const recipe = asRecipe(argument);
      if (recipe === undefined) return train(world, argument, options, dataIsMissing);
      const { data = dataIsMissing() } = options;
      return trainRecipe(world, recipe, { ...options, data });
    }),
  );
};

const train = async (
  world: World,
  argument: string,
  options: TrainOptions,
  dataIsMissing: () => never,
): Promise<E.Either<readonly Fault[], Report>> => {
  const { steps = 1000, batch = 8 } = options;
  const named = await modelOf(argument, options)();
  if (E.isLeft(named)) return named;
  named.right.elaborated.warnings.forEach((one) => say(world, one.text));
  const binding = await bindingOf(named.right);
  if (E.isLeft(binding)) return binding;
  let dataset: Dataset | undefined;
  if (binding.right.tag === 'people') {
    const { data = dataIsMissing() } = options;
    const size = pictureSize(named.right, options.size);
    const opened = await openPeople(size, 'train', { ...options, data })();
    if (E.isLeft(opened)) return opened;
    dataset = opened.right;
    dataset.warnings.forEach((one) => say(world, one.text));
  }
  const signal = world.interruption();
  const active = await start(options, options.deterministic);
  if (E.isLeft(active)) return active;
  const { describeDataset } = await import('../../data/dataset.js');
  const { adam, loss, progress, train: run } = await import('../../learn/index.js');
  const losses: Readonly<Record<LossName, () => Loss>> = {
    'mask-l1': () => loss.maskL1(),
    l1: () => loss.l1(),
    'enhanced-weighting-a': () => loss.enhancedWeighting('a'),
    'enhanced-weighting-b': () => loss.enhancedWeighting('b'),
  };
  const { name, elaborated } = named.right;
  if (dataset !== undefined) say(world, describeDataset(dataset));
  say(world, `${name} on ${active.right.name} (${active.right.detail})`);
  const shown = progress({ total: steps, stream: world.messages, label: name });
  const trained = await run({
    model: elaborated.model,
    name,
    binding: binding.right,
    ...(dataset === undefined ? {} : { dataset }),
    loss: losses[options.loss](),
    optimiser: adam(options.rate),
    steps,
    batchSize: batch,
    seed: options.seed,
    out: options.out,
    checkpointEvery: options.checkpointEvery,
    recordEvery: options.recordEvery,
    resume: options.resume ?? false,
    skipBad: options.skipBad ?? false,
    progress: shown,
    signal,
  })();
  shown.stop();
  return E.map((report: TrainReport) => ({
    json: { ...figures(report), backend: active.right.name },
    text: asText(report, active.right.name),
    warnings: report.warnings,
  }))(trained);
};

/** The report without its arrays. */
const figures = ({ weights: _weights, losses, ...report }: TrainReport) => ({
  ...report,
  loss: ends(losses),
});

const asText = (report: TrainReport, backend: string): string => {
  const { name, losses, parameters, maskParameters } = report;
  return trainingText(name, backend, report, [
    `  trained parameters ${count(parameters)}, of these masks ${count(maskParameters)}`,
    ...(losses.length === 0 ? [] : [`  loss ${fell(losses)}`]),
  ]);
};
