/**
 * What the run time says to an architecture, in the compiler's terms: which argument of which statement is refused,
 * and with which text.
 */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../src/base/fault.js';
import { elaborate, model, type AnyModel, type Elaborated } from '../../src/dsl/index.js';
import { built, builtAll } from './build.js';
import { referencesIn, type Expression } from './expression.js';
import type { Architecture } from './generate.js';

/** A refusal that the compiler is expected to report. */
export interface Refusal {
  readonly statement: number;
  readonly argument: number;
  readonly text: string;
}

/** The verdict of the run time. */
export interface Verdict {
  readonly refusals: readonly Refusal[];
  /** The whole declaration elaborated. */
  readonly elaborated: E.Either<readonly Fault[], Elaborated>;
  /** Whether only the compiler can refuse it: sizes that it has lost. */
  readonly staticOnly: boolean;
}

/** The run time's verdict on an architecture, statement by statement. */
export const verdict = ({ statements }: Architecture): Verdict => {
  const values = builtAll(statements);
  const known = builtAll(statements, 'forgotten');
  const refused = new Map<number, string>();
  const refusals: Refusal[] = [];
  let staticOnly = false;
  statements.forEach((statement, number) => {
    const inherited = referencesIn(statement).flatMap((one) => refused.get(one) ?? []);
    if (inherited.length > 0) {
      refused.set(number, inherited[0]!);
      // What was refused where it was made is refused once more by the model.
      if (isCall(statement, 'model')) refusals.push({ statement: number, argument: 0, text: inherited[0]! });
      return;
    }
    const own = ownRefusal(statement, values, known, number);
    if (own === undefined) return;
    refusals.push({ statement: number, ...own });
    if (isCall(statement, 'known')) staticOnly = true;
    else refused.set(number, own.text);
  });
  return { refusals, elaborated: elaborate(values.at(-1) as AnyModel), staticOnly };
};

const isCall = (statement: Expression, name: string): boolean =>
  statement.kind === 'call' && statement.name === name;
const givenTo = (statement: Expression): readonly Expression[] =>
  statement.kind === 'call' ? statement.given : [];

/** The first argument with which a statement is refused, and why; `known` are the values as far as the compiler knows them. */
const ownRefusal = (
  statement: Expression,
  values: readonly unknown[],
  known: readonly unknown[],
  number: number,
): Omit<Refusal, 'statement'> | undefined => {
  if (isCall(statement, 'model')) {
    const text = firstFault(values[number] as AnyModel);
    return text === undefined ? undefined : { argument: 0, text };
  }
  if (isCall(statement, 'known')) return lostSize(statement, known);
  if (statement.kind !== 'call' || statement.name === 'input') return undefined;
  if (firstFault(modelOf(values[number])) === undefined) return undefined;
  for (let count = 2; count <= statement.given.length; count++) {
    const some = built({ ...statement, given: statement.given.slice(0, count) }, values);
    const text = firstFault(modelOf(some));
    if (text !== undefined) return { argument: count - 1, text };
  }
  return undefined;
};

const modelOf = (feature: unknown): AnyModel => model(feature as never);

const firstFault = (declared: AnyModel): string | undefined => {
  const elaborated = elaborate(declared);
  return E.isRight(elaborated)
    ? undefined
    : elaborated.left.find(({ severity }) => severity === 'error')?.text;
};

/** S17: the run time cannot lose sizes that the compiler has lost, so the declaration itself says which. */
const lostSize = (
  statement: Expression,
  values: readonly unknown[],
): Omit<Refusal, 'statement'> | undefined => {
  const elaborated = elaborate(modelOf(built(givenTo(statement)[0]!, values)));
  if (E.isLeft(elaborated)) return undefined;
  const { h, w, c } = elaborated.right.outputs['output']!;
  const lost = h === '?' ? 'height' : w === '?' ? 'width' : c === '?' ? 'channels' : undefined;
  return lost === undefined
    ? undefined
    : {
        argument: 0,
        text: `✗ S17 known: the ${lost} ${lost === 'channels' ? 'are' : 'is'} not known at compile time; declare sizes as literals ('as const' for arrays)`,
      };
};
