/** The document: what a spec of version 1 looks like, and how large it may be. */

/** The version that is written; older ones are read for ever. */
export const specVersion = 1;

/** How large a spec may be. */
export const limits = {
  /** Bytes of text. */
  bytes: 2 ** 20,
  /** Lists and objects inside each other. */
  depth: 64,
  /** Values of all kinds. */
  values: 10_000,
  features: 1_000,
  /** Features that stand on each other. */
  chain: 256,
  /** Any number, either way. */
  number: 65_536,
} as const;

/** A layer, ψ, join, surrogate or initialiser: its name and its options. */
export interface SpecPart {
  readonly op: string;
  readonly [option: string]: unknown;
}

/** What stands in a chain: a layer, or a feature by its id. */
export type SpecElement = SpecPart | { readonly feature: string };

/** A feature: an input, a chain of layers, or others joined. References are to features that stand before. */
export type SpecFeature =
  | {
      readonly id: string;
      readonly input: string;
      readonly height: number | string;
      readonly width: number | string;
      readonly channels: number | string;
    }
  | { readonly id: string; readonly from?: string; readonly through: readonly SpecElement[] }
  | { readonly id: string; readonly join: SpecPart; readonly of: readonly string[] };

/** A model as plain data. */
export interface Spec {
  readonly maskskip: 1;
  readonly features: readonly SpecFeature[];
  /** Output → feature. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Other ψ for some levels, as `withPsi` puts them, in order: in the place of what stands there, or after it. */
  readonly psis?: readonly {
    readonly psi: SpecPart;
    readonly encoder?: string;
    readonly levels?: readonly number[];
    readonly after?: boolean;
  }[];
}

/** The text of a spec: JSON with two spaces, the same for the same spec. */
export const specText = (spec: Spec): string => `${JSON.stringify(spec, null, 2)}\n`;
