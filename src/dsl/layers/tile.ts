/** A vector at every place: `tile(height, width)`. Rules S02, S35. */
import * as layout from '../../ops/layout.js';
import { different, type Different } from '../dimensions/dimension.js';
import type { Feature } from '../feature.js';
import { formOf } from '../form.js';
import { notPositive, showLevel, type NotPositive, type ShowShape } from '../message.js';
import { fine, flawed, layerOf, shaped, type Layer, type Rule } from '../rule.js';

/** Repeats a vector over height×width. */
export interface Tile<Height extends number, Width extends number> extends Layer<TileRule<Height, Width>> {
  readonly op: 'tile';
  readonly height: Height;
  readonly width: Width;
}
interface TileRule<Height extends number, Width extends number> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? NotPositive<'tile', [['height', Height], ['width', Width]]> extends infer M
      ? [M] extends [never]
        ? Different<H, 1> | Different<W, 1> extends false
          ? Feature<Height, Width, C, T, I>
          : `✗ S35 tile: expects a vector 1×1×n, got ${ShowShape<H, W, C>}; flatten first`
        : M
      : never
    : never;
}

/**
 * The same vector at every place: 1×1×c → height×width×c. No parameters. So a code meets a map, as in PDIG.
 *
 * @example
 * ```ts
 * through(input('code', 1, 1, 352), tile(128, 64), fuse(join.concat, input('pose', 128, 64, 18))); // 128×64×370
 * ```
 */
export const tile = <const Height extends number, const Width extends number>(
  height: Height,
  width: Width,
): Tile<Height, Width> =>
  layerOf<Tile<Height, Width>>({
    op: 'tile',
    height,
    width,
    definition: {
      name: 'tile',
      form: tileForm,
      shape: (state) => {
        const bad = notPositive('tile', [['height', height], ['width', width]], state); // prettier-ignore
        if (bad !== undefined) return bad;
        const after = shaped(state, height, width, state.c);
        return different(state.h, 1) || different(state.w, 1)
          ? flawed(
              {
                rule: 'S35',
                body: `tile: expects a vector 1×1×n, got ${showLevel(state)}`,
                got: showLevel(state),
                wanted: '1×1×n',
                fix: 'flatten first',
              },
              after,
            )
          : fine(after);
      },
      lower: (flow) => ({ ...flow, value: layout.tile(flow.value, [1, height, width, 1]) }),
    },
  });

/** How a tiling stands in a spec. */
export const tileForm = formOf<{ readonly height: number; readonly width: number }>({
  builtIn: 'tile',
  fields: (f) => ({ height: f.number, width: f.number }),
  make: ({ height, width }) => tile(height, width),
});
