/** Weight normalisation: `weightNorm(layer)`. Rule S31. */
import { divide, maximum, multiply, sqrt, square } from '../../ops/elementwise.js';
import { constant, normal } from '../../ops/initialiser.js';
import { reshape } from '../../ops/layout.js';
import { reduceSum } from '../../ops/reduction.js';
import type { Value } from '../../ops/value.js';
import { isLayer, type AnyFeature } from '../feature.js';
import { formOf } from '../form.js';
import type { Lowering, ParameterRequest } from '../lowering.js';
import { flawed, layerOf, unknown, type Layer, type Rule, type Ruled, type Step } from '../rule.js';
import type { HasKernel } from './kernel.js';

/** A layer whose kernel is a direction and a length. */
export interface WeightNorm<L> extends Layer<WeightNormRule<L>> {
  readonly op: 'weightNorm';
  readonly layer: L;
}
interface WeightNormRule<L> extends Rule {
  readonly out: this['in'] extends AnyFeature
    ? L extends Ruled<infer _R>
      ? L extends HasKernel
        ? Step<L, this['in']>
        : '✗ S31 weightNorm: the layer has no kernel of its own; give it one conv, convTranspose or dense, inside a group each by itself'
      : Step<L, this['in']>
    : never;
}

/**
 * The same layer with a weight-normalised kernel: gain · V / ‖V‖, one norm and one gain for each output.
 *
 * It takes one layer that has a kernel of its own (`conv`, `convTranspose`, `dense`, or a user's with `HasKernel`), not
 * a group: what would be normalised inside a group could not be read off the declaration. Shapes: as the layer's.
 * Parameters: the layer's own (V under the name `kernel`, normal with deviation 0.05 whatever the layer's
 * initialiser) and one gain for each output, 1 at first; their paths are the layer's, `conv1/kernel`, `conv1/gain`.
 * ‖V‖² counts as at least 1e-12. Source: Salimans & Kingma, NIPS 2016, equation 2.
 *
 * @example
 * ```ts
 * through(input('x', 64, 64, 3), weightNorm(conv(32))); // Feature<64, 64, 32, …>
 * ```
 */
export const weightNorm = <const L>(layer: L): WeightNorm<L> =>
  layerOf<WeightNorm<L>>({
    op: 'weightNorm',
    layer,
    definition: {
      name: 'weightNorm',
      group: true,
      shape: (state, walk) =>
        isLayer(layer) && !hasKernel(layer)
          ? flawed(
              {
                rule: 'S31',
                body: 'weightNorm: the layer has no kernel of its own',
                got: layer.definition.name,
                wanted: 'a layer with a kernel',
                fix: 'give it one conv, convTranspose or dense, inside a group each by itself',
              },
              unknown(state),
            )
          : walk.fold([layer], state),
      lower: (flow, lowering) => lowering.fold([hasKernel(layer) ? normalised(layer) : layer], flow),
      form: weightNormForm,
    },
  });

/** How `weightNorm` stands in a spec. */
export const weightNormForm = formOf<{ readonly layer: unknown }>({
  builtIn: 'weightNorm',
  fields: (f) => ({ layer: f.layer }),
  make: ({ layer }) => weightNorm(layer),
});

const hasKernel = (layer: unknown): layer is Layer & HasKernel => isLayer(layer) && 'kernelOutputs' in layer;

/** The layer as it is, but that its lowering is given a kernel made of two parameters. */
const normalised = (layer: Layer & HasKernel): Layer & HasKernel => ({
  ...layer,
  definition: {
    ...layer.definition,
    lower: (flow, lowering) =>
      layer.definition.lower(flow, {
        ...lowering,
        parameter: (request) =>
          request.name === 'kernel'
            ? kernelOf(request, layer.kernelOutputs, lowering)
            : lowering.parameter(request),
      }),
  },
});

const kernelOf = (
  request: ParameterRequest,
  outputs: HasKernel['kernelOutputs'],
  lowering: Lowering,
): Value => {
  const axis = request.shape.length - (outputs === 'last' ? 1 : 2);
  const direction = lowering.parameter({ ...request, initialiser: normal(0.05) });
  const gain = lowering.parameter({
    name: 'gain',
    shape: [request.shape[axis]!],
    initialiser: constant(1),
  });
  const others = request.shape.map((_, one) => one).filter((one) => one !== axis);
  const length = sqrt(maximum(reduceSum(square(direction), others, true), 1e-12));
  const along = request.shape.map((extent, one) => (one === axis ? extent : 1));
  return multiply(direction, divide(reshape(gain, along), length));
};
