/** Where features come from and how they are chained: `input`, `through`, `concat`. */
import type { Dimension } from './dimensions/dimension.js';
import { featureOf, nodeOf, type AnyFeature, type Feature, type Level } from './feature.js';
import { addJoin } from './joins/add.js';
import { concatJoin, type ConcatJoin } from './joins/concat.js';
import { gatedJoin } from './joins/gated.js';
import { multiplyJoin } from './joins/multiply.js';
import { replaceJoin } from './joins/replace.js';
import { subtractJoin } from './joins/subtract.js';
import type { Joined } from './merge.js';
import type { Checked, Fold, Recovered } from './rule.js';

/** A feature that comes from outside, under a name. */
export type Input<
  Name extends string,
  H extends Dimension,
  W extends Dimension,
  C extends Dimension,
> = Feature<H, W, C, {}, { readonly [K in Name]: Level<H, W, C> }>;

/**
 * An input of height × width × channels under a name; the batch is free.
 *
 * A size may be a number, `number` (not known to the compiler), or symbolic (`'64*h'`: any multiple of 64). An input
 * stands at the beginning of a chain, as the feature or as its first layer.
 */
export const input = <
  const Name extends string,
  const H extends Dimension,
  const W extends Dimension,
  const C extends Dimension,
>(
  name: Name,
  height: H,
  width: W,
  channels: C,
): Input<Name, H, W, C> =>
  featureOf<Input<Name, H, W, C>>({ kind: 'input', name, level: { h: height, w: width, c: channels } });

/**
 * A feature passed through layers, each checked against what comes in; the first that does not fit is reported at its
 * own place, in one line.
 *
 * @example
 * ```ts
 * const e = through(input('x', 64, 64, 3), conv(32), relu, conv(64, { stride: 2 })); // Feature<32, 32, 64, …>
 * ```
 */
export const through = <F extends AnyFeature, Layers extends readonly unknown[]>(
  feature: F,
  ...layers: Checked<Layers, F>
): Recovered<Fold<Layers, F>> =>
  featureOf<Recovered<Fold<Layers, F>>>({
    kind: 'chain',
    from: nodeOf(feature),
    layers: layers as readonly unknown[],
  });

/** Features joined channel by channel, from the left. */
type ConcatAll<Features extends readonly unknown[], A> = Features extends readonly [infer B, ...infer Rest]
  ? A extends string
    ? A
    : ConcatAll<Rest, Joined<'concat', ConcatJoin, A, B>>
  : A;
type Concatenated<Features extends readonly unknown[]> = Features extends readonly [infer A, ...infer Rest]
  ? ConcatAll<Rest, A>
  : never;
type ScanConcat<
  Features extends readonly unknown[],
  A,
  Seen extends readonly unknown[],
> = Features extends readonly [infer B, ...infer Rest]
  ? Joined<'concat', ConcatJoin, A, B> extends infer G
    ? ScanConcat<
        Rest,
        A extends string ? A : G,
        readonly [...Seen, A extends string ? never : G extends string ? G : never]
      >
    : never
  : Seen;
type Alike<Features extends readonly unknown[]> = Features extends readonly [infer A, ...infer Rest]
  ? ScanConcat<Rest, A, readonly [never]> extends infer E
    ? {
        [K in keyof Features]: K extends keyof E
          ? [E[K]] extends [never]
            ? Features[K]
            : E[K]
          : Features[K];
      }
    : never
  : Features;

/** Features of equal height and width side by side, channel by channel: early and late fusion. */
export const concat = <Features extends readonly AnyFeature[]>(
  ...features: Alike<Features>
): Recovered<Concatenated<Features>> =>
  featureOf<Recovered<Concatenated<Features>>>({
    ...(features.length === 0
      ? { kind: 'stray' }
      : { kind: 'join', join: concatJoin, branches: (features as readonly AnyFeature[]).map(nodeOf) }),
  });

/** How two features become one; pass them to `fuse`, `skip` and `decoder`. */
export const join = {
  concat: concatJoin,
  add: addJoin,
  subtract: subtractJoin,
  multiply: multiplyJoin,
  gated: gatedJoin,
  replace: replaceJoin,
} as const;
