/** PG2's layer tables, and the parts of them that VDG's have too. */
import type { DatasetName } from '../../../src/models/index.js';
import type { LayerTable, Row } from './table.js';

type Shape = readonly [height: number, width: number, channels: number];

/* A block: two convolutions, and the block's input added. Of a level: the halving before it, then the block. */
const level = (name: string, k: number, out: Shape, halving: number, block: number): readonly Row[] => [
  [[`${name}/level${k}/conv1`, `${name}/level${k}/relu1`], out, halving],
  [[`${name}/level${k}/residual1`], out, block],
];
const marketLevels = (name: string): readonly Row[] => [
  [[`${name}/level1/residual1`], [128, 64, 128], 295_168],
  ...level(name, 2, [64, 32, 256], 295_168, 1_180_160),
  ...level(name, 3, [32, 16, 384], 885_120, 2_654_976),
  ...level(name, 4, [16, 8, 512], 1_769_984, 4_719_616),
  ...level(name, 5, [8, 4, 640], 2_949_760, 7_374_080),
];
const deepfashionLevels = (name: string): readonly Row[] => [
  [[`${name}/level1/residual1`], [256, 256, 128], 295_168],
  ...level(name, 2, [128, 128, 256], 295_168, 1_180_160),
  ...level(name, 3, [64, 64, 384], 885_120, 2_654_976),
  ...level(name, 4, [32, 32, 512], 1_769_984, 4_719_616),
  ...level(name, 5, [16, 16, 640], 2_949_760, 7_374_080),
  ...level(name, 6, [8, 8, 768], 4_424_448, 10_618_368),
];

const joined = (k: number, out: Shape, block: number): Row => [[`decoder/image/level${k}/residual1`], out, block]; // prettier-ignore
const up = (k: number, out: Shape, parameters: number): Row => [
  ['upsample1', 'conv1', 'relu1'].map((step) => `decoder/image/level${k}/${step}`),
  out,
  parameters,
];
const marketRises: readonly Row[] = [
  joined(1, [8, 4, 768], 10_618_368),
  up(1, [16, 8, 512], 393_728),
  joined(2, [16, 8, 1024], 18_876_416),
  up(2, [32, 16, 384], 393_600),
  joined(3, [32, 16, 768], 10_618_368),
  up(3, [64, 32, 256], 196_864),
  joined(4, [64, 32, 512], 4_719_616),
  up(4, [128, 64, 128], 65_664),
  joined(5, [128, 64, 256], 1_180_160),
];
const deepfashionRises: readonly Row[] = [
  joined(1, [8, 8, 896], 14_452_480),
  up(1, [16, 16, 640], 574_080),
  joined(2, [16, 16, 1280], 29_493_760),
  up(2, [32, 32, 512], 655_872),
  joined(3, [32, 32, 1024], 18_876_416),
  up(3, [64, 64, 384], 393_600),
  joined(4, [64, 64, 768], 10_618_368),
  up(4, [128, 128, 256], 196_864),
  joined(5, [128, 128, 512], 4_719_616),
  up(5, [256, 256, 128], 65_664),
  joined(6, [256, 256, 256], 1_180_160),
];

/** The encoder's levels and the decoder's of each data set; what they stand between differs by system. */
export const levels: Readonly<Record<DatasetName, (name: string) => readonly Row[]>> = {
  'market-1501': marketLevels,
  deepfashion: deepfashionLevels,
};
export const rises: Readonly<Record<DatasetName, readonly Row[]>> = {
  'market-1501': marketRises,
  deepfashion: deepfashionRises,
};

/** The same table under another model's name. */
export const as = (model: string, tables: readonly LayerTable[]): readonly LayerTable[] =>
  tables.map((table) => ({ ...table, model }));

const g1: readonly LayerTable[] = [
  {
    model: 'pg2-g1',
    dataset: 'market-1501',
    rows: [
      [['conv1', 'relu1'], [128, 64, 128], 24_320],
      ...marketLevels('image'),
      [['flatten1', 'dense1'], [1, 1, 64], 1_310_784],
      [['dense2', 'reshape1'], [8, 4, 128], 266_240],
      ...marketRises,
      [['conv2', 'out1'], [128, 64, 3], 6_915],
    ],
    total: 70_795_075,
  },
  {
    model: 'pg2-g1',
    dataset: 'deepfashion',
    rows: [
      [['conv1', 'relu1'], [256, 256, 128], 24_320],
      ...deepfashionLevels('image'),
      [['flatten1', 'dense1'], [1, 1, 64], 3_145_792],
      [['dense2', 'reshape1'], [8, 8, 128], 532_480],
      ...deepfashionRises,
      [['conv2', 'out1'], [256, 256, 3], 6_915],
    ],
    total: 122_103_235,
  },
];

