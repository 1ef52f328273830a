/** Mistakes of chains and models. */
import {
  conv,
  encoder,
  fuse,
  input,
  join,
  model,
  relu,
  seq,
  through,
  upsample,
} from '../../../src/dsl/index.js';

const image = input('x', 8, 8, 3);

export const uncalled = through(
  image,
  conv, // ✗ S01 not a layer (a combinator left uncalled?); call it, or pass a layer
);
export const aNumber = through(
  image,
  conv(4),
  3, // ✗ S01 not a layer (a combinator left uncalled?); call it, or pass a layer
);
export const discarded = through(
  image,
  conv(4),
  image, // ✗ S18 chain: a feature in the middle of a chain discards what came before; fuse(join.concat, …) the two
);
export const noInput = model(
  seq(conv(4), relu), // ✗ S18 block[0] › chain: no feature to work on; begin the chain with input(…)
);
export const layerAlone = model(
  conv(4), // ✗ S18 chain: no feature to work on; begin the chain with input(…)
);
export const encoderFirst = model(
  seq(encoder('e', [conv(4)])), // ✗ S18 block[0] › chain: no feature to work on; begin the chain with input(…)
);
export const fuseFirst = model(
  seq(fuse(join.concat, image), conv(4)), // ✗ S18 block[0] › chain: no feature to work on; begin the chain with input(…)
);
export const secondInput = model(
  seq(image, conv(4), input('y', 8, 8, 3)), // ✗ S18 block[2] › chain: a feature in the middle of a chain discards what came before; fuse(join.concat, …) the two
);
export const modelOfNumber = model(
  3, // ✗ S25 model: not a feature; pass a feature, a chain that begins with an input, or a record of features
);
export const modelOfFunction = model(
  upsample, // ✗ S25 model: not a feature; pass a feature, a chain that begins with an input, or a record of features
);
export const modelOfNumbers = model(
  { first: image, second: 3 }, // ✗ S25 model: not a feature; pass a feature, a chain that begins with an input, or a record of features
);
