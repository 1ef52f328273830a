/** The named architectures: what a command takes where it says MODEL. */
import type { ListedModel } from './listed.js';
import { vdgModels } from './vdg.js';

export { vdgNpStage1, vdgNpStage1Deep, vdgStage1, vdgStage1Deep } from './vdg.js';
export { datasetNames, datasetSizes, type DatasetName } from './datasets.js';
export type { Inert, ListedModel, ModelVariation } from './listed.js';

/** All named architectures, in the order of the paper. */
export const models: readonly ListedModel[] = [...vdgModels];
