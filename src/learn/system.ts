/**
 * Systems: several networks, the players that move them, and the phases in which they take turns.
 *
 * A generator against its discriminator, a second stage on a frozen first one, a critic that is trained five times for
 * each step of its sampler: each is a record of networks, players, updates and phases, and nothing else. A network
 * that no player moves keeps the weights that it is given: one whose features a loss reads.
 */
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { fault, type Fault } from '../base/fault.js';
import { mapValues } from '../base/record.js';
import {
  parameterCounts,
  planOfNetworks,
  withoutGradient,
  type NetworkRuns,
  type Plan,
} from '../compile/index.js';
import { shapesOf, type Binding, type ChannelsByName, type Dataset } from '../data/index.js';
import { elaborate, type AnyModel, type Elaborated } from '../dsl/index.js';
import { add } from '../ops/elementwise.js';
import { showShape, type Value } from '../ops/value.js';
import { misfits } from './fit.js';
import type { Optimiser } from './optimisers.js';
import type { Progress } from './progress.js';
import type { StartWeights } from './train/begin.js';
import { runLoop, type LoopReport } from './train/loop.js';
import { everySteps, noDataset, optionFaults } from './train/options.js';
import { termPrefix, type Move, type Player, type Prepared, type Stretch } from './train/prepared.js';

/** What an update makes small: the sum of named terms, each a scalar, computed by running networks on values. */
export type Objective = (runs: NetworkRuns) => Readonly<Record<string, Value>>;

/** An optimiser and the networks that it alone moves. */
export interface SystemPlayer {
  readonly networks: readonly string[];
  readonly optimiser: Optimiser;
  /** After each update every parameter is clipped to ±clip (WGAN). */
  readonly clip?: number;
}

/** One kind of update. */
export interface SystemUpdate {
  readonly player: string;
  readonly objective: Objective;
  /** Numbers that change with the player's count of updates, from 1, by path. */
  readonly scalars?: (count: number) => Readonly<Record<string, number>>;
}

/** A stretch of steps that are all alike. */
export interface Phase {
  readonly name: string;
  readonly steps: number;
  readonly batchSize: number;
  /** The updates of a step, in order; each takes a batch of its own. */
  readonly updates: readonly (string | { readonly update: string; readonly times: number })[];
}

/** Networks that are trained together. */
export interface System {
  readonly name: string;
  readonly networks: Readonly<Record<string, AnyModel>>;
  readonly players: Readonly<Record<string, SystemPlayer>>;
  readonly updates: Readonly<Record<string, SystemUpdate>>;
  readonly phases: readonly Phase[];
  /** What else a resumed training must agree in: the data set, a length that schedules follow. */
  readonly agreements?: Readonly<Record<string, string>>;
}

