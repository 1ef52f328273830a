/**
 * What a layer may ask for while it is lowered into primitives: parameters, noise, numbers that change during
 * training, and the lowering of the layers inside it.
 */
import type { Value } from '../ops/value.js';
import type { Initialiser } from '../ops/initialiser.js';
import type { NoiseDistribution, Projection } from '../ops/leaves.js';
import type { Psi } from './psi/psi.js';
import type { Flow, FoldOptions } from './rule.js';

/** Whether a plan is for training (noise, batch statistics, gradients) or for inference. */
export type Mode = 'train' | 'infer';

/** A parameter that a layer asks for. */
export interface ParameterRequest {
  /** The last segment of the path: `kernel`, `bias`, `mask`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialiser: Initialiser;
  /** `weight` trains; `mask` trains and is counted apart; `state` does not train (running moments). */
  readonly role?: 'weight' | 'mask' | 'state';
  /** Why no gradient reaches it, where that is meant; a plan for training refuses any other parameter without one. */
  readonly inert?: string;
  /** Where training puts the parameter back after each update: `{ clip: [0, 1] }`. */
  readonly projection?: Projection;
}

/** The context of a lowering: one per step, with the step's path. */
export interface Lowering {
  readonly mode: Mode;
  /** The path of the step, to which a parameter's name is appended. */
  readonly path: string;
  /** A parameter; a second request for one path (in a shared sub-network) gives the same one. */
  readonly parameter: (request: ParameterRequest) => Value;
  /** Fresh noise for each training step, drawn from (seed, step, path). */
  readonly noise: (name: string, shape: Value['shape'], distribution: NoiseDistribution) => Value;
  /** A number that may change during training; `standard` unless the caller gives another. */
  readonly scalar: (name: string, standard: number) => Value;
  /** The ψ that stands on a level: the declared one, unless the model puts another there (`withPsi`). */
  readonly psi: (encoder: string, level: number, declared: Psi) => Psi;
  /** The state that parameter `name` has after this training step. */
  readonly nextState: (parameter: Value, next: Value) => void;
  /** Lowers layers in order, each under its own path. */
  readonly fold: (layers: readonly unknown[], flow: Flow, options?: FoldOptions) => Flow;
  /** The flow before anything came in: where a branch begins that brings its own input. */
  readonly start: Flow;
  /** A group has no path of its own: a numbered step within its segment (`fuse2`), for parameters of the group itself. */
  readonly step: (name: string) => Lowering;
  /** The same context with another segment appended to its path. */
  readonly under: (segment: string) => Lowering;
}
