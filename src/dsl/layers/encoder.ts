/** `encoder(name, [level, …])` and `decoder(name, [level, …], psi | [psi, …])`. Rules S19 and those of their parts. */
import type { Feature, Level } from '../feature.js';
import { formOf } from '../form.js';
import { concatJoin, type ConcatJoin } from '../joins/concat.js';
import type { Join } from '../joins/join.js';
import { notOptions, optionsIn } from '../message.js';
import { nameFlaws } from '../names.js';
import { none, type NoMask } from '../psi/plain.js';
import type { Psi } from '../psi/psi.js';
import {
  flawed,
  layerOf,
  unknown,
  within,
  type Flaw,
  type Layer,
  type Lost,
  type Rule,
  type State,
  type Step,
  type Within,
} from '../rule.js';
import { skipLower, skipShape, type SkipAt, type SkipStep } from './skip.js';
import { openIn, tapped, type Tapped } from './tap.js';

/** Levels in order; each level's result is open to skips. */
export interface Encoder<Name extends string, Levels extends readonly unknown[]> extends Layer<
  EncoderRule<Name, Levels>
> {
  readonly op: 'encoder';
  readonly name: Name;
  readonly levels: Levels;
}
interface EncoderRule<Name extends string, Levels extends readonly unknown[]> extends Rule {
  readonly out: this['in'] extends Feature ? Encode<Name, Levels, this['in']> : never;
}
type Encode<
  Name extends string,
  Levels extends readonly unknown[],
  F,
  Seen extends readonly unknown[] = [],
> = number extends Levels['length']
  ? Lost<F>
  : Levels extends readonly [infer L, ...infer Rest]
    ? Step<L, F> extends infer G
      ? G extends Feature<infer H, infer W, infer C, infer T, infer I>
        ? Encode<Name, Rest, Feature<H, W, C, Tapped<Name, T, Level<H, W, C>>, I>, readonly [...Seen, 0]>
        : G extends string
          ? Within<G, `encoder level ${[...Seen, 0]['length']}`>
          : never
      : never
    : F;

/**
 * Applies each level and opens its result to skips under `name`, shallowest first.
 *
 * Parameters lie under `name/level1`, `name/level2`, ….
 *
 * @example
 * ```ts
 * through(input('x', 64, 64, 3), encoder('image', [conv(64), conv(128, { stride: 2 })]));
 * // Feature<32, 32, 128, { image: readonly [Level<64, 64, 64>, Level<32, 32, 128>] }, …>
 * ```
 */
export const encoder = <Name extends string, const Levels extends readonly unknown[]>(
  name: Name,
  levels: Levels,
): Encoder<Name, Levels> =>
  layerOf<Encoder<Name, Levels>>({
    op: 'encoder',
    name,
    levels,
    definition: {
      name: 'encoder',
      form: encoderForm,
      group: true,
      shape: (start, walk) => {
        if (!Array.isArray(levels)) return flawed(notLevels('encoder', name), unknown(start));
        let state: State = start;
        const flaws: Flaw[] = [...nameFlaws('encoder', name)];
        levels.forEach((level, index) => {
          const outcome = within(
            walk.fold([level], state, { segment: `${name}/level${index + 1}` }),
            `encoder level ${index + 1}`,
          );
          flaws.push(...outcome.flaws);
          state = tapped(name, outcome.state);
        });
        return { state, flaws };
      },
      lower: (start, lowering) =>
        levels.reduce<typeof start>((flow, level, index) => {
          const after = lowering.fold([level], flow, { segment: `${name}/level${index + 1}` });
          return { ...after, taps: { ...after.taps, [name]: [...openIn(after.taps, name), after.value] } };
        }, start),
    },
  });

/** How `encoder` stands in a spec. */
export const encoderForm = formOf<{ readonly name: string; readonly levels: readonly unknown[] }>({
  builtIn: 'encoder',
  fields: (f) => ({ name: f.text, levels: f.layers }),
  make: ({ name, levels }) => encoder(name, levels),
});

/** Levels in order; before each, the encoder's deepest level left is joined through ψ. */
export interface Decoder<
  Name extends string,
  Levels extends readonly unknown[],
  Q = NoMask,
  J = ConcatJoin,
> extends Layer<DecoderRule<Name, Levels, Q, J>> {
  readonly op: 'decoder';
  readonly name: Name;
  readonly levels: Levels;
  readonly psi: Q;
  readonly join: J;
}
interface DecoderRule<Name extends string, Levels extends readonly unknown[], Q, J> extends Rule {
  readonly out: this['in'] extends Feature
    ? Q extends readonly unknown[]
      ? Q['length'] extends Levels['length']
        ? Decode<Name, Levels, Q, J, this['in']>
        : `✗ S19 decoder '${Name}': ${Q['length']} ψ for ${Levels['length']} levels; give one for all, or one for each level`
      : Decode<Name, Levels, Q, J, this['in']>
    : never;
}
type Decode<
  Name extends string,
  Levels extends readonly unknown[],
  Q,
  J,
  F,
  Seen extends readonly unknown[] = [],
