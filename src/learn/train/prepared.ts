/**
 * A training made ready: what is held in memory, who moves it, and in which order.
 *
 * One network with one loss is the simplest case; a generator and its critic are two players that take turns.
 */
import type { Plan, PlanParameter } from '../../compile/index.js';
import type { Optimiser } from '../optimisers.js';

/** An optimiser and the parameters that it alone moves. */
export interface Player {
  readonly name: string;
  readonly optimiser: Optimiser;
  readonly parameters: readonly PlanParameter[];
  /** After each update every entry is clipped to ±clip (WGAN). */
  readonly clip?: number;
}

/** What stands before the name of a loss's term among a plan's outputs. */
export const termPrefix = 'term/';

/** One kind of update: a plan with the scalar output `loss`, and the player that makes it small. */
export interface Move {
  readonly name: string;
  readonly player: string;
  /** Its outputs `loss` and `term/…` are recorded. */
  readonly plan: Plan;
  /** Numbers that change with the player's count of updates, from 1, by path. */
  readonly scalars?: (count: number) => Readonly<Record<string, number>>;
}

/** A stretch of steps that are all alike. */
export interface Stretch {
  readonly name: string;
  readonly steps: number;
  readonly batchSize: number;
  /** The moves of a step, in order; each takes a batch of its own, `times` times over. */
  readonly moves: readonly { readonly move: string; readonly times: number }[];
}

/** What a checkpoint must agree in with the run that goes on from it. */
export interface Agreement {
  readonly key: string;
  readonly what: string;
  readonly value: string;
}

/** A training made ready. */
export interface Prepared {
  /** All parameters and state, frozen networks' included. */
  readonly parameters: readonly PlanParameter[];
  /** Those of networks that no player moves: a fresh start has to be given them. */
  readonly brought?: readonly PlanParameter[];
  readonly players: Readonly<Record<string, Player>>;
  readonly moves: Readonly<Record<string, Move>>;
  readonly stretches: readonly Stretch[];
  readonly agreements: readonly Agreement[];
}

/** The step at which a training ends. */
export const lastStep = ({ stretches }: Prepared): number =>
  stretches.reduce((sum, { steps }) => sum + steps, 0);

/** The stretch in which step `step` (from 0) lies, and how many of its steps come before; `undefined` at the end. */
export const placeOf = (
  { stretches }: Prepared,
  step: number,
): { readonly index: number; readonly stretch: Stretch; readonly before: number } | undefined => {
  let before = step;
  for (const [index, stretch] of stretches.entries()) {
    if (before < stretch.steps) return { index, stretch, before };
    before -= stretch.steps;
  }
  return undefined;
};

/** The batches that so many steps of a stretch take. */
export const batchesOf = ({ moves }: Stretch, steps: number): number =>
  steps * moves.reduce((sum, { times }) => sum + times, 0);

/** The updates that a player has made after so many steps. */
export const countOf = ({ stretches, moves }: Prepared, player: string, step: number): number => {
  let rest = step;
  let count = 0;
  for (const stretch of stretches) {
    const steps = Math.min(rest, stretch.steps);
    const own = stretch.moves.filter(({ move }) => moves[move]!.player === player);
    count += steps * own.reduce((sum, { times }) => sum + times, 0);
    rest -= steps;
  }
  return count;
};

/** The updates of all players after so many steps. */
export const updatesOf = (prepared: Prepared, step: number): number =>
  Object.keys(prepared.players).reduce((sum, player) => sum + countOf(prepared, player, step), 0);
