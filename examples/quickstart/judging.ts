/** Evaluation on people that no network has seen: every network, both baselines, and each mask against a random one. */
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { isFaultError, type Fault } from 'maskskip';
import { initialParameters } from 'maskskip/compile';
import type { Dataset } from 'maskskip/data';
import {
  bootstrap,
  evaluate,
  judged,
  predictor,
  progress,
  score,
  type BootstrapInterval,
  type EvaluationReport,
  type Predictor,
  type Progress,
  type Scores,
} from 'maskskip/learn';
import { gatesOf, withShuffledMasks } from './gates.js';
import { meanOf } from './markup.js';
import { binding } from './people.js';
import type { Preset } from './presets.js';
import type { Differences, NetworkResults, Results } from './results.js';
import type { Trained } from './training.js';

/** What the evaluation found. */
export type Verdict = Pick<Results, 'baselines' | 'evaluation' | 'networks'>;

/** What is needed to judge. */
export interface JudgingOptions {
  readonly preset: Preset;
  readonly seed: number;
  readonly dataset: Dataset;
  /** The mean training image. */
  readonly mean: Float32Array;
}

/** A network's figures pair by pair. */
interface Scored {
  readonly perPair: readonly Scores[];
  readonly secondsPerSample: number;
}

/** Evaluates all networks on the same pairs; the first of them is the one without a mask. */
export const judge =
  (
    [first, ...others]: readonly [Trained, ...Trained[]],
    options: JudgingOptions,
  ): TE.TaskEither<readonly Fault[], Verdict> =>
  async () => {
    const base = await withProgress(first.contender.title, options, (shown) =>
      evaluate({ ...common(first.predictor, options), seed: options.seed, progress: shown })(),
    );
    if (E.isLeft(base)) return base;
    const { network, copy, mean, pairs, variant, secondsPerSample } = base.right;
    const noMask = { perPair: network.perPair, secondsPerSample };
    const networks = [findings(first, noMask, base.right, options)];
    for (const one of others) {
      const scored = await scoresOf(one.contender.title, one.predictor, base.right, options);
      if (E.isLeft(scored)) return scored;
      const shuffled = await shuffledScores(one, base.right, options);
      if (E.isLeft(shuffled)) return shuffled;
      networks.push(findings(one, scored.right, base.right, options, shuffled.right));
    }
    return E.right({
      baselines: { copy: meanScores(copy.perPair), mean: meanScores(mean.perPair) },
      evaluation: { pairs, variant },
      networks,
    });
  };

const findings = (
  { contender: { name, title, psi }, report, predictor: { plan } }: Trained,
  { perPair, secondsPerSample }: Scored,
  base: EvaluationReport,
  { seed }: JudgingOptions,
  shuffled?: Scored,
): NetworkResults => {
  const minus = (other: readonly Scores[]): Differences => differences(perPair, other, seed);
  return {
    name,
    title,
    psi,
    parameters: report.parameters,
    maskParameters: report.maskParameters,
    seconds: report.seconds,
    losses: report.losses,
    scores: meanScores(perPair),
    secondsPerSample,
    minus: {
      copy: minus(base.copy.perPair),
      mean: minus(base.mean.perPair),
      ...(shuffled === undefined
        ? {}
        : { noMask: minus(base.network.perPair), shuffled: minus(shuffled.perPair) }),
    },
    gates: gatesOf(plan, initialParameters(plan, seed), report.weights),
  };
};

/** The same network with the entries of each of its masks in random order. */
const shuffledScores = async (
  { contender, report, predictor: { plan } }: Trained,
  base: EvaluationReport,
  options: JudgingOptions,
): Promise<E.Either<readonly Fault[], Scored>> => {
  const shuffled = predictor(contender.network, withShuffledMasks(plan, report.weights, options.seed));
  if (E.isLeft(shuffled)) return shuffled;
  try {
    return await scoresOf(`${contender.title}, masks shuffled`, shuffled.right, base, options);
  } finally {
    shuffled.right.dispose();
  }
};

/** Scores a network on the pairs of `base`; the baselines on these pairs are known already. */
const scoresOf = (
  label: string,
  ready: Predictor,
  base: EvaluationReport,
  options: JudgingOptions,
): Promise<E.Either<readonly Fault[], Scored>> =>
  withProgress(label, options, async (shown) => {
    const size = { ...options.dataset.size, channels: 3 };
    const perPair: Scores[] = [];
    const seconds: number[] = [];
    try {
      for await (const batch of judged(common(ready, options))) {
        seconds.push(batch.seconds / batch.pairs.length);
        for (const { truth, made, mask } of batch.pairs) {
          const one = score(truth, made, mask, size, base.variant);
          if (E.isLeft(one)) return one;
          perPair.push(one.right);
        }
        shown.update(perPair.length);
      }
    } catch (caught) {
      if (isFaultError(caught)) return E.left(caught.faults);
      throw caught;
    }
    const inOrder = seconds.toSorted((a, b) => a - b);
    return E.right({ perPair, secondsPerSample: inOrder[Math.floor(inOrder.length / 2)] ?? 0 });
  });

const common = (ready: Predictor, { preset, dataset, mean }: JudgingOptions) => ({
  predictor: ready,
  binding,
  dataset,
  mean,
  pairs: preset.pairs,
});

const withProgress = async <A>(
  label: string,
  { preset, dataset }: JudgingOptions,
  work: (shown: Progress) => Promise<A>,
): Promise<A> => {
  const total = Math.min(preset.pairs, dataset.pairs.length);
  const shown = progress({ total, stream: process.stderr, label: `${label}, evaluation`, every: 15 });
  const done = await work(shown);
  shown.stop();
  return done;
};

/** One method minus another, pair by pair. */
const differences = (one: readonly Scores[], other: readonly Scores[], seed: number): Differences => {
  const of = (key: keyof Scores): BootstrapInterval => {
    const interval = bootstrap(
      one.map((scores, index) => scores[key] - other[index]![key]),
      { seed, resamples: 2000 },
    );
    return E.isRight(interval) ? interval.right : { mean: NaN, low: NaN, high: NaN };
  };
  return { ssim: of('ssim'), maskSsim: of('maskSsim'), l1: of('l1') };
};

const meanScores = (perPair: readonly Scores[]): Scores => ({
  ssim: meanOf(perPair.map(({ ssim }) => ssim)),
  maskSsim: meanOf(perPair.map(({ maskSsim }) => maskSsim)),
  l1: meanOf(perPair.map(({ l1 }) => l1)),
});
