/** Blocks of pixels as channels and back: `spaceToDepth(block)`, `depthToSpace(block)`. Rules S02, S28. */
import { reshape, transpose } from '../../ops/layout.js';
import { repeated, type Extent } from '../../ops/value.js';
import type * as Natural from '../dimensions/natural.js';
import {
  floorDivide,
  multiply,
  type Dimension,
  type FloorDivide,
  type Multiply,
  type Size,
} from '../dimensions/dimension.js';
import type { Feature, Inputs, Taps } from '../feature.js';
import { formOf } from '../form.js';
import { notPositive, showLevel, type NotPositive, type ShowShape } from '../message.js';
import { fine, flawed, layerOf, shaped, unknown, type Layer, type Rule } from '../rule.js';

/** Whether a size certainly leaves a remainder; a symbolic size may be divisible whatever its coefficient. */
type LeavesRemainder<A extends Dimension, B extends number> = A extends number
  ? 0 extends Natural.Modulo<A, B>
    ? false
    : true
  : false;
const leavesRemainder = (a: Size, b: number): boolean => typeof a === 'number' && a % b !== 0;

/** Spreads channels over blocks of pixels. */
export interface DepthToSpace<Block extends number> extends Layer<DepthToSpaceRule<Block>> {
  readonly op: 'depthToSpace';
  readonly block: Block;
}
interface DepthToSpaceRule<Block extends number> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? NotPositive<'depthToSpace', [['block', Block]]> extends infer M
      ? [M] extends [never]
        ? Spread<H, W, C, T, I, Block, Natural.Multiply<Block, Block>>
        : M
      : never
    : never;
}
type Spread<
  H extends Dimension,
  W extends Dimension,
  C extends Dimension,
  T extends Taps,
  I extends Inputs,
  Block extends number,
  Area extends number,
> =
  LeavesRemainder<C, Area> extends true
    ? `✗ S28 depthToSpace: channels ${C} of ${ShowShape<H, W, C>} are not divisible by ${Area}; give a multiple of ${Area} channels`
    : Feature<Multiply<H, Block>, Multiply<W, Block>, FloorDivide<C, Area>, T, I>;

/**
 * Spreads each pixel's channels over a block of pixels ("pixel shuffle"): h×w×(block²·c) → (block·h)×(block·w)×c.
 *
 * Channel c of pixel (i, j) of the block was channel (i·block + j)·c₀ + c, with c₀ channels after: TensorFlow's order
 * (ONNX: DCR), not PyTorch's `pixel_shuffle`. No parameters. Source: Shi et al., CVPR 2016.
 *
 * @example
 * ```ts
 * through(input('x', 8, 8, 64), depthToSpace(2)); // Feature<16, 16, 16, …>
 * ```
 */
export const depthToSpace = <const Block extends number>(block: Block): DepthToSpace<Block> =>
  layerOf<DepthToSpace<Block>>({
    op: 'depthToSpace',
    block,
    definition: {
      name: 'depthToSpace',
      shape: (state) => {
        const area = block * block;
        const bad = notPositive('depthToSpace', [['block', block]], state);
        if (bad !== undefined) return bad;
        return leavesRemainder(state.c, area)
          ? flawed(
              {
                rule: 'S28',
                body: `depthToSpace: channels ${state.c} of ${showLevel(state)} are not divisible by ${area}`,
                got: String(state.c),
                wanted: `a multiple of ${area}`,
                fix: `give a multiple of ${area} channels`,
              },
              unknown(state),
            )
          : fine(
              shaped(state, multiply(state.h, block), multiply(state.w, block), floorDivide(state.c, area)),
            );
      },
      // Rows join the batch, so that four axes do.
      lower: (flow) => {
        const [n, h, w, c] = flow.value.shape as readonly [Extent, number, number, number];
        const rows = reshape(flow.value, [repeated(n, h), w, block, c / block]);
        const shuffled = transpose(rows, [0, 2, 1, 3]);
        return {
          ...flow,
          value: reshape(shuffled, [n, h * block, w * block, c / (block * block)]),
        };
      },
      form: depthToSpaceForm,
    },
  });

