/** Further outputs of a chain: `output(name)`. Rule S20. */
import type { Feature, Level, Taps } from '../feature.js';
import { formOf } from '../form.js';
import { nameFlaws } from '../names.js';
import { flawed, layerOf, type Layer, type Rule } from '../rule.js';
import { openIn, tapped, type Tapped } from './tap.js';

/**
 * Where an output is kept while the chain goes on: among the taps, under a name that no encoder has. It is read once,
 * by the model.
 */
export type OutputKey<Name extends string> = `=>${Name}`;
const keyOf = (name: string): string => `=>${name}`;

/** Gives this feature under a name. */
export interface OutputLayer<Name extends string> extends Layer<OutputRule<Name>> {
  readonly op: 'output';
  readonly name: Name;
}
interface OutputRule<Name extends string> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? string extends keyof T
      ? this['in']
      : OutputKey<Name> extends keyof T
        ? OutputTwice<Name>
        : Name extends 'output'
          ? "✗ S20 output 'output': this is the name of the chain's last feature; rename one"
          : Feature<H, W, C, Tapped<OutputKey<Name>, T, Level<H, W, C>>, I>
    : never;
}
/** S20: two outputs of one name. */
export type OutputTwice<Name extends string> =
  `✗ S20 output '${Name}': two outputs of this name meet; rename one`;
export const outputTwice = (name: string) =>
  ({
    rule: 'S20',
    body: `output '${name}': two outputs of this name meet`,
    got: 'two outputs',
    wanted: 'one output for one name',
    fix: 'rename one',
  }) as const;

/**
 * Gives this feature as a further output of the model, besides the chain's last one (`output`): latent codes for a
 * loss, intermediate images, attention maps. Changes nothing else.
 *
 * @example
 * ```ts
 * model(seq(input('x', 64, 64, 3), conv(8), output('code'), conv(3))); // outputs: output 64×64×3, code 64×64×8
 * ```
 */
export const output = <Name extends string>(name: Name): OutputLayer<Name> =>
  layerOf<OutputLayer<Name>>({
    op: 'output',
    name,
    definition: {
      name: 'output',
      form: outputForm,
      group: true,
      shape: (state) =>
        Object.hasOwn(state.taps, keyOf(name))
          ? flawed(outputTwice(name), state)
          : name === 'output'
            ? flawed(
                {
                  rule: 'S20',
                  body: "output 'output': this is the name of the chain's last feature",
                  got: 'output',
                  wanted: 'another name',
                  fix: 'rename one',
                },
                state,
              )
            : { state: tapped(keyOf(name), state), flaws: nameFlaws('output', name) },
      lower: (flow) => ({
        ...flow,
        taps: { ...flow.taps, [keyOf(name)]: [...openIn(flow.taps, keyOf(name)), flow.value] },
      }),
    },
  });

/** How `output` stands in a spec. */
export const outputForm = formOf<{ readonly name: string }>({
  builtIn: 'output',
  fields: (f) => ({ name: f.text }),
  make: ({ name }) => output(name),
});

/** The outputs that a chain gives besides its last feature. */
export type OutputsIn<T extends Taps> = string extends keyof T
  ? {}
  : {
      readonly [K in keyof T as K extends OutputKey<infer Name> ? Name : never]: T[K] extends readonly [
        infer E extends Level,
        ...unknown[],
      ]
        ? E
        : never;
    };
/** The run-time twin of `OutputsIn`. */
export const outputsIn = <A>(taps: Readonly<Record<string, readonly A[]>>): Readonly<Record<string, A>> =>
  Object.fromEntries(
    Object.entries(taps).flatMap(([key, levels]) =>
      outputName(key) === undefined || levels[0] === undefined ? [] : [[outputName(key)!, levels[0]]],
    ),
  );
/** The output that is kept under a key; `undefined` for an encoder's. */
export const outputName = (key: string): string | undefined =>
  key.startsWith('=>') ? key.slice(2) : undefined;
