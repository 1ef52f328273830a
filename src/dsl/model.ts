/** Models: a declaration with named outputs. `model(feature)`, `model({ name: feature, … })`, `withPsi`. */
import type { AnyFeature, Feature, FeatureNode, Inputs, Level, Start } from './feature.js';
import { isFeature, isLayer, nodeOf } from './feature.js';
import type { OutputsIn, OutputTwice } from './layers/output.js';
import { chain, noneForm } from './psi/plain.js';
import type { Psi } from './psi/psi.js';
import type { Flaw, Recovered, Ruled, Step } from './rule.js';

/** The named outputs of a model. */
export type Outputs = { readonly [output: string]: Level };

/** A declared network: what it reads and what it gives, in its type. */
export interface Model<I extends Inputs = Inputs, O extends Outputs = Outputs> {
  readonly '~model': { readonly inputs: I; readonly outputs: O };
  readonly outputs: Readonly<Record<string, FeatureNode>>;
  readonly psis: readonly PsiOverride[];
}

/** Any model, for a function's signature. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyModel = Model<any, any>;

/** Another ψ for some levels. */
export interface PsiOverride {
  readonly psi: Psi;
  /** The encoder's name; all encoders if absent. */
  readonly encoder?: string;
  /** Level numbers from 1, the shallowest; all levels if absent. */
  readonly levels?: readonly number[];
  /** Whether it comes after the ψ that stands there (a mask after a warp) instead of in its place. */
  readonly after?: boolean;
}

/** The feature that a value stands for: itself, or a chain that begins with an input. */
type FeatureFrom<Y> = Y extends AnyFeature
  ? Y
  : Y extends Ruled<infer _R>
    ? Recovered<Step<Y, Start>>
    : never;
type NotAFeature =
  '✗ S25 model: not a feature; pass a feature, a chain that begins with an input, or a record of features';
type FlawOf<Y> =
  FeatureFrom<Y> extends infer F
    ? [F] extends [never]
      ? NotAFeature
      : F extends Feature<infer _H, infer _W, infer _C, infer _T, infer I>
        ? I extends { readonly flaw: infer M extends string }
          ? M
          : never
        : never
    : never;
type InputsOf<Y> =
  FeatureFrom<Y> extends Feature<infer _H, infer _W, infer _C, infer _T, infer I> ? I : never;
type LevelOf<Y> =
  FeatureFrom<Y> extends Feature<infer H, infer W, infer C, infer _T, infer _I> ? Level<H, W, C> : never;
type FurtherOf<Y> =
  FeatureFrom<Y> extends Feature<infer _H, infer _W, infer _C, infer T, infer _I> ? OutputsIn<T> : never;
type Outcomes<O> = O extends Outputs ? O : Outputs;
type With<A, B> = [keyof B] extends [never]
  ? A
  : { readonly [K in keyof A | keyof B]: K extends keyof A ? A[K] : K extends keyof B ? B[K] : never };

type IsSingle<Y> = Y extends AnyFeature ? true : Y extends { readonly '~rule': unknown } ? true : false;
type Refused<Y> =
  IsSingle<Y> extends true
    ? FlawOf<Y>
    : IsRecord<Y> extends true
      ? { [K in keyof Y]: FlawOf<Y[K]> }[keyof Y] | Clashing<Y>
      : NotAFeature;
/* S20: an output of the record and one within it have the same name. */
type Clashing<Y> = { [K in keyof Y]: keyof FurtherOf<Y[K]> }[keyof Y] & keyof Y extends infer Name
  ? [Name] extends [never]
    ? never
    : OutputTwice<Name & string>
  : never;
type IsRecord<Y> = Y extends readonly unknown[] | ((...given: never) => unknown)
  ? false
  : Y extends object
    ? [keyof Y] extends [never]
      ? false
      : true
    : false;
type All<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void
  ? { readonly [K in keyof I]: I[K] }
  : never;

/** The model of a feature, a chain, or a record of them. */
export type ModelOf<Y> =
  IsSingle<Y> extends true
    ? Model<InputsOf<Y>, Outcomes<With<{ readonly output: LevelOf<Y> }, FurtherOf<Y>>>>
    : Model<
        All<{ [K in keyof Y]: InputsOf<Y[K]> }[keyof Y]> extends infer I extends Inputs ? I : Inputs,
        Outcomes<
          With<{ readonly [K in keyof Y]: LevelOf<Y[K]> }, All<{ [K in keyof Y]: FurtherOf<Y[K]> }[keyof Y]>>
        >
      >;

