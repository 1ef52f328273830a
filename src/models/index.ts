/** The named architectures: what a command takes where it says MODEL. */
import { model, psi, withPsi, type AnyModel } from '../dsl/index.js';
import { vdgNpStage1, vdgNpStage1Deep, vdgStage1, vdgStage1Deep } from './vdg.js';

export { vdgNpStage1, vdgNpStage1Deep, vdgStage1, vdgStage1Deep };

/** The data sets that models are listed for, with their sizes (height × width). */
export const datasetSizes = { 'market-1501': [128, 64], deepfashion: [256, 256] } as const;

/** The name of a data set. */
export type DatasetName = keyof typeof datasetSizes;

/** A named architecture at full width, for each data set. */
export interface ListedModel {
  readonly name: string;
  readonly description: string;
  readonly at: Readonly<Record<DatasetName, () => AnyModel>>;
}

const bases: readonly ListedModel[] = [
  {
    name: 'vdg-stage1',
    description: 'VDG, Stage I: image and pose encoder fused in a latent vector (layer table inferred)',
    at: {
      'market-1501': () => model(vdgStage1(128, 64, 128, psi.none)),
      deepfashion: () => model(vdgStage1Deep(256, 256, 128, psi.none)),
    },
  },
  {
    name: 'vdg-np-stage1',
    description: 'VDG_np, Stage I: as VDG, without the source pose (layer table inferred)',
    at: {
      'market-1501': () => model(vdgNpStage1(128, 64, 128, psi.none)),
      deepfashion: () => model(vdgNpStage1Deep(256, 256, 128, psi.none)),
    },
  },
];

/** The paper's masks as suffixes. The paper gives no cell size for mUNet_g; 2×2 is ours. */
const masks = [
  { suffix: 'munet', says: 'one mask value per pixel and channel', psi: psi.dense() },
  { suffix: 'munet-o', says: 'one mask value per pixel', psi: psi.one() },
  { suffix: 'munet-g', says: 'one mask value per 2×2 cell', psi: psi.grid(2, 2) },
] as const;

/** All named architectures, in the order of the paper. */
export const models: readonly ListedModel[] = bases.flatMap((base) => [
  base,
  ...masks.map(
    (mask): ListedModel => ({
      name: `${base.name}+${mask.suffix}`,
      description: `${base.description}; ${mask.says} on each skip`,
      at: {
        'market-1501': () => withPsi(base.at['market-1501'](), mask.psi),
        deepfashion: () => withPsi(base.at.deepfashion(), mask.psi),
      },
    }),
  ),
]);
