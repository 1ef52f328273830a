/** Vectors: `flatten`, `dense(units)`, `reshape(height, width, channels)`. Rules S02, S05, S24, S38. */
import { add } from '../../ops/elementwise.js';
import { matMul } from '../../ops/convolution.js';
import { constant, glorotUniform, type Initialiser } from '../../ops/initialiser.js';
import * as layout from '../../ops/layout.js';
import { product } from '../../ops/value.js';
import type * as Natural from '../dimensions/natural.js';
import {
  different,
  show,
  type Different,
  type Dimension,
  type Show,
  type Size,
} from '../dimensions/dimension.js';
import type { Feature, Sizes } from '../feature.js';
import { formOf, optionless, type Form } from '../form.js';
import {
  initialiserFlaws,
  notOptions,
  notPositive,
  optionsIn,
  showLevel,
  type NotPositive,
  type ShowShape,
} from '../message.js';
import { fine, flawed, layerOf, shaped, type Layer, type Rule, type State } from '../rule.js';
import type { HasKernel } from './kernel.js';

/** The count of entries of a shape; `number` where a size is symbolic or unknown. */
type Count<H extends Dimension, W extends Dimension, C extends Dimension> = H extends number
  ? W extends number
    ? C extends number
      ? Natural.Multiply<Natural.Multiply<H, W>, C>
      : number
    : number
  : number;
const count = ({ h, w, c }: Sizes): Size =>
  typeof h === 'number' && typeof w === 'number' && typeof c === 'number' ? h * w * c : '?';

/** All entries in one vector of 1×1×(h·w·c), row by row, channels last. */
export interface Flatten extends Layer<FlattenRule> {
  readonly op: 'flatten';
}
interface FlattenRule extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? Feature<1, 1, Count<H, W, C>, T, I>
    : never;
}

/** How `flatten` stands in a spec. */
export const flattenForm: Form = optionless(() => flatten, 'layer', 'flatten');

/** All entries in one vector: h×w×c → 1×1×(h·w·c). */
export const flatten: Flatten = layerOf<Flatten>({
  op: 'flatten',
  definition: {
    name: 'flatten',
    form: flattenForm,
    shape: (state) => fine(shaped(state, 1, 1, count(state))),
    lower: (flow) => {
      const [n, ...extents] = flow.value.shape;
      return { ...flow, value: layout.reshape(flow.value, [n!, 1, 1, entries(extents)]) };
    },
  },
});

const entries = (shape: Parameters<typeof product>[0]): number => product(shape)?.count ?? 0;

/** A fully connected layer on a vector. */
export interface Dense<Units extends number> extends Layer<DenseRule<Units>>, HasKernel {
  readonly op: 'dense';
  readonly units: Units;
  readonly bias: boolean;
  readonly initialiser: Initialiser;
}
interface DenseRule<Units extends number> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? NotPositive<'dense', [['units', Units]]> extends infer M
      ? [M] extends [never]
        ? Different<H, 1> | Different<W, 1> extends false
          ? Feature<1, 1, Units, T, I>
          : `✗ S24 dense: expects a vector 1×1×n, got ${ShowShape<H, W, C>}; flatten first`
        : M
      : never
    : never;
}

/** Options of a fully connected layer. */
export interface DenseOptions {
  readonly bias?: boolean;
  readonly initialiser?: Initialiser;
}

/**
 * A fully connected layer: 1×1×n → 1×1×units. Parameters: n · units, plus units for the bias.
 *
 * @example
 * ```ts
 * through(input('x', 4, 4, 8), flatten, dense(64)); // Feature<1, 1, 64, …>
 * ```
 */
