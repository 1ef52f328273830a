/** Cutting borders off: `crop(top, bottom, left, right)`, `crop(all)`. Rules S02, S29. */
import { slice } from '../../ops/layout.js';
import type { Value } from '../../ops/value.js';
import type * as Natural from '../dimensions/natural.js';
import type { Dimension, Size } from '../dimensions/dimension.js';
import type { Feature } from '../feature.js';
import { formOf } from '../form.js';
import { notWhole, showLevel, type NotWhole, type ShowShape } from '../message.js';
import { fine, flawed, layerOf, shaped, unknown, type Layer, type Rule } from '../rule.js';

/** Cuts rows and columns off. */
export interface CropLayer<
  Top extends number,
  Bottom extends number,
  Left extends number,
  Right extends number,
> extends Layer<CropRule<Top, Bottom, Left, Right>> {
  readonly op: 'crop';
  readonly top: Top;
  readonly bottom: Bottom;
  readonly left: Left;
  readonly right: Right;
}
interface CropRule<
  Top extends number,
  Bottom extends number,
  Left extends number,
  Right extends number,
> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? NotWhole<'crop', [['top', Top], ['bottom', Bottom], ['left', Left], ['right', Right]]> extends infer M
      ? [M] extends [never]
        ? CutsAll<H, Natural.Add<Top, Bottom>> extends true
          ? `✗ S29 crop: top ${Top} and bottom ${Bottom} leave nothing of ${ShowShape<H, W, C>}; cut less than the height`
          : CutsAll<W, Natural.Add<Left, Right>> extends true
            ? `✗ S29 crop: left ${Left} and right ${Right} leave nothing of ${ShowShape<H, W, C>}; cut less than the width`
            : Feature<Cut<H, Natural.Add<Top, Bottom>>, Cut<W, Natural.Add<Left, Right>>, C, T, I>
        : M
      : never
    : never;
}

/** Whether certainly nothing is left. */
type CutsAll<A extends Dimension, By extends number> = A extends number
  ? Natural.Less<By, A> extends false
    ? true
    : false
  : false;
const cutsAll = (a: Size, by: number): boolean => typeof a === 'number' && by >= a;

/** A size less what is cut; a symbolic size stays known only where nothing is. */
type Cut<A extends Dimension, By extends number> = A extends number
  ? number extends A
    ? number
    : Natural.Subtract<A, By>
  : By extends 0
    ? A
    : number;
const cut = (a: Size, by: number): Size => (by === 0 ? a : typeof a === 'number' ? a - by : '?');

/**
 * Cuts rows off the top and bottom and columns off the left and right; one number cuts as much on every side.
 *
 * Shapes: h×w×c → (h − top − bottom)×(w − left − right)×c. No parameters.
 *
 * @example
 * ```ts
 * through(input('x', 10, 8, 3), crop(1)); // Feature<8, 6, 3, …>
 * ```
 */
export function crop<const All extends number>(all: All): CropLayer<All, All, All, All>;
export function crop<
  const Top extends number,
  const Bottom extends number,
  const Left extends number,
  const Right extends number,
>(top: Top, bottom: Bottom, left: Left, right: Right): CropLayer<Top, Bottom, Left, Right>;
export function crop(
  top: number,
  bottom = top,
  left = top,
  right = top,
): CropLayer<number, number, number, number> {
  return layerOf<CropLayer<number, number, number, number>>({
    op: 'crop',
    top,
    bottom,
    left,
    right,
    definition: {
      name: 'crop',
      shape: (state) => {
        const sides = [['top', top], ['bottom', bottom], ['left', left], ['right', right]] as const; // prettier-ignore
        const bad = notWhole('crop', sides, state);
        if (bad !== undefined) return bad;
        const nothing = cutsAll(state.h, top + bottom)
          ? { cut: `top ${top} and bottom ${bottom}`, size: 'height' }
          : cutsAll(state.w, left + right)
            ? { cut: `left ${left} and right ${right}`, size: 'width' }
            : undefined;
        return nothing === undefined
          ? fine(shaped(state, cut(state.h, top + bottom), cut(state.w, left + right), state.c))
          : flawed(
              {
                rule: 'S29',
                body: `crop: ${nothing.cut} leave nothing of ${showLevel(state)}`,
                got: nothing.cut,
                wanted: `less than the ${nothing.size} of ${showLevel(state)}`,
                fix: `cut less than the ${nothing.size}`,
              },
              unknown(state),
            );
      },
      lower: (flow) => ({ ...flow, value: kept(kept(flow.value, 1, top, bottom), 2, left, right) }),
      form: cropForm,
    },
  });
}

/** An axis without its first and last entries. */
const kept = (x: Value, axis: number, before: number, after: number): Value =>
  before === 0 && after === 0 ? x : slice(x, axis, before, Number(x.shape[axis]) - before - after);

/** How `crop` stands in a spec. */
export const cropForm = formOf<{
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}>({
  builtIn: 'crop',
  fields: (f) => ({ top: f.number, bottom: f.number, left: f.number, right: f.number }),
  make: ({ top, bottom, left, right }) => crop(top, bottom, left, right),
});
