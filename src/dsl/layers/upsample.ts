/** Upsampling: `upsample(factor, { method })`. Rule S02. */
import { resizeBilinear, resizeNearest } from '../../ops/layout.js';
import { multiply, type Multiply } from '../dimensions/dimension.js';
import type { Feature } from '../feature.js';
import { formOf } from '../form.js';
import { notOneOf, notOptions, notPositive, optionsIn, type NotPositive } from '../message.js';
import { fine, flawed, layerOf, shaped, type Layer, type Rule } from '../rule.js';

/** Enlarges height and width by a whole factor. */
export interface Upsample<Factor extends number = 2> extends Layer<UpsampleRule<Factor>> {
  readonly op: 'upsample';
  readonly factor: Factor;
  readonly method: 'nearest' | 'bilinear';
}
interface UpsampleRule<Factor extends number> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? NotPositive<'upsample', [['factor', Factor]]> extends infer M
      ? [M] extends [never]
        ? Feature<Multiply<H, Factor>, Multiply<W, Factor>, C, T, I>
        : M
      : never
    : never;
}

/** Enlarges h×w×c to (factor·h)×(factor·w)×c; nearest neighbour unless `method` says `'bilinear'` (half-pixel centres). */
export const upsample = <const Factor extends number = 2>(
  factor: Factor = 2 as Factor,
  options: { readonly method?: 'nearest' | 'bilinear' } = {},
): Upsample<Factor> => {
  const method = optionsIn(options).method ?? 'nearest';
  const resize = method === 'nearest' ? resizeNearest : resizeBilinear;
  return layerOf<Upsample<Factor>>({
    op: 'upsample',
    factor,
    method,
    definition: {
      name: 'upsample',
      form: upsampleForm,
      shape: (state) => {
        const bad = notPositive('upsample', [['factor', factor]], state);
        if (bad !== undefined) return bad;
        const after = shaped(state, multiply(state.h, factor), multiply(state.w, factor), state.c);
        const mistaken =
          notOptions('upsample', options) ??
          notOneOf('upsample', [['method', method, ['nearest', 'bilinear']]]);
        return mistaken === undefined ? fine(after) : flawed(mistaken, after);
      },
      lower: (flow) => ({
        ...flow,
        value: resize(flow.value, Number(flow.value.shape[1]) * factor, Number(flow.value.shape[2]) * factor),
      }),
    },
  });
};

/** How `upsample` stands in a spec. */
export const upsampleForm = formOf<{ readonly factor: number; readonly method: 'nearest' | 'bilinear' }>({
  builtIn: 'upsample',
  fields: (f) => ({
    factor: f.standard(f.number, 2),
    method: f.standard(f.word('nearest', 'bilinear'), 'nearest'),
  }),
  make: ({ factor, method }) => upsample(factor, { method }),
});
