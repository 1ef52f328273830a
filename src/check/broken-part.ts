/** Fault U14: a part of the user's own whose code throws. */
import { fault, type Fault } from '../base/fault.js';
import { isPartError } from '../dsl/part-error.js';

/** The fault, at the model and, where it is known, the step; `pointer` names its part in a document. */
export const brokenPart = (
  where: string,
  caught: unknown,
  pointer: (part: object) => string | undefined = () => undefined,
): Fault => {
  const by = isPartError(caught) ? caught.thrownBy : undefined;
  const thrown = isPartError(caught) ? caught.cause : caught;
  return fault({
    rule: 'U14',
    where: [where, by?.path ?? ''].filter((one) => one !== '').join(' › '),
    got: `an error in the code of ${by?.name ?? 'a part'}: ${firstLine(thrown)}`,
    wanted: 'a part that returns what is wrong',
    fix: 'mend what its definition does',
    pointer: by === undefined ? undefined : pointer(by.part),
  });
};

const firstLine = (thrown: unknown): string =>
  ((thrown instanceof Error ? thrown.message : String(thrown)).split('\n', 1)[0] ?? '').slice(0, 600);
