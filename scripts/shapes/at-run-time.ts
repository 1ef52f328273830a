/**
 * Declarations that the compiler accepts, as the type check of this file shows, and elaboration does not: the rules
 * that it alone looks at, and what the compiler cannot see of the others.
 */
import {
  autoregressive,
  bring,
  concat,
  conv,
  dropout,
  input,
  leakyRelu,
  model,
  named,
  output,
  psi,
  residual,
  sample,
  shared,
  skip,
  surrogate,
  tap,
  through,
  upsample,
  withPsi,
} from '../../src/dsl/index.js';

const image = input('x', 8, 8, 3);

export const zeroSurrogate = through(image, tap('e'), skip('e', psi.dense({ surrogate: surrogate.zero })));
export const allDropped = through(image, dropout(1));
export const tooHigh = through(input('x', 65536, 1, 1), upsample(65536));
export const noSlope = through(image, leakyRelu(NaN));
export const negativeDeviation = through(image, sample({ deviation: -1 }));

export const noName = through(image, tap('a/b'));
export const sharedAndNot = through(image, named('head', conv(3)), shared('head', conv(3)));
export const noSuchLevel = withPsi(model(through(image, tap('e'), skip('e'))), psi.dense(), { levels: [2] });

export const noHeight = input('x', 0, 8, 3);
const fromFile: number = 4;
export const widthOfAFile = through(image, residual(conv(fromFile)));
export const outputsOfOneInput = model({ first: image, second: input('x', 8, 8, 18) });
export const equalEncoders = concat(through(image, tap('e')), through(image, tap('e')));
export const equalOutputs = concat(through(image, output('code')), through(image, output('code')));
export const laterPsi = withPsi(model(through(image, tap('e'), skip('e'))), psi.grid(9, 9));
export const manyGroups = through(
  input('h', 1, 1, 8),
  autoregressive(65, { predict: conv(2), update: conv(8) }),
);
export const manyBlocks = through(image, tap('e'), skip('e', psi.modularBlend({ blocks: 65 })));
export const manyParts = through(
  image,
  bring(input('affines', 1, 65, 8)),
  tap('e'),
  skip('e', psi.warp({ affines: 'affines' })),
);
