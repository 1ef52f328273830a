/** Writing: models to specs. */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../base/fault.js';
import type { AnyModel } from '../model.js';
import { decode } from './codec.js';
import { formsByName, type Definitions } from './definitions.js';
import type { Spec } from './document.js';
import { modelCodec } from './model-codec.js';
import { plainOf } from './plain.js';

/**
 * A model as a spec: plain data that `fromSpec` reads. Equal models give equal specs.
 *
 * A part is written under the name that `definitions` (or ours) have for its form. Faults X18 for parts that have
 * none, and those of reading: what cannot be read is not written.
 *
 * @example
 * ```ts
 * toSpec(model(through(input('x', 64, 64, 3), conv(8))));
 * // Right({ maskskip: 1, features: [{ id: 'f1', input: 'x', … }, { id: 'f2', from: 'f1', … }], outputs: { output: 'f2' } })
 * ```
 */
export const toSpec = (model: AnyModel, definitions: Definitions = {}): E.Either<readonly Fault[], Spec> => {
  const forms = formsByName(definitions);
  if (E.isLeft(forms)) return forms;
  const { codec, unwritable } = modelCodec(forms.right);
  const plain = plainOf(codec.encode(model), unwritable);
  if (E.isLeft(plain)) return plain;
  const read = decode(modelCodec(forms.right).codec, plain.right);
  // What the codec has read is what `Spec` says.
  return E.isLeft(read) ? read : E.right(JSON.parse(JSON.stringify(plain.right)) as Spec);
};