/**
 * A model of one output (called `output`) or several named ones.
 *
 * Takes a feature, a chain (`seq(input(…), …)`), or a record of them; `output(name)` within a chain names further
 * outputs. A mistake that was reported where it was made is
 * refused once more here, so that none gets lost in a generic function.
 */
export const model = <const Y>(outputs: [Refused<Y>] extends [never] ? Y : Refused<Y>): ModelOf<Y> => {
  const given = outputs as unknown;
  const record = isRecord(given) ? given : { output: given };
  return modelOf<ModelOf<Y>>({
    outputs: Object.fromEntries(Object.entries(record).map(([name, one]) => [name, nodeFrom(one)])),
    psis: [],
  });
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !isFeature(value) &&
  !isLayer(value) &&
  Object.keys(value).length > 0;
const nodeFrom = (value: unknown): FeatureNode =>
  isFeature(value)
    ? nodeOf(value)
    : isLayer(value)
      ? { kind: 'chain', from: undefined, layers: [value] }
      : { kind: 'stray' };

/** Whether a value is what `model(…)` gives. */
export const isModel = (value: unknown): value is AnyModel => {
  if (typeof value !== 'object' || value === null) return false;
  const { outputs, psis } = value as { readonly outputs?: unknown; readonly psis?: unknown };
  return (
    Array.isArray(psis) &&
    typeof outputs === 'object' &&
    outputs !== null &&
    Object.values(outputs).every((one) => typeof (one as { kind?: unknown } | null)?.kind === 'string')
  );
};

/** S25 for what is elaborated and is no model. */
export const notAModel = {
  rule: 'S25',
  body: 'elaborate: not a model',
  got: 'a value that is not a model',
  wanted: 'a model',
  fix: 'pass model(…)',
} as const;

/** A model of its parts; its type is phantom, as with layers. */
export const modelOf = <M extends AnyModel>(parts: Pick<AnyModel, 'outputs' | 'psis'>): M =>
  parts as unknown as M;

/**
 * The same model with another ψ on its skips: mUNet, mUNet_o and mUNet_g are ψ choices on one declaration.
 *
 * @example
 * ```ts
 * const munet = withPsi(unet, psi.dense());
 * const half = withPsi(unet, psi.grid(4, 4), { levels: [1, 2] });
 * const warped = withPsi(defgan, psi.dense(), { encoder: 'appearance', after: true });
 * ```
 */
export const withPsi = <M extends AnyModel>(declared: M, psi: Psi, where: Omit<PsiOverride, 'psi'> = {}): M =>
  // What is no model stays as it is, for elaboration to say so.
  isModel(declared) ? modelOf<M>({ ...declared, psis: [...declared.psis, { psi, ...where }] }) : declared;

/** Which ψ stands on a level of a model: the declared one, and the overrides that name the level in their order. */
export const psiAt = (declared: AnyModel, encoder: string, level: number, psi: Psi): Psi =>
  declared.psis
    .filter((one) => reaches(one, { encoder, level }))
    .reduce(
      (standing, { psi: other, after }) =>
        // After no mask there is nothing to come after: its parameters keep their paths.
        after === true && standing.form !== noneForm ? chain(standing, other) : other,
      psi,
    );

/** A skip: the encoder that it reads and the level. */
export interface SkipPlace {
  readonly encoder: string;
  readonly level: number;
}

const reaches = ({ encoder, levels }: PsiOverride, skip: SkipPlace): boolean =>
  (encoder === undefined || encoder === skip.encoder) &&
  (levels === undefined || (Array.isArray(levels) && levels.includes(skip.level)));

/** S40 for each override that stands on no skip: a name or a level that was mistyped would go unnoticed. */
export const overrideFlaws = (declared: AnyModel, skips: readonly SkipPlace[]): readonly Flaw[] =>
  declared.psis
    .filter((one) => !skips.some((skip) => reaches(one, skip)))
    .map(({ encoder, levels }) => {
      const asked = `${encoder === undefined ? 'any encoder' : `encoder '${encoder}'`}${levels === undefined ? '' : `, levels ${JSON.stringify(levels)}`}`;
      const there = [...new Set(skips.map((skip) => skip.encoder))]
        .map((name) => {
          const read = skips.filter((skip) => skip.encoder === name).map(({ level }) => level);
          return `'${name}' ${[...new Set(read)].sort((a, b) => a - b).join(', ')}`;
        })
        .join('; ');
      return {
        rule: 'S40',
        within: [],
        body: `withPsi: no skip of ${asked} (skips: ${there === '' ? 'none' : there})`,
        got: asked,
        wanted: there === '' ? 'a model with skips' : there,
        fix: 'name an encoder and levels that skips read',
      };
    });
