/** Def-GAN's families at both data sets' sizes: what the compiler infers of them. */
import { model, psi, type Level, type Model, type AnyModel } from '../../../src/dsl/index.js';
import { defganDiscriminator, defganGenerators, defganGeneratorsDeep } from '../../../src/models/defgan.js';

export const market = model(defganGenerators.mask(128, 64, 64, psi.none));
export const fashion = model(defganGeneratorsDeep.mask(256, 256, 64, psi.none));
export const wholeMarket = model(defganGenerators.full(128, 64, 64, psi.none));
export const wholeFashion = model(defganGeneratorsDeep.full(256, 256, 64, psi.none));
export const baselineMarket = model(defganGenerators.none(128, 64, 64, psi.none));
export const baselineFashion = model(defganGeneratorsDeep.none(256, 256, 64, psi.none));
export const maskedMarket = model(defganGenerators.mask(128, 64, 64, psi.dense()));
export const maskedFashion = model(defganGeneratorsDeep.mask(256, 256, 64, psi.dense()));
export const marketDiscriminator = model(defganDiscriminator(128, 64, 64));
export const fashionDiscriminator = model(defganDiscriminator(256, 256, 64));

/** The output that the compiler infers, and nothing wider. */
type OutputOf<M extends AnyModel> = M extends Model<infer _I, infer O> ? O['output'] : never;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Is<M extends AnyModel, H extends number, W extends number, C extends number> = Same<
  OutputOf<M>,
  Level<H, W, C>
>;

export const inferred: readonly [
  Is<typeof market, 128, 64, 3>,
  Is<typeof fashion, 256, 256, 3>,
  Is<typeof wholeMarket, 128, 64, 3>,
  Is<typeof wholeFashion, 256, 256, 3>,
  Is<typeof baselineMarket, 128, 64, 3>,
  Is<typeof baselineFashion, 256, 256, 3>,
  Is<typeof maskedMarket, 128, 64, 3>,
  Is<typeof maskedFashion, 256, 256, 3>,
  Is<typeof marketDiscriminator, 3, 1, 1>,
  Is<typeof fashionDiscriminator, 7, 7, 1>,
  // What it reads.
  Same<(typeof market)['~model']['inputs']['affines'], Level<1, 10, 8>>,
  Same<(typeof market)['~model']['inputs']['masks'], Level<128, 64, 10>>,
  Same<(typeof wholeMarket)['~model']['inputs']['affine'], Level<1, 1, 8>>,
] = [true, true, true, true, true, true, true, true, true, true, true, true, true];
