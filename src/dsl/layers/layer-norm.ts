/** Layer normalisation over channels: `layerNorm({ affine, epsilon })`. It changes no shape. Rules S02, S38. */
import { add, divide, multiply, sqrt, square, subtract } from '../../ops/elementwise.js';
import { constant } from '../../ops/initialiser.js';
import { reduceMean } from '../../ops/reduction.js';
import { formOf } from '../form.js';
import { notInRange, notOptions, optionsIn } from '../message.js';
import { flawed, layerOf, type Layer } from '../rule.js';
import type { SameShape } from './activation.js';

/** Options of layer normalisation. */
export interface LayerNormOptions {
  /** Whether a scale and an offset are learned for each channel; true by default. */
  readonly affine?: boolean;
  /** Added to the variance; 1e-5 by default. */
  readonly epsilon?: number;
}

/** Layer normalisation: moments of each pixel's channels. */
export interface LayerNorm extends Layer<SameShape> {
  readonly op: 'layerNorm';
  readonly affine: boolean;
  readonly epsilon: number;
}

/**
 * Normalises each pixel by the mean and the deviation of its channels (Ba et al., arXiv 1607.06450).
 *
 * Over a vector (1×1×c) this is the paper's form; over an image, that of ConvNeXt. For moments over height, width and
 * channels together see `instanceNorm({ over: 'space-and-channels' })`. Parameters: scale and offset, c each.
 *
 * @example
 * ```ts
 * through(input('x', 8, 8, 32), layerNorm()); // Feature<8, 8, 32, …>
 * ```
 */
export const layerNorm = (options: LayerNormOptions = {}): LayerNorm => {
  const { affine = true, epsilon = 1e-5 } = optionsIn(options);
  return layerOf<LayerNorm>({
    op: 'layerNorm',
    affine,
    epsilon,
    definition: {
      name: 'layerNorm',
      shape: (state) => {
        const bad = notOptions('layerNorm', options);
        if (bad !== undefined) return flawed(bad, state);
        const range = 'a finite number greater than 0';
        return { state, flaws: notInRange('layerNorm', [['epsilon', epsilon, range]]) };
      },
      lower: (flow, lowering) => {
        const x = flow.value;
        const shape = [Number(x.shape[3])];
        const centred = subtract(x, reduceMean(x, [3], true));
        const variance = reduceMean(square(centred), [3], true);
        const normal = divide(centred, sqrt(add(variance, epsilon)));
        if (!affine) return { ...flow, value: normal };
        const scale = lowering.parameter({ name: 'scale', shape, initialiser: constant(1) });
        const offset = lowering.parameter({ name: 'offset', shape, initialiser: constant(0) });
        return { ...flow, value: add(multiply(normal, scale), offset) };
      },
      form: layerNormForm,
    },
  });
};

/** How `layerNorm` stands in a spec. */
export const layerNormForm = formOf<{ readonly affine: boolean; readonly epsilon: number }>({
  builtIn: 'layerNorm',
  fields: (f) => ({ affine: f.standard(f.flag, true), epsilon: f.standard(f.number, 1e-5) }),
  make: (options) => layerNorm(options),
});
