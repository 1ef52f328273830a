/** The outputs of a declaration, as the compiler and elaboration know them. */
import assert from 'node:assert/strict';
import { unsafeElaborate, type AnyModel } from '../../src/dsl/index.js';

/** Asserts both at once: the sizes given here must be of the type that the compiler computed for the model. */
export const gives = <M extends AnyModel>(declared: M, outputs: M['~model']['outputs']): void =>
  assert.deepEqual(unsafeElaborate(declared).outputs, outputs);
