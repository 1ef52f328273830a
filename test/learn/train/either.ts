/** What an `Either` of faults holds, or the test fails. */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../../src/base/fault.js';

export const right = <A>(either: E.Either<readonly Fault[], A>): A => {
  if (E.isLeft(either)) throw new Error(either.left.map(({ text }) => text).join('\n'));
  return either.right;
};

export const left = <A>(either: E.Either<readonly Fault[], A>): readonly Fault[] => {
  if (E.isRight(either)) throw new Error('no fault');
  return either.left;
};

/** The texts of faults that all have the rule. */
export const textsOf = (faults: readonly Fault[], rule: string): readonly string[] => {
  const others = faults.filter((one) => one.rule !== rule);
  if (others.length > 0) throw new Error(`other faults: ${others.map(({ text }) => text).join('\n')}`);
  return faults.map(({ text }) => text);
};
