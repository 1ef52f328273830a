/** `npm run bench -- SUITE`: measures a suite, prints a table or a document, and keeps the document. */
import { fileURLToPath } from 'node:url';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { backendNames, type BackendName } from '../src/backend/index.js';
import { heightByWidth, wholeNumber } from '../src/cli/numbers.js';
import { faultsText, resultText } from './harness/report.js';
import { pythonOf } from './harness/python.js';
import { runSuite, writeResult } from './harness/run.js';
import type { BenchOptions } from './harness/suite.js';
import { suites } from './suites/index.js';

interface CommandOptions {
  readonly size: { readonly height: number; readonly width: number };
  readonly filters: number;
  readonly backend: BackendName;
  readonly threads: number;
  readonly python: string;
  readonly batch?: number;
  readonly rounds?: number;
  readonly warmup?: number;
  readonly blocks: number;
  readonly poses?: number;
  readonly only?: RegExp;
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly out: string;
}

const positive = (text: string): number => {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('It is not positive.');
  return value;
};

const pattern = (text: string): RegExp => {
  try {
    return new RegExp(text, 'i');
  } catch {
    throw new InvalidArgumentError('It is not a regular expression.');
  }
};

const bench = async (name: string, given: CommandOptions): Promise<number> => {
  const suite = suites.find((one) => one.name === name)!;
  const quick = given.quick === true;
  const { standard } = suite;
  const options: BenchOptions = {
    ...given.size,
    filters: given.filters,
    backend: given.backend,
    threads: given.threads,
    python: pythonOf(given.python),
    batch: given.batch ?? standard.batch,
    rounds: given.rounds ?? (quick ? 3 : standard.rounds),
    warmup: given.warmup ?? (quick ? 1 : standard.warmup),
    blocks: given.blocks,
    poses: given.poses ?? (quick ? 4 : 32),
    ...(given.only === undefined ? {} : { only: given.only }),
  };
  const say = (text: string): void => void process.stderr.write(`${suite.name}: ${text}\n`);
  const result = await runSuite(suite, options, say);
  if (E.isLeft(result)) {
    process.stderr.write(`${faultsText(result.left)}\n`);
    return 1;
  }
  const written = await writeResult(given.out, suite, options, quick, result.right);
  if (E.isLeft(written)) {
    process.stderr.write(`${faultsText(written.left)}\n`);
    return 1;
  }
  say(`written to ${written.right}`);
  process.stdout.write(`${given.json === true ? JSON.stringify(result.right, null, 2) : resultText(result.right)}\n`); // prettier-ignore
  return 0;
};

await new Command('bench')
  .description('measure against peers; results land in bench/results')
  .addArgument(new Argument('<SUITE>', 'what is measured').choices(suites.map(({ name }) => name)))
  .option('--quick', 'few repetitions: whether it runs, not how fast')
  .option('--json', 'print the document that is kept')
  .option('--batch <n>', 'examples in a batch', positive)
  .option('--rounds <n>', 'rounds, in each of which every row runs once', positive)
  .option('--warmup <n>', 'rounds before those that count', wholeNumber)
  .option(
    '--blocks <n>',
    'times that all processes are started afresh, with as many rounds each',
    positive,
    1,
  )
  .option('--poses <n>', 'poses of the person in `stages`', positive)
  .option('--only <pattern>', 'rows whose names match, and those that they are held against', pattern)
  .option('--threads <n>', 'threads of every row', positive, 2)
  .addOption(
    new Option('--size <height>x<width>', 'size of the network')
      .argParser(heightByWidth)
      .default({ height: 128, width: 64 }, '128x64'),
  ) // prettier-ignore
  .option('--filters <n>', "width of the network's first block", positive, 128)
  .addOption(new Option('--backend <name>', 'what our rows run on').choices(backendNames).default('native'))
  .option(
    '--python <path>',
    'an interpreter or virtual environment with the peers',
    process.env['MASKSKIP_PYTHON'] ?? 'python3',
  ) // prettier-ignore
  .option('--out <folder>', 'where results are kept', fileURLToPath(new URL('results', import.meta.url)))
  .addHelpText('after', () =>
    [
      '',
      'Suites:',
      ...suites.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`),
      '',
      'Example:',
      '  npm run bench -- inference --python venv --quick',
    ].join('\n'),
  ) // prettier-ignore
  .action(async (name: string, options: CommandOptions) => {
    process.exitCode = await bench(name, options);
  })
  .parseAsync();
