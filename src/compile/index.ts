/** Compilation: an elaborated model becomes a plan, and a plan runs. */
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
} from './graph/artefact.js';
export type { ArtefactFile } from './graph/files.js';
export type { WeightSizes } from './graph/weights.js';
export { buildPlan, type PlanOptions } from './plan/build.js';
export { nodeCost, planCost, type Cost, type LayerCost, type PlanCost } from './plan/cost.js';
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
export { shapesAt, type ConcretePlan } from './plan/shapes.js';
export { verify } from './plan/verify.js';
export { initialParameters, toArrays, toTensors, type ParameterArray } from './tensors/parameters.js';
export {
  tensorProgram,
  type Differentiated,
  type Feeds,
  type Results,
  type TensorProgram,
} from './tensors/program.js';
