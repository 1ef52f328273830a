/**
 * Loading what `compile` wrote: a folder or URL becomes an async function over named inputs.
 *
 * Nothing of the folder reaches a loader before its length and checksum were compared with `artefact.json` and its
 * parts with each other. The function runs on whichever backend tfjs has active.
 */
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { faultError, type Fault } from '../base/fault.js';
import { elaborate, type AnyModel, type Model, type Sizes } from '../dsl/index.js';
import type { Artefact, ArtefactPort } from '../artefact/format.js';
import type { Draw } from './draw.js';
import { engineOf, type Engine, type Named } from './engine.js';
import { badStage, gone, listed, otherModel } from './faults.js';
import { inputFaults, inputTensors, shapeText, type Given } from './inputs.js';
import { quoted } from '../artefact/place.js';
import { artefactOf, sourceOf } from './source.js';
import type { Features, Groups, Loaded, LoadOptions, ShapedArray } from './types.js';

/**
 * Loads a compiled model from a folder or a URL.
 *
 * With the model's declaration the inputs and outputs of the function have its names and shapes (batch, height, width,
 * channels), and the artefact must have them too; without it they are records of anything. Outputs are tensors that
 * the caller disposes of, or arrays with `{ as: 'arrays' }`. Inputs may be arrays or tensors, which stay the caller's.
 *
 * Rejects with a `FaultError`: T01 for inputs that the model does not read, T02 for what the compiler did not write,
 * T03 for a path that leads out of the folder, T04 for a file that is not as it was compiled, T05 for weights that do
 * not fit the graph, T06 for another model's artefact, T07 for a target that does not run here, T08 for stages and
 * models out of turn.
 *
 * @example
 * ```ts
 * const run = await load('web/model', unet);
 * const { output } = await run({ x: { data, shape: [1, 64, 64, 3] } }, { as: 'arrays' });
 * ```
 */
export function load(place: string | URL): Promise<Loaded>;
export function load<I extends Levels, O extends Levels, const S extends Groups = Groups>(
  place: string | URL,
  model: TypedModel<I, O>,
  options?: LoadOptions<S>,
): Promise<Loaded<I, O, S>>;
export async function load(
  place: string | URL,
  model?: AnyModel,
  options: LoadOptions = {},
): Promise<unknown> {
  const source = await sourceOf(place);
  const artefact = right(await artefactOf(source));
  const faults = model === undefined ? [] : otherModelFaults(source.where, artefact, model, options.stages);
  if (faults.length > 0) throw faultError(faults);
  return loaded(source.where, artefact, right(await engineOf(source, artefact)));
}

type Levels = Model['~model']['inputs'];
type TypedModel<I, O> = { readonly '~model': { readonly inputs: I; readonly outputs: O } } & AnyModel;

/** In which form outputs come, and where noise that nothing was fed for is drawn from. */
interface CallOptions extends Draw {
  readonly as?: 'tensors' | 'arrays' | 'features';
}

