/** Skips: `skip(name, psi, { join, level })`. Rules S08, S10, S11, S12, S13, S22. */
import * as Dim from '../dimensions/dimension.js';
import type * as Natural from '../dimensions/natural.js';
import type { Dimension, Size } from '../dimensions/dimension.js';
import type { Feature, Inputs, Level, Sizes, Taps } from '../feature.js';
import { concatJoin, type ConcatJoin } from '../joins/concat.js';
import type { ApplyJoin, Join } from '../joins/join.js';
import { differsInSpace, showLevel, type DiffersInSpace, type ShowShape } from '../message.js';
import { none, type NoMask } from '../psi/plain.js';
import type { ApplyPsi, Psi } from '../psi/psi.js';
import {
  flawed,
  layerOf,
  shaped,
  unknown,
  type Flaw,
  type Flow,
  type Layer,
  type Outcome,
  type Rule,
  type State,
  type Walk,
  type Within,
} from '../rule.js';
import type { Lowering } from '../lowering.js';
import { names, openIn, type Names } from './tap.js';

/** Joins an encoder's level through ψ. */
export interface Skip<
  Name extends string,
  Q = NoMask,
  J = ConcatJoin,
  K extends number | undefined = undefined,
> extends Layer<SkipRule<Name, Q, J, K>> {
  readonly op: 'skip';
  readonly name: Name;
  readonly psi: Q;
  readonly join: J;
  readonly level: K;
}
interface SkipRule<Name extends string, Q, J, K extends number | undefined> extends Rule {
  readonly out: SkipStep<Name, Q, J, K, this['in']>;
}

/** One skip: the joined feature, or a message. Rules S10, S11, S12, S13 and those of ψ and the join. */
export type SkipStep<Name extends string, Q, J, K extends number | undefined, F> =
  F extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? string extends keyof T
      ? Feature<H, W, number, T, I>
      : Name extends keyof T
        ? Picked<T[Name], K> extends [
            infer E extends Level,
            infer Rest extends readonly Level[],
            infer Number extends number,
          ]
          ? SkipTo<
              Name,
              Q,
              J,
              E,
              Number,
              H,
              W,
              C,
              I,
              { readonly [N in keyof T]: N extends Name ? Rest : T[N] }
            >
          : number extends T[Name]['length']
            ? Feature<H, W, number, T, I>
            : K extends number
              ? `✗ S22 skip '${Name}' ${K}: the encoder has levels 1 to ${T[Name]['length']} open; give one of them`
              : `✗ S11 skip '${Name}': no encoder level left; take as many skips as the encoder has levels`
        : `✗ S10 skip '${Name}': no such encoder; open: ${Names<T>}`
    : never;

/** The level that a skip reads, what stays open, and the level's number from 1; `undefined` if there is none. */
type Picked<Levels extends readonly Level[], K> = K extends number
  ? [Natural.Subtract<K, 1>] extends [infer Index extends number]
    ? [Index] extends [never]
      ? undefined
      : `${Index}` extends keyof Levels
        ? [Levels[Index], Levels, K]
        : undefined
    : undefined
  : Levels extends readonly [...infer Rest extends readonly Level[], infer E extends Level]
    ? [E, Rest, Levels['length']]
    : undefined;

type SkipTo<
  Name extends string,
  Q,
  J,
  E extends Level,
  K extends number,
  H extends Dimension,
  W extends Dimension,
  C extends Dimension,
  I extends Inputs,
  T extends Taps,
> = [DiffersInSpace<E['h'], E['w'], H, W>] extends [never]
  ? Q extends Psi<infer R>
    ? ApplyPsi<R, E> extends infer M
      ? M extends `✗ ${string}`
        ? Within<M, `skip '${Name}' ${K}`>
        : J extends Join<infer JR>
          ? ApplyJoin<JR, Level<H, W, C>, E> extends infer Channels
            ? Channels extends `✗ ${string}`
              ? Within<Channels, `skip '${Name}' ${K}`>
              : Feature<H, W, Channels extends Dimension ? Channels : number, T, I>
            : never
          : `✗ S08 skip '${Name}' ${K}: not a join; pass join.concat, join.add or your own`
      : never
    : `✗ S13 skip '${Name}' ${K}: not a ψ; pass psi.none, psi.dense(), … or your own`
  : `✗ S12 skip '${Name}' ${K}: encoder gives ${ShowShape<E['h'], E['w'], E['c']>}, decoder expects ${Dim.Show<H>}×${Dim.Show<W>} (${DiffersInSpace<E['h'], E['w'], H, W>}); ${SkipFix<E, H, W, I>}`;

