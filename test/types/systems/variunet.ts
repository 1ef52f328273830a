/** Vari-UNet's families at both data sets' sizes, as the compilers see them. */
import { model, psi, type Level } from '../../../src/dsl/index.js';
import { variunet, variunetDeep, variunetDrawn } from '../../../src/models/index.js';

export const market = model(variunet(128, 128, 32, psi.none));
export const fashion = model(variunetDeep(256, 256, 32, psi.none));
export const maskedMarket = model(variunet(128, 128, 32, psi.dense()));
export const drawn = model(variunetDrawn(256, 256, 32, psi.none));

type Outputs<M extends { readonly '~model': { readonly outputs: unknown } }> = M['~model']['outputs'];
type Inputs<M extends { readonly '~model': { readonly inputs: unknown } }> = M['~model']['inputs'];
export const marketOutput: Level<128, 128, 3> = {} as Outputs<typeof market>['output'];
export const marketLatent: Level<2, 2, 128> = {} as Outputs<typeof market>['q1'];
export const marketParts: Level<64, 64, 24> = {} as Inputs<typeof market>['parts_a'];
export const fashionOutput: Level<256, 256, 3> = {} as Outputs<typeof fashion>['output'];
export const fashionPrior: Level<8, 8, 128> = {} as Outputs<typeof fashion>['p2'];
export const fashionParts: Level<64, 64, 24> = {} as Inputs<typeof fashion>['parts_a'];
export const drawnOutput: Level<256, 256, 3> = {} as Outputs<typeof drawn>['output'];
export const drawnInputs: 'p_b' = {} as keyof Inputs<typeof drawn>;
