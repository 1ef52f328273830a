/** VDG's layer tables, inferred. */
import { as, criticism, levels, refinement, rises } from './pg2.js';
import type { LayerTable } from './table.js';

/* By data set: what does not stand in PG2's tables. The two systems differ in the channels of the first convolution. */
const stage1 = (model: string, first: number, totals: readonly [number, number]): readonly LayerTable[] => [
  {
    model,
    dataset: 'market-1501',
    rows: [
      [['conv1', 'relu1'], [128, 64, 128], first],
      ...levels['market-1501']('image'),
      [['flatten1', 'dense1'], [1, 1, 64], 1_310_784],
      [['conv2', 'relu2'], [128, 64, 128], 20_864],
      ...levels['market-1501']('pose'),
      [['flatten2', 'dense2'], [1, 1, 64], 1_310_784],
      [['dense3', 'reshape1'], [8, 4, 128], 528_384],
      ...rises['market-1501'],
      [['conv3', 'out1'], [128, 64, 3], 6_915],
    ],
    total: totals[0],
  },
  {
    model,
    dataset: 'deepfashion',
    rows: [
      [['conv1', 'relu1'], [256, 256, 128], first],
      ...levels.deepfashion('image'),
      [['flatten1', 'dense1'], [1, 1, 64], 3_145_792],
      [['conv2', 'relu2'], [256, 256, 128], 20_864],
      ...levels.deepfashion('pose'),
      [['flatten2', 'dense2'], [1, 1, 64], 3_145_792],
      [['dense3', 'reshape1'], [8, 8, 128], 1_056_768],
      ...rises.deepfashion,
      [['conv3', 'out1'], [256, 256, 3], 6_915],
    ],
    total: totals[1],
  },
];

/** VDG's tables. */
export const vdgTables: readonly LayerTable[] = [
  ...stage1('vdg-stage1', 24_320, [94_512_899, 162_961_027]),
  ...stage1('vdg-np-stage1', 3_584, [94_492_163, 162_940_291]),
  ...as('vdg-stage2', refinement),
  ...as('vdg-discriminator', criticism),
];
