/** Levels of other sizes: `psi.resize(method)`. */
import { concat, resizeBilinear, resizeNearest } from '../../ops/layout.js';
import type { Value } from '../../ops/value.js';
import { add, type Add, type Dimension } from '../dimensions/dimension.js';
import type { Level } from '../feature.js';
import { formOf } from '../form.js';
import { notOneOf } from '../message.js';
import { extents } from './gate.js';
import { psiOf, type Psi, type PsiRule } from './psi.js';

/** Brings levels to the decoder's size. */
export interface Resize extends Psi<ResizeRule> {
  readonly name: 'resize';
  readonly several: true;
  readonly method: 'nearest' | 'bilinear';
}
interface ResizeRule extends PsiRule {
  readonly out: this['levels'] extends readonly Level[]
    ? Level<this['decoder']['h'], this['decoder']['w'], ChannelsOf<this['levels']>>
    : never;
}
/** The channels of all levels together. */
export type ChannelsOf<
  Levels extends readonly Level[],
  Sum extends Dimension = 0,
> = number extends Levels['length']
  ? number
  : Levels extends readonly [infer E extends Level, ...infer Rest extends readonly Level[]]
    ? ChannelsOf<Rest, Add<Sum, E['c']>>
    : Sum;

/**
 * Resizes every level that the skip reads to the decoder's height and width and puts them side by side in channels:
 * full-scale skips (UNet 3+, Huang et al. 2020) with `{ level: 'all' }`, or one level of another size.
 *
 * @example
 * ```ts
 * skip('image', psi.resize('bilinear'), { level: 'all' });
 * ```
 */
export const resize = (method: 'nearest' | 'bilinear' = 'bilinear'): Resize =>
  psiOf<Resize>({
    name: 'resize',
    form: resizeForm,
    several: true,
    method,
    options: { method },
    shape: ({ decoder, levels }) => {
      const bad = notOneOf('psi.resize', [['method', method, ['nearest', 'bilinear']]]);
      return {
        level: { h: decoder.h, w: decoder.w, c: levels.map(({ c }) => c).reduce(add) },
        flaws: bad === undefined ? [] : [bad],
      };
    },
    lower: ({ decoder, levels }) => {
      const sized = levels.map((level) => sizedTo(decoder, level, method));
      return sized.length === 1 ? sized[0]! : concat(sized, 3);
    },
  });

/** A level at the height and width of another value. */
export const sizedTo = (to: Value, level: Value, method: 'nearest' | 'bilinear'): Value => {
  const [height, width] = extents(to);
  const [h, w] = extents(level);
  return h === height && w === width
    ? level
    : (method === 'nearest' ? resizeNearest : resizeBilinear)(level, height, width);
};

/** How `psi.resize` stands in a spec. */
export const resizeForm = formOf<{ readonly method: 'nearest' | 'bilinear' }>({
  builtIn: 'resize',
  kind: 'psi',
  fields: (f) => ({ method: f.standard(f.word('nearest', 'bilinear'), 'bilinear') }),
  make: ({ method }) => resize(method),
});
