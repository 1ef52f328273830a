/**
 * Sizes that the compiler knows in part, through layers that see more than one feature. Every claim holds at both
 * levels: here for the compiler, in `test/dsl/sizes.test.ts` for the run time, where `'?'` is what is `number` here.
 */
import type { Size } from '../../src/dsl/dimensions/dimension.js';
import {
  autoregressive,
  batchNorm,
  bring,
  concat,
  conv,
  convTranspose,
  crop,
  cropTo,
  decoder,
  dense,
  denseBlock,
  dropout,
  encoder,
  flatten,
  fuse,
  channelsFirst,
  globalAveragePool,
  input,
  instanceNorm,
  join,
  known,
  layerNorm,
  maxPool,
  named,
  out,
  output,
  pad,
  parts,
  psi,
  region,
  relu,
  reshape,
  residual,
  sample,
  seq,
  shared,
  skip,
  tap,
  through,
  tile,
  upsample,
  weightNorm,
  type AnyFeature,
  type Feature,
} from '../../src/dsl/index.js';

/** A feature, and its height, width and channels. */
export interface Claim {
  readonly name: string;
  readonly feature: AnyFeature;
  readonly shape: readonly [h: Size, w: Size, c: Size];
}

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Shape<F> = F extends Feature<infer H, infer W, infer C, infer _T, infer _I> ? [H, W, C] : never;
type Known<S extends Size> = S extends '?' ? number : S;

/* A wrong claim wants one argument more: the shape that the compiler infers. */
const claim = <F extends AnyFeature, const H extends Size, const W extends Size, const C extends Size>(
  name: string,
  feature: F,
  h: H,
  w: W,
  c: C,
  ..._wrong: Equal<Shape<F>, [Known<H>, Known<W>, Known<C>]> extends true ? [] : [Shape<F>]
): Claim => ({ name, feature, shape: [h, w, c] });

const image = input('x', '64*h', '32*w', '8*c');
const other = input('y', '64*h', '32*w', '4*c');
const elsewhere = input('z', '64*k', '32*v', '4*d');
const numbered = input('n', 128, 32, 8);
const encoded = through(image, encoder('e', [conv(4), seq(conv(8, { stride: 2 }), relu), maxPool()]));

/** What holds at both levels. */
export const claims: readonly Claim[] = [
  claim('an encoder halves symbols', encoded, '16*h', '8*w', 8),
  claim(
    'a decoder doubles them back',
    through(
      encoded,
      decoder('e', [upsample(2), convTranspose(8), conv(3)], psi.dense()),
      out('64*h', '32*w', 3),
    ),
    '64*h',
    '32*w',
    3,
  ),
  claim('a skip adds channels', through(encoded, skip('e', psi.none)), '16*h', '8*w', 16),
  claim('a skip of a grid', through(encoded, skip('e', psi.grid(20, 20))), '16*h', '8*w', 16),
  claim(
    'a skip of groups',
    through(image, tap('e'), skip('e', psi.grouped(3), { join: join.replace })),
    '64*h',
    '32*w',
    '8*c',
  ),
  claim(
    'ψ after ψ',
    through(image, tap('e'), conv(3), skip('e', psi.chain(psi.one(), psi.closed))),
    '64*h',
    '32*w',
    '?',
  ),
  claim(
    'all levels, resized',
    through(encoded, skip('e', psi.resize(), { level: 'all' })),
    '16*h',
    '8*w',
    28,
  ),
  claim(
    'levels of symbolic channels, resized',
    through(
      image,
      tap('e'),
      tap('e'),
      conv(1),
      skip('e', psi.resize(), { level: 'all', join: join.replace }),
    ),
    '64*h',
    '32*w',
    '16*c',
  ),
  claim(
    'a cut to a level of another symbol',
    through(elsewhere, tap('e'), pad(1), cropTo('e')),
    '64*k',
    '32*v',
    '4*d',
  ),
  claim('side by side, one symbol', concat(image, other), '64*h', '32*w', '12*c'),
  claim('side by side, two symbols', concat(image, elsewhere), '64*h', '32*w', '?'),
  claim('side by side, a symbol and a number', concat(image, numbered), '64*h', '32*w', '?'),
  claim('a number first', concat(numbered, image), 128, 32, '?'),
  claim('concat', through(image, fuse(join.concat, other, conv('same'))), '64*h', '32*w', '12*c'),
  claim('add', through(image, fuse(join.add, elsewhere)), '64*h', '32*w', '8*c'),
  claim('gated', through(image, fuse(join.gated, numbered)), '64*h', '32*w', '8*c'),
  claim('multiply', through(image, fuse(join.multiply, conv(1))), '64*h', '32*w', '8*c'),
  claim(
    'multiply, the other way',
    through(image, conv(1), fuse(join.multiply, other)),
    '64*h',
    '32*w',
    '4*c',
  ),
  claim('replace', through(image, fuse(join.replace, other, conv(5))), '64*h', '32*w', 5),
  claim('a residual branch', through(image, residual(conv('same'), relu)), '64*h', '32*w', '8*c'),
  claim(
    'a residual branch of an unknown size',
    through(image, residual(crop(1), pad(1), conv('same'))),
    '64*h',
    '32*w',
    '8*c',
  ),
  claim('a dense block', through(image, denseBlock(conv(4), weightNorm(conv(4)))), '64*h', '32*w', '?'),
  claim(
    'a dense block on a number',
    through(elsewhere, conv(3), denseBlock(conv(4), conv(5))),
    '64*k',
    '32*v',
    12,
  ),
  claim(
    'norms, noise and names',
    through(image, named('a', batchNorm(), instanceNorm()), shared('b', layerNorm(), dropout(0.5)), sample()),
    '64*h',
    '32*w',
    '8*c',
  ),
  claim(
    'what is brought, tapped and named',
    through(image, bring(other), tap('t'), output('o')),
    '64*h',
    '32*w',
    '8*c',
  ),
  claim('channels first', through(image, channelsFirst), '8*c', '64*h', '32*w'),
  claim('a vector of a symbol', through(image, globalAveragePool), 1, 1, '8*c'),
  claim('a tiled vector of a symbol', through(image, globalAveragePool, tile(3, 4)), 3, 4, '8*c'),
  claim('entries of symbols', through(image, flatten), 1, 1, '?'),
  claim('units of entries of symbols', through(image, flatten, dense(10)), 1, 1, 10),
  claim('units of what may be a vector', through(image, dense(10)), 1, 1, 10),
  claim('a shape of entries of symbols', through(image, reshape(4, 4, 7)), 4, 4, 7),
  claim(
    'parts of a symbol',
    through(
      image,
      bring(input('boxes', 1, '7*n', 4)),
      parts(7, region({ boxes: 'boxes', height: 12, width: 6 })),
    ),
    12,
    6,
    '56*c',
  ),
  claim(
    'groups of channels of a symbol',
    through(
      image,
      autoregressive(2, {
        predict: conv(4),
        update: seq(fuse(join.concat, skip('group', psi.none, { join: join.replace })), conv('same')),
      }),
    ),
    '64*h',
    '32*w',
    8,
  ),
  claim('a declaration fixes a symbol', through(image, out(128, 32, '8*c')), 128, 32, '8*c'),
  claim('a declaration names an unknown size', through(image, crop(1), out('62*k', 30, 8)), '62*k', 30, 8),
  claim('known is silent about symbols', known(through(image, conv(4))), '64*h', '32*w', 4),
];