/** How `depthToSpace` stands in a spec. */
export const depthToSpaceForm = formOf<{ readonly block: number }>({
  builtIn: 'depthToSpace',
  fields: (f) => ({ block: f.number }),
  make: ({ block }) => depthToSpace(block),
});

/** Gathers blocks of pixels into channels. */
export interface SpaceToDepth<Block extends number> extends Layer<SpaceToDepthRule<Block>> {
  readonly op: 'spaceToDepth';
  readonly block: Block;
}
interface SpaceToDepthRule<Block extends number> extends Rule {
  readonly out: this['in'] extends Feature<infer H, infer W, infer C, infer T, infer I>
    ? NotPositive<'spaceToDepth', [['block', Block]]> extends infer M
      ? [M] extends [never]
        ? LeavesRemainder<H, Block> extends true
          ? NotDivisible<'height', H, H, W, C, Block>
          : LeavesRemainder<W, Block> extends true
            ? NotDivisible<'width', W, H, W, C, Block>
            : Feature<
                FloorDivide<H, Block>,
                FloorDivide<W, Block>,
                Multiply<C, Natural.Multiply<Block, Block>>,
                T,
                I
              >
        : M
      : never
    : never;
}
type NotDivisible<
  Axis extends string,
  A extends Dimension,
  H extends Dimension,
  W extends Dimension,
  C extends Dimension,
  Block extends number,
> = `✗ S28 spaceToDepth: ${Axis} ${A} of ${ShowShape<H, W, C>} is not divisible by ${Block}; crop or pad to a multiple of ${Block}`;

/**
 * Gathers each block of pixels into the channels of one: (block·h)×(block·w)×c → h×w×(block²·c).
 *
 * The inverse of `depthToSpace`, with the same order. No parameters.
 *
 * @example
 * ```ts
 * through(input('x', 16, 16, 3), spaceToDepth(2)); // Feature<8, 8, 12, …>
 * ```
 */
export const spaceToDepth = <const Block extends number>(block: Block): SpaceToDepth<Block> =>
  layerOf<SpaceToDepth<Block>>({
    op: 'spaceToDepth',
    block,
    definition: {
      name: 'spaceToDepth',
      shape: (state) => {
        const bad = notPositive('spaceToDepth', [['block', block]], state);
        if (bad !== undefined) return bad;
        const axis = (['h', 'w'] as const).find((one) => leavesRemainder(state[one], block));
        if (axis !== undefined) {
          const name = { h: 'height', w: 'width' }[axis];
          return flawed(
            {
              rule: 'S28',
              body: `spaceToDepth: ${name} ${state[axis]} of ${showLevel(state)} is not divisible by ${block}`,
              got: String(state[axis]),
              wanted: `a multiple of ${block}`,
              fix: `crop or pad to a multiple of ${block}`,
            },
            unknown(state),
          );
        }
        return fine(
          shaped(
            state,
            floorDivide(state.h, block),
            floorDivide(state.w, block),
            multiply(state.c, block * block),
          ),
        );
      },
      lower: (flow) => {
        const [n, h, w, c] = flow.value.shape as readonly [Extent, number, number, number];
        const rows = reshape(flow.value, [repeated(n, h / block), block, w / block, block * c]);
        const gathered = transpose(rows, [0, 2, 1, 3]);
        return { ...flow, value: reshape(gathered, [n, h / block, w / block, block * block * c]) };
      },
      form: spaceToDepthForm,
    },
  });

/** How `spaceToDepth` stands in a spec. */
export const spaceToDepthForm = formOf<{ readonly block: number }>({
  builtIn: 'spaceToDepth',
  fields: (f) => ({ block: f.number }),
  make: ({ block }) => spaceToDepth(block),
});
