/** What a term says of values that it cannot take: a flaw, which a plan reports where the loss is used. */
import { apply, type Value } from '../../ops/value.js';

/** A value that is no value: `text` says what is wrong with the operands of term `name`. */
export const flawed = (name: string, text: string): Value =>
  apply({ name, type: () => ({ flaw: text }) }, [], {});
