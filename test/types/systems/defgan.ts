/**
 * Def-GAN's generator (Siarohin et al. 2018), shapes and parameters only: does the language carry it?
 *
 * The deformable skip stands here as a ψ that reads the affines and part masks and keeps the level; what it computes
 * belongs to the model proper.
 */
import {
  bring,
  conv,
  convTranspose,
  dropout,
  encoder,
  fuse,
  input,
  instanceNorm,
  join,
  leakyRelu,
  model,
  out,
  psi,
  relu,
  seq,
  skip,
  tanh,
  type Inputs,
  type Level,
  type Psi,
  type PsiRule,
} from '../../../src/dsl/index.js';
import { kept } from '../../../src/dsl/psi/psi.js';

/** A ψ that warps ten parts of a level, each by an affine of its own. */
export interface Warp extends Psi<WarpRule> {
  readonly name: 'warp';
}
interface WarpRule extends PsiRule {
  readonly out: this['inputs'] extends Inputs
    ? this['inputs'] extends { readonly affines: Level<1, 10, 8>; readonly masks: Level }
      ? this['feature']
      : "✗ A01 psi.warp: needs inputs 'affines' of 1×10×8 and 'masks'; bring(input('affines', 1, 10, 8)) first"
    : never;
}
const warp = psi.define<Warp>(
  { name: 'warp' },
  {
    shape: (at) =>
      at.inputs['affines'] !== undefined && at.inputs['masks'] !== undefined
        ? kept(at)
        : {
            level: at.feature,
            flaws: [
              {
                rule: 'A01',
                body: "psi.warp: needs inputs 'affines' of 1×10×8 and 'masks'",
                got: 'neither',
                wanted: 'both',
                fix: "bring(input('affines', 1, 10, 8)) first",
              },
            ],
          },
    forward: ({ feature }) => feature,
  },
);

const norm = instanceNorm({ over: 'space-and-channels', epsilon: 1e-3, epsilonTo: 'deviation' });
const halve = <F extends number>(filters: F) =>
  seq(leakyRelu(0.2), conv(filters, { kernel: 4, stride: 2, padding: 1, bias: false }));
const down = <F extends number>(filters: F) => seq(halve(filters), norm);
const rise = <F extends number>(filters: F) =>
  seq(relu, convTranspose(filters, { kernel: 4, stride: 2, padding: 1, bias: false }), norm);

const sources = <H extends number, W extends number>(height: H, width: W) =>
  seq(
    input('x_a', height, width, 3),
    fuse(join.concat, input('p_a', height, width, 18)),
    bring(input('affines', 1, 10, 8)),
    bring(input('masks', height, width, 10)),
  );
const both = <Q>(mask: Q) => seq(skip('appearance', mask), skip('pose'));

/** Six levels, for Market-1501. */
export const defganMarket = <H extends number, W extends number, Q>(height: H, width: W, warped: Q) =>
  seq(
    sources(height, width),
    encoder('appearance', [conv(64), down(128), down(256), down(512), down(512)]),
    halve(512),
    fuse(
      join.concat,
      input('p_b', height, width, 18),
      encoder('pose', [conv(64), down(128), down(256), down(512), down(512)]),
      halve(512),
    ),
    ...([rise(512), dropout(0.5), both(psi.none), rise(512), dropout(0.5), both(warped)] as const),
    ...([rise(512), dropout(0.5), both(warped), rise(256), both(warped), rise(128), both(warped)] as const),
    relu,
    conv(3),
    tanh,
    out(height, width, 3),
  );

/** Seven levels, for DeepFashion. */
export const defganFashion = <H extends number, W extends number, Q>(height: H, width: W, warped: Q) =>
  seq(
    sources(height, width),
    encoder('appearance', [conv(64), down(128), down(256), down(512), down(512), down(512)]),
    halve(512),
    fuse(
      join.concat,
      input('p_b', height, width, 18),
      encoder('pose', [conv(64), down(128), down(256), down(512), down(512), down(512)]),
      halve(512),
    ),
    ...([rise(512), dropout(0.5), both(psi.none), rise(512), dropout(0.5), both(psi.none)] as const),
    ...([rise(512), dropout(0.5), both(warped), rise(512), both(warped), rise(256), both(warped)] as const),
    ...([rise(128), both(warped), relu, conv(3), tanh] as const),
    out(height, width, 3),
  );

export const market = model(defganMarket(128, 64, warp));
export const fashion = model(defganFashion(256, 256, warp));
export const maskedMarket = model(defganMarket(128, 64, psi.chain(warp, psi.dense())));
/** The sizes and outputs that the compiler infers. */
export const marketOutput: Level<128, 64, 3> = {} as (typeof market)['~model']['outputs']['output'];
export const fashionOutput: Level<256, 256, 3> = {} as (typeof fashion)['~model']['outputs']['output'];
