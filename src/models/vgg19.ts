/**
 * VGG-19's features, the networks that perceptual losses look through (Simonyan and Zisserman, ICLR 2015).
 *
 * Their weights are not shipped: `loadFeatureWeights` of `maskskip/learn` reads them from a file that a user makes, and
 * `docs/losses.md` says how. Blocks and layers have the names that Keras gives them; each feature is what comes out of a
 * layer's relu. Inputs: `image`, height×width×3, as `term.vggInput` makes it of an image in [−1, 1].
 */
import { conv, input, maxPool, named, output, relu, seq, times } from '../dsl/index.js';

/** A 3×3 convolution and its relu under the name of Keras' layer. */
const layer = <Name extends string, Filters extends number>(name: Name, filters: Filters) =>
  named(name, conv(filters), relu);

/**
 * VGG-19 up to block1_conv2, at full resolution: what Def-GAN's nearest-neighbour loss reads, as output `block1_conv2`.
 * `filters` is the first block's width, 64 in VGG-19.
 */
export const vgg19Block1 = <Height extends number, Width extends number, Filters extends number>(
  height: Height,
  width: Width,
  filters: Filters,
) =>
  seq(
    input('image', height, width, 3),
    layer('block1_conv1', filters),
    layer('block1_conv2', filters),
    output('block1_conv2'),
  );

/** VGG-19 up to block2_conv1, its output: what Def-GAN's feature matching reads. Height and width are at least 2. */
export const vgg19Block2 = <Height extends number, Width extends number, Filters extends number>(
  height: Height,
  width: Width,
  filters: Filters,
) =>
  seq(
    vgg19Block1(height, width, filters),
    maxPool(2),
    layer('block2_conv1', times(filters, 2)),
    output('block2_conv1'),
  );

/**
 * VGG-19 up to block5_conv2, with the five outputs that Vari-UNet's losses read: blockK_conv2 for K from 1 to 5, each
 * half as high and wide as the one before, and Def-GAN's block2_conv1. Height and width are at least 16.
 *
 * @example
 * ```ts
 * model(vgg19Features(128, 64, 64)); // block1_conv2 128×64×64, … block5_conv2 8×4×512
 * ```
 */
export const vgg19Features = <Height extends number, Width extends number, Filters extends number>(
  height: Height,
  width: Width,
  filters: Filters,
) =>
  seq(
    vgg19Block2(height, width, filters),
    layer('block2_conv2', times(filters, 2)),
    output('block2_conv2'),
    maxPool(2),
    layer('block3_conv1', times(filters, 4)),
    layer('block3_conv2', times(filters, 4)),
    output('block3_conv2'),
    layer('block3_conv3', times(filters, 4)),
    layer('block3_conv4', times(filters, 4)),
    maxPool(2),
    layer('block4_conv1', times(filters, 8)),
    layer('block4_conv2', times(filters, 8)),
    output('block4_conv2'),
    layer('block4_conv3', times(filters, 8)),
    layer('block4_conv4', times(filters, 8)),
    maxPool(2),
    layer('block5_conv1', times(filters, 8)),
    layer('block5_conv2', times(filters, 8)),
    output('block5_conv2'),
  );
