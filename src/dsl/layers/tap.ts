/** Levels that skips may read: `tap(name)`. */
import type { Feature, Level, Taps } from '../feature.js';
import { formOf } from '../form.js';
import { nameFlaws } from '../names.js';
import { layerOf, type Layer, type Rule, type State } from '../rule.js';

/** Opens this level to skips under an encoder's name. */
export interface TapLayer<Name extends string> extends Layer<TapRule<Name>> {
  readonly op: 'tap';
  readonly name: Name;
}
interface TapRule<Name extends string> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? Feature<H, W, C, Tapped<Name, T, Level<H, W, C>>, I>
    : never;
}
/** Taps with one more level under `Name`. */
export type Tapped<Name extends string, T extends Taps, E extends Level> = string extends keyof T
  ? T
  : {
      readonly [K in keyof T | Name]: K extends Name
        ? K extends keyof T
          ? readonly [...T[K], E]
          : readonly [E]
        : K extends keyof T
          ? T[K]
          : never;
    };

/** Opens this level to skips under an encoder's name; `encoder` does so after each of its levels. */
export const tap = <Name extends string>(name: Name): TapLayer<Name> =>
  layerOf<TapLayer<Name>>({
    op: 'tap',
    name,
    definition: {
      name: 'tap',
      form: tapForm,
      shape: (state) => ({ state: tapped(name, state), flaws: nameFlaws('tap', name) }),
      lower: (flow) => ({
        ...flow,
        taps: { ...flow.taps, [name]: [...openIn(flow.taps, name), flow.value] },
      }),
    },
  });

/** How `tap` stands in a spec. */
export const tapForm = formOf<{ readonly name: string }>({
  builtIn: 'tap',
  fields: (f) => ({ name: f.text }),
  make: ({ name }) => tap(name),
});

/** The run-time twin of `Tapped`. */
export const tapped = (name: string, state: State): State => ({
  ...state,
  taps: {
    ...state.taps,
    [name]: [...openIn(state.taps, name), { h: state.h, w: state.w, c: state.c, origin: {} }],
  },
});

/** The levels of an encoder that are open; none for a name that is not there. */
export const openIn = <A>(taps: Readonly<Record<string, readonly A[]>>, name: string): readonly A[] =>
  Object.hasOwn(taps, name) ? taps[name]! : [];

/**
 * The open encoders' names, for messages; outputs, which are kept beside them, are left out. Of several the message
 * says only that: the compiler would show a message for each. A fault lists them (`allNames`), and so does the hover.
 */
export type Names<T> = [Encoders<T>] extends [never]
  ? 'none'
  : IsUnion<Encoders<T>> extends true
    ? 'several'
    : `'${Encoders<T>}'`;
type Encoders<T> = Exclude<keyof T & string, `=>${string}`>;
type IsUnion<A, B = A> = A extends unknown ? ([B] extends [A] ? false : true) : never;
const encoders = (taps: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(taps).filter((one) => !one.startsWith('=>'));
export const names = (taps: Readonly<Record<string, unknown>>): string => {
  const open = encoders(taps);
  return open.length === 0 ? 'none' : open.length > 1 ? 'several' : `'${open[0]!}'`;
};
/** All of them, for a fault's fields. */
export const allNames = (taps: Readonly<Record<string, unknown>>): string =>
  encoders(taps)
    .map((one) => `'${one}'`)
    .join(', ') || 'none';
