/** Skips: `skip(name, psi, { join, level })`. Rules S08, S10, S11, S12, S13, S22. */
import * as Dim from '../dimensions/dimension.js';
import type * as Natural from '../dimensions/natural.js';
import type { Dimension } from '../dimensions/dimension.js';
import type { Feature, Inputs, Level, Taps } from '../feature.js';
import { formOf } from '../form.js';
import { concatJoin, type ConcatJoin } from '../joins/concat.js';
import { isJoin, notAJoin, type ApplyJoin, type Join, type NotAJoin } from '../joins/join.js';
import { inPart } from '../part-error.js';
import {
  differsInSpace,
  notOptions,
  optionsIn,
  showGiven,
  showLevel,
  type DiffersInSpace,
  type ShowShape,
} from '../message.js';
import { none, type NoMask } from '../psi/plain.js';
import { isPsi, notAPsi, type ApplyPsi, type NotAPsi, type Psi, type PsiSight } from '../psi/psi.js';
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
import { skipFix, type SkipFix } from './skip-fix.js';
import { allNames, names, openIn, type Names } from './tap.js';

/** Joins an encoder's level through ψ. */
export interface Skip<
  Name extends string,
  Q = NoMask,
  J = ConcatJoin,
  K extends LevelOption = undefined,
> extends Layer<SkipRule<Name, Q, J, K>> {
  readonly op: 'skip';
  readonly name: Name;
  readonly psi: Q;
  readonly join: J;
  readonly level: K;
}
/** Which level a skip reads: the deepest left (and takes it), or these, which stay open. */
export type LevelOption = number | 'all' | readonly number[] | undefined;

interface SkipRule<Name extends string, Q, J, K extends LevelOption> extends Rule {
  readonly out: SkipStep<Name, Q, J, K, this['in']>;
}

/** One skip: the joined feature, or a message. Rules S10, S11, S12, S13, S22 and those of ψ and the join. */
export type SkipStep<Name extends string, Q, J, K extends LevelOption, F> =
  F extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? string extends keyof T
      ? Feature<H, W, number, T, I>
      : Name extends keyof T
        ? number extends T[Name]['length']
          ? Feature<H, W, number, T, I>
          : Picked<T[Name], K> extends infer P
            ? P extends [
                infer E extends Level,
                infer Read extends readonly Level[],
                infer Place extends number | string,
              ]
              ? SkipTo<Name, Q, J, E, Read, Place, H, W, C, I, T, K>
              : P extends 'lost'
                ? Feature<H, W, number, T, I>
                : P extends 'nothing'
                  ? `✗ S22 skip '${Name}': level [] names no level; give one or more`
                  : [P] extends [number]
                    ? `✗ S22 skip '${Name}' ${P & number}: the encoder has levels 1 to ${T[Name]['length']} open; give one of them`
                    : `✗ S11 skip '${Name}': no encoder level left; take as many skips as the encoder has levels`
            : never
        : `✗ S10 skip '${Name}': no such encoder (open: ${Names<T>}); name one that is open, or open it with encoder or tap`
    : never;

/**
 * The last level that a skip reads, all that it reads, and how messages name them; a level that is not there;
 * `undefined` if none is left, `'nothing'` if it names none, `'lost'` if the compiler cannot tell which it reads.
 */
type Picked<Levels extends readonly Level[], K extends LevelOption> = K extends undefined
  ? Levels extends readonly [...infer _Rest, infer E extends Level]
    ? [E, readonly [E], Levels['length']]
    : undefined
  : Levels extends readonly []
    ? undefined
    : K extends readonly []
      ? 'nothing'
      : K extends 'all'
        ? Levels extends readonly [...infer _Rest, infer E extends Level]
          ? [E, Levels, 'all']
          : undefined
        : K extends number
          ? number extends K
            ? 'lost'
            : Numbered<Levels, K> extends infer E extends Level
              ? [E, readonly [E], K]
              : K
          : K extends readonly number[]
            ? number extends K['length'] | K[number]
              ? 'lost'
              : Selected<Levels, K>
            : never;
/** Level number K, from 1; `undefined` if there is none. */
type Numbered<Levels extends readonly Level[], K extends number> = [Natural.Subtract<K, 1>] extends [
  infer Index extends number,
]
  ? [Index] extends [never]
    ? undefined
    : `${Index}` extends keyof Levels
      ? Levels[Index]
      : undefined
  : undefined;
/** Several levels by number, in the order given; the last of them counts as the feature. */
type Selected<
  Levels extends readonly Level[],
  K extends readonly number[],
  Read extends readonly Level[] = readonly [],
  Place extends string = '',
> = number extends K['length']
  ? 'lost'
  : K extends readonly [infer First extends number, ...infer Rest extends readonly number[]]
    ? Numbered<Levels, First> extends infer E
      ? E extends Level
        ? Selected<Levels, Rest, readonly [...Read, E], Place extends '' ? `${First}` : `${Place},${First}`>
        : First
      : never
    : Read extends readonly [...infer _Rest, infer E extends Level]
      ? [E, Read, Place]
      : undefined;

