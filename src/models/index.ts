/** The named architectures: what a command takes where it says MODEL. */
import type { ListedModel } from './listed.js';
import { pg2Models } from './pg2.js';
import { pnganModels } from './pngan.js';
import { resnetModels } from './resnet.js';
import { unetModels } from './unet.js';
import { vdgModels } from './vdg.js';

export { pg2Discriminator, pg2DiscriminatorDeep, pg2G1, pg2G1Deep, pg2G2, pg2G2Deep } from './pg2.js';
export { pnganDiscriminator, pnganGenerator } from './pngan.js';
export { resnet } from './resnet.js';
export { unet } from './unet.js';
export {
  vdgDiscriminator,
  vdgDiscriminatorDeep,
  vdgNpStage1,
  vdgNpStage1Deep,
  vdgStage1,
  vdgStage1Deep,
  vdgStage2,
  vdgStage2Deep,
} from './vdg.js';
export { datasetNames, datasetSizes, type DatasetName } from './datasets.js';
export type { Inert, ListedModel, ModelVariation } from './listed.js';

/** All named architectures, in the order of the paper. */
export const models: readonly ListedModel[] = [
  ...unetModels,
  ...resnetModels,
  ...vdgModels,
  ...pg2Models,
  ...pnganModels,
];
