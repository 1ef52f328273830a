/** Draws: choices read one after another from a stream of random numbers. */
import { random } from '../../src/base/random.js';

/** Choices, each of them further along one stream. */
export interface Draw {
  /** A whole number from `from` to `to`, both included. */
  readonly whole: (from: number, to: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly one: <A>(items: readonly A[]) => A;
  /** An item, as likely as its weight says. */
  readonly weighted: <A extends { readonly weight: number }>(items: readonly A[]) => A;
  /** The value with this probability, `undefined` otherwise. */
  readonly maybe: <A>(probability: number, value: () => A) => A | undefined;
}

/** The choices of a seed and an index: the same whatever was drawn before. */
export const drawing = (seed: number, index: number): Draw => {
  const stream = random(seed, 'fuzz', index);
  let taken = 0;
  const next = (): number => stream.at(taken++);
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    whole,
    chance: (probability) => next() < probability,
    one: (items) => items[whole(0, items.length - 1)]!,
    weighted: (items) => {
      let left = next() * items.reduce((sum, { weight }) => sum + weight, 0);
      return items.find(({ weight }) => (left -= weight) < 0) ?? items.at(-1)!;
    },
    maybe: (probability, value) => (next() < probability ? value() : undefined),
  };
};
