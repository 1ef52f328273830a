/** Graphs of a few values, for tests. */
import * as E from 'fp-ts/lib/Either.js';
import { faultError, type Fault } from '../../../src/base/fault.js';
import type { Graph } from '../../../src/compile/graph/graph.js';
import { graphOf } from '../../../src/compile/graph/nodes.js';
import { planOf } from '../../../src/compile/plan/build.js';
import type { Plan } from '../../../src/compile/index.js';
import type { Value } from '../../../src/ops/value.js';

/** What an outcome holds; throws its faults. */
export const right = <A>(outcome: E.Either<readonly Fault[], A>): A => {
  if (E.isLeft(outcome)) throw faultError(outcome.left);
  return outcome.right;
};

/** The rules of the faults of an outcome. */
export const rulesOf = (outcome: E.Either<readonly Fault[], unknown>): readonly string[] =>
  E.isLeft(outcome) ? outcome.left.map(({ rule }) => rule) : [];

/** The plan of values by the names of outputs. */
export const planOfValues = (outputs: Readonly<Record<string, Value>>): Plan => {
  const inputsOf = (value: Value): readonly Value[] =>
    value.op === 'input' ? [value] : value.operands.flatMap(inputsOf);
  const inputs = Object.values(outputs).flatMap(inputsOf);
  return right(
    planOf({
      mode: 'infer',
      inputs: Object.fromEntries(inputs.map((one) => [String(one.attributes['name']), one])),
      outputs,
      steps: [],
      nextState: [],
    }),
  );
};

/** Their graph. */
export const graphOfValues = (outputs: Readonly<Record<string, Value>>): Graph =>
  right(graphOf([{ name: 'all', plan: planOfValues(outputs) }]));

/** The operations of a graph, without constants and ends. */
export const operationsOf = ({ nodes }: Graph): readonly string[] =>
  nodes.map(({ op }) => op).filter((op) => !['Const', 'Placeholder', 'Identity'].includes(op));
