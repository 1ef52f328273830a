/** `maskskip/source`: models as text that a person reads, owns and runs. */
export { diagramOf, type Depth, type DiagramFormat, type DiagramOptions } from './diagram/index.js';
export { generate, type GenerateOptions, type GenerateReport } from './folder/generate.js';
export {
  differenceOf,
  type Change,
  type Difference,
  type LayerDifference,
  type PortDifference,
} from './difference/difference.js';
export type { LayerFacts, Totals } from './difference/layer-facts.js';
export { namedModels, type GivenModel } from './named-models.js';
export type { NamedModel, SourceFile, SourceTarget } from './target.js';
export { targets, type TargetEntry, type TargetName } from './targets.js';