const loaded = (where: string, artefact: Artefact, engine: Engine): unknown => {
  const { stages } = artefact;
  let disposed = false;
  const features = new WeakMap<object, { alive: boolean }>();

  /* One stage on tensors of its own and of those before; what it makes is the caller's. */
  const compute = (index: number, given: Given, before: Named, draw: Draw): Named => {
    if (disposed) throw faultError([gone(where, 'a call')]);
    const ports = stages[index]!.inputs.filter(({ name }) => !Object.hasOwn(before, name));
    const faults = inputFaults(ports, given);
    if (faults.length > 0) throw faultError(faults);
    const stored = batchOf(stages[index]!.inputs, before) ?? 1;
    const batch = batchOf(ports, given) ?? stored;
    if (stored !== 1 && stored !== batch) throw faultError([batchFault(index, stored, batch)]);
    const { tensors, made } = inputTensors(ports, given, batch, draw);
    const repeated: tf.Tensor[] = [];
    try {
      const fed = stages[index]!.inputs.flatMap(
        ({ name, shape }): readonly (readonly [string, tf.Tensor])[] => {
          const handed = Object.hasOwn(before, name) ? before[name] : undefined;
          if (handed === undefined) return [];
          const again = forBatch(handed, shape, batch);
          if (again !== handed) repeated.push(again);
          return [[name, again]];
        },
      );
      return engine.run(index, { ...tensors, ...Object.fromEntries(fed) });
    } finally {
      tf.dispose([...made, ...repeated]);
    }
  };

  const call = async (given: Given, options: CallOptions = {}): Promise<unknown> => {
    const faults = disposed ? [gone(where, 'a call')] : inputFaults(artefact.inputs, given);
    if (faults.length > 0) throw faultError(faults);
    let made: Named = {};
    let outputs: Named = {};
    try {
      stages.forEach((stage, index) => {
        made = { ...made, ...compute(index, picked(stage.inputs, given), made, options) };
      });
      outputs = kept(made, artefact.outputs);
    } finally {
      const wanted = new Set(Object.values(outputs));
      tf.dispose(Object.values(made).filter((one) => !wanted.has(one)));
    }
    return handedOut(outputs, options);
  };

  const featuresOf = (stage: number, tensors: Named): Features => {
    const life = { alive: true };
    const handle: Features = {
      stage,
      tensors,
      dispose: () => {
        if (life.alive) tf.dispose(Object.values(tensors));
        life.alive = false;
      },
    };
    features.set(handle, life);
    return handle;
  };
  const handedFaults = (index: number, handle: unknown): readonly Fault[] => {
    const life = typeof handle === 'object' && handle !== null ? features.get(handle) : undefined;
    if (life === undefined) return [badStage(`stage ${index}`, 'no features of this model', `the features of stage ${index - 1}`)]; // prettier-ignore
    if (!life.alive) return [gone(`stage ${index}`, 'features')];
    const made = (handle as Features).stage - 1;
    return made === index - 1 ? [] : [badStage(`stage ${index}`, `the features of stage ${made}`, `those of stage ${index - 1}`)]; // prettier-ignore
  };
  const last = stages.length - 1;
  const stage = (index: number): unknown => {
    if (!Number.isInteger(index) || index < 0 || index > last)
      throw faultError([badStage(where, `stage ${String(index)}`, last === 0 ? 'stage 0, the only one' : `a stage from 0 to ${last}`)]); // prettier-ignore
    return async (...args: readonly unknown[]): Promise<unknown> => {
      const [handle, given, options = {}] = (index === 0 ? [undefined, ...args] : args) as [unknown, Given, CallOptions?]; // prettier-ignore
      const faults = [
        ...(index === 0 ? [] : handedFaults(index, handle)),
        ...(index === last && options.as === 'features' ? [badStage(`stage ${index}`, 'a wish for features', 'one for outputs: it is the last')] : []), // prettier-ignore
      ];
      if (faults.length > 0) throw faultError(faults);
      const before = index === 0 ? {} : (handle as Features).tensors;
      const made = compute(index, given, before, options);
      if (index === last) return handedOut(kept({ ...copies(before, artefact.outputs), ...made }, artefact.outputs), options); // prettier-ignore
      // What a stage further on reads, or the outputs hold, goes on through this one.
      const later = stages.slice(index + 1).flatMap(({ inputs }) => inputs);
      return featuresOf(index + 1, { ...copies(before, [...later, ...artefact.outputs]), ...made });
    };
  };

  const dispose = (): void => {
    if (!disposed) engine.dispose();
    disposed = true;
  };
  return Object.assign(call, { artefact, stage, dispose });
};

const batchFault = (index: number, stored: number, batch: number): Fault =>
  badStage(`stage ${index}`, `features of ${stored} examples with inputs of ${batch}`, `${stored} inputs, or features of 1`); // prettier-ignore

/** One person's features for each pose of a batch: whatever was computed for a batch of one is repeated. */
const forBatch = (tensor: tf.Tensor, shape: readonly number[], batch: number): tf.Tensor =>
  shape[0] === -1 && batch > 1 && tensor.shape[0] === 1
    ? tf.tile(tensor, [batch, ...tensor.shape.slice(1).map(() => 1)])
    : tensor;

