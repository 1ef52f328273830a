/** Mistakes of parts, tilings and autoregressive groups. */
import {
  autoregressive,
  bring,
  conv,
  dense,
  flatten,
  fuse,
  input,
  join,
  output,
  parts,
  region,
  relu,
  seq,
  skip,
  tap,
  through,
  tile,
} from '../../../src/dsl/index.js';

const image = input('x', 9, 7, 3);
const boxed = through(image, bring(input('boxes', 1, 3, 4)));
const cut = region({ boxes: 'boxes', height: 4, width: 5 });
const trunk = through(input('h', 1, 1, 8), tap('e'));

export const noBoxes = through(
  image,
  parts(3, cut, conv(2)), // ✗ S32 parts › region: no input 'boxes' in reach (in reach: 'x'); bring(input('boxes', 1, 3, 4)) first
);
export const partsOfParts = through(
  boxed,
  parts(3, cut, parts(2, cut)), // ✗ S32 parts[0] › parts › region: no input 'boxes' in reach (in reach: none); bring(input('boxes', 1, 2, 4)) first
);
// example
export const tooFewBoxes = through(
  boxed,
  parts(4, cut), // ✗ S33 parts › region: input 'boxes' is 1×3×4, 4 parts need 1×4×4 (width 3 ≠ 4); declare input('boxes', 1, 4, 4)
);
export const boxesSeen = through(
  boxed,
  parts(3, region({ boxes: 'boxes', height: 4, width: 4, visibility: 'boxes' })), // ✗ S33 parts › region: input 'boxes' is 1×3×4, 3 parts need 1×1×3 (width 3 ≠ 1); declare input('boxes', 1, 1, 3)
);
export const notACrop = through(
  boxed,
  parts(3, relu), // ✗ S33 parts: not a crop; pass region({ boxes, height, width }) or your own
);
export const noHeight = through(
  boxed,
  parts(3, region({ boxes: 'boxes', height: 0, width: 4 })), // ✗ S02 parts › region: height 0 is not a positive whole number; give 1 or more
);
export const noParts = through(
  boxed,
  parts(0, cut), // ✗ S02 parts: count 0 is not a positive whole number; give 1 or more
);
export const insideOfParts = through(
  boxed,
  parts(3, cut, conv(2), dense(3)), // ✗ S24 parts[1] › dense: expects a vector 1×1×n, got 4×5×2; flatten first
);
export const inputInParts = through(
  boxed,
  parts(3, cut, fuse(join.concat, input('p', 4, 5, 2))), // ✗ S34 parts: an input comes in inside ('p'), where the batch is 3·n; join it before the parts
);
export const outputInParts = through(
  boxed,
  seq(parts(3, cut, output('code'), flatten)), // ✗ S34 block[0] › parts: an output is named inside ('code'), where the batch is 3·n; name it after the parts
);
export const skipIntoParts = through(
  boxed,
  tap('e'),
  parts(3, cut, skip('e')), // ✗ S10 parts[0] › skip 'e': no such encoder (open: none); name one that is open, or open it with encoder or tap
);
export const tiledMap = through(
  image,
  tile(4, 4), // ✗ S35 tile: expects a vector 1×1×n, got 9×7×3; flatten first
);
export const tiledToNothing = through(
  image,
  flatten,
  tile(4, -1), // ✗ S02 tile: width -1 is not a positive whole number; give 1 or more
);
// example
export const groupsDoNotFit = through(
  trunk,
  autoregressive(4, { predict: conv(3), update: conv(8), from: 'e' }), // ✗ S37 autoregressive: 'e' is 1×1×8, 4 groups of 3 channels are 1×1×12 (channels 8 ≠ 12); give both the same shape
);
export const trunkMoves = through(
  trunk,
  autoregressive(4, { predict: conv(2), update: conv(4) }), // ✗ S37 autoregressive: update gives 1×1×4, the trunk is 1×1×8 (channels 4 ≠ 8); give both the same shape
);
export const nothingFedBack = through(
  trunk,
  autoregressive(4, { predict: conv(2), update: conv(8), from: 'f' }), // ✗ S10 autoregressive 'f': no such encoder (open: 'e'); name one that is open, or open it with encoder or tap
);
export const outerLevel = through(
  trunk,
  autoregressive(4, { predict: conv(2), update: skip('e') }), // ✗ S10 autoregressive update › skip 'e': no such encoder (open: 'group'); name one that is open, or open it with encoder or tap
);
export const badPrediction = through(
  trunk,
  autoregressive(4, { predict: seq(conv(2), dense(0)), update: conv(8) }), // ✗ S02 autoregressive predict › block[1] › dense: units 0 is not a positive whole number; give 1 or more
);
export const outputInGroups = through(
  trunk,
  autoregressive(4, { predict: seq(output('p'), conv(2)), update: conv(8) }), // ✗ S37 autoregressive: an output is named inside ('p'), where there is one for each group; name it after the groups
);
