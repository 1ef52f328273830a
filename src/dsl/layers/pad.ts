/** Borders around: `pad(top, bottom, left, right, { mode })`, `pad(all, { mode })`. Rules S02, S03. */
import { mirrorPad, pad as padValue } from '../../ops/layout.js';
import type * as Natural from '../dimensions/natural.js';
import { add, type Add, type Dimension, type Size } from '../dimensions/dimension.js';
import type { Feature } from '../feature.js';
import { formOf } from '../form.js';
import {
  notOneOf,
  notOptions,
  notWhole,
  optionsIn,
  showLevel,
  type NotWhole,
  type ShowShape,
} from '../message.js';
import { fine, flawed, layerOf, shaped, unknown, type Layer, type Rule } from '../rule.js';

/** What a border holds: zeros, or the image mirrored without its outermost row or column. */
export type PadMode = 'zeros' | 'reflect';

/** Options of a border. */
export interface PadOptions<Mode extends PadMode> {
  /** `'zeros'` by default. */
  readonly mode?: Mode;
}

/** Adds rows and columns. */
export interface Pad<
  Top extends number,
  Bottom extends number,
  Left extends number,
  Right extends number,
  Mode extends PadMode = 'zeros',
> extends Layer<PadRule<Top, Bottom, Left, Right, Mode>> {
  readonly op: 'pad';
  readonly top: Top;
  readonly bottom: Bottom;
  readonly left: Left;
  readonly right: Right;
  readonly mode: Mode;
}
interface PadRule<
  Top extends number,
  Bottom extends number,
  Left extends number,
  Right extends number,
  Mode extends PadMode,
> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? NotWhole<'pad', [['top', Top], ['bottom', Bottom], ['left', Left], ['right', Right]]> extends infer M
      ? [M] extends [never]
        ? FirstBeyond<Mode, [[Top, H], [Bottom, H], [Left, W], [Right, W]]> extends infer N
          ? [N] extends [never]
            ? Feature<Add<H, Natural.Add<Top, Bottom>>, Add<W, Natural.Add<Left, Right>>, C, T, I>
            : `✗ S03 pad: reflect ${N & number} reaches beyond ${ShowShape<H, W, C>}; reflect less than the height and the width`
          : never
        : M
      : never
    : never;
}

/** The first border that certainly reflects more than a size has beside its outermost entry; `never` if none does. */
type FirstBeyond<Mode extends PadMode, Sides extends readonly (readonly [by: number, size: Dimension])[]> = [
  Mode,
] extends ['reflect']
  ? Sides extends readonly [
      readonly [infer By extends number, infer A extends Dimension],
      ...infer Rest extends readonly (readonly [number, Dimension])[],
    ]
    ? [A] extends [number]
      ? Natural.Less<By, A> extends false
        ? By
        : FirstBeyond<Mode, Rest>
      : FirstBeyond<Mode, Rest>
    : never
  : never;
const firstBeyond = (
  mode: PadMode,
  sides: readonly (readonly [by: number, size: Size])[],
): number | undefined =>
  mode === 'reflect' ? sides.find(([by, size]) => typeof size === 'number' && by >= size)?.[0] : undefined;

/**
 * Adds rows at the top and bottom and columns at the left and right: zeros, or a reflection without the outermost row
 * or column itself. One number adds as much on every side.
 *
 * Shapes: h×w×c → (h + top + bottom)×(w + left + right)×c. No parameters.
 *
 * @example
 * ```ts
 * through(input('x', 8, 6, 3), pad(1, { mode: 'reflect' })); // Feature<10, 8, 3, …>
 * ```
 */
export function pad<const All extends number, const Mode extends PadMode = 'zeros'>(
  all: All,
  options?: PadOptions<Mode>,
): Pad<All, All, All, All, Mode>;
export function pad<
  const Top extends number,
  const Bottom extends number,
  const Left extends number,
  const Right extends number,
  const Mode extends PadMode = 'zeros',
>(
  top: Top,
  bottom: Bottom,
  left: Left,
  right: Right,
  options?: PadOptions<Mode>,
): Pad<Top, Bottom, Left, Right, Mode>;
export function pad(
  top: number,
  second: number | PadOptions<PadMode> = {},
  left = top,
  right = top,
  last: PadOptions<PadMode> = {},
): Pad<number, number, number, number, PadMode> {
  const [bottom, options] = typeof second === 'number' ? [second, last] : [top, second];
  const mode = optionsIn(options).mode ?? 'zeros';
  return layerOf<Pad<number, number, number, number, PadMode>>({
    op: 'pad',
    top,
    bottom,
    left,
    right,
    mode,
    definition: {
      name: 'pad',
      shape: (state) => {
        const sides = [['top', top], ['bottom', bottom], ['left', left], ['right', right]] as const; // prettier-ignore
        const bad = notWhole('pad', sides, state);
        if (bad !== undefined) return bad;
        const mistaken =
          notOptions('pad', options) ?? notOneOf('pad', [['mode', mode, ['zeros', 'reflect']]]);
        if (mistaken !== undefined) return flawed(mistaken, unknown(state));
        const { h, w, c } = state;
        const beyond = firstBeyond(mode, [[top, h], [bottom, h], [left, w], [right, w]]); // prettier-ignore
        return beyond === undefined
          ? fine(shaped(state, add(h, top + bottom), add(w, left + right), c))
          : flawed(
              {
                rule: 'S03',
                body: `pad: reflect ${beyond} reaches beyond ${showLevel(state)}`,
                got: `reflect ${beyond}`,
                wanted: `less than ${showLevel(state)}`,
                fix: 'reflect less than the height and the width',
              },
              unknown(state),
            );
      },
      lower: (flow) => {
        const borders = [[0, 0], [top, bottom], [left, right], [0, 0]] as const; // prettier-ignore
        const around = mode === 'zeros' ? padValue : mirrorPad;
        return top + bottom + left + right === 0 ? flow : { ...flow, value: around(flow.value, borders) };
      },
      form: padForm,
    },
  });
}

/** How `pad` stands in a spec. */
export const padForm = formOf<{
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
  readonly mode: PadMode;
}>({
  builtIn: 'pad',
  fields: (f) => ({
    top: f.number,
    bottom: f.number,
    left: f.number,
    right: f.number,
    mode: f.standard(f.word('zeros', 'reflect'), 'zeros'),
  }),
  make: ({ top, bottom, left, right, mode }) => pad(top, bottom, left, right, { mode }),
});
