/**
 * Terms of adversaries: what a discriminator or critic says of images, as a number to make small.
 *
 * Each takes what one network gave for one batch; a step's loss is their weighted sum. `label` is 1 where the images
 * shall count as real and 0 where they shall not: a generator's term is its discriminator's with the label 1.
 */
import * as ops from '../../ops/elementwise.js';
import { reduceMean } from '../../ops/reduction.js';
import type { Value } from '../../ops/value.js';

/** What images shall count as: 1 for real. */
export type Label = 0 | 1;

/**
 * Binary cross-entropy on logits: mean of max(z, 0) − z·label + log(1 + e^−|z|), which overflows for no z. PG2, PDIG.
 */
export const bceWithLogits = (logits: Value, label: Label): Value => {
  const positive = ops.relu(logits);
  // −|z| as z − 2·max(z, 0), so that the gradient at 0 is σ(0) − label whatever a backend takes for |z|′ there.
  const folded = ops.subtract(logits, ops.multiply(positive, 2));
  const softplus = ops.add(positive, ops.log(ops.add(ops.exp(folded), 1)));
  return reduceMean(label === 1 ? ops.subtract(softplus, logits) : softplus);
};

/** −mean log(p + epsilon) for the label 1, −mean log(1 − p + epsilon) for 0. Def-GAN, with an epsilon of 1e-7. */
export const logLoss = (probabilities: Value, label: Label, epsilon = 1e-7): Value => {
  const right = label === 1 ? probabilities : ops.subtract(1, probabilities);
  return ops.negate(reduceMean(ops.log(ops.add(right, epsilon))));
};

/** mean(s − label)²: least squares GAN (Mao et al., ICCV 2017). PN-GAN. */
export const leastSquares = (scores: Value, label: Label): Value =>
  reduceMean(ops.square(ops.subtract(scores, label)));

/**
 * A Wasserstein critic's term: mean D(generated) − mean D(real), the negative of the separation that it makes large
 * (Arjovsky et al., ICML 2017). Its weights are to be clipped after each update, to ±0.01 in PDIG's samplers.
 */
export const wassersteinCritic = (real: Value, generated: Value): Value =>
  ops.subtract(reduceMean(generated), reduceMean(real));

/** A Wasserstein generator's term: −mean D(generated). PDIG's samplers. */
export const wassersteinGenerator = (generated: Value): Value => ops.negate(reduceMean(generated));
