/**
 * Terms over the features that another network, trained before, gives for both images: perceptual losses.
 *
 * Features come by name, as a model's outputs do; a weight by the same name says how much they count.
 */
import { batchMatMul } from '../../ops/convolution.js';
import * as ops from '../../ops/elementwise.js';
import { reshape, transpose } from '../../ops/layout.js';
import { constant } from '../../ops/leaves.js';
import { showShape, type Value } from '../../ops/value.js';
import { flawed } from './flaw.js';
import { l1 } from './reconstruction.js';

/** Features by name: a model's outputs. */
export type Features = Readonly<Record<string, Value>>;

/** How much each feature counts, by name; those that are not named count nothing. */
export type FeatureWeights = Readonly<Record<string, number>>;

/** Σ w · mean|φ(x̂) − φ(x)| over the features that `weights` names; 1 for each of `generated` by default. */
export const featureL1 = (
  generated: Features,
  real: Features,
  weights: FeatureWeights = all(generated),
): Value => weighted('featureL1', generated, real, weights, l1);

/** The Gram matrix FᵀF / (4·h·w) of features n×h×w×c, F with one row for each place: n×c×c. Vari-UNet's scale. */
export const gram = (features: Value): Value => {
  const [n, h, w, c] = features.shape;
  if (features.flaw !== undefined) return features;
  if (features.shape.length !== 4)
    return flawed('gram', `${showShape(features.shape)} is not a batch of images`);
  const places = Number(h) * Number(w);
  const rows = reshape(features, [n!, places, c!]);
  return ops.divide(batchMatMul(transpose(rows, [0, 2, 1]), rows), 4 * places);
};

/** Σ w · mean|Gram(φ(x̂)) − Gram(φ(x))| over the features that `weights` names; 1 for each by default. */
export const gramL1 = (
  generated: Features,
  real: Features,
  weights: FeatureWeights = all(generated),
): Value => weighted('gramL1', generated, real, weights, (a, b) => l1(gram(a), gram(b)));

const all = (features: Features): FeatureWeights =>
  Object.fromEntries(Object.keys(features).map((name) => [name, 1]));

const weighted = (
  term: string,
  generated: Features,
  real: Features,
  weights: FeatureWeights,
  distance: (a: Value, b: Value) => Value,
): Value =>
  Object.entries(weights)
    .map(([name, weight]) => {
      const [a, b] = [generated, real].map((one) => (Object.hasOwn(one, name) ? one[name] : undefined));
      return a === undefined || b === undefined
        ? flawed(term, `no feature '${name}'`)
        : ops.multiply(distance(a, b), weight);
    })
    .reduce((sum, one) => ops.add(sum, one), constant(0));
