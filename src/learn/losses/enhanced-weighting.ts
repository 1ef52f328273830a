/**
 * Candidates for VDG's enhanced weighting loss.
 *
 * The paper's formula (Lakhal, Lanz, Cavallaro, ECCV Workshops 2018) is not public: its abstract speaks of a masked
 * version of the structural similarity that makes the network look at the person. Both candidates are *inferred* from
 * that, their window and constants from the routine that circulates with PDIG's code.
 */
import * as ops from '../../ops/elementwise.js';
import { slice } from '../../ops/layout.js';
import { reduceMean } from '../../ops/reduction.js';
import type { Value } from '../../ops/value.js';
import { maskL1 } from './reconstruction.js';
import { ssim, ssimMap, type SsimOptions } from './ssim.js';

/** Weights of candidate A, and the window of the similarity. */
export interface EnhancedWeightingOptions extends SsimOptions {
  /** How much the difference within the mask counts, as in mask-L1: 1. */
  readonly maskWeight?: number;
  /** How much the similarity counts: 1. The paper's is not known. */
  readonly ssimWeight?: number;
}

/**
 * Candidate A, inferred, the closest to the abstract: mask-L1 + ssimWeight · (1 − SSIM(x̂·M, x·M)).
 *
 * Images are n×h×w×c in [−1, 1] and at least as large as the window, the mask n×h×w×1 of zeros and ones. For the
 * similarity images are brought to [0, 1] and then masked, so that the background is black, as in the metric mask-SSIM.
 */
export const enhancedWeightingA = (
  generated: Value,
  real: Value,
  mask: Value,
  { maskWeight = 1, ssimWeight = 1, ...options }: EnhancedWeightingOptions = {},
): Value => {
  const person = (image: Value): Value => ops.multiply(toUnit(image), mask);
  const unlike = ops.subtract(1, ssim(person(generated), person(real), options));
  return ops.add(maskL1(generated, real, mask, maskWeight), ops.multiply(unlike, ssimWeight));
};

/**
 * Candidate B, inferred: mean((1 − SSIM map) · (1 + M)), over every element as in mask-L1, of images in [−1, 1] brought to
 * [0, 1]. A place of the map counts by the mask in the middle of its window.
 */
export const enhancedWeightingB = (
  generated: Value,
  real: Value,
  mask: Value,
  options: SsimOptions = {},
): Value => {
  const map = ssimMap(toUnit(generated), toUnit(real), options);
  if (map.flaw !== undefined) return map;
  const [, h, w] = map.shape.map(Number);
  const before = Math.floor(((options.window ?? 11) - 1) / 2);
  const middle = slice(slice(mask, 1, before, h!), 2, before, w!);
  return reduceMean(ops.multiply(ops.subtract(1, map), ops.add(middle, 1)));
};

const toUnit = (image: Value): Value => ops.multiply(ops.add(image, 1), 0.5);
