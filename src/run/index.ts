/** Running what `maskskip/compile` wrote, under Node and in browsers. */
export type {
  Artefact,
  ArtefactEntry,
  ArtefactPort,
  ArtefactStage,
  CompileTarget,
} from '../artefact/format.js';
export type { Draw } from './draw.js';
export { encodedOnce, type Arrays, type EncodedOnce } from './encoded-once.js';
export { load } from './load.js';
export type {
  ArraysOf,
  AsArrays,
  AsFeatures,
  AsTensors,
  Fed,
  Features,
  Groups,
  InputsOf,
  Loaded,
  LoadedModel,
  LoadOptions,
  ShapedArray,
  ShapedTensor,
  ShapeOf,
  StageCall,
  TensorsOf,
} from './types.js';