/* Two convolutions, each with its relu, from the k-th of a segment on. */
const pair = (segment: string, k: number): readonly string[] =>
  [`conv${k}`, `relu${k}`, `conv${k + 1}`, `relu${k + 1}`].map((step) => `${segment}${step}`);
const single = (segment: string, k: number): readonly string[] => [`${segment}conv${k}`, `${segment}relu${k}`]; // prettier-ignore
const encoder = (k: number): string => `image/level${k}/`;
const decoder = (k: number): string => `decoder/image/level${k}/`;

/** G2's tables. */
export const refinement: readonly LayerTable[] = [
  {
    model: 'pg2-g2',
    dataset: 'market-1501',
    rows: [
      [single('', 1), [128, 64, 128], 7_040],
      [pair('', 2), [128, 64, 128], 295_168],
      [single('', 4), [64, 32, 128], 147_584],
      [pair(encoder(1), 1), [64, 32, 256], 885_248],
      [single(encoder(2), 1), [32, 16, 256], 590_080],
      [pair(encoder(2), 2), [32, 16, 384], 2_212_608],
      [pair(decoder(1), 1), [32, 16, 128], 1_032_448],
      [[`${decoder(1)}upsample1`], [64, 32, 128], 0],
      [pair(decoder(2), 1), [64, 32, 128], 590_080],
      [[`${decoder(2)}upsample1`], [128, 64, 128], 0],
      [pair('', 5), [128, 64, 128], 295_168],
      [['conv7', 'out1'], [128, 64, 3], 3_459],
    ],
    total: 6_058_883,
  },
  {
    model: 'pg2-g2',
    dataset: 'deepfashion',
    rows: [
      [single('', 1), [256, 256, 128], 7_040],
      [pair(encoder(1), 1), [256, 256, 128], 295_168],
      [single(encoder(2), 1), [128, 128, 128], 147_584],
      [pair(encoder(2), 2), [128, 128, 256], 885_248],
      [single(encoder(3), 1), [64, 64, 256], 590_080],
      [pair(encoder(3), 2), [64, 64, 384], 2_212_608],
      [single(encoder(4), 1), [32, 32, 384], 1_327_488],
      [pair(encoder(4), 2), [32, 32, 512], 4_129_792],
      [pair(decoder(1), 1), [32, 32, 128], 1_327_360],
      [[`${decoder(1)}upsample1`], [64, 64, 128], 0],
      [pair(decoder(2), 1), [64, 64, 128], 737_536],
      [[`${decoder(2)}upsample1`], [128, 128, 128], 0],
      [pair(decoder(3), 1), [128, 128, 128], 590_080],
      [[`${decoder(3)}upsample1`], [256, 256, 128], 0],
      [pair(decoder(4), 1), [256, 256, 128], 442_624],
      [['conv2', 'out1'], [256, 256, 3], 3_459],
    ],
    total: 12_696_067,
  },
];

const normed = (k: number): readonly string[] => [`conv${k}`, `batchNorm${k - 1}`, `leakyRelu${k}`];
const verdict = ['channelsFirst1', 'flatten1', 'dense1', 'out1'];

/** The discriminator's tables. */
export const criticism: readonly LayerTable[] = [
  {
    model: 'pg2-discriminator',
    dataset: 'market-1501',
    rows: [
      [['conv1', 'leakyRelu1'], [64, 32, 64], 4_864],
      [normed(2), [32, 16, 128], 205_184],
      [normed(3), [16, 8, 256], 819_968],
      [normed(4), [8, 4, 512], 3_278_336],
      [verdict, [1, 1, 1], 16_385],
    ],
    total: 4_324_737,
  },
  {
    model: 'pg2-discriminator',
    dataset: 'deepfashion',
    rows: [
      [['conv1', 'leakyRelu1'], [128, 128, 64], 4_864],
      [normed(2), [64, 64, 128], 205_184],
      [normed(3), [32, 32, 256], 819_968],
      [normed(4), [16, 16, 512], 3_278_336],
      [normed(5), [8, 8, 512], 6_555_136],
      [verdict, [1, 1, 1], 32_769],
    ],
    total: 10_896_257,
  },
];

/** PG2's tables. */
export const pg2Tables: readonly LayerTable[] = [...g1, ...refinement, ...criticism];
