/** `maskskip data synth`: a synthetic set of posed people. */
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { SynthReport } from '../../data/synth/index.js';
import { wholeNumber } from '../numbers.js';
import { perform, type OutputOptions, type Report, type World } from '../output.js';
import { count } from '../table.js';
import { dataExportCommand } from './data-export.js';

interface SynthOptions extends OutputOptions {
  readonly out: string;
  readonly identities: number;
  readonly testIdentities: number;
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly seed: number;
}

/** The command, with its subcommands. */
export const dataCommand = (world: World): Command =>
  new Command('data')
    .description('data sets of posed people')
    .addCommand(synthCommand(world))
    .addCommand(dataExportCommand(world));

const synthCommand = (world: World): Command =>
  new Command('synth')
    .description("render synthetic people into a new folder, in Market-1501's layout")
    .requiredOption('--out <folder>', 'the folder to make; it must not exist yet')
    .option('--identities <n>', 'people to train on', wholeNumber, 80)
    .option('--test-identities <n>', 'other people, to test with', wholeNumber, 20)
    .option('--images <n>', 'pictures of each', wholeNumber, 16)
    .option('--height <pixels>', 'height of a picture', wholeNumber, 128)
    .option('--width <pixels>', 'width of a picture', wholeNumber, 64)
    .option('--seed <n>', 'the same seed gives the same files', wholeNumber, 0)
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  maskskip data synth --out people --identities 80 --seed 1')
    .action((options: SynthOptions) => perform(world, options, () => synth(world, options)));

const synth = async (
  world: World,
  { out, identities, testIdentities, images, height, width, seed }: SynthOptions,
): Promise<E.Either<readonly Fault[], Report>> => {
  const { synthesise } = await import('../../data/synth/synthesise.js');
  const { workDisplay } = await import('../work-display.js');
  const display = workDisplay(world.messages);
  const done = await synthesise({
    out,
    identities,
    testIdentities,
    imagesPerIdentity: images,
    height,
    width,
    seed,
    signal: world.interruption(),
    onProgress: (ready, total) => display.update('pictures', ready, total),
  })();
  display.stop();
  return E.map((report: SynthReport) => ({ json: report, text: asText(report) }))(done);
};

const asText = ({ out, images, identities, pairs }: SynthReport): string =>
  [
    `Made ${out}`,
    ...(['train', 'test'] as const).map(
      (split) =>
        `  ${split.padEnd(5)}  ${count(images[split])} pictures of ${count(identities[split])} people, ` +
        `${count(pairs[split])} pairs`,
    ),
  ].join('\n');