/** What to do about a skip that does not fit: by the first size that differs. */
type SkipFix<E extends Level, H extends Dimension, W extends Dimension, I extends Inputs> =
  Dim.Different<E['h'], H> extends true ? SizeFix<E['h'], H, I, 'h'> : SizeFix<E['w'], W, I, 'w'>;
type SizeFix<
  E extends Dimension,
  D extends Dimension,
  I extends Inputs,
  Axis extends 'h' | 'w',
> = E extends number
  ? D extends number
    ? Natural.Less<D, E> extends true
      ? 'upsample before the skip, or cropTo'
      : Natural.Less<D, Natural.Multiply<E, 2>> extends true
        ? Declare<E, D, InputSize<I, Axis>>
        : 'skip before the upsampling, or downsample once less'
    : 'make the two sizes equal, or cropTo'
  : 'make the two sizes equal, or cropTo';
type Declare<E extends number, D extends number, A> = [A] extends [never]
  ? 'declare a size that halves evenly, or cropTo'
  : IsUnion<A> extends true
    ? 'declare a size that halves evenly, or cropTo'
    : A extends number
      ? number extends A
        ? 'declare a size that halves evenly, or cropTo'
        : `declare ${Natural.FloorDivide<Natural.Multiply<A, D>, E>} instead of ${A}, or cropTo`
      : 'declare a size that halves evenly, or cropTo';
type InputSize<I extends Inputs, Axis extends 'h' | 'w'> = {
  [K in keyof I]: I[K] extends Level ? I[K][Axis] : never;
}[keyof I];
type IsUnion<A, B = A> = A extends unknown ? ([B] extends [A] ? false : true) : never;

/** Options of a skip. */
export interface SkipOptions<J, K extends number | undefined> {
  /** How the two are joined: the decoder's feature first; `join.concat` by default. */
  readonly join?: J;
  /** Reads this level (from 1, the shallowest) and leaves it open, instead of taking the deepest one left. */
  readonly level?: K;
}

/**
 * Joins a level of encoder `name` through ψ: f′ = f_D ⊕ ψ(f_E). Takes the deepest level left.
 *
 * @example
 * ```ts
 * through(e, upsample(2), skip('image', psi.dense()), conv(64));
 * ```
 */
export const skip = <
  Name extends string,
  Q = NoMask,
  J = ConcatJoin,
  const K extends number | undefined = undefined,
>(
  name: Name,
  psi: Q = none as Q,
  options: SkipOptions<J, K> = {},
): Skip<Name, Q, J, K> => {
  const join = options.join ?? (concatJoin as J);
  const level = options.level as K;
  const at: SkipAt = { name, psi: psi as Psi, join: join as Join, level };
  return layerOf<Skip<Name, Q, J, K>>({
    op: 'skip',
    name,
    psi,
    join,
    level,
    definition: {
      name: 'skip',
      shape: (state, walk) => skipShape(at, state, walk),
      lower: (flow, lowering) => skipLower(at, flow, lowering),
    },
  });
};

/** A skip in primitives. */
export const skipLower = ({ name, psi, join, level }: SkipAt, flow: Flow, lowering: Lowering): Flow => {
  const open = openIn(flow.taps, name);
  const index = level === undefined ? open.length - 1 : level - 1;
  const operator = lowering.psi(name, index + 1, psi);
  const value = join.lower(
    flow.value,
    operator.lower(open[index]!, lowering.under('psi')),
    lowering.under('join'),
  );
  return {
    ...flow,
    value,
    taps: level === undefined ? { ...flow.taps, [name]: open.slice(0, -1) } : flow.taps,
  };
};

