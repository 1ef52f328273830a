/**
 * The catalogue of loss terms, written in the primitives: pure functions of values to one number.
 *
 * A term knows neither networks nor data; what a step makes small is a weighted sum of terms of what networks gave.
 */
import {
  bceWithLogits,
  leastSquares,
  logLoss,
  wassersteinCritic,
  wassersteinGenerator,
} from './adversarial.js';
import { enhancedWeightingA, enhancedWeightingB } from './enhanced-weighting.js';
import { featureL1, gram, gramL1 } from './features.js';
import { klBetweenMeans } from './kl-between-means.js';
import { nearestNeighbour } from './nearest-neighbour.js';
import { l1, maskL1, meanSquares } from './reconstruction.js';
import { apart, besides } from './side-by-side.js';
import { ssim, ssimMap } from './ssim.js';
import { vggInput, vggInputOfDefGan } from './vgg-input.js';

/** The terms by name, and what puts batches and images into the form that they take. */
export const term = {
  l1,
  maskL1,
  meanSquares,
  bceWithLogits,
  logLoss,
  leastSquares,
  wassersteinCritic,
  wassersteinGenerator,
  klBetweenMeans,
  featureL1,
  gram,
  gramL1,
  nearestNeighbour,
  ssim,
  ssimMap,
  enhancedWeightingA,
  enhancedWeightingB,
  besides,
  apart,
  vggInput,
  vggInputOfDefGan,
} as const;
