/**
 * Forms: how a layer, a ψ or a join is written in a spec and read back, as a description.
 *
 * A form names a part's options as *fields* and says how the part is made of them. The fields come out of a
 * vocabulary that the reader and the writer pass in, so that a form knows neither JSON nor a codec; `spec/` interprets
 * it both ways. The name under which a part stands in a spec is not its own affair: reading and writing take a record
 * of known forms, so that two packages may both have a `pool`.
 */
import type { Initialiser } from '../ops/initialiser.js';
import type { Dimension } from './dimensions/dimension.js';
import type { AnyFeature } from './feature.js';
import type { Join } from './joins/join.js';
import type { Psi } from './psi/psi.js';
import type { Surrogate } from './psi/surrogate.js';

/** One option of a part; what it is made of is the vocabulary's affair. */
export interface Field<A> {
  readonly '~field': A;
}

/** A field for each option. */
export type Fields<Options> = { readonly [K in keyof Options]-?: Field<Options[K]> };

/** What fields are made of. */
export interface FieldVocabulary {
  /** A finite number of at most 65,536 either way; whether it is positive or whole is left to the part's rules. */
  readonly number: Field<number>;
  /** A height, a width or channels: a number as above, or a symbolic size such as `'64*h'`. */
  readonly size: Field<Dimension>;
  readonly flag: Field<boolean>;
  readonly text: Field<string>;
  /** One of these words. */
  readonly word: <const Words extends readonly string[]>(...words: Words) => Field<Words[number]>;
  readonly either: <A, B>(a: Field<A>, b: Field<B>) => Field<A | B>;
  readonly list: <A>(item: Field<A>) => Field<readonly A[]>;
  /** Exactly these, in this order. */
  readonly tuple: <const Items extends readonly unknown[]>(
    ...items: { readonly [K in keyof Items]: Field<Items[K]> }
  ) => Field<Items>;
  readonly record: <A extends object>(fields: Fields<A>) => Field<A>;
  /** May be left out, and is left out when it equals `standard`. */
  readonly standard: <A>(item: Field<A>, standard: NoInfer<A>) => Field<A>;
  /** May be left out. */
  readonly optional: <A>(item: Field<A>) => Field<A | undefined>;
  /** Layers in order; a feature may stand among them. */
  readonly layers: Field<readonly unknown[]>;
  readonly layer: Field<unknown>;
  readonly feature: Field<AnyFeature>;
  readonly psi: Field<Psi>;
  readonly join: Field<Join>;
  readonly initialiser: Field<Initialiser>;
  readonly surrogate: Field<Surrogate>;
}

/**
 * How a part is written in source: the export that it is, or that is called for it, and which options are arguments.
 *
 * The options that are neither `positional` nor `spread` follow as one record, where there are any.
 *
 * @example
 * ```ts
 * const blurForm = formOf<{ sigma: number; edges: string }>({
 *   fields: (f) => ({ sigma: f.number, edges: f.standard(f.text, 'zeros') }),
 *   make: ({ sigma, edges }) => blur(sigma, { edges }),
 *   call: { module: './blur.js', name: 'blur', positional: ['sigma'] },
 * });
 * ```
 */
export interface FormCall {
  /** What the generated module imports it from; ours come from `maskskip`. */
  readonly module?: string;
  /** The name of the export, or a path below one: `blur`, `filters.blur`. */
  readonly name: string;
  /** Whether the export is the part itself and nothing is called. */
  readonly constant?: boolean;
  /** Options that are arguments of their own, in their order, before the record of the others. */
  readonly positional?: readonly string[];
  /** The option whose items are the last arguments. */
  readonly spread?: string;
}

/** What a form makes: names of a spec are looked up among the forms of their kind. */
export type FormKind = 'layer' | 'psi' | 'join' | 'surrogate' | 'initialiser';

/** How a part is written and read. */
// `any`: forms of parts with different options stand in one record, and a form both gives and takes its options.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export interface Form<Part = any, Options = any> {
  readonly kind: FormKind;
  /**
   * The name that specs have for it, where it is one of maskskip's own: so that a second copy of the package, as a
   * user's file may bring one, is understood. A form of yours leaves it out.
   */
  readonly builtIn?: string;
  /** How it is written in source, for `maskskip generate`. Ours leave it out: generation knows how they are called. */
  readonly call?: FormCall;
  /** The options by name, in the order in which a spec gives them; none is called `op`. */
  readonly fields: (vocabulary: FieldVocabulary) => Fields<Options>;
  /** The part that these options make. */
  readonly make: (options: Options) => Part;
  /** The options of a part. */
  readonly options: (part: Part) => Options;
}

/** The form of a part without options. */
export const optionless = (make: () => unknown, kind: FormKind = 'layer', builtIn?: string): Form =>
  formOf<Readonly<Record<string, never>>>({
    kind,
    fields: () => ({}),
    make,
    ...(builtIn === undefined ? {} : { builtIn }),
  });

/**
 * A form whose options are the part's own properties of the same names; a layer's unless `kind` says otherwise.
 *
 * @example
 * ```ts
 * const upsampleForm = formOf<{ factor: number; method: 'nearest' | 'bilinear' }>({
 *   fields: (f) => ({ factor: f.standard(f.number, 2), method: f.standard(f.word('nearest', 'bilinear'), 'nearest') }),
 *   make: ({ factor, method }) => upsample(factor, { method }),
 * });
 * ```
 */
export const formOf = <Options extends object>(
  form: Pick<Form<unknown, Options>, 'fields' | 'make' | 'builtIn' | 'call'> & { readonly kind?: FormKind },
): Form<Options, Options> => ({
  kind: form.kind ?? 'layer',
  ...(form.builtIn === undefined ? {} : { builtIn: form.builtIn }),
  ...(form.call === undefined ? {} : { call: form.call }),
  fields: form.fields,
  make: form.make as (options: Options) => Options,
  options: (part) => part,
});
