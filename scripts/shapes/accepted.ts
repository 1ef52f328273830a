/** For each rule a declaration that keeps it: the example of the page with the mistake put right. */
import {
  autoregressive,
  averagePool,
  bring,
  concat,
  conv,
  crop,
  cropTo,
  decoder,
  dense,
  denseBlock,
  depthToSpace,
  dropout,
  encoder,
  flatten,
  fuse,
  input,
  join,
  known,
  leakyRelu,
  model,
  out,
  output,
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
  withPsi,
} from '../../src/dsl/index.js';

const image = input('x', 8, 8, 3);
const encoded = through(image, encoder('image', [conv(4), conv(8, { stride: 2 })]));
const boxed = through(image, bring(input('boxes', 1, 3, 4)));
const cut = region({ boxes: 'boxes', height: 4, width: 5 });
const trunk = through(input('h', 1, 1, 8), tap('e'));

export const S01 = through(image, conv(4));
export const S02 = through(image, conv(4));
export const S03 = through(image, averagePool(8));
export const S04 = through(image, conv(4, { dilation: 2 }), conv(4, { stride: 2 }));
export const S05 = through(image, reshape(4, 4, 12));
export const S06 = through(image, conv(3, { stride: 2 }), out(4, 4, 3));
export const S07 = through(image, residual(conv(4), relu, conv(3)));
export const S08 = through(image, fuse(join.concat, conv(4)));
export const S09 = through(image, fuse(join.add, conv(3)));
export const S10 = through(image, tap('image'), skip('image'));
export const S11 = through(encoded, skip('image'), upsample(2), skip('image'));
export const S12 = through(image, tap('e'), conv(4, { stride: 2 }), upsample(2), skip('e'));
export const S13 = through(encoded, skip('image', psi.dense()));
export const S14 = concat(image, input('p', 8, 8, 18));
export const S15 = concat(through(image, conv(4), tap('e')), through(image, conv(6), tap('f')));
export const S16 = through(encoded, skip('image'), upsample(3), cropTo('image'), skip('image'));
export const S17 = known(through(image, conv(4)));
export const S18 = model(seq(image, conv(4)));
export const S19 = through(encoded, decoder('image', [upsample(2), conv(4)], [psi.dense(), psi.one()]));
export const S20 = through(image, output('code'), conv(4));
export const S21 = through(encoded, skip('image', psi.dense()));
export const S22 = through(encoded, skip('image', psi.none, { level: 2 }));
export const S23 = through(image, dropout(0.5));
export const S24 = through(image, flatten, dense(10));
export const S25 = model({ first: image, second: through(image, conv(4)) });
export const S26 = through(image, tap('e'));
export const S27 = through(image, upsample(2));
export const S28 = through(image, conv(12), depthToSpace(2));
export const S29 = through(image, crop(3));
export const S30 = through(image, denseBlock(conv(4), conv(4)));
export const S31 = through(image, weightNorm(conv(4)));
export const S32 = through(image, bring(input('boxes', 1, 3, 4)), parts(3, cut, conv(2)));
export const S33 = through(boxed, parts(3, cut));
export const S34 = through(boxed, parts(3, cut), fuse(join.concat, input('p', 4, 5, 2)));
export const S35 = through(image, flatten, tile(4, 4));
export const S36 = through(image, sample({ deviation: 0.5 }));
export const S37 = through(trunk, autoregressive(4, { predict: conv(2), update: conv(8) }));
export const S38 = through(image, leakyRelu(0.01));
export const S39 = through(image, shared('head', conv(3)), shared('head', conv(3)));
export const S40 = withPsi(model(through(image, tap('e'), skip('e'))), psi.dense(), { levels: [1] });
