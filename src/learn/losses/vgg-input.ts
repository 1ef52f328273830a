/** Images in [−1, 1] as the networks of the VGG family, trained by Caffe, were fed: 0 … 255, blue first, means taken off. */
import * as ops from '../../ops/elementwise.js';
import { concat, slice } from '../../ops/layout.js';
import { constant } from '../../ops/leaves.js';
import type { Value } from '../../ops/value.js';

/* The means of ImageNet's pictures: blue, green, red. */
const means = constant([103.939, 116.779, 123.68], [1, 1, 1, 3]);

/** Images n×h×w×3 (RGB) in [−1, 1] as Keras' `preprocess_input` of VGG-19 makes them. Vari-UNet. */
export const vggInput = (image: Value): Value => ops.subtract(reversed(toBytes(image)), means);

/**
 * The same as Def-GAN has it: the means are taken off before the channels are turned round, so that blue's mean comes
 * off red and red's off blue. For equal numbers, not for better ones.
 */
export const vggInputOfDefGan = (image: Value): Value => reversed(ops.subtract(toBytes(image), means));

const toBytes = (image: Value): Value => ops.multiply(ops.add(image, 1), 127.5);

const reversed = (image: Value): Value =>
  concat(
    [2, 1, 0].map((channel) => slice(image, 3, channel, 1)),
    3,
  );
