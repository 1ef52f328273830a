/**
 * Def-GAN's layer tables, row by row as the authors' code builds the networks (Siarohin et al., CVPR 2018).
 *
 * Of the baseline the source's totals are known; its rows follow from the same widths with one encoder.
 */
import type { LayerTable, Row } from './table.js';

/** One level of an encoder. */
const level = (
  encoder: string,
  number: number,
  output: Row[1],
  parameters: number,
  also: Row[0] = [],
): Row => [[`${encoder}/level${number}`, ...also], output, parameters];
/** A block of the decoder: what is joined before it, its activation, its transposed convolution and norm. */
const block = (
  number: number,
  skips: readonly number[],
  output: Row[1],
  parameters: number,
  dropout = false,
): Row => [
  [
    ...skips.map((skip) => `skip${skip}`),
    ...[`relu${number}`, `convTranspose${number}`, `instanceNorm${number}`],
    ...(dropout ? [`dropout${number}`] : []),
  ],
  output,
  parameters,
];
const last = (number: number, skips: readonly number[], output: Row[1], parameters: number): Row => [
  [...skips.map((skip) => `skip${skip}`), `relu${number}`, 'conv1', 'tanh1', 'out1'],
  output,
  parameters,
];

const sixLevels = (encoder: string, first: number, deepest: string): readonly Row[] => [
  level(encoder, 1, [128, 64, 64], first),
  level(encoder, 2, [64, 32, 128], 131_074),
  level(encoder, 3, [32, 16, 256], 524_290),
  level(encoder, 4, [16, 8, 512], 2_097_154),
  level(encoder, 5, [8, 4, 512], 4_194_306),
  level(encoder, 6, [4, 2, 512], 4_194_304, [deepest]),
];
const sevenLevels = (encoder: string, first: number, deepest: string): readonly Row[] => [
  level(encoder, 1, [256, 256, 64], first),
  level(encoder, 2, [128, 128, 128], 131_074),
  level(encoder, 3, [64, 64, 256], 524_290),
  level(encoder, 4, [32, 32, 512], 2_097_154),
  level(encoder, 5, [16, 16, 512], 4_194_306),
  level(encoder, 6, [8, 8, 512], 4_194_306),
  level(encoder, 7, [4, 4, 512], 4_194_304, [deepest]),
];

const patches = (sizes: readonly (readonly [number, number])[]): readonly Row[] => {
  const output = (row: number, channels: number): Row[1] => [...sizes[row]!, channels];
  const halved = (number: number): Row[0] => [
    `leakyRelu${number}`,
    `conv${number + 1}`,
    `instanceNorm${number}`,
  ];
  return [
    [['conv1'], output(0, 64), 43_072],
    [halved(1), output(1, 128), 131_074],
    [halved(2), output(2, 256), 524_290],
    [halved(3), output(3, 512), 2_097_154],
    [['leakyRelu4', 'conv5', 'sigmoid1'], output(4, 1), 8_192],
  ];
};

/** Tables of the two generators and of the discriminator. */
export const defganTables: readonly LayerTable[] = [
  {
    model: 'defgan-generator',
    dataset: 'market-1501',
    rows: [
      ...sixLevels('appearance', 12_160, 'skip1'),
      ...sixLevels('pose', 10_432, 'skip2'),
      block(1, [], [8, 4, 512], 8_388_610, true),
      block(2, [3, 4], [16, 8, 512], 12_582_914, true),
      block(3, [5, 6], [32, 16, 512], 12_582_914, true),
      block(4, [7, 8], [64, 32, 256], 4_194_306),
      block(5, [9, 10], [128, 64, 128], 1_048_578),
      last(6, [11, 12], [128, 64, 3], 6_915),
    ],
    total: 61_109_085,
  },
  {
    model: 'defgan-generator',
    dataset: 'deepfashion',
    rows: [
      ...sevenLevels('appearance', 12_160, 'skip1'),
      ...sevenLevels('pose', 10_432, 'skip2'),
      block(1, [], [8, 8, 512], 8_388_610, true),
      block(2, [3, 4], [16, 16, 512], 12_582_914, true),
      block(3, [5, 6], [32, 32, 512], 12_582_914, true),
      block(4, [7, 8], [64, 64, 512], 12_582_914),
      block(5, [9, 10], [128, 128, 256], 4_194_306),
      block(6, [11, 12], [256, 256, 128], 1_048_578),
      last(7, [13, 14], [256, 256, 3], 6_915),
    ],
    total: 82_080_611,
  },
  {
    model: 'defgan-baseline-generator',
    dataset: 'market-1501',
    rows: [
      ...sixLevels('image', 22_528, 'skip1'),
      block(1, [], [8, 4, 512], 4_194_306, true),
      block(2, [2], [16, 8, 512], 8_388_610, true),
      block(3, [3], [32, 16, 512], 8_388_610, true),
      block(4, [4], [64, 32, 256], 3_145_730),
      block(5, [5], [128, 64, 128], 786_434),
      last(6, [6], [128, 64, 3], 5_187),
    ],
    total: 36_072_533,
  },
  {
    model: 'defgan-baseline-generator',
    dataset: 'deepfashion',
    rows: [
      ...sevenLevels('image', 22_528, 'skip1'),
      block(1, [], [8, 8, 512], 4_194_306, true),
      block(2, [2], [16, 16, 512], 8_388_610, true),
      block(3, [3], [32, 32, 512], 8_388_610, true),
      block(4, [4], [64, 64, 512], 8_388_610),
      block(5, [5], [128, 128, 256], 3_145_730),
      block(6, [6], [256, 256, 128], 786_434),
      last(7, [7], [256, 256, 3], 5_187),
    ],
    total: 48_655_449,
  },
  {
    model: 'defgan-discriminator',
    dataset: 'market-1501',
    rows: patches([[63, 31], [31, 15], [15, 7], [7, 3], [3, 1]]), // prettier-ignore
    total: 2_803_782,
  },
  {
    model: 'defgan-discriminator',
    dataset: 'deepfashion',
    rows: patches([[127, 127], [63, 63], [31, 31], [15, 15], [7, 7]]), // prettier-ignore
    total: 2_803_782,
  },
];
