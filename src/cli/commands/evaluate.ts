/** `maskskip evaluate`: a trained model against two baselines, on the test pairs. */
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { EvaluationReport, MethodReport } from '../../learn/index.js';
import { unlessInterrupted } from '../interrupt.js';
import { ready, withLearnOptions, type TrainedOptions } from '../learn-options.js';
import { wholeNumber } from '../numbers.js';
import { perform, type Report, type World } from '../output.js';
import { openPeople } from '../people-argument.js';
import { count, table } from '../table.js';

interface EvaluateOptions extends TrainedOptions {
  readonly pairs?: number;
}

/** The command. */
export const evaluateCommand = (world: World): Command =>
  withLearnOptions(new Command('evaluate'))
    .description('SSIM, mask-SSIM and L1 of a trained model, of copying the input and of the mean picture')
    .requiredOption('--weights <path>', 'a checkpoint, or a folder of which the newest is taken')
    .requiredOption('--data <folder>', 'the data set; its test pairs are used')
    .option('--pairs <n>', 'only so many pairs, spread over the set', wholeNumber)
    .addHelpText(
      'after',
      '\nExample:\n  maskskip evaluate unet.ts --weights runs/unet --data people --pairs 200',
    )
    .action((model: string, options: EvaluateOptions) =>
      perform(world, options, () => judge(world, model, options)),
    );

const judge = async (
  world: World,
  argument: string,
  options: EvaluateOptions,
): Promise<E.Either<readonly Fault[], Report>> => {
  const prepared = await ready(argument, options);
  if (E.isLeft(prepared)) return prepared;
  const { named, predictor, binding, test, active, step } = prepared.right;
  const training = await openPeople(named, 'train', options)();
  if (E.isLeft(training)) return training;
  const { evaluate, meanImage, progress } = await import('../../learn/index.js');
  const mean = await meanImage(training.right)();
  if (E.isLeft(mean)) return mean;
  const total = Math.min(options.pairs ?? test.pairs.length, test.pairs.length);
  const shown = progress({ total, stream: world.messages, label: `${named.name} pairs` });
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
  return E.map((report: EvaluationReport) => ({
    json: { name: named.name, step, backend: active.name, ...figures(report) },
    text: `${named.name}, step ${count(step)}, on ${active.name}\n${asText(report)}`,
    warnings: test.warnings,
  }))(evaluated);
};

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
