/** Random windows and vectors: the type-level rule must give what the run-time rule gives, shape or message (R14). */
import { random } from '../../src/base/random.js';
import {
  averagePool,
  conv,
  convTranspose,
  crop,
  dense,
  depthToSpace,
  maxPool,
  pad,
  reshape,
  spaceToDepth,
  tile,
  upsample,
  type Layer,
} from '../../src/dsl/index.js';
import { flawText, type Walk } from '../../src/dsl/rule.js';

/** How many layers the source holds. */
export const twinCount = 400;

/** A source file in which every layer's shape is compared with the run time's; `src` is the path of the sources. */
export const twinsSource = (src: string): string =>
  [
    `import type { Apply, AveragePool, Conv, ConvTranspose, CropLayer, Dense, DepthToSpace, Feature, MaxPool, Pad, Reshape, Ruled, SpaceToDepth, Tile, Upsample } from '${src}/dsl/index.js';`,
    'type Equal<A, B> = [A, B] extends [B, A] ? true : false;',
    'type Out<L, H extends number, W extends number, C extends number> =',
    '  L extends Ruled<infer R> ? Shown<Apply<R, Feature<H, W, C, {}, {}>>> : never;',
    'type Shown<F> = F extends Feature<infer H, infer W, infer C, infer _T, infer _I> ? [H, W, C] : F;',
    ...Array.from({ length: twinCount }, (_, i) => line(i)),
    '',
  ].join('\n');

const line = (index: number): string => {
  const stream = random(14, 'twins', index);
  const draw = (at: number, from: number, to: number): number =>
    from + Math.floor(stream.at(at) * (to - from + 1));
  const [h, w, c] = [draw(0, 1, 40), draw(1, 1, 300), draw(2, 1, 20)];
  const { type, layer } = drawn(draw, c);
  return `export const twin${index}: Equal<Out<${type}, ${h}, ${w}, ${c}>, ${runTime(layer, h, w, c)}> = true;`;
};

/** A layer and its type, by draws 3 to 12. */
export const drawn = (
  draw: (at: number, from: number, to: number) => number,
  channels: number,
): { readonly type: string; readonly layer: Layer } => {
  const filters = draw(3, 0, 30);
  const kernel = draw(4, 1, 9);
  const stride = draw(5, 1, 4);
  const zeros = draw(6, 0, 5);
  switch (draw(7, 0, 10)) {
    case 0:
      return { type: `Upsample<${zeros}>`, layer: upsample(zeros) };
    case 1:
      return { type: `Dense<${filters}>`, layer: dense(filters) };
    case 2:
      return { type: `Reshape<${kernel}, ${stride}, ${channels}>`, layer: reshape(kernel, stride, channels) };
    case 3: {
      const padding = ([zeros, 'same', 'valid'] as const)[draw(8, 0, 2)]!;
      const outputPadding = draw(9, 0, 2);
      return {
        type: `ConvTranspose<${filters}, ${kernel}, ${stride}, ${JSON.stringify(padding)}, ${outputPadding}>`,
        layer: convTranspose(filters, { kernel, stride, padding, outputPadding }),
      };
    }
    case 4: {
      const padding = ([zeros, 'same', 'valid'] as const)[draw(8, 0, 2)]!;
      const pool =
        draw(9, 0, 1) === 0 ? (['MaxPool', maxPool] as const) : (['AveragePool', averagePool] as const);
      return {
        type: `${pool[0]}<${kernel}, ${stride}, ${JSON.stringify(padding)}>`,
        layer: pool[1](kernel, { stride, padding }),
      };
    }
    case 5: {
      const block = draw(8, 0, 4);
      return draw(9, 0, 1) === 0
        ? { type: `DepthToSpace<${block}>`, layer: depthToSpace(block) }
        : { type: `SpaceToDepth<${block}>`, layer: spaceToDepth(block) };
    }
    case 6: {
      const [top, bottom, left, right] = [zeros, draw(8, 0, 12), draw(9, 0, 12), draw(10, 0, 12)] as const;
      const mode = (['zeros', 'reflect'] as const)[draw(11, 0, 1)]!;
      const sides = [top, bottom, left, right].join(', ');
      return draw(12, 1, 5) > 3
        ? { type: `CropLayer<${sides}>`, layer: crop(top, bottom, left, right) }
        : { type: `Pad<${sides}, '${mode}'>`, layer: pad(top, bottom, left, right, { mode }) };
    }
    case 7:
      return { type: `Tile<${filters}, ${kernel}>`, layer: tile(filters, kernel) };
    default: {
      const sides = [[zeros, draw(9, 0, 3)], [draw(10, 0, 3), draw(11, 0, 3)]] as const; // prettier-ignore
      const padding = ([zeros, 'same', 'valid', sides, { reflect: zeros }] as const)[draw(8, 0, 4)]!;
      const dilation = draw(12, 1, 5) > 4 ? 2 : 1;
      return {
        type: `Conv<${filters}, ${kernel}, ${stride}, ${JSON.stringify(padding).replace('"reflect"', 'readonly reflect')}, ${dilation}>`,
        layer: conv(filters, { kernel, stride, padding, dilation }),
      };
    }
  }
};

/** The run-time rule's answer as a type. */
const runTime = (layer: Layer, h: number, w: number, c: number): string => {
  const state = { h, w, c, taps: {}, inputs: {} };
  const walk: Walk = { start: state, fold: (_, unchanged) => ({ state: unchanged, flaws: [] }), psi: (_, __, psi) => psi }; // prettier-ignore
  const { state: after, flaws } = layer.definition.shape(state, walk);
  const [flaw] = flaws;
  return flaw === undefined ? `[${after.h}, ${after.w}, ${after.c}]` : JSON.stringify(flawText(flaw));
};
