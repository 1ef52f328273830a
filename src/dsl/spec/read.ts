/** Reading: specs to models. */
import * as E from 'fp-ts/lib/Either.js';
import { faultError, type Fault } from '../../base/fault.js';
import type { AnyModel } from '../model.js';
import { decode } from './codec.js';
import { formsByName, type Definitions } from './definitions.js';
import { modelCodec } from './model-codec.js';
import { plainOf } from './plain.js';
import { parseText } from './text.js';

/** A model that was read. */
export interface ReadModel {
  readonly model: AnyModel;
  /**
   * Where a layer, a ψ, a join or an input's level of this model stands in the document: a JSON pointer. For
   * `elaborate(model, { pointer })`.
   */
  readonly pointer: (part: object) => string | undefined;
}

/**
 * The model of a spec, or all that is wrong with it. Never throws, whatever the value.
 *
 * `definitions` are forms of layers, ψ, joins, surrogates and initialisers besides ours. The model is declared, not
 * checked: `elaborate` does that. Faults X01, X03–X19, each with a pointer into the document.
 *
 * @example
 * ```ts
 * const read = fromSpec({
 *   maskskip: 1,
 *   features: [
 *     { id: 'f1', input: 'x', height: 64, width: 64, channels: 3 },
 *     { id: 'f2', from: 'f1', through: [{ op: 'conv', filters: 8 }] },
 *   ],
 *   outputs: { output: 'f2' },
 * }); // Right(the model of through(input('x', 64, 64, 3), conv(8)))
 * ```
 */
export const fromSpec = (json: unknown, definitions?: Definitions): E.Either<readonly Fault[], AnyModel> =>
  E.map(({ model }: ReadModel) => model)(read(json, definitions));

/** As `fromSpec`, from the text of a JSON document (UTF-8), and with the places of its parts. Faults X01–X19. */
export const fromSpecText = (
  text: string | Uint8Array,
  definitions?: Definitions,
): E.Either<readonly Fault[], ReadModel> =>
  E.flatMap((json: unknown) => read(json, definitions))(parseText(text));

/** As `fromSpec`, but throws the faults: for scripts. */
export const unsafeFromSpec = (json: unknown, definitions?: Definitions): AnyModel => {
  const model = fromSpec(json, definitions);
  if (E.isLeft(model)) throw faultError(model.left);
  return model.right;
};

const read = (json: unknown, definitions: Definitions = {}): E.Either<readonly Fault[], ReadModel> => {
  const forms = formsByName(definitions);
  if (E.isLeft(forms)) return forms;
  const plain = plainOf(json);
  if (E.isLeft(plain)) return plain;
  const { codec, pointer } = modelCodec(forms.right);
  return E.map((model: AnyModel) => ({ model, pointer }))(decode(codec, plain.right));
};
