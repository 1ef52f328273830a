/** Mistakes of ψ and joins that read more than one level, of outputs, and of what is brought into reach. */
import {
  bring,
  conv,
  encoder,
  fuse,
  input,
  join,
  model,
  output,
  psi,
  skip,
  through,
  upsample,
} from '../../../src/dsl/index.js';

const image = input('x', 8, 8, 3);
const encoded = through(image, encoder('image', [conv(4), conv(8, { stride: 2 })]));

export const depthDividesNot = through(
  encoded,
  skip('image', psi.grouped(3)), // ✗ S13 skip 'image' 2 › psi.grouped: depth 3 does not divide 8 channels; use a depth that does
);
export const depthZero = through(
  encoded,
  skip('image', psi.grouped(0)), // ✗ S02 skip 'image' 2 › psi.grouped: depth 0 is not a positive whole number; give 1 or more
);
export const oneOfSeveral = through(
  encoded,
  skip('image', psi.dense(), { level: 'all' }), // ✗ S13 skip 'image' all: this ψ takes one level, the skip reads 2; give { level: 1 }, or a ψ of several such as psi.resize()
);
export const someNotThere = through(
  encoded,
  skip('image', psi.resize(), { level: [1, 3] }), // ✗ S22 skip 'image' 3: the encoder has levels 1 to 2 open; give one of them
);
export const addedOfSeveral = through(
  encoded,
  skip('image', psi.resize(), { level: [1, 2], join: join.add }), // ✗ S09 skip 'image' 1,2 › add: channels 8 ≠ 12; make them equal with conv(…, { kernel: 1 }), or use join.concat
);
export const chainedGroups = through(
  encoded,
  skip('image', psi.chain(psi.resize(), psi.grouped(5)), { level: 'all' }), // ✗ S13 skip 'image' all › psi.grouped: depth 5 does not divide 12 channels; use a depth that does
);
export const chainedOther = through(
  encoded,
  skip('image', psi.chain(psi.dense(), 'grid')), // ✗ S13 skip 'image' 2 › psi.chain: not a ψ; pass psi.none, psi.dense(), … or your own
);
export const chainedFirst = through(
  encoded,
  skip('image', psi.chain('none', psi.grid(9, 9))), // ✗ S13 skip 'image' 2 › psi.chain: not a ψ; pass psi.none, psi.dense(), … or your own
);
export const multiplied = through(
  image,
  fuse(join.multiply, conv(4)), // ✗ S09 multiply: channels 3 ≠ 4; make them equal with conv(…, { kernel: 1 }), or give one side a single channel
);
export const gated = through(
  image,
  fuse(join.gated, conv(4)), // ✗ S09 gated: channels 3 ≠ 4; make them equal with conv(…, { kernel: 1 }), or use join.concat
);
export const replacedSize = through(
  image,
  fuse(join.replace, upsample(2)), // ✗ S08 fuse: height 8 ≠ 16 (8×8×3 ⊕ 16×16×3); give both the same height and width
);
// example
export const outputTwice = through(
  image,
  output('code'),
  conv(4),
  output('code'), // ✗ S20 output 'code': two outputs of this name meet; rename one
);
export const outputOfChain = through(
  image,
  output('output'), // ✗ S20 output 'output': this is the name of the chain's last feature; rename one
);
export const outputsMeet = through(
  image,
  output('code'),
  fuse(join.concat, input('y', 8, 8, 5), output('code')), // ✗ S20 output 'code': two outputs of this name meet; rename one
);
export const outputOfRecord = model(
  { code: image, other: through(image, conv(4), output('code')) }, // ✗ S20 output 'code': two outputs of this name meet; rename one
);
export const broughtTwice = through(
  image,
  bring(input('x', 8, 8, 4)), // ✗ S14 input 'x': 8×8×3 in one branch, 8×8×4 in another (channels 3 ≠ 4); one name has one shape
);
export const broughtEncoder = through(
  encoded,
  bring(input('y', 8, 8, 3), encoder('image', [conv(5)])), // ✗ S15 encoder 'image': two encoders of this name meet; rename one
);
export const broughtMistake = through(
  image,
  bring(input('y', 8, 8, 3), conv(0)), // ✗ S02 bring[1] › conv: filters 0 is not a positive whole number; give 1 or more
);
