/**
 * Bundles: many small parameters side by side in one vector, so that an optimiser's update is a few operations in all
 * and not a few for each.
 *
 * An update works entry by entry, so a bundle's result is bit by bit that of its parameters one at a time. Where every
 * operation has a fixed price, as on tfjs' native backend, that price is most of a small network's step.
 */
import * as tf from '@tensorflow/tfjs-core';
import { sizeOf, type ParameterArray, type PlanParameter } from '../compile/index.js';

/** Parameters that are updated together, and put back together where they have a projection. */
export interface Bundle {
  readonly projection?: PlanParameter['projection'];
  readonly members: readonly PlanParameter[];
  readonly sizes: readonly number[];
}

/** Parameters with fewer entries share bundles; larger ones are not worth the copying. */
const smallEntries = 2 ** 16;
/** The entries of a shared bundle, about. */
const bundleEntries = 2 ** 20;

/** Puts parameters into bundles, in order; those of one projection into bundles of their own. */
export const bundlesOf = (parameters: readonly PlanParameter[]): readonly Bundle[] => {
  const alike = new Map<string, PlanParameter[]>();
  for (const parameter of parameters) {
    const key = parameter.projection?.clip.join() ?? '';
    const others = alike.get(key);
    if (others === undefined) alike.set(key, [parameter]);
    else others.push(parameter);
  }
  return [...alike.values()].flatMap(filledBundles);
};

/* All of `parameters` have the same projection, or none. */
const filledBundles = (parameters: readonly PlanParameter[]): readonly Bundle[] => {
  const projection = parameters[0]?.projection;
  const bundles: PlanParameter[][] = [];
  let open: PlanParameter[] = [];
  let filled = 0;
  for (const parameter of parameters) {
    const size = sizeOf(parameter.shape);
    if (size >= smallEntries) {
      bundles.push([parameter]);
      continue;
    }
    if (open.length === 0 || filled + size > bundleEntries) {
      open = [];
      filled = 0;
      bundles.push(open);
    }
    open.push(parameter);
    filled += size;
  }
  return bundles.map((members) => ({
    ...(projection === undefined ? {} : { projection }),
    members,
    sizes: members.map(({ shape }) => sizeOf(shape)),
  }));
};

/** The tensors of a bundle's members as one vector. Call inside a tidy. */
export const packed = ({ members }: Bundle, tensors: Readonly<Record<string, tf.Tensor>>): tf.Tensor => {
  const vectors = members.map(({ path }) => tf.reshape(tensors[path]!, [-1]));
  return vectors.length === 1 ? vectors[0]! : tf.concat(vectors, 0);
};

/** The arrays of a bundle's members as one vector. */
export const packedArrays = (bundle: Bundle, arrays: Readonly<Record<string, ParameterArray>>): tf.Tensor => {
  const vector = new Float32Array(bundle.sizes.reduce((sum, size) => sum + size, 0));
  let offset = 0;
  for (const { path } of bundle.members) {
    vector.set(arrays[path]!.data, offset);
    offset += arrays[path]!.data.length;
  }
  return tf.tensor1d(vector, 'float32');
};

/** A vector as its members' tensors, by path. Call inside a tidy. */
export const unpacked = (
  { members, sizes }: Bundle,
  vector: tf.Tensor,
): Readonly<Record<string, tf.Tensor>> => {
  const parts = members.length === 1 ? [vector] : tf.split(vector, [...sizes], 0);
  return Object.fromEntries(
    members.map(({ path, shape }, index) => [path, tf.reshape(parts[index]!, [...shape])]),
  );
};

/** A vector as its members' arrays, by path. */
export const unpackedArrays = async (
  { members, sizes }: Bundle,
  vector: tf.Tensor,
): Promise<Readonly<Record<string, ParameterArray>>> => {
  const data = Float32Array.from(await vector.data());
  let offset = 0;
  return Object.fromEntries(
    members.map(({ path, shape }, index) => {
      const begin = offset;
      offset += sizes[index]!;
      return [path, { shape, data: data.slice(begin, offset) }];
    }),
  );
};