/** What a system is trained on, and how. */
export interface TrainSystemOptions {
  readonly system: System;
  /** What feeds each input and target. */
  readonly binding: Binding<ChannelsByName>;
  /** The pairs, for a binding of feeds. */
  readonly dataset?: Dataset;
  readonly seed: number;
  /**
   * Weights to begin with in the place of drawn ones, by path: `features/block1_conv1/conv1/kernel`. Where it takes long to
   * make them, how they are made: that is carried out only where the training begins afresh.
   */
  readonly weights?: StartWeights | TE.TaskEither<readonly Fault[], StartWeights>;
  /** Where checkpoints and `metrics.jsonl` go; nothing is written without it. */
  readonly out?: string;
  /** Steps between checkpoints; the last step is always saved. 500 by default. */
  readonly checkpointEvery?: number;
  /** Steps between lines of the record. 10 by default. */
  readonly recordEvery?: number;
  /** Goes on from the newest checkpoint in `out`; a fresh start where there is none. */
  readonly resume?: boolean;
  readonly skipBad?: boolean;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** How a training of a system ended. */
export interface TrainSystemReport extends LoopReport {
  readonly name: string;
  /** Of all networks, frozen ones included. */
  readonly parameters: number;
  readonly maskParameters: number;
}

/**
 * Trains a system on the active backend, phase after phase. Exactly resumable: a checkpoint holds every network and
 * every player's memory.
 *
 * Faults: those of the models, plans, data, checkpoints and the file system; L01 a binding that does not fit, L02 a
 * checkpoint of another run, or no weights for a network that no player moves, L03 a number that is not finite, L06
 * stopped by the signal, L07 options out of range, L09 a system that contradicts itself, P10 a parameter of a player
 * that none of its updates reaches. Warnings: L05.
 *
 * @example
 * ```ts
 * const system: System = {
 *   name: 'gan',
 *   networks: { generator, critic },
 *   players: {
 *     generator: { networks: ['generator'], optimiser: adam(2e-4, { beta1: 0.5 }) },
 *     critic: { networks: ['critic'], optimiser: adam(2e-4, { beta1: 0.5 }) },
 *   },
 *   updates: {
 *     critic: {
 *       player: 'critic',
 *       objective: ({ run, read }) => ({
 *         real: term.bceWithLogits(run('critic', { x_b: read('x_b', [32, 32, 3]) })['output']!, 1),
 *         fake: term.bceWithLogits(run('critic', { x_b: run('generator')['output']! })['output']!, 0),
 *       }),
 *     },
 *     generator: {
 *       player: 'generator',
 *       objective: ({ run }) => ({
 *         fake: term.bceWithLogits(run('critic', { x_b: run('generator')['output']! })['output']!, 1),
 *       }),
 *     },
 *   },
 *   phases: [{ name: 'both', steps: 1000, batchSize: 8, updates: ['generator', 'critic'] }],
 * };
 * const report = await trainSystem({ system, binding, dataset, seed: 0, out: 'runs/gan' })();
 * ```
 */
export const trainSystem =
  (options: TrainSystemOptions): TE.TaskEither<readonly Fault[], TrainSystemReport> =>
  async () => {
    const run = { ...options, checkpointEvery: options.checkpointEvery ?? everySteps.checkpoint, recordEvery: options.recordEvery ?? everySteps.record }; // prettier-ignore
    const ready = preparedSystem(run);
    if (E.isLeft(ready)) return ready;
    const prepared = ready.right;
    const { system, ...rest } = run;
    const ended = await runLoop(prepared, {
      ...rest,
      name: system.name,
      line: ({ stretch, updates }) => ({
        phase: stretch,
        updates: mapValues(updates, ({ loss, terms, gradientNorm, rate }) => ({
          loss,
          terms,
          gradientNorm,
          rate,
        })),
      }),
    })();
    return E.map((report: LoopReport): TrainSystemReport => ({
      ...report,
      name: system.name,
      ...parameterCounts(prepared),
    }))(ended);
  };

/** The step at which a system's training ends. */
export const systemSteps = ({ phases }: System): number => phases.reduce((sum, { steps }) => sum + steps, 0);

/** The training of a system made ready. Faults: as `trainSystem`'s that are found before it begins. */
export const preparedSystem = (
  options: Pick<TrainSystemOptions, 'system' | 'binding' | 'dataset' | 'seed'> & {
    readonly checkpointEvery: number;
    readonly recordEvery: number;
  },
): E.Either<readonly Fault[], Prepared> => {
  const { system, binding, dataset } = options;
  const wrong = [...contradictions(system), ...optionFaults(numbersOf(options))];
  if (wrong.length > 0) return E.left(wrong);
  return pipe(
    elaboratedNetworks(system.networks),
    E.flatMap((networks) => preparedNetworks(system, networks)),
    E.flatMap((prepared) => {
      const size = dataset?.size ?? { height: 0, width: 0 };
      const faults = Object.values(prepared.moves).flatMap(({ plan }) =>
        misfits(plan, [], shapesOf(binding, size)),
      );
      if (binding.tag === 'people' && dataset === undefined) faults.unshift(noDataset);
      return faults.length > 0 ? E.left(distinct(faults)) : E.right(prepared);
    }),
  );
};

/** All networks elaborated, or all their faults, each with its network's name before its place. */
export const elaboratedNetworks = (
  networks: Readonly<Record<string, AnyModel>>,
): E.Either<readonly Fault[], Readonly<Record<string, Elaborated>>> => {
  const faults: Fault[] = [];
  const elaborated: Record<string, Elaborated> = {};
  for (const [name, one] of Object.entries(networks)) {
    const result = elaborate(one);
    if (E.isLeft(result)) faults.push(...result.left);
    else elaborated[name] = result.right;
  }
  return faults.length > 0 ? E.left(faults) : E.right(elaborated);
};

const preparedNetworks = (
  system: System,
  networks: Readonly<Record<string, Elaborated>>,
): E.Either<readonly Fault[], Prepared> => {
  const own: Record<string, Plan> = {};
  for (const name of Object.keys(networks)) {
    const planned = planOfNetworks(networks, 'train', ({ run }) => run(name), { whole: true });
    if (E.isLeft(planned)) return planned;
    own[name] = planned.right;
  }
  const players: Record<string, Player> = {};
  for (const [name, { networks: moved, optimiser, clip }] of Object.entries(system.players)) {
    const parameters = moved.flatMap((network) =>
      own[network]!.parameters.filter(({ role }) => role !== 'state'),
    );
    players[name] = { name, optimiser, parameters, ...(clip === undefined ? {} : { clip }) };
  }
  const moves: Record<string, Move> = {};
  for (const [name, { player, objective, scalars }] of Object.entries(system.updates)) {
    const planned = planOfNetworks(networks, 'train', (runs) => summed(objective(runs)));
    if (E.isLeft(planned)) return planned;
    const shapes = termFaults(name, planned.right);
    if (shapes.length > 0) return E.left(shapes);
    moves[name] = { name, player, plan: planned.right, ...(scalars === undefined ? {} : { scalars }) };
  }
  const dead = Object.values(players).flatMap((player) => deadIn(player, Object.values(moves)));
  if (dead.length > 0) return E.left(dead);
  const stretches = system.phases.map(({ updates, ...phase }): Stretch => ({
    ...phase,
    moves: updates.map((one) =>
      typeof one === 'string' ? { move: one, times: 1 } : { move: one.update, times: one.times },
    ),
  }));
  const moved = new Set(Object.values(system.players).flatMap((player) => player.networks));
  return E.right({
    parameters: Object.values(own).flatMap(({ parameters }) => parameters),
    brought: Object.entries(own).flatMap(([name, { parameters }]) => (moved.has(name) ? [] : parameters)),
    players,
    moves,
    stretches,
    agreements: [
      { key: 'phases', what: 'phases', value: phasesText(stretches) },
      ...Object.entries(system.agreements ?? {}).map(([what, value]) => ({
        key: `agreement/${what}`,
        what,
        value,
      })),
    ],
  });
};

/** The terms and their sum. */
const summed = (terms: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> => {
  const [first, ...rest] = Object.values(terms);
  if (first === undefined) return {};
  return {
    loss: rest.reduce(add, first),
    ...Object.fromEntries(Object.entries(terms).map(([name, value]) => [`${termPrefix}${name}`, value])),
  };
};

const termFaults = (update: string, plan: Plan): readonly Fault[] => {
  const outputs = Object.entries(plan.outputs);
  if (outputs.length === 0) return [contradiction(`update '${update}'`, 'no term', 'a term to make small', 'name one')]; // prettier-ignore
  return outputs.flatMap(([name, id]) => {
    const { shape } = plan.nodes[id]!;
    const where = `update '${update}': ${name.startsWith(termPrefix) ? `term '${name.slice(termPrefix.length)}'` : name}`;
    return shape.every((extent) => extent === 1)
      ? []
      : [contradiction(where, showShape(shape), 'one number', 'take a mean or a sum')];
  });
};

/** P10 for each parameter of a player that none of its updates reaches, save those that the model lists as inert. */
const deadIn = (player: Player, moves: readonly Move[]): readonly Fault[] => {
  const own = moves.filter((move) => move.player === player.name);
  const unreached = own.map(({ plan }) => {
    const without = new Set(withoutGradient(plan).map(({ path }) => path));
    const held = new Set(plan.parameters.map(({ path }) => path));
    return (path: string): boolean => without.has(path) || !held.has(path);
  });
  return player.parameters
    .filter(({ path, inert }) => inert === undefined && unreached.every((isDead) => isDead(path)))
    .map(({ path }) =>
      fault({
        rule: 'P10',
        where: path,
        got: 'no gradient',
        wanted: `a gradient in an update of player '${player.name}', or a reason why there is none`,
        fix: 'read what the layer gives in an objective, or declare it as unused(reason, …)',
      }),
    );
};

/* The last phase may go on for longer than it was planned to. */
const phasesText = (stretches: readonly Stretch[]): string =>
  stretches
    .map(({ name, steps, batchSize, moves }, index) => {
      const turns = moves.map(({ move, times }) => (times === 1 ? move : `${times} ${move}`)).join(', ');
      return `${name}: ${index === stretches.length - 1 ? '' : `${steps} steps of `}${turns}, batches of ${batchSize}`;
    })
    .join('; ');

const numbersOf = ({
  system,
  seed,
  checkpointEvery,
  recordEvery,
}: Parameters<typeof preparedSystem>[0]): Parameters<typeof optionFaults>[0] => [
  ['seed', seed, 0],
  ['checkpointEvery', checkpointEvery, 1],
  ['recordEvery', recordEvery, 1],
  ...system.phases.flatMap(({ name, steps, batchSize, updates }) => [
    [`phase '${name}': steps`, steps, 0] as const,
    [`phase '${name}': batchSize`, batchSize, 1] as const,
    ...updates.flatMap((one) =>
      typeof one === 'string' ? [] : [[`phase '${name}': times of '${one.update}'`, one.times, 1] as const],
    ),
  ]),
];

/** L09: names that are not declared, networks with two players, phases without updates. */
const contradictions = ({ networks, players, updates, phases }: System): readonly Fault[] => {
  const known = (where: string, got: string, among: Readonly<Record<string, unknown>>): readonly Fault[] =>
    Object.hasOwn(among, got)
      ? []
      : [contradiction(where, `'${got}'`, Object.keys(among).map((one) => `'${one}'`).join(', ') || 'nothing', 'use a name that is declared')]; // prettier-ignore
  const movers = new Map<string, string>();
  return [
    ...Object.keys({ ...networks, ...players, ...updates }).flatMap(
      (name) =>
      /^[A-Za-z][A-Za-z0-9_-]*$/.test(name)
        ? []
        : [contradiction('system', `the name '${name}'`, 'letters, digits, _ and -, a letter first', 'choose another name')], // prettier-ignore
    ),
    ...Object.entries(players).flatMap(([player, { networks: moved, clip }]) => [
      ...moved.flatMap((network) => {
        const other = movers.get(network);
        movers.set(network, player);
        return other === undefined
          ? known(`player '${player}'`, network, networks)
          : [contradiction(`network '${network}'`, `players '${other}' and '${player}'`, 'one player', 'let one player move it in several updates')]; // prettier-ignore
      }),
      ...(clip === undefined || (Number.isFinite(clip) && clip > 0)
        ? []
        : [contradiction(`player '${player}': clip`, String(clip), 'a number above 0', 'change the option')]),
    ]),
    ...Object.entries(updates).flatMap(([name, { player }]) => known(`update '${name}'`, player, players)),
    ...(phases.length === 0 ? [contradiction('phases', 'none', 'at least one', 'add a phase')] : []),
    ...phases.flatMap(({ name, updates: turns }) => [
      ...turns.flatMap((one) =>
        known(`phase '${name}'`, typeof one === 'string' ? one : one.update, updates),
      ),
      ...(turns.length === 0 ? [contradiction(`phase '${name}'`, 'no update', 'at least one', 'name the updates of a step')] : []), // prettier-ignore
    ]),
  ];
};

const contradiction = (where: string, got: string, wanted: string, fix: string): Fault =>
  fault({ rule: 'L09', where, got, wanted, fix });

const distinct = (faults: readonly Fault[]): readonly Fault[] => [
  ...new Map(faults.map((one) => [one.text, one])).values(),
];
