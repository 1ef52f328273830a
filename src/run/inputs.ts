/** What is fed, checked against what an artefact reads, and put on the backend. */
import * as tf from '@tensorflow/tfjs-core';
import type { Fault } from '../base/fault.js';
import { random } from '../base/random.js';
import type { ArtefactPort } from '../artefact/format.js';
import type { Draw } from './draw.js';
import { badInput, listed } from './faults.js';
import { quoted } from '../artefact/place.js';
import type { Fed } from './types.js';

/** Inputs as they come, from callers whom no type checker has seen. */
export type Given = Readonly<Record<string, Fed>>;

/** The faults (T01) of inputs: names, shapes and dtypes, and that all have one batch. */
export const inputFaults = (ports: readonly ArtefactPort[], given: Given): readonly Fault[] => {
  if (typeof given !== 'object' || (given as unknown) === null)
    return [
      badInput(
        'inputs',
        given === null ? 'null' : typeof given,
        'an object of inputs by name',
        'give { name: array }',
      ),
    ];
  const known = new Set(ports.map(({ name }) => name));
  const strays = Object.keys(given).filter((name) => !known.has(name));
  const needed = ports.filter(({ noise }) => noise === undefined).map(({ name }) => name);
  const faults = strays.map(
    (name) =>
    badInput(`input ${quoted(name)}`, 'an input of this name', listed(needed), 'leave it out, or name it as the model does'), // prettier-ignore
  );
  const batches = new Map<number, string>();
  for (const port of ports) {
    const one: unknown = Object.hasOwn(given, port.name) ? given[port.name] : undefined;
    if (one === undefined && port.noise !== undefined) continue;
    const wanted = `${port.dtype} ${shapeText(port.shape)}`;
    const got = unfit(one, port);
    if (got !== undefined) {
      faults.push(badInput(`input ${quoted(port.name)}`, got, wanted, 'give an array or a tensor of this shape, the batch first')); // prettier-ignore
      continue;
    }
    if (port.shape[0] === -1) batches.set((one as Fed).shape[0]!, port.name);
  }
  if (batches.size > 1) {
    const told = [...batches].map(([n, name]) => `${n} of ${quoted(name)}`).join(', ');
    faults.push(badInput('inputs', `batches of different size: ${told}`, 'one size', 'give as many of each'));
  }
  return faults;
};

/** What is given instead of an input; `undefined` for what fits. */
const unfit = (one: unknown, { shape, dtype }: ArtefactPort): string | undefined => {
  if (one === undefined) return 'nothing';
  if (typeof one !== 'object' || one === null) return one === null ? 'null' : `a ${typeof one}`;
  const { shape: given, data } = one as { readonly shape?: unknown; readonly data?: unknown };
  if (!Array.isArray(given)) return 'what has no shape';
  const sizes = given as readonly unknown[];
  const text = `[${sizes.map(String).join(', ')}]`;
  const fits =
    sizes.length === shape.length &&
    sizes.every((extent, axis) =>
      shape[axis] === -1 ? Number.isSafeInteger(extent) && Number(extent) > 0 : extent === shape[axis],
    );
  if (one instanceof tf.Tensor) {
    if (one.isDisposed) return 'a tensor that was disposed of';
    return fits && one.dtype === dtype ? undefined : `${one.dtype} ${text}`;
  }
  if (!(data instanceof Float32Array)) return `${text} of what is no Float32Array`;
  const count = sizes.reduce<number>((product, extent) => product * Number(extent), 1);
  if (!fits) return `float32 ${text}`;
  return data.length === count ? undefined : `${data.length} numbers as ${text}`;
};

/** A shape in words: `[n, 128, 64, 3]`. */
export const shapeText = (shape: readonly number[]): string =>
  `[${shape.map((extent) => (extent === -1 ? 'n' : String(extent))).join(', ')}]`;

/**
 * Checked inputs as tensors: those that were given, and in `made` also those that had to be made, which are the
 * caller's to dispose of.
 */
export const inputTensors = (
  ports: readonly ArtefactPort[],
  given: Given,
  batch: number,
  { seed = 0, step = 0 }: Draw,
): { readonly tensors: Readonly<Record<string, tf.Tensor>>; readonly made: readonly tf.Tensor[] } => {
  const made: tf.Tensor[] = [];
  const keep = (tensor: tf.Tensor): tf.Tensor => {
    made.push(tensor);
    return tensor;
  };
  const tensors = ports.map(({ name, shape, noise }) => {
    const one = Object.hasOwn(given, name) ? given[name] : undefined;
    if (one instanceof tf.Tensor) return [name, one] as const;
    if (one !== undefined) return [name, keep(tf.tensor(one.data, [...one.shape], 'float32'))] as const;
    const drawn = shape.map((extent) => (extent === -1 ? batch : extent));
    const count = drawn.reduce((product, extent) => product * extent, 1);
    const stream = random(seed, 'noise', noise!.path, step);
    const numbers = noise!.distribution === 'uniform' ? stream.uniforms(count) : stream.normals(count);
    return [name, keep(tf.tensor(numbers, drawn))] as const;
  });
  return { tensors: Object.fromEntries(tensors), made };
};
