/** The named architectures: what a command takes where it says MODEL. */
import { defganModels } from './defgan.js';
import type { ListedModel } from './listed.js';
import { pdigCodeModels } from './pdig-codes.js';
import { pdigStage1Models } from './pdig.js';
import { pg2Models } from './pg2.js';
import { pnganModels } from './pngan.js';
import { resnetModels } from './resnet.js';
import { unetModels } from './unet.js';
import { variunetModels } from './variunet.js';
import { vdgModels } from './vdg.js';

export { pdigDiscriminatorDeep, pdigFromCode, pdigStage1, pdigStage1Deep } from './pdig.js';
export { pdigCritic, pdigGenerator, pdigPoseDecoder, pdigPoseEncoder } from './pdig-codes.js';
export { defganDiscriminator, defganGenerators, defganGeneratorsDeep } from './defgan.js';
export { pg2Discriminator, pg2DiscriminatorDeep, pg2G1, pg2G1Deep, pg2G2, pg2G2Deep } from './pg2.js';
export { pnganDiscriminator, pnganGenerator } from './pngan.js';
export { resnet } from './resnet.js';
export { unet } from './unet.js';
export { variunet, variunetDeep, variunetDrawn } from './variunet.js';
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
export { vgg19Block1, vgg19Block2, vgg19Features } from './vgg19.js';
export { byDataset, datasetNames, datasetSizes, type ByDataset, type DatasetName } from './datasets.js';
export { paperMasks } from './listed.js';
export type { Inert, ListedModel, ModelVariation } from './listed.js';

/** All named architectures, in the order of the paper. */
export const models: readonly ListedModel[] = [
  ...unetModels,
  ...resnetModels,
  ...vdgModels,
  ...pg2Models,
  ...defganModels,
  ...pnganModels,
  ...variunetModels,
  ...pdigStage1Models,
  ...pdigCodeModels,
];
