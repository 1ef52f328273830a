/** Rounding that passes the gradient on: `round`. It changes no shape. */
import { add, cast, floor, greaterEqual, stopGradient, subtract } from '../../ops/elementwise.js';
import { formOf } from '../form.js';
import { fine, layerOf } from '../rule.js';
import type { Activation } from './activation.js';

/** How `round` stands in a spec. */
export const roundForm = formOf<Readonly<Record<string, never>>>({
  builtIn: 'round',
  fields: () => ({}),
  make: () => round,
});

/**
 * The nearest whole number, halves upwards; the gradient is that of the identity (a straight-through estimator).
 *
 * PDIG's pose decoder gives visibilities this way (Ma et al., CVPR 2018). No parameters.
 *
 * @example
 * ```ts
 * through(input('x', 1, 1, 18), sigmoid, round); // Feature<1, 1, 18, …>, each entry 0 or 1
 * ```
 */
export const round: Activation<'round'> = layerOf<Activation<'round'>>({
  op: 'round',
  definition: {
    name: 'round',
    shape: fine,
    lower: (flow) => {
      const x = flow.value;
      const below = floor(x);
      // ⌊x + ½⌋ errs where the sum is rounded: just below ½ and above 2²³. The difference to ⌊x⌋ is exact.
      const nearest = add(below, cast(greaterEqual(subtract(x, below), 0.5), 'float32'));
      return { ...flow, value: add(x, stopGradient(subtract(nearest, x))) };
    },
    form: roundForm,
  },
});
