/**
 * The gradients of the kernels that models, losses and optimisers use.
 *
 * Under Node tfjs-core comes without gradients: they are in the umbrella package only, with tfjs' layers, WebGL and
 * data beside them. Several of those are wrong for us: maximum, minimum and squared difference do not undo
 * broadcasting, mirror padding drops the border's share, resizing swaps height and width on the cpu, dilated
 * convolutions and the second derivative of a convolution have none. So every backend gets these.
 */
import type { Core } from '../core.js';
import { arithmeticGradients } from './arithmetic.js';
import { linearGradients } from './linear.js';
import { pointwiseGradients } from './pointwise.js';
import { reduceGradients } from './reduce.js';
import { shapeGradients } from './shape.js';

/** Registers our gradients with tfjs, over any that are there; calling it again changes nothing. */
export const registerGradients = (tf: Core): void => {
  const all = [arithmeticGradients, pointwiseGradients, shapeGradients, reduceGradients, linearGradients];
  for (const one of all.flatMap((gradients) => gradients(tf))) tf.registerGradient(one);
};
