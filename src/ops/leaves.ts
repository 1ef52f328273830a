/** Leaves: what a plan is given from outside, and constants. */
import type { Initialiser } from './initialiser.js';
import { apply, type Primitive, type Shape, type Value } from './value.js';

/** What a parameter is for: a weight, a mask (trained too, counted apart), or state that training does not touch. */
export type ParameterRole = 'weight' | 'mask' | 'state';

/** Where a parameter is put back after each update: every entry to the nearest number from least to most. */
export interface Projection {
  readonly clip: readonly [least: number, most: number];
}

/** What noise looks like: uniform in [0, 1) or standard normal. */
export type NoiseDistribution = 'uniform' | 'normal';

const floats = (shape: Shape) => ({ shape, dtype: 'float32' }) as const;

export const inputPrimitive: Primitive<{ name: string; shape: Shape }> = {
  name: 'input',
  type: (_, { shape }) => floats(shape),
};
export const parameterPrimitive: Primitive<{
  path: string;
  shape: readonly number[];
  role: ParameterRole;
  /** Its projection, where it has one. */
  clip?: Projection['clip'];
}> = {
  name: 'parameter',
  type: (_, { shape, clip }) =>
    clip === undefined || (clip.every(Number.isFinite) && clip[0] <= clip[1])
      ? floats(shape)
      : { flaw: `clip from ${clip[0]} to ${clip[1]}` },
};
export const noisePrimitive: Primitive<{ path: string; shape: Shape; distribution: NoiseDistribution }> = {
  name: 'noise',
  type: (_, { shape }) => floats(shape),
};
export const scalarPrimitive: Primitive<{ path: string; standard: number }> = {
  name: 'scalar',
  type: () => floats([]),
};
export const constantPrimitive: Primitive<{ shape: readonly number[]; dtype: 'float32' | 'int32' }> = {
  name: 'constant',
  type: (_, { shape, dtype }) => ({ shape, dtype }),
};

/** What a plan is given and does not compute, by name. */
export const leafPrimitives = {
  input: inputPrimitive,
  parameter: parameterPrimitive,
  noise: noisePrimitive,
  scalar: scalarPrimitive,
  constant: constantPrimitive,
} as const;

/** The name of a leaf. A target has kernels or texts for all other primitives. */
export type Leaf = keyof typeof leafPrimitives;

/** Whether a node is given from outside or written down, not computed. */
export const isLeaf = <Node extends { readonly op: string }>(
  node: Node,
): node is Node & { readonly op: Leaf } => Object.hasOwn(leafPrimitives, node.op);

/** A named input with the batch as its first extent. */
export const input = (name: string, shape: Shape): Value => apply(inputPrimitive, [], { name, shape });

/** A parameter under its path. */
export const parameter = (
  path: string,
  shape: readonly number[],
  role: ParameterRole,
  initialiser: Initialiser,
  projection?: Projection,
): Value => ({
  ...apply(parameterPrimitive, [], { path, shape, role, ...(projection && { clip: projection.clip }) }),
  payload: initialiser,
});

/** Noise that is drawn anew at every step. */
export const noise = (path: string, shape: Shape, distribution: NoiseDistribution): Value =>
  apply(noisePrimitive, [], { path, shape, distribution });

/** A number that may change during training. */
export const scalar = (path: string, standard: number): Value =>
  apply(scalarPrimitive, [], { path, standard });

/** A constant tensor; a number alone is a scalar. */
export const constant = (
  data: number | ArrayLike<number>,
  shape: readonly number[] = [],
  dtype: 'float32' | 'int32' = 'float32',
): Value => ({
  ...apply(constantPrimitive, [], { shape, dtype }),
  payload:
    dtype === 'float32'
      ? Float32Array.from(typeof data === 'number' ? [data] : data)
      : Int32Array.from(typeof data === 'number' ? [data] : data),
});
