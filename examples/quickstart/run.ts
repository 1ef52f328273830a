/** The whole quickstart: people, backend, training, evaluation, pictures, and then all files at once. */
import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { isFaultError, type Fault } from 'maskskip';
import { meanImage } from 'maskskip/learn';
import { writeFault, writeFileAtomically } from '../../src/files/write.js';
import { contendersOf } from './contenders.js';
import { unsafeGridPicture } from './grid.js';
import { judge } from './judging.js';
import { describeMachine, startBackend, type BackendWish } from './machine.js';
import { masksPicture } from './masks.js';
import { people } from './people.js';
import { presets, type PresetName } from './presets.js';
import { reportPage } from './report.js';
import type { Results } from './results.js';
import { tableMarkdown } from './table.js';
import { trainContender, type Trained } from './training.js';

/** What is asked for. */
export interface QuickstartOptions extends BackendWish {
  readonly out: string;
  readonly seed: number;
  /** The preset; the backend's own if it is left out. */
  readonly preset: PresetName | undefined;
  /** Also trains the masks that never move. */
  readonly full: boolean;
}

/** What the run has of the world. */
export interface Surroundings {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The files that a run leaves, besides the people and the networks' folders. */
export const products = ['report.html', 'grid.png', 'masks.png', 'table.md', 'results.json'] as const;

/**
 * Runs it. The products of an earlier run go first, so that the files of a folder are always those of one run; they
 * are written at the end. Faults: those of the backend, data, training and evaluation; Q01, Q02, F01.
 */
export const quickstart =
  (options: QuickstartOptions, { say, signal }: Surroundings): TE.TaskEither<readonly Fault[], Results> =>
  async () => {
    const active = await startBackend(options, say, signal)();
    if (E.isLeft(active)) return active;
    const machine = describeMachine(active.right);
    const preset =
      presets[options.preset ?? (['native', 'webgpu'].includes(machine.backend) ? 'native' : 'wasm')];
    say(`Preset ${preset.name} on ${machine.backend} (${machine.detail}), into ${options.out}`);

    const clock = stopwatch();
    const found = await people(join(options.out, 'data'), preset, options.seed, signal)();
    if (E.isLeft(found)) return found;
    const { train, test, reused } = found.right;
    const cleared = await removeProducts(options.out);
    if (E.isLeft(cleared)) return cleared;
    const peopleSeconds = clock();

    const training = { preset, dataset: train, seed: options.seed, out: options.out, signal, say };
    const [noMask, ...others] = contendersOf(preset.network, options.full);
    const first = await trainContender(noMask, training)();
    if (E.isLeft(first)) return first;
    const trained: [Trained, ...Trained[]] = [first.right];
    for (const contender of others) {
      const one = await trainContender(contender, training)();
      if (E.isLeft(one)) return one;
      trained.push(one.right);
    }
    const trainingSeconds = clock();

    const mean = await meanImage(train)();
    if (E.isLeft(mean)) return mean;
    const verdict = await judge(trained, { preset, seed: options.seed, dataset: test, mean: mean.right })();
    if (E.isLeft(verdict)) return verdict;
    const evaluationSeconds = clock();

    const pictures = await drawn(trained, test);
    if (E.isLeft(pictures)) return pictures;
    trained.forEach((one) => one.predictor.dispose());
    const pictureSeconds = clock();

    const { network: _network, ...sizes } = preset;
    const results: Results = {
      format: 'maskskip quickstart',
      preset: sizes,
      seed: options.seed,
      machine,
      data: {
        trainImages: train.annotations.length,
        trainPairs: train.pairs.length,
        testImages: test.annotations.length,
        testPairs: test.pairs.length,
        reused,
      },
      seconds: {
        people: peopleSeconds,
        training: trainingSeconds,
        evaluation: evaluationSeconds,
        pictures: pictureSeconds,
        all: peopleSeconds + trainingSeconds + evaluationSeconds + pictureSeconds,
      },
      ...verdict.right,
    };
    return writeAll(options.out, {
      'grid.png': pictures.right.grid,
      'masks.png': pictures.right.masks,
      'table.md': tableMarkdown(results),
      'results.json': `${JSON.stringify(results, null, 1)}\n`,
      'report.html': reportPage(results, pictures.right),
    }).then(E.map(() => results));
  };

/** Seconds since the last call, or since it was made. */
const stopwatch = (): (() => number) => {
  let from = performance.now();
  return () => {
    const [before, now] = [from, performance.now()];
    from = now;
    return (now - before) / 1000;
  };
};

const drawn = async (trained: readonly Trained[], test: Parameters<typeof unsafeGridPicture>[1]) => {
  try {
    return E.right({ grid: await unsafeGridPicture(trained, test), masks: await masksPicture(trained) });
  } catch (caught) {
    if (isFaultError(caught)) return E.left(caught.faults);
    throw caught;
  }
};

const removeProducts = async (folder: string): Promise<E.Either<readonly Fault[], void>> => {
  for (const name of products) {
    const path = join(folder, name);
    try {
      await rm(path, { force: true });
    } catch (caught) {
      return E.left([writeFault(path, caught)]);
    }
  }
  return E.right(undefined);
};

const writeAll = async (
  folder: string,
  files: Readonly<Record<(typeof products)[number], string | Buffer>>,
): Promise<E.Either<readonly Fault[], void>> => {
  for (const [name, content] of Object.entries(files)) {
    const written = await writeFileAtomically(join(folder, name), content)();
    if (E.isLeft(written)) return written;
  }
  return E.right(undefined);
};