/** What a skip was declared with. */
export interface SkipAt {
  readonly name: string;
  readonly psi: Psi;
  readonly join: Join;
  readonly level: number | undefined;
}

/** The run-time twin of `SkipStep`. */
export const skipShape = ({ name, psi, join, level }: SkipAt, state: State, walk: Walk): Outcome => {
  const lost = unknownChannels(state);
  if (!Object.hasOwn(state.taps, name)) {
    const open = names(state.taps);
    return flawed(
      { rule: 'S10', body: `skip '${name}': no such encoder`, got: name, wanted: open, fix: `open: ${open}` },
      lost,
    );
  }
  const open = state.taps[name]!;
  const index = level === undefined ? open.length - 1 : level - 1;
  const found = open[index];
  if (found === undefined) {
    return level === undefined
      ? flawed({ rule: 'S11', body: `skip '${name}': no encoder level left`, got: 'no level', wanted: 'a level', fix: 'take as many skips as the encoder has levels' }, lost) // prettier-ignore
      : flawed({ rule: 'S22', body: `skip '${name}' ${level}: the encoder has levels 1 to ${open.length} open`, got: String(level), wanted: `1 to ${open.length}`, fix: 'give one of them' }, lost); // prettier-ignore
  }
  const place = `skip '${name}' ${index + 1}`;
  const after: State =
    level === undefined ? { ...state, taps: { ...state.taps, [name]: open.slice(0, -1) } } : state;
  const pair = differsInSpace(found, state);
  if (pair !== undefined) {
    return flawed(
      {
        rule: 'S12',
        body: `${place}: encoder gives ${showLevel(found)}, decoder expects ${Dim.show(state.h)}×${Dim.show(state.w)} (${pair})`,
        got: showLevel(found),
        wanted: `${Dim.show(state.h)}×${Dim.show(state.w)}`,
        fix: skipFix(found, state),
      },
      // Which of the two sizes was meant is not known: what follows is not measured against either.
      unknown(after),
    );
  }
  const inside = (flaw: Omit<Flaw, 'within'>): Flaw => ({ ...flaw, within: [place] });
  const operator = walk.psi(name, index + 1, psi);
  if (!isPsi(operator)) {
    return flawed({ rule: 'S13', body: `${place}: not a ψ`, got: 'a value that is not a ψ', wanted: 'a ψ', fix: 'pass psi.none, psi.dense(), … or your own' }, unknownChannels(after)); // prettier-ignore
  }
  if (typeof join !== 'object' || join === null || !('channels' in join)) {
    return flawed({ rule: 'S08', body: `${place}: not a join`, got: 'a value that is not a join', wanted: 'a join', fix: 'pass join.concat, join.add or your own' }, unknownChannels(after)); // prettier-ignore
  }
  const channels = join.channels(state, found);
  const flaws = [...operator.flaws(found), ...(typeof channels === 'object' ? [channels] : [])].map(inside);
  return { state: shaped(after, state.h, state.w, typeof channels === 'object' ? '?' : channels), flaws };
};

const isPsi = (value: unknown): value is Psi =>
  typeof value === 'object' && value !== null && 'flaws' in value && 'lower' in value;
const unknownChannels = (state: State): State => shaped(state, state.h, state.w, '?');

const skipFix = (found: Sizes, state: State): string =>
  Dim.different(found.h, state.h)
    ? sizeFix(found.h, state.h, state, 'h')
    : sizeFix(found.w, state.w, state, 'w');
const sizeFix = (e: Size, d: Size, state: State, axis: 'h' | 'w'): string => {
  if (typeof e !== 'number' || typeof d !== 'number') return 'make the two sizes equal, or cropTo';
  if (d < e) return 'upsample before the skip, or cropTo';
  if (d >= 2 * e) return 'skip before the upsampling, or downsample once less';
  const sizes = [...new Set(Object.values(state.inputs).map((level) => level[axis]))];
  const [size] = sizes;
  return sizes.length === 1 && typeof size === 'number'
    ? `declare ${Math.floor((size * d) / e)} instead of ${size}, or cropTo`
    : 'declare a size that halves evenly, or cropTo';
};
