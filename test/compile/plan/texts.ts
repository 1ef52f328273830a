/** Plans written and read back, for tests. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import type { Plan } from '../../../src/compile/index.js';
import { parse } from '../../../src/compile/plan/parse.js';
import { print } from '../../../src/compile/plan/print.js';

/** A plan without functions: initialisers by name and options. */
export const comparable = ({ parameters, ...plan }: Plan): unknown => ({
  ...plan,
  parameters: parameters.map(({ initialiser: { name, options }, ...one }) => ({ ...one, name, options })),
});

/** Holds a plan to its text: the text is read, gives the same plan, and is written again. */
export const roundTrips = (plan: Plan): void => {
  const text = print(plan);
  const read = parse(text);
  assert.ok(E.isRight(read), E.isLeft(read) ? read.left.map((one) => one.text).join('\n') : '');
  assert.equal(print(read.right), text);
  assert.deepStrictEqual(comparable(read.right), comparable(plan));
};
