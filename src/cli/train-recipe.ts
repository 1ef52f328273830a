/** `maskskip train recipe:NAME`: several networks, phase after phase. */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Fault } from '../base/fault.js';
import type { Phase, Progress, TrainSystemReport } from '../learn/index.js';
import { start, type LearnOptions } from './learn-options.js';
import { say, type Report, type World } from './output.js';
import { openPeople } from './people-argument.js';
import { recipeOf, type NamedRecipe } from './recipe-argument.js';
import { count } from './table.js';
import { ends, fell, trainingText } from './training-report.js';

/** What a training of a recipe is given; what is left out is the source's. */
export interface TrainRecipeOptions extends LearnOptions {
  readonly data: string;
  readonly out: string;
  readonly steps?: number;
  readonly batch?: number;
  readonly seed: number;
  readonly features?: string;
  readonly deterministic?: boolean;
  readonly resume?: boolean;
  readonly checkpointEvery: number;
  readonly recordEvery: number;
}

/** Trains the recipe of a name, cheap things first. */
export const trainRecipe = async (
  world: World,
  name: string,
  options: TrainRecipeOptions,
): Promise<E.Either<readonly Fault[], Report>> => {
  const found = await recipeOf(name, options);
  if (E.isLeft(found)) return found;
  const { instance } = found.right;
  const { broughtWeights, startedWeights } = await import('../recipes/index.js');
  // A training that goes on has all weights in its checkpoint; a fresh one is told at once if a file is missing.
  const reading = broughtWeights(instance, options.features);
  const read = options.resume === true ? undefined : await reading();
  if (read !== undefined && E.isLeft(read)) return read;
  const brought: typeof reading = read === undefined ? reading : TE.fromEither(read);
  const opened = await openPeople(instance.size, 'train', { ...options, mirror: instance.mirror })();
  if (E.isLeft(opened)) return opened;
  const dataset = opened.right;
  dataset.warnings.forEach((one) => say(world, one.text));
  const signal = world.interruption();
  const active = await start(options, options.deterministic);
  if (E.isLeft(active)) return active;
  const { describeDataset } = await import('../data/dataset.js');
  const { progress, systemSteps, trainSystem } = await import('../learn/index.js');
  say(world, describeDataset(dataset));
  say(world, `${name} on ${active.right.name} (${active.right.detail})`);
  told(found.right).forEach((line) => say(world, line));
  const skipBad = options.skipBad ?? false;
  const weights = pipe(
    brought,
    TE.flatMap((given) => startedWeights({ instance, dataset, seed: options.seed, weights: given, skipBad })),
  );
  const shown = progress({ total: systemSteps(instance.system), stream: world.messages, label: name });
  const trained = await trainSystem({
    system: instance.system,
    binding: instance.binding,
    dataset,
    weights,
    seed: options.seed,
    out: options.out,
    checkpointEvery: options.checkpointEvery,
    recordEvery: options.recordEvery,
    resume: options.resume ?? false,
    skipBad,
    progress: inPhases(shown, instance.system.phases),
    signal,
  })();
  shown.stop();
  return E.map((report: TrainSystemReport) => ({
    json: { ...figures(name, report), backend: active.right.name },
    text: asText(name, report, active.right.name),
    warnings: report.warnings,
  }))(trained);
};

/** A line for each phase, before it all begins. */
const told = ({ instance }: NamedRecipe): readonly string[] =>
  instance.system.phases.map(({ name, steps, batchSize, updates }) => {
    const turns = updates.map((one) => (typeof one === 'string' ? one : `${one.times} ${one.update}`));
    return `  ${name}: ${count(steps)} steps of ${turns.join(', ')}, batches of ${batchSize}`;
  });

/** Progress that says in which phase a step is, where there are several. */
const inPhases = (shown: Progress, phases: readonly Phase[]): Progress => {
  if (phases.length === 1) return shown;
  const lasts = phases.map((_, i) => phases.slice(0, i + 1).reduce((sum, { steps }) => sum + steps, 0));
  return {
    ...shown,
    update: (step, fields) => {
      const at = phases[lasts.findIndex((end) => step <= end)];
      shown.update(step, { ...(at === undefined ? {} : { phase: at.name }), ...fields });
    },
  };
};

/** The report without its arrays: of each update how often it came, its loss and its terms, first and last. */
const figures = (
  name: string,
  { weights: _weights, curves, name: _system, ...report }: TrainSystemReport,
) => ({
  name,
  ...report,
  updates: Object.fromEntries(
    Object.entries(curves).map(([update, { losses, terms }]) => [
      update,
      {
        times: losses.length,
        loss: ends(losses),
        terms: Object.fromEntries(Object.entries(terms).map(([term, values]) => [term, ends(values)])),
      },
    ]),
  ),
});

const asText = (name: string, report: TrainSystemReport, backend: string): string => {
  const { curves, parameters, maskParameters } = report;
  return trainingText(name, backend, report, [
    `  parameters of all networks ${count(parameters)}, of these masks ${count(maskParameters)}`,
    ...Object.entries(curves).flatMap(([update, { losses, terms }]) => [
      `  ${update}, ${count(losses.length)} times: loss ${fell(losses)}`,
      ...(Object.keys(terms).length < 2
        ? []
        : Object.entries(terms).map(([term, values]) => `    ${term} ${fell(values)}`)),
    ]),
  ]);
};
