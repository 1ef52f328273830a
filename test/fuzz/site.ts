/** Where a layer is drawn: what is known of the feature there, and what a drawer may ask for. */
import type { Sizes } from '../../src/dsl/feature.js';
import type { Outcome, State } from '../../src/dsl/rule.js';
import { outputName } from '../../src/dsl/layers/output.js';
import { ceilDivide, type Size } from '../../src/dsl/dimensions/dimension.js';
import type { Draw } from './draw.js';
import { call, type Expression } from './expression.js';

/** A feature of an earlier statement. */
export interface KnownFeature {
  readonly feature: Expression;
  readonly state: State;
}

/** Layers that were drawn, and the state after them. */
export interface Chain {
  readonly layers: readonly Expression[];
  readonly state: State;
}

/** What a chain is to be like. */
export interface ChainOptions {
  /** The state it begins with; the site's own by default. */
  readonly from?: State;
  /** Whether height and width must stay. */
  readonly keepsSize?: boolean;
  /** Whether it lies where nothing from outside is in reach. */
  readonly sealed?: boolean;
}

/** A place in a chain. */
export interface Site {
  readonly draw: Draw;
  readonly state: State;
  /** How many more groups may be opened inside of each other. */
  readonly depth: number;
  readonly features: readonly KnownFeature[];
  /** A name that nothing else has. */
  readonly fresh: (stem: string) => string;
  readonly chain: (length: number, options?: ChainOptions) => Chain;
  /** The state after layers. */
  readonly after: (layers: readonly Expression[], from?: State) => Outcome;
}

/** A layer, a ψ or a join in the table, drawn as often as its weight says. */
export interface Entry<At = Site> {
  /** The exported name, which counts as used. */
  readonly name: string;
  readonly weight: number;
  /** An expression that most likely fits; `undefined` where none would. */
  readonly draw: (at: At) => Expression | undefined;
}

/** A size as a number; a guess where it is symbolic or not known. */
export const plain = (size: Size): number =>
  typeof size === 'number' ? size : size === '?' ? 4 : Number(size.slice(0, size.indexOf('*')));

/** Height or width, whichever is less. */
export const lesser = ({ h, w }: Sizes): number => Math.min(plain(h), plain(w));

/** Whether the sizes are plain numbers. */
export const isNumeric = ({ h, w, c }: Sizes): boolean => [h, w, c].every((size) => typeof size === 'number');

/** Whether two features have the same height and width. */
export const sameSpace = (a: Sizes, b: Sizes): boolean =>
  a.h === b.h && a.w === b.w && a.h !== '?' && a.w !== '?';

/** Whether the feature is 1×1×n. */
export const isVector = ({ h, w }: Sizes): boolean => h === 1 && w === 1;

/** The factor that enlarges one height or width to at least another. */
export const factorTo = (from: Sizes, to: Sizes): number =>
  Math.max(
    ...(['h', 'w'] as const).map((axis) =>
      plain(ceilDivide(plain(to[axis]), Math.max(1, plain(from[axis])))),
    ),
    1,
  );

/** The encoders in reach that have a level left. */
export const openEncoders = ({ taps }: State): readonly string[] =>
  Object.keys(taps).filter((name) => outputName(name) === undefined && taps[name]!.length > 0);

/** One layer of many: itself, or a block. */
export const together = (layers: readonly Expression[]): Expression =>
  layers.length === 1 ? layers[0]! : call('seq', ...layers);

/** An input call of a fresh name. */
export const freshInput = (site: Site, h: Size, w: Size, c: Size): Expression =>
  call('input', site.fresh('x'), h, w, c);
