/** The plain baselines' layer tables: counts by hand, kernel² · channels in · channels out, and a bias each. */
import type { LayerTable, Row } from './table.js';

const pair = (segment: string): readonly string[] =>
  ['conv1', 'relu1', 'conv2', 'relu2'].map((step) => `${segment}${step}`);
const pooled = (segment: string): readonly string[] => [`${segment}maxPool1`, ...pair(segment)];
const up = (segment: string): readonly string[] => [`${segment}convTranspose1`, `${segment}cropTo1`];

const unetRows = (h: number, w: number): readonly Row[] => [
  [pair('image/level1/'), [h, w, 64], 22_528 + 36_928],
  [pooled('image/level2/'), [h / 2, w / 2, 128], 73_856 + 147_584],
  [pooled('image/level3/'), [h / 4, w / 4, 256], 295_168 + 590_080],
  [pooled('image/level4/'), [h / 8, w / 8, 512], 1_180_160 + 2_359_808],
  [pooled(''), [h / 16, w / 16, 1024], 4_719_616 + 9_438_208],
  [up(''), [h / 8, w / 8, 512], 2_097_664],
  [pair('decoder/image/level1/'), [h / 8, w / 8, 512], 4_719_104 + 2_359_808],
  [up('decoder/image/level1/'), [h / 4, w / 4, 256], 524_544],
  [pair('decoder/image/level2/'), [h / 4, w / 4, 256], 1_179_904 + 590_080],
  [up('decoder/image/level2/'), [h / 2, w / 2, 128], 131_200],
  [pair('decoder/image/level3/'), [h / 2, w / 2, 128], 295_040 + 147_584],
  [up('decoder/image/level3/'), [h, w, 64], 32_832],
  [pair('decoder/image/level4/'), [h, w, 64], 73_792 + 36_928],
  [['conv3', 'tanh1', 'out1'], [h, w, 3], 195],
];

const nine = Array.from({ length: 9 }, (_, index) => `residual${index + 1}`);
const resnetRows = (h: number, w: number): readonly Row[] => [
  [['conv1', 'instanceNorm1', 'relu1', 'tap1'], [h, w, 64], 122_304],
  [['conv2', 'instanceNorm2', 'relu2', 'tap2'], [h / 2, w / 2, 128], 73_728],
  [['conv3', 'instanceNorm3', 'relu3'], [h / 4, w / 4, 256], 294_912],
  [nine, [h / 4, w / 4, 256], 18 * 589_824],
  [['convTranspose1', 'cropTo1', 'instanceNorm4', 'relu4'], [h / 2, w / 2, 128], 294_912],
  [['convTranspose2', 'cropTo2', 'instanceNorm5', 'relu5'], [h, w, 64], 73_728],
  [['conv4', 'tanh1', 'out1'], [h, w, 3], 9_411],
];

/** The baselines' tables. */
export const baselineTables: readonly LayerTable[] = [
  { model: 'unet', dataset: 'market-1501', rows: unetRows(128, 64), total: 31_052_611 },
  { model: 'unet', dataset: 'deepfashion', rows: unetRows(256, 256), total: 31_052_611 },
  { model: 'resnet', dataset: 'market-1501', rows: resnetRows(128, 64), total: 11_485_827 },
  { model: 'resnet', dataset: 'deepfashion', rows: resnetRows(256, 256), total: 11_485_827 },
];
