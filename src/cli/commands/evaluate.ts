/** `maskskip evaluate`: a trained model against two baselines, on the test pairs. */
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { EvaluationReport, MethodReport } from '../../learn/index.js';
import { unlessInterrupted } from '../interrupt.js';
import { pictureOf, ready, readyRecipe, withLearnOptions, type ReadyTrained, type TrainedOptions } from '../learn-options.js'; // prettier-ignore
import { wholeNumber } from '../numbers.js';
import { perform, type Report, type World } from '../output.js';
import { openPeople } from '../people-argument.js';
import { asRecipe, refuseMisplaced } from '../recipe-argument.js';
import { count, table } from '../table.js';

interface EvaluateOptions extends TrainedOptions {
  readonly pairs?: number;
}

/** The command. */
export const evaluateCommand = (world: World): Command => {
  const command = withLearnOptions(new Command('evaluate'))
    .description('SSIM, mask-SSIM and L1 of a trained model, of copying the input and of the mean picture')
    .requiredOption('--weights <path>', 'a checkpoint, or a folder of which the newest is taken')
    .requiredOption('--data <folder>', 'the data set; its test pairs are used')
    .option('--pairs <n>', 'only so many pairs, spread over the set', wholeNumber)
    .addHelpText(
      'after',
      "\nA recipe's figures come first: its reconstruction term, how far its critics tell made from real.\n" +
        '\nExample:\n  maskskip evaluate unet.ts --weights runs/unet --data people --pairs 200\n' +
        '  maskskip evaluate recipe:pg2 --weights runs/pg2 --data people --share 1/16',
    );
  return command.action((argument: string, options: EvaluateOptions) =>
    perform(world, options, async () => {
      refuseMisplaced(command, argument, { ofModels: ['filters'], ofRecipes: ['share'] });
      const recipe = asRecipe(argument);
      if (recipe !== undefined) return judgeRecipe(world, recipe, options);
      const prepared = await ready(argument, options);
      if (E.isLeft(prepared)) return prepared;
      return E.map((report: EvaluationReport) => reported(prepared.right, report))(
        await compared(world, prepared.right, options),
      );
    }),
  );
};

/** A recipe by its figures, and by its picture where it makes one. */
const judgeRecipe = async (
  world: World,
  recipe: string,
  options: EvaluateOptions,
): Promise<E.Either<readonly Fault[], Report>> => {
  const prepared = await readyRecipe(recipe, options);
  if (E.isLeft(prepared)) return prepared;
  const { name, instance, weights, test, active, step } = prepared.right;
  const { judgeRecipe: judged } = await import('../../recipes/index.js');
  const wanted = options.pairs === undefined ? {} : { pairs: options.pairs };
  const found = await unlessInterrupted(
    world.interruption(),
    'evaluate',
    judged({ instance, weights, dataset: test, skipBad: options.skipBad ?? false, ...wanted }),
  );
  if (E.isLeft(found)) return found;
  const measured = {
    json: { name, step, backend: active.name, figures: found.right },
    text: [
      `${name}, step ${count(step)}, on ${active.name}`,
      ...Object.entries(found.right).map(([figure, value]) => `  ${figure} ${value.toPrecision(4)}`),
    ].join('\n'),
    warnings: test.warnings,
  };
  if (instance.picture === undefined) return E.right(measured);
  const picture = await pictureOf(prepared.right);
  if (E.isLeft(picture)) return picture;
  const report = await compared(world, picture.right, options);
  return E.map((one: EvaluationReport) => ({
    json: { ...measured.json, ...figures(one) },
    text: `${measured.text}\n${asText(one)}`,
    warnings: measured.warnings,
  }))(report);
};

/** The pictures of what is ready against both baselines. */
const compared = async (
  world: World,
  { name, predictor, binding, size, test }: ReadyTrained,
  options: EvaluateOptions,
): Promise<E.Either<readonly Fault[], EvaluationReport>> => {
  const training = await openPeople(size, 'train', options)();
  if (E.isLeft(training)) return training;
  const { evaluate, meanImage, progress } = await import('../../learn/index.js');
  const mean = await meanImage(training.right)();
  if (E.isLeft(mean)) return mean;
  const total = Math.min(options.pairs ?? test.pairs.length, test.pairs.length);
  const shown = progress({ total, stream: world.messages, label: `${name} pairs` });
  const evaluated = await unlessInterrupted(
    world.interruption(),
    'evaluate',
    evaluate({
      predictor,
      binding,
      dataset: test,
      mean: mean.right,
      skipBad: options.skipBad ?? false,
      progress: shown,
      ...(options.pairs === undefined ? {} : { pairs: options.pairs }),
    }),
  );
  shown.stop();
  return evaluated;
};

const reported = ({ name, step, active, test }: ReadyTrained, report: EvaluationReport): Report => ({
  json: { name, step, backend: active.name, ...figures(report) },
  text: `${name}, step ${count(step)}, on ${active.name}\n${asText(report)}`,
  warnings: test.warnings,
});

/** The report without the figures of each pair. */
const figures = (report: EvaluationReport) => ({
  ...report,
  network: means(report.network),
  copy: means(report.copy),
  mean: means(report.mean),
});

const means = ({ ssim, maskSsim, l1 }: MethodReport) => ({ ssim, maskSsim, l1 });

const asText = ({
  pairs,
  variant,
  network,
  copy,
  mean,
  differences,
  secondsPerSample,
}: EvaluationReport): string => {
  const row = (label: string, { ssim, maskSsim, l1 }: MethodReport): readonly string[] => [
    label,
    ...[ssim, maskSsim, l1].map((one) => one.toFixed(4)),
  ];
  const against = (label: string, rows: EvaluationReport['differences']['copy']): readonly string[] => [
    label,
    ...[rows.ssim, rows.maskSsim, rows.l1].map(
      ({ mean: middle, low, high }) => `${middle.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`,
    ),
  ];
  const titles = [`SSIM (${variant})`, 'mask-SSIM', 'L1'].map((title) => ({
    title,
    align: 'right' as const,
  }));
  return [
    `${count(pairs)} pairs, ${(1000 * secondsPerSample).toFixed(1)} ms each`,
    '',
    table(
      [{ title: '', align: 'left' }, ...titles],
      [
        row('network', network),
        row('copy of the input', copy),
        row('mean picture', mean),
        against('network − copy', differences.copy),
        against('network − mean', differences.mean),
      ],
    ),
    '',
    'In brackets the 95 % interval of the paired difference. SSIM: more is better; L1: less.',
  ].join('\n');
};
