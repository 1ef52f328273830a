/**
 * Choices drawn one after the other from a counter-based stream: the same choices for the same seed and path.
 */
import { random, type RandomPath } from '../../base/random.js';

/** A sequence of choices. Each call uses up one number of the stream. */
export interface Draws {
  /** A number uniform in [low, high). */
  readonly between: (low: number, high: number) => number;
  /** A whole number from `low` to `high`, both possible. */
  readonly whole: (low: number, high: number) => number;
  /** True with this probability. */
  readonly chance: (probability: number) => boolean;
  /** One of the items, each as likely as the others. */
  readonly one: <A>(items: readonly [A, ...A[]]) => A;
}

/** The draws of a seed and a path. */
export const draws = (seed: number, ...path: readonly RandomPath[]): Draws => {
  const stream = random(seed, 'synth', ...path);
  let used = 0;
  const next = (): number => stream.at(used++);
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    between: (low, high) => low + next() * (high - low),
    whole,
    chance: (probability) => next() < probability,
    one: (items) => items[whole(0, items.length - 1)] ?? items[0],
  };
};
