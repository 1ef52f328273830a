/** Models written as specs and read back: the same elaboration, or the same faults. */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../src/base/fault.js';
import { elaborate, fromSpec, toSpec, type AnyModel, type Elaborated } from '../../src/dsl/index.js';
import { builtAll } from './build.js';
import type { Expression } from './expression.js';
import { definitions } from './own.js';

/** What came of a round trip. */
export type RoundTrip =
  | { readonly kind: 'same' }
  /** What was refused may hold what no spec can say: a number in a chain, a combinator left uncalled. */
  | { readonly kind: 'not written' }
  | { readonly kind: 'differs'; readonly said: string; readonly wanted: string };

/** Writes a model, reads it back and compares the elaborations. */
export const roundTripped = (
  statements: readonly Expression[],
  elaborated: E.Either<readonly Fault[], Elaborated>,
): RoundTrip => {
  const wanted = told(elaborated);
  const written = toSpec(builtAll(statements).at(-1) as AnyModel, definitions);
  if (E.isLeft(written))
    return E.isLeft(elaborated)
      ? { kind: 'not written' }
      : { kind: 'differs', said: texts(written.left), wanted };
  const read = fromSpec(written.right, definitions);
  if (E.isLeft(read)) return { kind: 'differs', said: texts(read.left), wanted };
  const said = told(elaborate(read.right));
  return said === wanted ? { kind: 'same' } : { kind: 'differs', said, wanted };
};

const texts = (faults: readonly Fault[]): string =>
  faults.map(({ where, text }) => `${where}: ${text}`).join('\n');

const told = (elaborated: E.Either<readonly Fault[], Elaborated>): string => {
  if (E.isLeft(elaborated)) return texts(elaborated.left);
  const { inputs, outputs, steps, warnings } = elaborated.right;
  return `${JSON.stringify({ inputs, outputs, steps })}\n${texts(warnings)}`;
};
