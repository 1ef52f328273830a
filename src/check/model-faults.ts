/** What elaboration and planning find in a model that others wrote. */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../base/fault.js';
import { buildPlan } from '../compile/plan/build.js';
import { elaborate, type Elaborated } from '../dsl/elaborate.js';
import type { AnyModel } from '../dsl/model.js';
import { brokenPart } from './broken-part.js';

/**
 * The faults of a model, or its warnings and those of its plans, for inference and for training; `pointer` names its
 * layers. Fault U14, at `name`, where a part of the user's own throws instead of returning what is wrong.
 */
export const modelFaults = (
  name: string,
  model: AnyModel,
  pointer: (part: object) => string | undefined,
): readonly Fault[] => {
  try {
    const checked = elaborate(model, { pointer });
    return E.isLeft(checked)
      ? checked.left
      : [...checked.right.warnings, ...planFaults(name, checked.right, pointer)];
  } catch (caught) {
    return [brokenPart(name, caught, pointer)];
  }
};

/** Nothing of a model with symbols: it has no plan before they are numbers. */
const planFaults = (
  name: string,
  elaborated: Elaborated,
  pointer: (part: object) => string | undefined,
): readonly Fault[] => {
  const sizes = Object.values(elaborated.inputs).flatMap(({ h, w, c }) => [h, w, c]);
  if (sizes.some((size) => typeof size !== 'number')) return [];
  const found = (['infer', 'train'] as const).flatMap((mode): readonly Fault[] => {
    try {
      const plan = buildPlan(elaborated, { mode });
      return E.isLeft(plan) ? plan.left : [];
    } catch (caught) {
      return [brokenPart(name, caught, pointer)];
    }
  });
  const texts = found.map(({ text }) => text);
  return found.filter(({ text }, index) => texts.indexOf(text) === index);
};
