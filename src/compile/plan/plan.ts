/**
 * The plan: a model as a flat list of primitive operations in an order in which they can run.
 *
 * Every node's operands stand before it. A node knows the step that it came from (`scope`), so that a report can name
 * the layer of a bad tensor.
 */
import type { Mode } from '../../dsl/lowering.js';
import type { Initialiser } from '../../ops/initialiser.js';
import type { NoiseDistribution, ParameterRole, Projection } from '../../ops/leaves.js';
import type { PrimitiveName } from '../../ops/alphabet.js';
import type { Attributes, Shape, TensorType } from '../../ops/value.js';

/** One operation. */
export interface PlanNode extends TensorType {
  readonly id: number;
  readonly op: PrimitiveName;
  readonly operands: readonly number[];
  readonly attributes: Attributes;
  /** The path of the step that it was lowered from; empty for what came after all layers (a loss). */
  readonly scope: string;
  /** The data of a constant. */
  readonly data?: Float32Array | Int32Array;
}

/** A parameter of a plan. */
export interface PlanParameter {
  readonly path: string;
  readonly shape: readonly number[];
  readonly role: ParameterRole;
  readonly initialiser: Initialiser;
  /** Why no gradient reaches it, where that is meant. */
  readonly inert?: string;
  /** Where training puts it back after each update. */
  readonly projection?: Projection;
  readonly id: number;
}

/** Noise that a plan reads. */
export interface PlanNoise {
  readonly path: string;
  readonly shape: Shape;
  readonly distribution: NoiseDistribution;
  readonly id: number;
}

/** A row of the layer table. */
export interface PlanLayer {
  readonly path: string;
  readonly op: string;
  readonly output: Shape;
  /** Entries of the parameters that this step asked for, masks included, running moments not. */
  readonly parameters: number;
  /** Those of them that are masks. */
  readonly maskParameters: number;
}

/** A model in primitives. */
export interface Plan {
  readonly mode: Mode;
  readonly nodes: readonly PlanNode[];
  readonly inputs: Readonly<Record<string, { readonly shape: Shape; readonly id: number }>>;
  readonly parameters: readonly PlanParameter[];
  readonly noises: readonly PlanNoise[];
  readonly scalars: readonly { readonly path: string; readonly standard: number; readonly id: number }[];
  readonly outputs: Readonly<Record<string, number>>;
  /** The value that each state parameter has after a training step: path → node. */
  readonly nextState: Readonly<Record<string, number>>;
  readonly layers: readonly PlanLayer[];
}

/** The projection that a parameter's node carries, as a field of its row. */
export const projectionIn = ({ clip }: Attributes): Pick<PlanParameter, 'projection'> =>
  clip === undefined ? {} : { projection: { clip: clip as Projection['clip'] } };

/** The entries of a shape without batch. */
export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, extent) => product * extent, 1);

/** Counts of trained entries: all, and those of masks. */
export const parameterCounts = (
  plan: Pick<Plan, 'parameters'>,
): { readonly parameters: number; readonly maskParameters: number } => {
  const count = (roles: readonly ParameterRole[]): number =>
    plan.parameters
      .filter(({ role }) => roles.includes(role))
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return { parameters: count(['weight', 'mask']), maskParameters: count(['mask']) };
};
