/** A layer's declaration, ψ and what it reads, checked, and as text. Faults K01 and K05. */
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../base/fault.js';
import { fromSpec, input, model, toSpec, withPsi, type Definitions, type Psi } from '../dsl/index.js';
import { isPsi } from '../dsl/psi/psi.js';
import { badConfig, badOption } from './faults.js';

/** What a ψ reads besides its level, and where its parameters start. */
export interface PsiLayerReads {
  /** How many levels it reads, 1 by default; the last of them counts as the feature. */
  readonly levels?: number;
  /** Whether it reads the decoder's feature. */
  readonly decoder?: boolean;
  /** Names of inputs that it reads. */
  readonly inputs?: readonly string[];
  /** Where parameters that start at random are drawn from, together with the layer's name; 0 by default. */
  readonly seed?: number;
}

/** A ψ and what it reads. */
export interface PsiDeclaration extends Required<PsiLayerReads> {
  readonly psi: Psi;
}

/** What is given, and the defaults. */
export const declarationOf = (psi: Psi, reads: PsiLayerReads): PsiDeclaration => ({
  psi,
  levels: reads.levels ?? 1,
  decoder: reads.decoder ?? false,
  inputs: reads.inputs ?? [],
  seed: reads.seed ?? 0,
});

/* A saved network is hostile until checked: names are made for as many inputs. */
const mostLevels = 64;

/** The faults (K01) of a declaration. */
export const declarationFaults = (where: string, declared: PsiDeclaration): readonly Fault[] => {
  const { psi, levels, decoder, inputs, seed } = declared;
  if (!isPsi(psi))
    return [badOption(where, 'a value that is not a ψ', 'a ψ', 'pass psi.dense(), psi.one(), … or your own')];
  const isList = Array.isArray(inputs) && inputs.every((one) => typeof one === 'string');
  return [
    ...(Number.isSafeInteger(levels) && levels >= 1 && levels <= mostLevels
      ? []
      : [badOption(where, `${shown(levels)} levels`, `a whole number from 1 to ${mostLevels}`, 'say how many levels ψ reads')]),
    ...(levels > 1 && psi.several !== true
      ? [badOption(where, `${shown(levels)} levels for a ψ of one`, '1 level', 'read one, or take a ψ of several such as psi.resize()')]
      : []),
    ...(typeof decoder === 'boolean' ? [] : [badOption(where, `decoder ${shown(decoder)}`, 'true or false', 'say whether ψ reads it')]),
    ...(isList && new Set(inputs).size === inputs.length
      ? []
      : [badOption(where, `inputs ${shown(inputs)}`, 'a list of names, none twice', 'name the inputs that ψ reads')]),
    ...(Number.isSafeInteger(seed) ? [] : [badOption(where, `seed ${shown(seed)}`, 'a whole number', 'give another')]),
  ]; // prettier-ignore
};
const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

/* A model whose only use is to carry ψ into a spec and back. */
const carrier = model(input('x', 1, 1, 1));

/** A declaration as text; ψ as in a spec. Faults X18 for a ψ that has no form or is not among the definitions. */
export const declarationText = (
  { psi, ...reads }: PsiDeclaration,
  definitions: Definitions,
): E.Either<readonly Fault[], string> =>
  E.map((spec: unknown) => {
    const [written] = (spec as { readonly psis: readonly { readonly psi: unknown }[] }).psis;
    return JSON.stringify({ psi: written!.psi, ...reads });
  })(toSpec(withPsi(carrier, psi), definitions));

/** The declaration of a text. Faults K05 for what is no such text, those of specs for its ψ, K01 for the rest. */
export const declarationFromText = (
  where: string,
  text: unknown,
  definitions: Definitions,
): E.Either<readonly Fault[], PsiDeclaration> => {
  const parsed = parsedRecord(text);
  if (parsed === undefined) return E.left([badConfig(where, 'a ψ that is no JSON object')]);
  const { psi, ...reads } = parsed;
  const spec = toSpec(carrier);
  if (E.isLeft(spec)) return spec;
  return E.flatMap((read: typeof carrier) => {
    const declared = declarationOf(read.psis[0]!.psi, reads as PsiLayerReads);
    const faults = declarationFaults(where, declared);
    return faults.length > 0 ? E.left(faults) : E.right(declared);
  })(fromSpec({ ...spec.right, psis: [{ psi }] }, definitions));
};
const parsedRecord = (text: unknown): Readonly<Record<string, unknown>> | undefined => {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
};
