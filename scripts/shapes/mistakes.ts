/** Declarations that break a rule, with the message: those that the compiler sees, and those that it accepts. */
import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { elaborate, model, type AnyModel, type RuleId } from '../../src/dsl/index.js';
import * as atRunTime from './at-run-time.js';
import { declarationsIn, type Declaration } from './declarations.js';

/** A declaration and what is said of it. */
export interface Mistake extends Declaration {
  readonly rule: RuleId;
  readonly message: string;
}

const here = dirname(fileURLToPath(import.meta.url));
const golden = resolve(here, '../../test/types/mistakes');

/** The golden mistakes: the compilers and elaboration say what their comments want, as test/types checks. */
export const seenByCompiler = (): readonly Mistake[] =>
  readdirSync(golden)
    .sort()
    .flatMap((file) => declarationsIn(join(golden, file)))
    .flatMap((one) => (one.message === undefined ? [] : [mistake(one, one.message)]));

/** What only elaboration sees, with what it says. */
export const seenByElaboration = (): readonly Mistake[] =>
  declarationsIn(join(here, 'at-run-time.ts')).flatMap((one) =>
    saidOf(atRunTime[one.name as keyof typeof atRunTime]).map((message) => mistake(one, message)),
  );

/** What elaboration says of a declaration: faults and warnings. */
export const saidOf = (declared: object): readonly string[] => {
  const elaborated = elaborate('psis' in declared ? (declared as AnyModel) : model(declared as never));
  const faults = E.isLeft(elaborated) ? elaborated.left : elaborated.right.warnings;
  return faults.map(({ text }) => text);
};

/** The rule that a message names. */
export const ruleOf = (message: string): RuleId => message.slice(2, 5) as RuleId;

const mistake = (declaration: Declaration, message: string): Mistake => ({
  ...declaration,
  message,
  rule: ruleOf(message),
});
