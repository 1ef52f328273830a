/** Specs: models as versioned JSON documents. */
export { definitionsOf, isForm, type Definitions } from './definitions.js';
export {
  specText,
  specVersion,
  type Spec,
  type SpecElement,
  type SpecFeature,
  type SpecPart,
} from './document.js';
export { fromSpec, fromSpecText, unsafeFromSpec, type ReadModel } from './read.js';
export { toSpec } from './write.js';
