/**
 * PDIG, Stage II: the pose as a code, and codes that are drawn (Ma et al., CVPR 2018).
 *
 * After the released code: fully connected networks of 512 units (the background's generator: 256), leaky relu of slope
 * 0.2, four residual pairs. Everything here is a vector, 1×1×length; `filters` is the count of units and no size is read.
 */
import {
  bring,
  dense,
  flatten,
  input,
  leakyRelu,
  model,
  named,
  reshape,
  residual,
  round,
  seq,
  sigmoid,
  skip,
  tap,
  uniform,
} from '../dsl/index.js';
import { byDataset } from './datasets.js';
import { everywhere, listed, type ListedModel } from './listed.js';

const joints = 18;
const coordinates = 36;
const poseCode = 32;
/** Seven parts of 32. */
const foregroundCode = 224;
const backgroundCode = 128;

/** Four times two layers whose input is added after the second leaky relu. */
const fourPairs = <Units extends number>(units: Units) => {
  const pair = residual(dense(units), leakyRelu(0.2), dense(units), leakyRelu(0.2));
  return seq(pair, pair, pair, pair);
};

/**
 * PDIG's pose encoder: p_b 1×1×54 → code 1×1×32, linear.
 *
 * p_b holds row, column and visibility of each of 18 joints, one joint after another: 2·row/height − 1, 2·column/width − 1,
 * and 0 or 1; of a missing joint −1, −1, 0. `units` is 512 in the source: 2,145,824 parameters.
 */
export const pdigPoseEncoder = <Units extends number>(units: Units) =>
  seq(input('p_b', 1, 1, 54), dense(units), leakyRelu(0.2), fourPairs(units), dense(poseCode));

/**
 * PDIG's pose decoder: code 1×1×32 → 1×1×54, the pose as its encoder reads it.
 *
 * Rows and columns are linear, visibilities a sigmoid that is rounded to 0 or 1 while its gradient passes (at ½ to 1;
 * the source to 0). No activation follows the first layer. `units` is 512 in the source: 2,145,846 parameters.
 */
export const pdigPoseDecoder = <Units extends number>(units: Units) =>
  seq(
    input('code', 1, 1, poseCode),
    dense(units),
    fourPairs(units),
    bring(named('visibilities', dense(joints), sigmoid, round), reshape(1, joints, 1), tap('visibilities')),
    named('coordinates', dense(coordinates)),
    reshape(1, joints, 2),
    skip('visibilities'),
    flatten,
  );

/**
 * A generator of codes: z 1×1×length → a code of that length, linear.
 *
 * z is noise: normal with mean 0 and deviation 0.2, drawn by whoever feeds it, so that a code can be drawn again and
 * codes between two be shown. The source's lengths and units are 224 and 512 for the foreground (2,331,360 parameters),
 * 128 and 256 for the background (592,256), 32 and 512 for the pose (2,134,560).
 */
export const pdigGenerator = <Length extends number, Units extends number>(length: Length, units: Units) =>
  seq(input('z', 1, 1, length), dense(units), leakyRelu(0.2), fourPairs(units), dense(length));

/** Variance 2 / fan in (He et al., ICCV 2015), drawn uniformly as the source does. */
const he = (fanIn: number) => ({ initialiser: uniform(Math.sqrt(6 / fanIn)) });

/**
 * A critic of codes, for a Wasserstein GAN whose weights are clipped to ±0.01: code 1×1×length → a number, linear.
 *
 * Its hidden layers start with He's variance. `units` is 512 in the source: 903,681 parameters for the foreground, 854,529
 * for the background, 805,377 for the pose.
 */
export const pdigCritic = <Length extends number, Units extends number>(length: Length, units: Units) =>
  seq(
    input('code', 1, 1, length),
    dense(units, he(length)),
    leakyRelu(0.2),
    dense(units, he(units)),
    leakyRelu(0.2),
    dense(units, he(units)),
    leakyRelu(0.2),
    dense(units, he(units)),
    leakyRelu(0.2),
    dense(1),
  );

/* No picture, no levels: any size will do. */
const anySize = byDataset(() => [1, 1] as const);
const drawnCodes = [
  { of: 'fg', says: 'foreground code', length: foregroundCode, units: 512 },
  {
    of: 'bg',
    says: 'background code (the source has it for Market-1501 alone)',
    length: backgroundCode,
    units: 256,
  },
  { of: 'pose', says: 'pose code', length: poseCode, units: 512 },
] as const;

/** The entries of PDIG's Stage II in the list of models. */
export const pdigCodeModels: readonly ListedModel[] = [
  listed({
    name: 'pdig-pose-encoder',
    description: 'PDIG, pose auto-encoder: from 18 joints to a code',
    families: everywhere((_height, _width, units) => model(pdigPoseEncoder(units))),
    smallest: anySize,
    filters: 512,
  }),
  listed({
    name: 'pdig-pose-decoder',
    description: 'PDIG, pose auto-encoder: from a code to 18 joints, visibilities rounded',
    families: everywhere((_height, _width, units) => model(pdigPoseDecoder(units))),
    smallest: anySize,
    filters: 512,
  }),
  ...drawnCodes.map(({ of, says, length, units: filters }) =>
    listed({
      name: `pdig-${of}-generator`,
      description: `PDIG, Stage II: draws the ${says}`,
      families: everywhere((_height, _width, units) => model(pdigGenerator(length, units))),
      smallest: anySize,
      filters,
    }),
  ),
  ...drawnCodes.map(({ of, says, length }) =>
    listed({
      name: `pdig-${of}-critic`,
      description: `PDIG, Stage II: judges the ${says}`,
      families: everywhere((_height, _width, units) => model(pdigCritic(length, units))),
      smallest: anySize,
      filters: 512,
    }),
  ),
];
