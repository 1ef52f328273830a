/** The plan of a model, without starting tfjs. */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../base/fault.js';
import type { Plan } from '../compile/plan/plan.js';
import type { AnyModel } from '../dsl/model.js';
import type { Elaborated } from '../dsl/elaborate.js';

/** The plan of a declared model, for inference. */
export const planOfModel = async (model: AnyModel): Promise<E.Either<readonly Fault[], Plan>> => {
  const { elaborate } = await import('../dsl/elaborate.js');
  const elaborated = elaborate(model);
  return E.isLeft(elaborated) ? elaborated : planOfElaborated(elaborated.right);
};

/** The plan of a model that was checked. */
export const planOfElaborated = async (elaborated: Elaborated): Promise<E.Either<readonly Fault[], Plan>> => {
  const { buildPlan } = await import('../compile/plan/build.js');
  return buildPlan(elaborated, { mode: 'infer' });
};
