/** Declared shapes: `out(height, width, channels)` and `known`. Rules S06, S17. */
import { isSize, type Dimension, type IsKnown, type Size } from '../dimensions/dimension.js';
import { featureOf, nodeOf, type AnyFeature, type Feature } from '../feature.js';
import type { Form } from '../form.js';
import { differs, notASize, showLevel, type Differs, type ShowShape } from '../message.js';
import { fine, flawed, layerOf, shaped, type Layer, type Rule } from '../rule.js';

/** Declares what the network gives; changes nothing. */
export interface Out<H extends Dimension, W extends Dimension, C extends Dimension> extends Layer<
  OutRule<H, W, C>
> {
  readonly op: 'out';
  readonly h: H;
  readonly w: W;
  readonly c: C;
}
interface OutRule<H2 extends Dimension, W2 extends Dimension, C2 extends Dimension> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? Differs<H, W, C, H2, W2, C2> extends infer D
      ? [D] extends [never]
        ? Feature<H2, W2, C2, T, I>
        : `✗ S06 out: got ${ShowShape<H, W, C>}, declared ${ShowShape<H2, W2, C2>} (${D & string}); change the layers before it or the declaration`
      : never
    : never;
}

/** Declares the shape that the feature must have here: a contract, checked at both levels. */
export const out = <const H extends Dimension, const W extends Dimension, const C extends Dimension>(
  height: H,
  width: W,
  channels: C,
): Out<H, W, C> =>
  layerOf<Out<H, W, C>>({
    op: 'out',
    h: height,
    w: width,
    c: channels,
    definition: {
      name: 'out',
      form: outForm,
      shape: (state) => {
        const declared = { h: height as Size, w: width as Size, c: channels as Size };
        const bad = (['h', 'w', 'c'] as const).find(
          (axis) => typeof declared[axis] !== 'number' && !isSize(declared[axis]),
        );
        if (bad !== undefined) return flawed(notASize('out', bad, declared[bad]), state);
        const after = shaped(state, declared.h, declared.w, declared.c);
        const pair = differs(state, declared);
        return pair === undefined
          ? fine(after)
          : flawed(
              {
                rule: 'S06',
                body: `out: got ${showLevel(state)}, declared ${showLevel(declared)} (${pair})`,
                got: showLevel(state),
                wanted: showLevel(declared),
                fix: 'change the layers before it or the declaration',
              },
              after,
            );
      },
      lower: (flow) => flow,
    },
  });

/** How `out` stands in a spec. */
export const outForm: Form<
  Pick<Out<Dimension, Dimension, Dimension>, 'h' | 'w' | 'c'>,
  { readonly height: Dimension; readonly width: Dimension; readonly channels: Dimension }
> = {
  builtIn: 'out',
  kind: 'layer',
  fields: (f) => ({ height: f.size, width: f.size, channels: f.size }),
  make: ({ height, width, channels }) => out(height, width, channels),
  options: ({ h, w, c }) => ({ height: h, width: w, channels: c }),
};

/** The message of `known` for the first size that the compiler has lost; `never` if it knows all. */
type Forgotten<F> =
  F extends Feature<infer H, infer W, infer C, infer _T, infer I>
    ? // What was refused before has lost its sizes by that, which was said.
      I extends { readonly flaw: string }
      ? never
      : IsKnown<H> extends false
        ? "✗ S17 known: the height is not known at compile time; declare sizes as literals ('as const' for arrays)"
        : IsKnown<W> extends false
          ? "✗ S17 known: the width is not known at compile time; declare sizes as literals ('as const' for arrays)"
          : IsKnown<C> extends false
            ? "✗ S17 known: the channels are not known at compile time; declare sizes as literals ('as const' for arrays)"
            : never
    : never;

/** The same feature; a compile error if any of its sizes has degraded to `number`. Only the compiler can check this. */
export const known = <F extends AnyFeature>(feature: [Forgotten<F>] extends [never] ? F : Forgotten<F>): F =>
  featureOf<F>(nodeOf(feature as F));
