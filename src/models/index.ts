/** The named architectures: what a command takes where it says MODEL. */
import { model, psi, withPsi, type AnyModel } from '../dsl/index.js';
import { datasetNames, datasetSizes, type DatasetName } from './datasets.js';
import { vdgNpStage1, vdgNpStage1Deep, vdgStage1, vdgStage1Deep } from './vdg.js';

export { vdgNpStage1, vdgNpStage1Deep, vdgStage1, vdgStage1Deep };
export { datasetNames, datasetSizes, type DatasetName };

/** A named architecture at another size or width than the listed one. */
export interface ModelVariation {
  readonly height?: number;
  readonly width?: number;
  /** The width of the first block; every other width follows. */
  readonly filters?: number;
}

/** A named architecture, for each data set; at full width unless a variation says otherwise. */
export interface ListedModel {
  readonly name: string;
  readonly description: string;
  readonly at: Readonly<Record<DatasetName, (variation?: ModelVariation) => AnyModel>>;
}

/** A family of models in height, width and filters. */
type Family = (height: number, width: number, filters: number) => AnyModel;

const listed = (
  name: string,
  description: string,
  families: Readonly<Record<DatasetName, Family>>,
): ListedModel => {
  const at =
    (dataset: DatasetName) =>
    ({
      height = datasetSizes[dataset][0],
      width = datasetSizes[dataset][1],
      filters = 128,
    }: ModelVariation = {}) =>
      families[dataset](height, width, filters);
  return { name, description, at: { 'market-1501': at('market-1501'), deepfashion: at('deepfashion') } };
};

const bases: readonly ListedModel[] = [
  listed(
    'vdg-stage1',
    'VDG, Stage I: image and pose encoder fused in a latent vector (layer table inferred)',
    {
      'market-1501': (height, width, filters) => model(vdgStage1(height, width, filters, psi.none)),
      deepfashion: (height, width, filters) => model(vdgStage1Deep(height, width, filters, psi.none)),
    },
  ),
  listed('vdg-np-stage1', 'VDG_np, Stage I: as VDG, without the source pose (layer table inferred)', {
    'market-1501': (height, width, filters) => model(vdgNpStage1(height, width, filters, psi.none)),
    deepfashion: (height, width, filters) => model(vdgNpStage1Deep(height, width, filters, psi.none)),
  }),
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
  ...masks.map((mask): ListedModel => ({
    name: `${base.name}+${mask.suffix}`,
    description: `${base.description}; ${mask.says} on each skip`,
    at: {
      'market-1501': (variation) => withPsi(base.at['market-1501'](variation), mask.psi),
      deepfashion: (variation) => withPsi(base.at.deepfashion(variation), mask.psi),
    },
  })),
]);
