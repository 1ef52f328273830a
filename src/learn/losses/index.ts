/** Losses: the catalogue of terms (`term`), and terms as losses of one model (`loss`). */
export type { Label } from './adversarial.js';
export type { EnhancedWeightingOptions } from './enhanced-weighting.js';
export type { Features, FeatureWeights } from './features.js';
export {
  enhancedWeightingLoss,
  l1Loss,
  loss,
  maskL1Loss,
  type Loss,
  type MaskLossOptions,
  type MaskTargets,
  type TargetChannels,
} from './loss.js';
export type { SsimOptions } from './ssim.js';
export { term } from './term.js';
