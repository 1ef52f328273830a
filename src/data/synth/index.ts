/** The synthetic set of posed people: what other rooms may use. */
export { backdrop, type Backdrop } from './backdrop.js';
export {
  identity,
  type Bag,
  type Bottom,
  type Colour,
  type Hair,
  type Identity,
  type Print,
} from './identity.js';
export { type Side, type Top } from './identity.js';
export { posture, type ArmPosture, type LegPosture, type Posture } from './posture.js';
export { render, type Rendered, type Window } from './render.js';
export { camera, scene, viewDirections, type Camera, type Scene, type ViewDirection } from './scene.js';
export { type SynthOptions, type TestPairs } from './options.js';
export { synthesise, type SynthReport } from './synthesise.js';
