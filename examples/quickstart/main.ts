/**
 * The quickstart: trains No-mask and mUNet on synthetic people within minutes and leaves a page that compares them.
 *
 * `npm run quickstart`, or `npm run quickstart -- --native` for the faster backend; `-- --help` tells the rest.
 */
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { backendNames, type BackendName } from 'maskskip/backend';
import { duration } from './markup.js';
import { presetNames, type PresetName } from './presets.js';
import { quickstart } from './run.js';
import { scoreTable } from './table.js';

interface Options {
  readonly native?: boolean;
  readonly backend?: BackendName;
  readonly out: string;
  readonly seed: number;
  readonly preset?: PresetName;
  readonly full?: boolean;
}

const wholeNumber = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It is not a whole number.');
  return Number(text);
};

const command = new Command('quickstart')
  .description('train No-mask and mUNet on synthetic people and compare them on a page')
  .addOption(
    new Option('--native', 'install the native backend first, if it is not there').conflicts('backend'),
  )
  .addOption(
    new Option('--backend <name>', 'default: native where it is installed, else wasm').choices(backendNames),
  )
  .option(
    '--out <folder>',
    'where everything goes; an earlier run in it is replaced, its people are used again',
    'out/quickstart',
  )
  .option('--seed <n>', 'decides people, starts and order', wholeNumber, 0)
  .addOption(new Option('--preset <name>', "default: the backend's").choices(presetNames))
  .option('--full', 'also train masks that get no gradient')
  .parse();

const options = command.opts<Options>();
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const controller = new AbortController();
// The first interrupt lets a training end between two steps; the second ends the process.
process.once('SIGINT', () => controller.abort());

const outcome = await quickstart(
  {
    native: options.native ?? false,
    backend: options.backend,
    out: options.out,
    seed: options.seed,
    preset: options.preset,
    full: options.full ?? false,
  },
  { say, signal: controller.signal },
)();
if (E.isLeft(outcome)) {
  outcome.left.forEach(({ text }) => say(text));
  process.exitCode = controller.signal.aborted ? 130 : 1;
} else {
  const { header, rows } = scoreTable(outcome.right);
  for (const [name = '', ...figures] of [header, ...rows]) {
    console.log(name.padEnd(26), ...figures.slice(0, 3).map((one) => one.padStart(12)));
  }
  console.log(`\n${duration(outcome.right.seconds.all)} in all; see ${join(options.out, 'report.html')}`);
}