type SkipTo<
  Name extends string,
  Q,
  J,
  E extends Level,
  Read extends readonly Level[],
  Place extends number | string,
  H extends Dimension,
  W extends Dimension,
  C extends Dimension,
  I extends Inputs,
  T extends Taps,
  K extends LevelOption,
> =
  Q extends Psi<infer R>
    ? TakesOne<Q, Read> extends true
      ? `✗ S13 skip '${Name}' ${Place}: this ψ takes one level, the skip reads ${Read['length']}; give { level: 1 }, or a ψ of several such as psi.resize()`
      : ApplyPsi<R, PsiSight<E, Level<H, W, C>, Read, I, T>> extends infer M
        ? M extends Level
          ? [DiffersInSpace<M['h'], M['w'], H, W>] extends [never]
            ? J extends Join<infer JR>
              ? ApplyJoin<JR, Level<H, W, C>, M> extends infer Channels
                ? Channels extends `✗ ${string}`
                  ? Within<Channels, `skip '${Name}' ${Place}`>
                  : Feature<
                      H,
                      W,
                      Channels extends Dimension ? Channels : number,
                      K extends undefined ? Taken<T, Name> : T,
                      I
                    >
                : never
              : NotAJoin<`skip '${Name}' ${Place}`>
            : `✗ S12 skip '${Name}' ${Place}: encoder gives ${ShowShape<M['h'], M['w'], M['c']>}, decoder expects ${Dim.Show<H>}×${Dim.Show<W>} (${DiffersInSpace<M['h'], M['w'], H, W>}); ${SkipFix<M, H, W, I>}`
          : M extends string
            ? Within<M, `skip '${Name}' ${Place}`>
            : // Of a ψ of whatever kind nothing is known before run time.
              Feature<H, W, number, K extends undefined ? Taken<T, Name> : T, I>
        : never
    : NotAPsi<`skip '${Name}' ${Place}`>;

type TakesOne<Q, Read extends readonly Level[]> = Q extends { readonly several: true }
  ? false
  : Read extends readonly [Level, Level, ...Level[]]
    ? true
    : false;
/** The taps after the deepest level of an encoder was taken; conditional, so that an editor shows the taps and not the alias. */
type Taken<T extends Taps, Name extends string> = T extends Taps
  ? {
      readonly [N in keyof T]: N extends Name
        ? T[N] extends readonly [...infer Rest extends readonly Level[], Level]
          ? Rest
          : T[N]
        : T[N];
    }
  : never;

