/** PN-GAN's layer tables: the source's at 256×128; of 256×256, for which it has none, the same with the width doubled. */
import type { LayerTable } from './table.js';

const normed = (k: number): readonly string[] => [`conv${k}`, `instanceNorm${k}`, `relu${k}`];
const nine = Array.from({ length: 9 }, (_, index) => [`residual${index + 1}`, `relu${index + 4}`]).flat();
const doubled = (k: number): readonly string[] => [`convTranspose${k}`, `instanceNorm${k + 3}`, `relu${k + 12}`]; // prettier-ignore
const last = ['conv4', 'tanh1', 'out1'];
const judged = (k: number): readonly string[] => [`conv${k}`, `instanceNorm${k - 1}`, `leakyRelu${k}`];

/** PN-GAN's tables. */
export const pnganTables: readonly LayerTable[] = [
  {
    model: 'pngan-generator',
    dataset: 'market-1501',
    rows: [
      [normed(1), [256, 128, 64], 18_880],
      [normed(2), [128, 64, 128], 73_856],
      [normed(3), [64, 32, 256], 295_168],
      [nine, [64, 32, 256], 10_621_440],
      [doubled(1), [128, 64, 128], 295_040],
      [doubled(2), [256, 128, 64], 73_792],
      [last, [256, 128, 3], 9_408],
    ],
    total: 11_387_584,
  },
  {
    model: 'pngan-generator',
    dataset: 'deepfashion',
    rows: [
      [normed(1), [256, 256, 64], 18_880],
      [normed(2), [128, 128, 128], 73_856],
      [normed(3), [64, 64, 256], 295_168],
      [nine, [64, 64, 256], 10_621_440],
      [doubled(1), [128, 128, 128], 295_040],
      [doubled(2), [256, 256, 64], 73_792],
      [last, [256, 256, 3], 9_408],
    ],
    total: 11_387_584,
  },
  {
    model: 'pngan-discriminator',
    dataset: 'market-1501',
    rows: [
      [['conv1', 'leakyRelu1'], [128, 64, 64], 3_072],
      [judged(2), [64, 32, 128], 131_200],
      [judged(3), [32, 16, 256], 524_544],
      [judged(4), [29, 13, 512], 2_097_664],
      [['conv5'], [26, 10, 1], 8_192],
    ],
    total: 2_764_672,
  },
  {
    model: 'pngan-discriminator',
    dataset: 'deepfashion',
    rows: [
      [['conv1', 'leakyRelu1'], [128, 128, 64], 3_072],
      [judged(2), [64, 64, 128], 131_200],
      [judged(3), [32, 32, 256], 524_544],
      [judged(4), [29, 29, 512], 2_097_664],
      [['conv5'], [26, 26, 1], 8_192],
    ],
    total: 2_764_672,
  },
];