const batchOf = (
  ports: readonly ArtefactPort[],
  given: Readonly<Record<string, { readonly shape: readonly number[] }>>,
): number | undefined =>
  ports.flatMap(({ name, shape }) =>
    shape[0] === -1 && Object.hasOwn(given, name) ? [given[name]!.shape[0]!] : [],
  )[0];

const picked = (ports: readonly ArtefactPort[], given: Given): Given =>
  Object.fromEntries(ports.flatMap(({ name }) => (Object.hasOwn(given, name) ? [[name, given[name]!]] : [])));

/** The tensors of some ports, in their order. */
const kept = (tensors: Named, ports: readonly ArtefactPort[]): Named =>
  Object.fromEntries(ports.map(({ name }) => [name, tensors[name]!]));

/** Tensors that are handed on while their features keep them. */
const copies = (tensors: Named, ports: readonly ArtefactPort[]): Named =>
  Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => ports.some((port) => port.name === name))
      .map(([name, tensor]) => [name, tf.clone(tensor)]),
  );

const handedOut = async (outputs: Named, { as = 'tensors' }: CallOptions): Promise<unknown> => {
  if (as !== 'arrays') return outputs;
  try {
    const read = Object.entries(outputs).map(
      async ([name, tensor]) =>
        [name, { data: Float32Array.from(await tensor.data()), shape: [...tensor.shape] }] as const,
    );
    return Object.fromEntries<ShapedArray>(await Promise.all(read));
  } finally {
    tf.dispose(Object.values(outputs));
  }
};

/** T06 for each end, and for the stages, that the artefact has otherwise than the model. */
const otherModelFaults = (
  where: string,
  artefact: Artefact,
  model: AnyModel,
  groups: Groups | undefined,
): readonly Fault[] => {
  const elaborated = elaborate(model);
  if (E.isLeft(elaborated)) return elaborated.left;
  const { inputs, outputs } = elaborated.right;
  return [
    ...endFaults(`${where}, input`, artefact.inputs, inputs),
    ...endFaults(`${where}, output`, artefact.outputs, outputs),
    ...(groups === undefined ? [] : stageFaults(where, artefact, groups)),
  ];
};

const endFaults = (
  where: string,
  ports: readonly ArtefactPort[],
  ends: Readonly<Record<string, Sizes>>,
): readonly Fault[] => {
  const strays = ports.filter(({ name, noise }) => noise === undefined && !Object.hasOwn(ends, name));
  return [
    ...strays.map(({ name }) => otherModel(`${where} ${quoted(name)}`, 'it', listed(Object.keys(ends)))),
    ...Object.entries(ends).flatMap(([name, { h, w, c }]) => {
      const port = ports.find((one) => one.name === name);
      const sizes = [h, w, c];
      const fits =
        port?.shape.length === 4 &&
        sizes.every((size, axis) => typeof size !== 'number' || size === port.shape[axis + 1]);
      return fits ? [] : [otherModel(`${where} ${quoted(name)}`, port === undefined ? 'nothing' : shapeText(port.shape), `[n, ${sizes.join(', ')}]`)]; // prettier-ignore
    }),
  ];
};

const stageFaults = (where: string, { inputs, stages }: Artefact, groups: Groups): readonly Fault[] => {
  const outer = new Set(inputs.filter(({ noise }) => noise === undefined).map(({ name }) => name));
  const given = new Set<string>();
  const told = stages.map((stage) => {
    const fresh = stage.inputs.map(({ name }) => name).filter((name) => outer.has(name) && !given.has(name));
    fresh.forEach((name) => given.add(name));
    return fresh.sort().join(', ');
  });
  const wanted = groups.map((group) => [...group].sort().join(', '));
  return told.join(' / ') === wanted.join(' / ') ? [] : [otherModel(`${where}, stages`, told.join(' / '), wanted.join(' / '))]; // prettier-ignore
};

const right = <A>(result: E.Either<readonly Fault[], A>): A => {
  if (E.isLeft(result)) throw faultError(result.left);
  return result.right;
};
