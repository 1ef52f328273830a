/** What elaboration finds in a model that others wrote. */
import * as E from 'fp-ts/lib/Either.js';
import { fault, type Fault } from '../base/fault.js';
import { elaborate } from '../dsl/elaborate.js';
import type { AnyModel } from '../dsl/model.js';

/**
 * The faults of a model, or its warnings; `pointer` names its layers. Fault U14, at `name`, where a layer of the
 * user's own throws instead of returning what is wrong.
 */
export const modelFaults = (
  name: string,
  model: AnyModel,
  pointer: (part: object) => string | undefined,
): readonly Fault[] => {
  try {
    const checked = elaborate(model, { pointer });
    return E.isLeft(checked) ? checked.left : checked.right.warnings;
  } catch (caught) {
    return [brokenPart(name, caught)];
  }
};

/** Fault U14. */
export const brokenPart = (where: string, caught: unknown): Fault =>
  fault({
    rule: 'U14',
    where,
    got: `an error in a part's own code: ${(caught instanceof Error ? caught.message : String(caught)).split('\n', 1)[0]}`,
    wanted: 'a part that returns what is wrong',
    fix: 'mend what its definition does',
  });