/* Nothing is known: nothing is refused, and what a layer declares is known again. */
const n: number = 32;
const unknown = input('u', n, n, n);
export const nothingKnown = [
  claim(
    'encoder and decoder',
    through(
      unknown,
      encoder('e', [conv(n), conv(n, { kernel: n, stride: n, padding: n })]),
      decoder('e', [upsample(n), convTranspose(n, { kernel: n, stride: n, padding: n })], psi.grid(n, n)),
    ),
    '?',
    '?',
    '?',
  ),
  claim(
    'joins',
    through(unknown, fuse(join.add, image), fuse(join.gated, numbered), fuse(join.multiply, unknown)),
    '64*h',
    '32*w',
    '?',
  ),
  claim(
    'borders and blocks',
    through(unknown, pad(n), crop(n), maxPool(n), tap('e'), cropTo('e'), skip('e', psi.grouped(n))),
    '?',
    '?',
    '?',
  ),
  claim(
    'vectors',
    through(unknown, flatten, dense(n), tile(n, n), reshape(n, n, n), globalAveragePool),
    1,
    1,
    '?',
  ),
  claim(
    'parts',
    through(unknown, bring(input('b', n, n, n)), parts(n, region({ boxes: 'b', height: n, width: 4 }))),
    '?',
    4,
    '?',
  ),
  claim('a residual branch', through(unknown, conv(8), residual(conv(n))), '?', '?', 8),
  claim('a declaration', through(unknown, out(8, '4*w', 3)), 8, '4*w', 3),
];

/* One of two sizes: refused only where both are, and carried on. */
const flag: boolean = n > 3;
const choice = through(input('q', flag ? 8 : 64, 20, flag ? 1 : 6), conv(flag ? 1 : 6));
const holds = <_Claim extends true>(): void => undefined;
export const choices = {
  halved: through(
    choice,
    tap('e'),
    skip('e', psi.grid(16, 2)),
    conv(4, { stride: 2, padding: { reflect: 10 } }),
  ),
  multiplied: through(choice, fuse(join.multiply, conv(3))),
  multiplying: through(choice, conv(6), fuse(join.multiply, conv(flag ? 1 : 2))),
  joined: through(choice, fuse(join.concat, input('r', 64, 20, 2))),
  certain: known(choice),
};
holds<Equal<Shape<typeof choices.certain>, [8 | 64, 20, 1 | 6]>>();
holds<Equal<Shape<typeof choices.multiplying>, [8 | 64, 20, 6]>>();
holds<Equal<Shape<typeof choices.joined>[2], 3 | 8>>();
holds<Equal<Shape<typeof choices.multiplied>[2], 1 | 3 | 6>>();
