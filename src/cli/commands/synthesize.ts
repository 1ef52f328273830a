/** `maskskip synthesize`: pictures of what a trained model makes, beside what it was given and the truth. */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../../base/fault.js';
import type { Judged, Predictor } from '../../learn/index.js';
import type { EncodedOnce } from '../../run/index.js';
import { interrupted } from '../interrupt.js';
import { ready, readyCompiled, withLearnOptions, type Ready, type TrainedOptions } from '../learn-options.js';
import { wholeNumber } from '../numbers.js';
import { perform, type Report, type World } from '../output.js';
import { refuseMisplaced } from '../recipe-argument.js';
import { strip, stripName } from '../strip.js';
import { count } from '../table.js';

interface SynthesizeOptions extends Omit<TrainedOptions, 'weights'> {
  readonly weights?: string;
  readonly compiled?: string;
  readonly out: string;
  readonly pairs: number;
}

/** The command. */
export const synthesizeCommand = (world: World): Command => {
  const command = withLearnOptions(new Command('synthesize'))
    .description('write PNGs: input, skeleton of the wanted pose, what the model makes, truth, side by side')
    .option('--weights <path>', 'a checkpoint, or a folder of which the newest is taken')
    .addOption(
      new Option(
        '--compiled <folder>',
        'what maskskip compile wrote, in the place of weights; with stages x_a,p_a/p_b a person is encoded once',
      ).conflicts('weights'),
    )
    .requiredOption('--data <folder>', 'the data set; its test pairs are used')
    .requiredOption('--out <folder>', 'the folder to make; it must not exist yet')
    .option('--pairs <n>', 'so many pairs, spread over the set', wholeNumber, 16)
    .addHelpText(
      'after',
      '\nExample:\n  maskskip synthesize unet.ts --weights runs/unet --data people --out pictures --pairs 8\n' +
        '  maskskip synthesize unet.ts --compiled web/model --data people --out pictures',
    );
  return command.action((argument: string, options: SynthesizeOptions) =>
    perform(world, options, () => {
      refuseMisplaced(command, argument, { ofModels: ['filters', 'compiled'], ofRecipes: ['share'] });
      return synthesize(world, argument, options);
    }),
  );
};

const synthesize = async (
  world: World,
  argument: string,
  options: SynthesizeOptions,
): Promise<E.Either<readonly Fault[], Report>> => {
  const prepared = await prepare(argument, options);
  if (E.isLeft(prepared)) return prepared;
  const { writeFolderAtomically } = await import('../../files/write.js');
  const signal = world.interruption();
  const written = await writeFolderAtomically(
    options.out,
    (folder) => () => writeStrips(folder, prepared.right, options, signal),
  )();
  return E.map((pairs: readonly Written[]) => ({
    json: { out: options.out, backend: prepared.right.active.name, ...encodings(prepared.right), pairs },
    text: `Made ${count(pairs.length)} pictures in ${options.out}: input, wanted pose, made, truth`,
    warnings: prepared.right.test.warnings,
  }))(written);
};

/** From weights or from a compiled folder. Fault U12 where neither is given. */
const prepare = async (
  argument: string,
  { weights, compiled, ...options }: SynthesizeOptions,
): Promise<E.Either<readonly Fault[], Ready<Predictor | EncodedOnce>>> => {
  if (compiled !== undefined) return readyCompiled(argument, { ...options, compiled });
  if (weights !== undefined) return ready(argument, { ...options, weights });
  return E.left([
    fault({
      rule: 'U12',
      where: 'synthesize',
      got: 'neither --weights nor --compiled',
      wanted: 'one of them',
      fix: 'give --weights RUN, or --compiled FOLDER',
    }),
  ]);
};

/** How often the first stage was computed, where there are stages. */
const encodings = ({ predictor }: Ready<Predictor | EncodedOnce>): { readonly encoded?: number } =>
  'encoded' in predictor && predictor.encoded() > 0 ? { encoded: predictor.encoded() } : {};

interface Written {
  readonly file: string;
  readonly source: string;
  readonly target: string;
}

/** The name under which the skeleton is fed; no network reads it. */
const skeletonFeed = 'synthesize/skeleton';

const writeStrips = async (
  folder: string,
  { predictor, binding, test }: Ready<Predictor | EncodedOnce>,
  { pairs, skipBad = false, out }: SynthesizeOptions,
  signal: AbortSignal,
): Promise<E.Either<readonly Fault[], readonly Written[]>> => {
  const { pngOf, pose, skeleton } = await import('../../data/index.js');
  const { judged, toUint8 } = await import('../../learn/index.js');
  const { writeFileAtomically } = await import('../../files/write.js');
  const { height, width } = test.size;
  const fed = { ...binding, feeds: { ...binding.feeds, [skeletonFeed]: pose('target', skeleton(2)) } };
  const picture = ({ arrays, source, made, truth }: Judged): Promise<Uint8Array> => {
    const wanted = toUint8(arrays[skeletonFeed]?.data ?? new Float32Array(source.length));
    const rgb = strip([source, wanted, made, truth], { height, width });
    return pngOf(rgb, { height, width: 4 * width });
  };
  const mean = new Float32Array(0);
  const written: Written[] = [];
  for await (const batch of judged({ predictor, binding: fed, dataset: test, mean, pairs, skipBad })) {
    for (const pair of batch.pairs) {
      if (signal.aborted) return E.left([interrupted(out)]);
      const file = stripName(written.length + 1, pair.names);
      const saved = await writeFileAtomically(join(folder, file), await picture(pair))();
      if (E.isLeft(saved)) return saved;
      written.push({ file, source: pair.names[0] ?? '', target: pair.names[1] ?? '' });
    }
  }
  return E.right(written);
};
