/**
 * Features: what flows between layers, known to the compiler by height, width and channels.
 *
 * A feature's type also carries the encoder levels that are open to skips (its *taps*) and the inputs it was made
 * from. The batch is always free and not part of the type. The value itself is a node of the declaration: declaring
 * computes nothing and checks nothing.
 */
import type { Dimension, Size } from './dimensions/dimension.js';
import type { Join } from './joins/join.js';
import type { Definition, Layer } from './rule.js';

/** Height, width and channels of one feature, in this order. */
export interface Level<
  Height extends Dimension = Dimension,
  Width extends Dimension = Dimension,
  Channels extends Dimension = Dimension,
> {
  readonly h: Height;
  readonly w: Width;
  readonly c: Channels;
}

/** A level at run time. */
export interface Sizes {
  readonly h: Size;
  readonly w: Size;
  readonly c: Size;
}

/** The encoders whose levels are open to skips: name → levels, shallowest first. */
export type Taps = { readonly [encoder: string]: readonly Level[] };

/** The inputs that a feature was made from: name → shape, or a flaw's message. */
export type Inputs = { readonly [input: string]: Level | string };

/**
 * A feature of `Height` × `Width` × `Channels` (and any batch).
 *
 * The type parameters are all there is to know of it; the property under `'~feature'` exists for the type checker
 * alone.
 */
export interface Feature<
  Height extends Dimension = Dimension,
  Width extends Dimension = Dimension,
  Channels extends Dimension = Dimension,
  Open extends Taps = Taps,
  From extends Inputs = Inputs,
> {
  readonly '~feature': {
    readonly h: Height;
    readonly w: Width;
    readonly c: Channels;
    readonly taps: Open;
    readonly inputs: From;
  };
}

/** Any feature: the constraint to write in a function's signature. */
// `any` for the last two: `Taps` and `Inputs` are index signatures, which literal records need not match invariantly.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyFeature = Feature<Dimension, Dimension, Dimension, any, any>;

/** What an input or a chain's beginning has before it. */
export interface Start {
  readonly '~start': true;
}

/** What a feature is at run time: a node of the declaration. */
export type FeatureNode =
  | { readonly kind: 'input'; readonly name: string; readonly level: Sizes }
  | { readonly kind: 'chain'; readonly from: FeatureNode | undefined; readonly layers: readonly unknown[] }
  | { readonly kind: 'join'; readonly join: Join; readonly branches: readonly FeatureNode[] }
  /** What was given where a feature was wanted. */
  | { readonly kind: 'stray' };

/** The declaration behind a feature; of a value that is none it says so, since declaring never throws. */
export const nodeOf = (feature: AnyFeature): FeatureNode =>
  isFeature(feature) ? (feature as unknown as { readonly '~node': FeatureNode })['~node'] : { kind: 'stray' };

/** Whether a value is a feature (an input, or what `through` and `concat` give). */
export const isFeature = (value: unknown): value is AnyFeature =>
  typeof value === 'object' &&
  value !== null &&
  '~node' in value &&
  typeof value['~node'] === 'object' &&
  value['~node'] !== null;

/**
 * The feature of a node, under the type that the caller's signature computed for it.
 *
 * The one place where the type level and the run time are joined by hand: the type is phantom, so nothing at run time
 * could be checked here; `elaborate` checks the node with the rules' run-time twins.
 */
export const featureOf = <F>(node: FeatureNode): F => ({ '~node': node }) as unknown as F;

/** Whether a value is a layer: it carries a definition. */
export const isLayer = (value: unknown): value is Layer =>
  typeof value === 'object' && value !== null && 'definition' in value && isDefinition(value.definition);
const isDefinition = (value: unknown): value is Definition =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<Definition>).shape === 'function' &&
  typeof (value as Partial<Definition>).lower === 'function';
