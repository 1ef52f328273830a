/** Cutting to a level's size: `cropTo(name)`. Rules S10, S11, S16. */
import { first } from '../../ops/layout.js';
import type * as Natural from '../dimensions/natural.js';
import type { Dimension, Size } from '../dimensions/dimension.js';
import type { Feature, Level } from '../feature.js';
import { formOf } from '../form.js';
import { showLevel, type ShowShape } from '../message.js';
import {
  fine,
  flawed,
  layerOf,
  shaped,
  unknown,
  type Layer,
  type Outcome,
  type Rule,
  type State,
} from '../rule.js';
import { allNames, names, openIn, type Names } from './tap.js';

/** Cuts the feature at the bottom and right to the size of the level that the next skip takes. */
export interface CropTo<Name extends string> extends Layer<CropToRule<Name>> {
  readonly op: 'cropTo';
  readonly name: Name;
}
interface CropToRule<Name extends string> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? string extends keyof T
      ? Feature<number, number, C, T, I>
      : Name extends keyof T
        ? T[Name] extends readonly [...unknown[], infer E extends Level]
          ? true extends LargerThan<E['h'], H> | LargerThan<E['w'], W>
            ? `✗ S16 cropTo '${Name}': the level is ${ShowShape<E['h'], E['w'], E['c']>}, larger than ${ShowShape<H, W, C>}; upsample first`
            : Feature<E['h'], E['w'], C, T, I>
          : number extends T[Name]['length']
            ? Feature<number, number, C, T, I>
            : `✗ S11 cropTo '${Name}': no encoder level left; take as many skips as the encoder has levels`
        : `✗ S10 cropTo '${Name}': no such encoder (open: ${Names<T>}); name one that is open, or open it with encoder or tap`
    : never;
}
type LargerThan<A extends Dimension, B extends Dimension> = [A, B] extends [
  infer P extends number,
  infer Q extends number,
]
  ? Natural.Less<Q, P> extends true
    ? true
    : false
  : false;

/** Cuts the feature at the bottom and right to the size of the level that the next skip of encoder `name` takes. */
export const cropTo = <Name extends string>(name: Name): CropTo<Name> =>
  layerOf<CropTo<Name>>({
    op: 'cropTo',
    name,
    definition: {
      name: 'cropTo',
      form: cropToForm,
      shape: (state) => cropShape(name, state),
      lower: (flow) => {
        const level = openIn(flow.taps, name).at(-1)!;
        return {
          ...flow,
          value: first(first(flow.value, 1, Number(level.shape[1])), 2, Number(level.shape[2])),
        };
      },
    },
  });

/** How `cropTo` stands in a spec. */
export const cropToForm = formOf<{ readonly name: string }>({
  builtIn: 'cropTo',
  fields: (f) => ({ name: f.text }),
  make: ({ name }) => cropTo(name),
});

const cropShape = (name: string, state: State): Outcome => {
  if (!Object.hasOwn(state.taps, name)) {
    const open = names(state.taps);
    return flawed(
      {
        rule: 'S10',
        body: `cropTo '${name}': no such encoder (open: ${open})`,
        got: name,
        wanted: allNames(state.taps),
        fix: 'name one that is open, or open it with encoder or tap',
      },
      unknown(state),
    );
  }
  const level = state.taps[name]!.at(-1);
  if (level === undefined) {
    return flawed({ rule: 'S11', body: `cropTo '${name}': no encoder level left`, got: 'no level', wanted: 'a level', fix: 'take as many skips as the encoder has levels' }, unknown(state)); // prettier-ignore
  }
  const larger = (a: Size, b: Size): boolean => typeof a === 'number' && typeof b === 'number' && a > b;
  const after = shaped(state, level.h, level.w, state.c);
  return larger(level.h, state.h) || larger(level.w, state.w)
    ? flawed({ rule: 'S16', body: `cropTo '${name}': the level is ${showLevel(level)}, larger than ${showLevel(state)}`, got: showLevel(state), wanted: `at least ${showLevel(level)}`, fix: 'upsample first' }, after) // prettier-ignore
    : fine(after);
};
