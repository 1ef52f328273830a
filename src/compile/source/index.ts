/** Source: models as text that a person reads, owns and runs without maskskip. */
export { namedModels, type GivenModel } from './named-models.js';
export type { NamedModel, SourceFile, SourceTarget } from './target.js';
export { targets, type TargetEntry, type TargetName } from './targets.js';
