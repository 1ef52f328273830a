/**
 * Random layers on sizes that the compiler knows in part: symbolic, `number`, or one of two. The type-level rule must
 * say what the run-time rule says, and refuse a choice of sizes only where every one of them is refused (R14).
 */
import { random } from '../../src/base/random.js';
import type { Size } from '../../src/dsl/dimensions/dimension.js';
import type { Layer } from '../../src/dsl/index.js';
import { flawText, type Walk } from '../../src/dsl/rule.js';
import { drawn } from './twins.js';

/** How many layers the source holds. */
export const sizesCount = 400;

/** A source file with one claim a line; `src` is the path of the sources. */
export const sizesSource = (src: string): string =>
  [
    `import type { Apply, AveragePool, Conv, ConvTranspose, CropLayer, Dense, DepthToSpace, Dimension, Feature, MaxPool, Pad, Reshape, Ruled, SpaceToDepth, Tile, Upsample } from '${src}/dsl/index.js';`,
    'type Equal<A, B> = [A, B] extends [B, A] ? true : false;',
    'type Out<L, H extends Dimension, W extends Dimension, C extends Dimension> =',
    '  L extends Ruled<infer R> ? Shown<Apply<R, Feature<H, W, C, {}, {}>>> : never;',
    'type Shown<F> = F extends Feature<infer H, infer W, infer C, infer _T, infer _I> ? [H, W, C] : F;',
    'type Unknown<F> = { [K in keyof F]: number extends F[K] ? unknown : F[K] };',
    'type Allows<F, Shape> = F extends string ? false : [Shape] extends [Unknown<F>] ? true : false;',
    'type Refuses<F> = F extends string ? true : false;',
    ...Array.from({ length: sizesCount }, (_, i) => line(i)),
    '',
  ].join('\n');

/* A size in a type, and what it may be at run time. */
interface Choice {
  readonly type: string;
  readonly sizes: readonly Size[];
}

const line = (index: number): string => {
  const stream = random(23, 'sizes', index);
  const draw = (at: number, from: number, to: number): number =>
    from + Math.floor(stream.at(at) * (to - from + 1));
  const choice = (at: number, symbol: string, least: number, most: number): Choice => {
    const [one, other] = [draw(at, least, most), draw(at + 1, least, most)];
    switch (draw(at + 2, 0, 4)) {
      case 0:
        return { type: 'number', sizes: ['?'] };
      case 1:
        return { type: `${one} | ${other}`, sizes: [one, other] };
      case 2:
        return { type: `${one}`, sizes: [one] };
      default:
        return { type: `'${one}*${symbol}'`, sizes: [`${one}*${symbol}`] };
    }
  };
  const vector = draw(60, 0, 5) === 0;
  const c = choice(40, 'c', 1, 24);
  const h = vector ? choice(44, 'h', 1, 2) : choice(44, 'h', 1, 40);
  const w = vector ? choice(48, 'w', 1, 2) : choice(48, 'w', 1, 40);
  const channels = typeof c.sizes[0] === 'number' ? c.sizes[0] : 8;
  const first = drawn(draw, channels);
  // A choice of options, too: another draw of the same layer.
  const other = drawn((at, from, to) => (at === 7 ? draw(7, from, to) : draw(at + 20, from, to)), channels);
  const both = draw(64, 0, 3) === 0 ? either(first.type, other.type) : undefined;
  const type = both ?? first.type;
  const layers = both === undefined ? [first.layer] : [first.layer, other.layer];
  const out = `Out<${type}, ${h.type}, ${w.type}, ${c.type}>`;
  const outcomes = layers.flatMap((layer) =>
    h.sizes.flatMap((one) =>
      w.sizes.flatMap((two) => c.sizes.map((three) => runTime(layer, one, two, three))),
    ),
  );
  if (outcomes.length === 1)
    return `export const size${index}: Equal<${out}, ${asType(outcomes[0]!)}> = true;`;
  const accepted = outcomes.filter((one) => typeof one !== 'string');
  // What is refused for each of two sizes is refused; two sets of options give further ones, mixed of both.
  const claims =
    accepted.length > 0
      ? accepted.map((one) => `Allows<${out}, ${asType(one)}>`)
      : both === undefined
        ? [`Refuses<${out}>`]
        : [];
  return `export const size${index}: [${claims.join(', ')}] = [${claims.map(() => 'true').join(', ')}];`;
};

/** The type of a layer whose options are those of the one or of the other; `undefined` for different layers. */
const either = (one: string, other: string): string | undefined => {
  const [name, ...options] = parts(one);
  const [otherName, ...others] = parts(other);
  return name === otherName
    ? `${name}<${options.map((option, i) => `${option} | ${others[i]}`).join(', ')}>`
    : undefined;
};
/* `Conv<8, 3, [[0, 1], [2, 3]]>` in parts: the name, and each option. */
const parts = (type: string): readonly string[] => {
  const open = type.indexOf('<');
  let depth = 0;
  const options = [...type.slice(open + 1, -1)].map((letter) => {
    depth += letter === '[' ? 1 : letter === ']' ? -1 : 0;
    return letter === ',' && depth === 0 ? ';' : letter;
  });
  return [type.slice(0, open), ...options.join('').split(';')];
};

/** The run-time rule's answer: a shape, or a message. */
const runTime = (layer: Layer, h: Size, w: Size, c: Size): readonly Size[] | string => {
  const state = { h, w, c, taps: {}, inputs: {} };
  const walk: Walk = { start: state, fold: (_, unchanged) => ({ state: unchanged, flaws: [] }), psi: (_, __, psi) => psi }; // prettier-ignore
  const { state: after, flaws } = layer.definition.shape(state, walk);
  const [flaw] = flaws;
  return flaw === undefined ? [after.h, after.w, after.c] : flawText(flaw);
};

const asType = (outcome: readonly Size[] | string): string =>
  typeof outcome === 'string'
    ? JSON.stringify(outcome)
    : `[${outcome.map((size) => (size === '?' ? 'number' : JSON.stringify(size))).join(', ')}]`;