export const dense = <Units extends number>(units: Units, options: DenseOptions = {}): Dense<Units> => {
  const { bias = true, initialiser = glorotUniform } = optionsIn(options);
  return layerOf<Dense<Units>>({
    op: 'dense',
    kernelOutputs: 'last',
    units,
    bias,
    initialiser,
    definition: {
      name: 'dense',
      form: denseForm,
      shape: (state) => {
        const bad = notPositive('dense', [['units', units]], state);
        if (bad !== undefined) return bad;
        const after: State = shaped(state, 1, 1, units);
        const mistaken = notOptions('dense', options);
        if (mistaken !== undefined) return flawed(mistaken, after);
        return different(state.h, 1) || different(state.w, 1)
          ? flawed(
              {
                rule: 'S24',
                body: `dense: expects a vector 1×1×n, got ${showLevel(state)}`,
                got: showLevel(state),
                wanted: '1×1×n',
                fix: 'flatten first',
              },
              after,
            )
          : { state: after, flaws: initialiserFlaws('dense', initialiser) };
      },
      lower: (flow, lowering) => {
        const n = flow.value.shape[0]!;
        const length = Number(flow.value.shape[3]);
        const kernel = lowering.parameter({
          name: 'kernel',
          shape: [length, units],
          initialiser,
        });
        const multiplied = matMul(layout.reshape(flow.value, [n, length]), kernel);
        const value = bias
          ? add(multiplied, lowering.parameter({ name: 'bias', shape: [units], initialiser: constant(0) }))
          : multiplied;
        return { ...flow, value: layout.reshape(value, [n, 1, 1, units]) };
      },
    },
  });
};

/** How `dense` stands in a spec. */
export const denseForm = formOf<{
  readonly units: number;
  readonly bias: boolean;
  readonly initialiser: Initialiser;
}>({
  builtIn: 'dense',
  fields: (f) => ({
    units: f.number,
    bias: f.standard(f.flag, true),
    initialiser: f.standard(f.initialiser, glorotUniform),
  }),
  make: ({ units, ...options }) => dense(units, options),
});

/** The same entries in another shape. */
export interface Reshape<H extends number, W extends number, C extends number> extends Layer<
  ReshapeRule<H, W, C>
> {
  readonly op: 'reshape';
  readonly h: H;
  readonly w: W;
  readonly c: C;
}
interface ReshapeRule<H2 extends number, W2 extends number, C2 extends number> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? NotPositive<'reshape', [['height', H2], ['width', W2], ['channels', C2]]> extends infer M
      ? [M] extends [never]
        ? Different<Count<H, W, C>, Count<H2, W2, C2>> extends true
          ? `✗ S05 reshape: ${ShowShape<H, W, C>} has ${Show<Count<H, W, C>>} entries, ${ShowShape<H2, W2, C2>} has ${Show<Count<H2, W2, C2>>} (${Show<Count<H, W, C>>} ≠ ${Show<Count<H2, W2, C2>>}); make the products equal`
          : Feature<H2, W2, C2, T, I>
        : M
      : never
    : never;
}

/** The same entries as height×width×channels, row by row, channels last; the products must agree. */
export const reshape = <H extends number, W extends number, C extends number>(
  height: H,
  width: W,
  channels: C,
): Reshape<H, W, C> =>
  layerOf<Reshape<H, W, C>>({
    op: 'reshape',
    h: height,
    w: width,
    c: channels,
    definition: {
      name: 'reshape',
      form: reshapeForm,
      shape: (state) => {
        const bad = notPositive('reshape', [['height', height], ['width', width], ['channels', channels]], state); // prettier-ignore
        if (bad !== undefined) return bad;
        const after = shaped(state, height, width, channels);
        const [from, to] = [count(state), count(after)];
        return different(from, to)
          ? flawed(
              {
                rule: 'S05',
                body: `reshape: ${showLevel(state)} has ${show(from)} entries, ${showLevel(after)} has ${show(to)} (${show(from)} ≠ ${show(to)})`,
                got: show(from),
                wanted: show(to),
                fix: 'make the products equal',
              },
              after,
            )
          : fine(after);
      },
      lower: (flow) => ({
        ...flow,
        value: layout.reshape(flow.value, [flow.value.shape[0]!, height, width, channels]),
      }),
    },
  });

/** How `reshape` stands in a spec. */
export const reshapeForm: Form<
  Pick<Reshape<number, number, number>, 'h' | 'w' | 'c'>,
  { readonly height: number; readonly width: number; readonly channels: number }
> = {
  builtIn: 'reshape',
  kind: 'layer',
  fields: (f) => ({ height: f.number, width: f.number, channels: f.number }),
  make: ({ height, width, channels }) => reshape(height, width, channels),
  options: ({ h, w, c }) => ({ height: h, width: w, channels: c }),
};
