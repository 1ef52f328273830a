/** Compilation: an elaborated model becomes a plan; a plan is printed, counted, rewritten, cut, run, and written as a graph. */
export {
  compile,
  compiledFiles,
  unsafeCompile,
  type Compiled,
  type CompileOptions,
  type CompileReport,
} from './compile.js';
export type {
  Artefact,
  ArtefactEntry,
  ArtefactPort,
  ArtefactStage,
  CompileTarget,
} from '../artefact/format.js';
export type { ArtefactFile } from './graph/files.js';
export type { WeightSizes } from './graph/weights.js';
export { buildPlan, type PlanOptions } from './plan/build.js';
export { nodeCost, planCost, type Cost, type LayerCost, type PlanCost } from './plan/cost.js';
export { withoutGradient } from './plan/gradient.js';
export { planOfNetworks, type NetworkRuns, type Networks } from './plan/networks.js';
export { parse, type InitialiserOf, type ParseOptions } from './plan/parse.js';
export {
  parameterCounts,
  sizeOf,
  type Plan,
  type PlanLayer,
  type PlanNode,
  type PlanNoise,
  type PlanParameter,
} from './plan/plan.js';
export { print, printedLines } from './plan/print.js';
export { edited, type Edit, type LayOptions } from './plan/edit.js';
export { shapesAt, type ConcretePlan } from './plan/shapes.js';
export { verify } from './plan/verify.js';
export {
  frozen,
  intervalsOf,
  rewrites,
  rewritten,
  splitConcat,
  stages,
  type Interval,
  type Rewrite,
  type RewriteStep,
  type Rewritten,
  type StageOptions,
  type Weights,
} from './rewrite/index.js';
export { initialParameters, type ParameterArray } from './plan/initial.js';
export { toArrays, toTensors } from './tensors/parameters.js';
export {
  tensorProgram,
  type Differentiated,
  type Feeds,
  type Results,
  type TensorProgram,
} from './tensors/program.js';
