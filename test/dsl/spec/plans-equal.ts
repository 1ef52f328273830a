/** Plans without what cannot be compared. */
import * as E from 'fp-ts/lib/Either.js';
import { buildPlan, type Plan } from '../../../src/compile/index.js';
import { elaborate, type AnyModel } from '../../../src/dsl/index.js';

/** What a model means: its faults or its shapes, and its plan; initialisers by name and options. */
export const meaning = (model: AnyModel): unknown => {
  const elaborated = elaborate(model);
  if (E.isLeft(elaborated)) return elaborated.left;
  const { inputs, outputs, steps, warnings } = elaborated.right;
  const plan = buildPlan(elaborated.right, { mode: 'train' });
  return { inputs, outputs, steps, warnings, plan: E.isLeft(plan) ? plan.left : comparable(plan.right) };
};

const comparable = ({ parameters, ...plan }: Plan): unknown => ({
  ...plan,
  parameters: parameters.map(({ initialiser: { name, options }, ...one }) => ({ ...one, name, options })),
});