> = number extends Levels['length']
  ? Lost<F>
  : Levels extends readonly [infer L, ...infer Rest]
    ? SkipStep<Name, Q extends readonly unknown[] ? Q[Seen['length']] : Q, J, undefined, F> extends infer S
      ? S extends string
        ? Within<S, `decoder level ${[...Seen, 0]['length']}`>
        : Step<L, S> extends infer G
          ? G extends string
            ? Within<G, `decoder level ${[...Seen, 0]['length']}`>
            : Decode<Name, Rest, Q, J, G, readonly [...Seen, 0]>
          : never
      : never
    : F;

/**
 * For each level: joins the deepest level of encoder `name` that is left through ψ, then applies the level.
 *
 * One ψ serves all levels (each with a mask of its own), or one is given for each, deepest first. Parameters lie under
 * `decoder/name/level1`, …, masks under `…/psi/mask`.
 */
export const decoder = <
  Name extends string,
  const Levels extends readonly unknown[],
  const Q = NoMask,
  J = ConcatJoin,
>(
  name: Name,
  levels: Levels,
  psi: Q = none as Q,
  options: { readonly join?: J } = {},
): Decoder<Name, Levels, Q, J> => {
  const join = optionsIn(options).join ?? (concatJoin as J);
  const segment = (index: number): string => `decoder/${name}/level${index + 1}`;
  const at = (index: number) => ({
    name,
    psi: (Array.isArray(psi) ? psi[index] : psi) as Psi,
    join: join as Join,
    level: undefined,
  });
  return layerOf<Decoder<Name, Levels, Q, J>>({
    op: 'decoder',
    name,
    levels,
    psi,
    join,
    definition: {
      name: 'decoder',
      form: decoderForm,
      group: true,
      shape: (start, walk) => {
        if (!Array.isArray(levels)) return flawed(notLevels('decoder', name), unknown(start));
        const bad = notOptions(`decoder '${name}'`, options);
        if (bad !== undefined) return flawed(bad, unknown(start));
        const flaws: Flaw[] = [];
        if (Array.isArray(psi) && psi.length !== levels.length) {
          flaws.push({
            rule: 'S19',
            within: [],
            body: `decoder '${name}': ${psi.length} ψ for ${levels.length} levels`,
            got: String(psi.length),
            wanted: String(levels.length),
            fix: 'give one for all, or one for each level',
          });
          return { state: { ...start, h: '?', w: '?', c: '?' }, flaws };
        }
        let state: State = start;
        levels.forEach((level, index) => {
          const both = walk.fold([skipStep(at(index)), level], state, { segment: segment(index) });
          const outcome = within(both, `decoder level ${index + 1}`);
          flaws.push(...outcome.flaws);
          state = outcome.state;
        });
        return { state, flaws };
      },
      lower: (start, lowering) =>
        levels.reduce<typeof start>(
          (flow, level, index) =>
            lowering.fold([skipStep(at(index)), level], flow, { segment: segment(index) }),
          start,
        ),
    },
  });
};

/** How `decoder` stands in a spec. */
export const decoderForm = formOf<{
  readonly name: string;
  readonly levels: readonly unknown[];
  readonly psi: Psi | readonly Psi[];
  readonly join: Join;
}>({
  builtIn: 'decoder',
  fields: (f) => ({
    name: f.text,
    levels: f.layers,
    psi: f.standard(f.either(f.psi, f.list(f.psi)), none),
    join: f.standard(f.join, concatJoin),
  }),
  make: ({ name, levels, psi, join }) => decoder(name, levels, psi, { join }),
});

/* S01: what stands where a list of levels should. The signatures refuse it. */
const notLevels = (op: string, name: string): Omit<Flaw, 'within'> => ({
  rule: 'S01',
  body: `${op} '${name}': not a list of levels`,
  got: 'a value that is not a list',
  wanted: 'a list of layers',
  fix: 'give [level, …]',
});

/** The skip before a decoder's level: a group, so that its ψ lies at `…/level1/psi`. It tells what it was declared with. */
const skipStep = (at: SkipAt): Layer & Pick<SkipAt, 'psi' | 'join'> =>
  layerOf<Layer & Pick<SkipAt, 'psi' | 'join'>>({
    psi: at.psi,
    join: at.join,
    definition: {
      name: 'skip',
      group: true,
      row: true,
      shape: (state, walk) => skipShape(at, state, walk),
      lower: (flow, lowering) => skipLower(at, flow, lowering),
    },
  });
