/** `maskskip/learn`: losses, optimisers, the training loop, checkpoints, evaluation. */
export {
  loadCheckpoint,
  saveCheckpoint,
  type Checkpoint,
  type LoadedCheckpoint,
  type SavedCheckpoint,
} from './checkpoint.js';
export { evaluate, judged, meanImage, score, type EvaluateOptions, type EvaluationReport, type Judged, type MethodReport, type Scores } from './evaluate.js'; // prettier-ignore
export { loadFeatureWeights } from './feature-weights.js';
export type { Fitting, Misfit } from './fit.js';
export {
  enhancedWeightingLoss,
  l1Loss,
  loss,
  maskL1Loss,
  term,
  type EnhancedWeightingOptions,
  type Features,
  type FeatureWeights,
  type Label,
  type Loss,
  type MaskLossOptions,
  type MaskTargets,
  type SsimOptions,
  type TargetChannels,
} from './losses/index.js';
export { gateReport, type GateReport } from './masks.js';
export * from './metrics/index.js';
export {
  adam,
  momentum,
  rmsprop,
  sgd,
  type AdamOptions,
  type Optimiser,
  type Rate,
  type UpdateContext,
} from './optimisers.js';
export { loadWeights, networksPredictor, predictor, type Draw, type Predictor } from './predict.js';
export { progress, type Progress, type ProgressFields, type ProgressOptions } from './progress.js';
export { readRecord, type RecordLine, type TrainingRecord } from './record.js';
export { schedule, type Schedule, type SchedulePoint } from './schedules.js';
export { startByMoments, type StartByMomentsOptions } from './start-by-moments.js';
export type { StartWeights } from './train/begin.js';
export { systemSteps, trainSystem, type Objective, type Phase, type System, type SystemPlayer, type SystemUpdate, type TrainSystemOptions, type TrainSystemReport } from './system.js'; // prettier-ignore
export { train, trainingPlan, type TrainOptions, type TrainReport } from './train.js';
