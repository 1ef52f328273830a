/** PDIG's families at both data sets' sizes, as the compilers see them. */
import { model, psi, type Level } from '../../../src/dsl/index.js';
import {
  pdigCritic,
  pdigFromCode,
  pdigGenerator,
  pdigPoseDecoder,
  pdigPoseEncoder,
  pdigStage1,
  pdigStage1Deep,
} from '../../../src/models/index.js';

export const market = model(pdigStage1(128, 64, 128, psi.none));
export const fashion = model(pdigStage1Deep(256, 256, 128, psi.none));
export const maskedMarket = model(pdigStage1(128, 64, 128, psi.dense()));
export const fromCode = model(pdigFromCode(128, 64, 352, 128, psi.none));
export const poseEncoder = model(pdigPoseEncoder(512));
export const poseDecoder = model(pdigPoseDecoder(512));
export const foregroundGenerator = model(pdigGenerator(224, 512));
export const backgroundGenerator = model(pdigGenerator(128, 256));
export const poseGenerator = model(pdigGenerator(32, 512));
export const foregroundCritic = model(pdigCritic(224, 512));
export const backgroundCritic = model(pdigCritic(128, 512));
export const poseCritic = model(pdigCritic(32, 512));

type Outputs<M extends { readonly '~model': { readonly outputs: unknown } }> = M['~model']['outputs'];
type Inputs<M extends { readonly '~model': { readonly inputs: unknown } }> = M['~model']['inputs'];
export const marketForeground: Level<1, 1, 224> = {} as Outputs<typeof market>['foreground'];
export const marketBackground: Level<1, 1, 128> = {} as Outputs<typeof market>['background'];
export const marketOutput: Level<128, 64, 3> = {} as Outputs<typeof market>['output'];
export const marketMask: Level<128, 64, 1> = {} as Inputs<typeof market>['mask_a'];
export const fashionOutput: Level<256, 256, 3> = {} as Outputs<typeof fashion>['output'];
export const fashionCodes: 'output' | 'foreground' = {} as keyof Outputs<typeof fashion>;
export const fromCodeOutput: Level<128, 64, 3> = {} as Outputs<typeof fromCode>['output'];
export const poseOutput: Level<1, 1, 54> = {} as Outputs<typeof poseDecoder>['output'];
export const verdict: Level<1, 1, 1> = {} as Outputs<typeof poseCritic>['output'];
