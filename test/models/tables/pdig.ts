/** PDIG's tables: the released code's Stage I, pose auto-encoder, generators and critics of codes. */
import type { LayerTable, Row } from './table.js';

/** From the features to a part's or the background's last level: five levels. */
const branch = 22_124_032;
/** One scale on the way up: what makes it twice as large. */
const up = (level: number): Row[0] =>
  ['upsample1', 'conv1', 'relu1'].map((step) => `unet/decoder/image/level${level}/${step}`);

/** The U-Net over code and pose; what depends on the code's length and the picture's size is given. */
const unet = (
  height: number,
  width: number,
  first: number,
  toLatent: number,
  fromLatent: number,
): readonly Row[] => {
  const at = (level: number, channels: number): Row[1] => [height >> level, width >> level, channels];
  return [
    [['unet/conv1', 'unet/relu1'], at(0, 128), first],
    [['unet/image/level1/residual1'], at(0, 128), 295_168],
    [['unet/image/level2/conv1', 'unet/image/level2/relu1'], at(1, 256), 295_168],
    [['unet/image/level2/residual1'], at(1, 256), 1_180_160],
    [['unet/image/level3/conv1', 'unet/image/level3/relu1'], at(2, 384), 885_120],
    [['unet/image/level3/residual1'], at(2, 384), 2_654_976],
    [['unet/image/level4/conv1', 'unet/image/level4/relu1'], at(3, 512), 1_769_984],
    [['unet/image/level4/residual1'], at(3, 512), 4_719_616],
    [['unet/image/level5/conv1', 'unet/image/level5/relu1'], at(4, 640), 2_949_760],
    [['unet/image/level5/residual1'], at(4, 640), 7_374_080],
    [['unet/flatten1', 'unet/dense1'], [1, 1, 64], toLatent],
    [['unet/dense2', 'unet/reshape1'], at(4, 128), fromLatent],
    [['unet/decoder/image/level1/residual1'], at(4, 768), 10_618_368],
    [up(1), at(3, 512), 393_728],
    [['unet/decoder/image/level2/residual1'], at(3, 1024), 18_876_416],
    [up(2), at(2, 384), 393_600],
    [['unet/decoder/image/level3/residual1'], at(2, 768), 10_618_368],
    [up(3), at(1, 256), 196_864],
    [['unet/decoder/image/level4/residual1'], at(1, 512), 4_719_616],
    [up(4), at(0, 128), 65_664],
    [['unet/decoder/image/level5/residual1'], at(0, 256), 1_180_160],
    [['unet/conv2', 'unet/out1'], [height, width, 3], 6_915],
  ];
};

const fourPairs: Row[0] = ['residual1', 'residual2', 'residual3', 'residual4'];
/** What has one table, whatever the data set. */
const both = (model: string, total: number, rows: readonly Row[]): readonly LayerTable[] =>
  (['market-1501', 'deepfashion'] as const).map((dataset) => ({ model, dataset, total, rows }));
const generator = (
  of: string,
  [length, units]: readonly [length: number, units: number],
  [first, pairs, last]: readonly [first: number, pairs: number, last: number],
  total: number,
): readonly LayerTable[] =>
  both(`pdig-${of}-generator`, total, [
    [['dense1', 'leakyRelu1'], [1, 1, units], first],
    [fourPairs, [1, 1, units], pairs],
    [['dense2'], [1, 1, length], last],
  ]);
const critic = (of: string, first: number, total: number): readonly LayerTable[] =>
  both(`pdig-${of}-critic`, total, [
    [['dense1', 'leakyRelu1'], [1, 1, 512], first],
    [['dense2', 'leakyRelu2', 'dense3', 'leakyRelu3', 'dense4', 'leakyRelu4'], [1, 1, 512], 787_968],
    [['dense5'], [1, 1, 1], 513],
  ]);

/** Both data sets' tables. */
export const pdigTables: readonly LayerTable[] = [
  {
    model: 'pdig-stage1',
    dataset: 'market-1501',
    total: 118_549_859,
    rows: [
      [['conv1', 'relu1'], [128, 64, 128], 3_584],
      [['residual1'], [128, 64, 128], 295_168],
      [['parts1/branch'], [3, 3, 640], branch],
      [['parts1/flatten1', 'parts1/dense1'], [1, 1, 32], 184_352],
      [['tap1'], [1, 1, 224], 0],
      [['background/branch'], [8, 4, 640], branch],
      [['background/flatten1', 'background/dense1'], [1, 1, 128], 2_621_568],
      [['tap2', 'skip1', 'skip2'], [1, 1, 352], 0],
      [['tile1'], [128, 64, 352], 0],
      ...unet(128, 64, 426_368, 1_310_784, 266_240),
    ],
  },
  {
    model: 'pdig-stage1',
    dataset: 'deepfashion',
    total: 140_229_219,
    rows: [
      [['conv1', 'relu1'], [256, 256, 128], 3_584],
      [['residual1'], [256, 256, 128], 295_168],
      [['parts1/branch'], [1, 1, 896], 57_813_376],
      [['parts1/flatten1', 'parts1/dense1'], [1, 1, 32], 28_704],
      [['tile1'], [256, 256, 224], 0],
      ...unet(256, 256, 278_912, 10_485_824, 2_129_920),
    ],
  },
  ...both('pdig-pose-encoder', 2_145_824, [
    [['dense1', 'leakyRelu1'], [1, 1, 512], 28_160],
    [fourPairs, [1, 1, 512], 2_101_248],
    [['dense2'], [1, 1, 32], 16_416],
  ]),
  ...both('pdig-pose-decoder', 2_145_846, [
    [['dense1'], [1, 1, 512], 16_896],
    [fourPairs, [1, 1, 512], 2_101_248],
    [['visibilities', 'reshape1', 'tap1'], [1, 18, 1], 9_234],
    [['coordinates', 'reshape2'], [1, 18, 2], 18_468],
    [['skip1'], [1, 18, 3], 0],
    [['flatten1'], [1, 1, 54], 0],
  ]),
  ...generator('fg', [224, 512], [115_200, 2_101_248, 114_912], 2_331_360),
  ...generator('bg', [128, 256], [33_024, 526_336, 32_896], 592_256),
  ...generator('pose', [32, 512], [16_896, 2_101_248, 16_416], 2_134_560),
  ...critic('fg', 115_200, 903_681),
  ...critic('bg', 66_048, 854_529),
  ...critic('pose', 16_896, 805_377),
];
