/** All layer tables, and where masks stand: what each listed model is held against. */
import type { DatasetName } from '../../../src/models/index.js';
import { baselineTables } from './baselines.js';
import { defganTables } from './defgan.js';
import { pdigTables } from './pdig.js';
import { pg2Tables } from './pg2.js';
import { pnganTables } from './pngan.js';
import type { LayerTable } from './table.js';
import { variunetTables } from './variunet.js';
import { vdgTables } from './vdg.js';

/** The tables of every listed model without masks, at both data sets' sizes. */
export const tables: readonly LayerTable[] = [
  ...baselineTables,
  ...vdgTables,
  ...pg2Tables,
  ...defganTables,
  ...pnganTables,
  ...variunetTables,
  ...pdigTables,
];

/** A skip that carries a mask: height, width, channels. */
export type MaskedLevel = readonly [height: number, width: number, channels: number];

/** The skips of a model that carry masks, and how many entries they have in all, stated apart. */
export interface MaskTable {
  readonly models: readonly string[];
  readonly dataset: DatasetName;
  readonly levels: readonly MaskedLevel[];
  readonly total: number;
}

/* Level k of an encoder that halves, with so many channels. */
const halved = (height: number, width: number, channels: readonly number[]): readonly MaskedLevel[] =>
  channels.map((c, k) => [height >> k, width >> k, c]);
const twice = (levels: readonly MaskedLevel[]): readonly MaskedLevel[] => levels.flatMap((one) => [one, one]);

/** Where the paper's masks stand, by hand from the sources' tables. */
export const maskTables: readonly MaskTable[] = [
  {
    models: ['unet'],
    dataset: 'market-1501',
    levels: halved(128, 64, [64, 128, 256, 512]),
    total: 983_040,
  },
  {
    models: ['unet'],
    dataset: 'deepfashion',
    levels: halved(256, 256, [64, 128, 256, 512]),
    total: 7_864_320,
  },
  {
    models: ['vdg-stage1', 'vdg-np-stage1', 'pg2-g1', 'pdig-stage1'],
    dataset: 'market-1501',
    levels: halved(128, 64, [128, 256, 384, 512, 640]),
    total: 1_855_488,
  },
  {
    models: ['vdg-stage1', 'vdg-np-stage1', 'pg2-g1'],
    dataset: 'deepfashion',
    levels: halved(256, 256, [128, 256, 384, 512, 640, 768]),
    total: 14_893_056,
  },
  // PDIG has five levels at either size.
  {
    models: ['pdig-stage1'],
    dataset: 'deepfashion',
    levels: halved(256, 256, [128, 256, 384, 512, 640]),
    total: 14_843_904,
  },
  // The first level is not skipped.
  {
    models: ['pg2-g2', 'vdg-stage2'],
    dataset: 'market-1501',
    levels: halved(64, 32, [256, 384]),
    total: 720_896,
  },
  {
    models: ['pg2-g2', 'vdg-stage2'],
    dataset: 'deepfashion',
    levels: halved(256, 256, [128, 256, 384, 512]),
    total: 14_680_064,
  },
  {
    models: ['defgan-generator', 'defgan-baseline-generator'],
    dataset: 'market-1501',
    levels: halved(128, 64, [64, 128, 256, 512, 512, 512]),
    total: 1_003_520,
  },
  {
    models: ['defgan-generator', 'defgan-baseline-generator'],
    dataset: 'deepfashion',
    levels: halved(256, 256, [64, 128, 256, 512, 512, 512, 512]),
    total: 8_036_352,
  },
  // Two blocks of each of the stick-man's scales are read.
  {
    models: ['variunet'],
    dataset: 'market-1501',
    levels: twice(halved(128, 128, [32, 64, 128, 128, 128, 128, 128])),
    total: 1_922_048,
  },
  {
    models: ['variunet'],
    dataset: 'deepfashion',
    levels: twice(halved(256, 256, [32, 64, 128, 128, 128, 128, 128])),
    total: 7_688_192,
  },
];
