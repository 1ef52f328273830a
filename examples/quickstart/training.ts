/** Training one network of the comparison; all of them get the same seed, steps and pairs. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from 'maskskip';
import type { Dataset } from 'maskskip/data';
import { adam, loss, predictor, progress, train, type Predictor, type TrainReport } from 'maskskip/learn';
import type { Contender } from './contenders.js';
import { binding } from './people.js';
import { rateAt, type Preset } from './presets.js';

/** A trained network, ready to be run. */
export interface Trained {
  readonly contender: Contender;
  readonly report: TrainReport;
  readonly predictor: Predictor;
}

/** What all networks share. */
export interface TrainingOptions {
  readonly preset: Preset;
  readonly dataset: Dataset;
  readonly seed: number;
  /** The run's folder: checkpoints and record go to a folder of the network's name in it. */
  readonly out: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Trains a network from its start. Faults: those of training, and Q02 where an earlier run's files cannot go. */
export const trainContender =
  (contender: Contender, options: TrainingOptions): TE.TaskEither<readonly Fault[], Trained> =>
  async () => {
    const { preset, dataset, seed, signal } = options;
    const out = join(options.out, contender.name);
    const cleared = await clearEarlier(out)();
    if (E.isLeft(cleared)) return cleared;
    const shown = progress({
      total: preset.steps,
      stream: process.stderr,
      label: contender.title,
      every: 15,
    });
    const trained = await train({
      model: contender.network,
      name: contender.name,
      binding,
      dataset,
      loss: loss.maskL1(),
      optimiser: adam(rateAt(preset)),
      steps: preset.steps,
      batchSize: preset.batchSize,
      seed,
      out,
      progress: shown,
      signal,
    })();
    shown.stop();
    if (E.isLeft(trained)) return trained;
    // L05 says that a mask never moved: where it gets no gradient, that is what was asked for.
    trained.right.warnings
      .filter(({ rule }) => rule !== 'L05' || contender.learns)
      .forEach(({ text }) => options.say(text));
    const ready = predictor(contender.network, trained.right.weights);
    return E.map((one: Predictor) => ({ contender, report: trained.right, predictor: one }))(ready);
  };

/** Removes the checkpoints and the record of an earlier run, and nothing else that the folder may hold. */
const clearEarlier =
  (folder: string): TE.TaskEither<readonly Fault[], void> =>
  async () => {
    try {
      for (const name of await readdir(folder)) {
        if (/^(step-\d+\.safetensors|metrics\.jsonl)$/.test(name)) await rm(join(folder, name));
      }
      return E.right(undefined);
    } catch (caught) {
      if ((caught as { readonly code?: string } | null)?.code === 'ENOENT') return E.right(undefined);
      return E.left([
        fault({
          rule: 'Q02',
          where: folder,
          got: caught instanceof Error ? caught.message : String(caught),
          wanted: 'a folder whose old checkpoints can be replaced',
          fix: 'remove it, or choose another folder with --out',
        }),
      ]);
    }
  };
