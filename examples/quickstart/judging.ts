/** Evaluation on people that no network has seen: every network, both baselines, and each mask against a random one. */
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Fault } from 'maskskip';
import { initialParameters } from 'maskskip/compile';
import type { Dataset } from 'maskskip/data';
import {
  bootstrap,
  evaluate,
  predictor,
  progress,
  type BootstrapInterval,
  type EvaluationReport,
  type MethodReport,
  type Predictor,
  type Scores,
} from 'maskskip/learn';
import { gatesOf, withShuffledMasks } from './gates.js';
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

/** Evaluates all networks on the same pairs; the first of them is the one without a mask. */
export const judge =
  (trained: readonly Trained[], options: JudgingOptions): TE.TaskEither<readonly Fault[], Verdict> =>
  async () => {
    const reports: EvaluationReport[] = [];
    const networks: NetworkResults[] = [];
    for (const one of trained) {
      const report = await evaluated(one.contender.title, one.predictor, options)();
      if (E.isLeft(report)) return report;
      reports.push(report.right);
      const found = await findings(one, report.right, reports[0]!, options)();
      if (E.isLeft(found)) return found;
      networks.push(found.right);
    }
    const { copy, mean, pairs, variant } = reports[0]!;
    return E.right({
      baselines: { copy: scoresOf(copy), mean: scoresOf(mean) },
      evaluation: { pairs, variant },
      networks,
    });
  };

const findings =
  (
    { contender, report: training, predictor: ready }: Trained,
    report: EvaluationReport,
    noMask: EvaluationReport,
    options: JudgingOptions,
  ): TE.TaskEither<readonly Fault[], NetworkResults> =>
  async () => {
    const { name, title, psi, masked } = contender;
    const common = {
      name,
      title,
      psi,
      parameters: training.parameters,
      maskParameters: training.maskParameters,
      seconds: training.seconds,
      losses: training.losses,
      scores: scoresOf(report.network),
      secondsPerSample: report.secondsPerSample,
    };
    const { copy, mean } = report.differences;
    if (!masked) return E.right({ ...common, minus: { copy, mean }, gates: [] });
    const other = predictor(contender.network, withShuffledMasks(ready.plan, training.weights, options.seed));
    if (E.isLeft(other)) return other;
    const shuffled = await evaluated(`${title}, masks shuffled`, other.right, options)();
    other.right.dispose();
    if (E.isLeft(shuffled)) return shuffled;
    const against = (one: EvaluationReport): Differences =>
      differences(report.network, one.network, options.seed);
    return E.right({
      ...common,
      minus: { copy, mean, noMask: against(noMask), shuffled: against(shuffled.right) },
      gates: gatesOf(ready.plan, initialParameters(ready.plan, options.seed), training.weights),
    });
  };

const evaluated =
  (
    label: string,
    ready: Predictor,
    { preset, seed, dataset, mean }: JudgingOptions,
  ): TE.TaskEither<readonly Fault[], EvaluationReport> =>
  async () => {
    const total = Math.min(preset.pairs, dataset.pairs.length);
    const shown = progress({ total, stream: process.stderr, label, every: 15 });
    const options = { predictor: ready, binding, dataset, mean, pairs: preset.pairs, seed, progress: shown };
    const report = await evaluate(options)();
    shown.stop();
    return report;
  };

/** One method minus another, pair by pair. */
const differences = (one: MethodReport, other: MethodReport, seed: number): Differences => {
  const of = (key: keyof Scores): BootstrapInterval => {
    const perPair = one.perPair.map((scores, index) => scores[key] - other.perPair[index]![key]);
    const interval = bootstrap(perPair, { seed, resamples: 2000 });
    return E.isRight(interval) ? interval.right : { mean: NaN, low: NaN, high: NaN };
  };
  return { ssim: of('ssim'), maskSsim: of('maskSsim'), l1: of('l1') };
};

const scoresOf = ({ ssim, maskSsim, l1 }: Scores): Scores => ({ ssim, maskSsim, l1 });