/** Options of a skip. */
export interface SkipOptions<J, K extends LevelOption> {
  /** How the two are joined: the decoder's feature first; `join.concat` by default. */
  readonly join?: J;
  /**
   * Reads this level (from 1, the shallowest), these levels or `'all'` and leaves them open, instead of taking the
   * deepest one left. Several levels go to a ψ of several, such as `psi.resize()`, in the order given (`'all'` from the
   * shallowest); the last of them counts as the feature.
   */
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
  const K extends LevelOption = undefined,
>(
  name: Name,
  psi: Q = none as Q,
  options: SkipOptions<J, K> = {},
): Skip<Name, Q, J, K> => {
  const given = optionsIn(options);
  const join = given.join ?? (concatJoin as J);
  const level = given.level as K;
  const at: SkipAt = { name, psi: psi as Psi, join: join as Join, level };
  return layerOf<Skip<Name, Q, J, K>>({
    op: 'skip',
    name,
    psi,
    join,
    level,
    definition: {
      name: 'skip',
      form: skipForm,
      shape: (state, walk) => {
        const bad = notOptions(`skip '${name}'`, options);
        return bad === undefined ? skipShape(at, state, walk) : flawed(bad, unknownChannels(state));
      },
      lower: (flow, lowering) => skipLower(at, flow, lowering),
    },
  });
};

/** How `skip` stands in a spec. */
export const skipForm = formOf<{
  readonly name: string;
  readonly psi: Psi;
  readonly join: Join;
  readonly level: LevelOption;
}>({
  builtIn: 'skip',
  fields: (f) => ({
    name: f.text,
    psi: f.standard(f.psi, none),
    join: f.standard(f.join, concatJoin),
    level: f.optional(f.either(f.either(f.number, f.word('all')), f.list(f.number))),
  }),
  make: ({ name, psi, join, level }) => skip(name, psi, { join, level }),
});

/** A skip in primitives. */
export const skipLower = ({ name, psi, join, level }: SkipAt, flow: Flow, lowering: Lowering): Flow => {
  const open = openIn(flow.taps, name);
  const numbers = numbersOf(level, open.length);
  const read = numbers.map((number) => open[number - 1]!);
  const operator = lowering.psi(name, numbers.at(-1)!, psi);
  const sight = {
    feature: read.at(-1)!,
    levels: read,
    decoder: flow.value,
    inputs: flow.inputs,
    taps: flow.taps,
  };
  const skipped = inPart({ name: `ψ '${operator.name}'`, path: '', part: operator }, () =>
    operator.lower(sight, lowering.under('psi')),
  );
  const value = inPart({ name: `join '${join.name}'`, path: '', part: join }, () =>
    join.lower(flow.value, skipped, lowering.under('join')),
  );
  return {
    ...flow,
    value,
    taps: level === undefined ? { ...flow.taps, [name]: open.slice(0, -1) } : flow.taps,
  };
};

/** The numbers of the levels that a skip reads, from 1. */
const numbersOf = (level: LevelOption, open: number): readonly number[] =>
  level === undefined
    ? [open]
    : level === 'all'
      ? Array.from({ length: open }, (_, index) => index + 1)
      : Array.isArray(level)
        ? level
        : [level as number];

/** What a skip was declared with. */
export interface SkipAt {
  readonly name: string;
  readonly psi: Psi;
  readonly join: Join;
  readonly level: LevelOption;
}

/** The run-time twin of `SkipStep`. */
export const skipShape = ({ name, psi, join, level }: SkipAt, state: State, walk: Walk): Outcome => {
  const lost = unknownChannels(state);
  if (!Object.hasOwn(state.taps, name)) {
    const open = names(state.taps);
    return flawed(
      {
        rule: 'S10',
        body: `skip '${name}': no such encoder (open: ${open})`,
        got: name,
        wanted: allNames(state.taps),
        fix: 'name one that is open, or open it with encoder or tap',
      },
      lost,
    );
  }
  const open = state.taps[name]!;
  if (open.length === 0) {
    return flawed({ rule: 'S11', body: `skip '${name}': no encoder level left`, got: 'no level', wanted: 'a level', fix: 'take as many skips as the encoder has levels' }, lost); // prettier-ignore
  }
  const numbers = numbersOf(level, open.length);
  if (numbers.length === 0) {
    return flawed({ rule: 'S22', body: `skip '${name}': level [] names no level`, got: '[]', wanted: `1 to ${open.length}`, fix: 'give one or more' }, lost); // prettier-ignore
  }
  // A text such as '1' would be an index, too.
  const wrong = numbers.findIndex((one) => !Number.isSafeInteger(one) || open[one - 1] === undefined);
  if (wrong >= 0) {
    const missing = showGiven(numbers[wrong]);
    return flawed({ rule: 'S22', body: `skip '${name}' ${missing}: the encoder has levels 1 to ${open.length} open`, got: missing, wanted: `1 to ${open.length}`, fix: 'give one of them' }, lost); // prettier-ignore
  }
  const read = numbers.map((number) => open[number - 1]!);
  const feature = read.at(-1)!;
  const place = `skip '${name}' ${level === 'all' ? 'all' : numbers.join(',')}`;
  const after: State =
    level === undefined ? { ...state, taps: { ...state.taps, [name]: open.slice(0, -1) } } : state;
  const inside = (flaw: Omit<Flaw, 'within'>): Flaw => ({ ...flaw, within: [place] });
  const operator = walk.psi(name, numbers.at(-1)!, psi);
  if (!isPsi(operator)) {
    return flawed(notAPsi(place), unknownChannels(after));
  }
  if (read.length > 1 && operator.several !== true) {
    return flawed({ rule: 'S13', body: `${place}: this ψ takes one level, the skip reads ${read.length}`, got: `${read.length} levels`, wanted: 'one level', fix: 'give { level: 1 }, or a ψ of several such as psi.resize()' }, unknownChannels(after)); // prettier-ignore
  }
  const sight = { feature, levels: read, decoder: state, inputs: state.inputs, taps: state.taps };
  const { level: skipped, flaws: found } = inPart(
    { name: `ψ '${operator.name}'`, path: '', part: operator },
    () => operator.shape(sight),
  );
  if (found.some(({ severity }) => severity !== 'warning')) {
    return { state: unknownChannels(after), flaws: found.map(inside) };
  }
  const pair = differsInSpace(skipped, state);
  if (pair !== undefined) {
    return flawed(
      {
        rule: 'S12',
        body: `${place}: encoder gives ${showLevel(skipped)}, decoder expects ${Dim.show(state.h)}×${Dim.show(state.w)} (${pair})`,
        got: showLevel(skipped),
        wanted: `${Dim.show(state.h)}×${Dim.show(state.w)}`,
        fix: skipFix(skipped, state),
      },
      // Which of the two sizes was meant is not known: what follows is not measured against either.
      unknown(after),
    );
  }
  if (!isJoin(join)) return flawed(notAJoin(place), unknownChannels(after));
  const channels = inPart({ name: `join '${join.name}'`, path: '', part: join }, () =>
    join.channels(state, skipped),
  );
  const flaws = [...found, ...(typeof channels === 'object' ? [channels] : [])].map(inside);
  return { state: shaped(after, state.h, state.w, typeof channels === 'object' ? '?' : channels), flaws };
};

const unknownChannels = (state: State): State => shaped(state, state.h, state.w, '?');
