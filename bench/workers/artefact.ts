/** What `compile` wrote, through `load`: from arrays to an array. */
import { load, type Features, type Loaded, type ShapedArray } from '../../src/run/index.js';
import type { Jobs } from '../harness/serve.js';
import { unsafeReadArrays, type Arrays } from '../network.js';
import { start } from './start.js';
import type { Task } from './task.js';

/** Job `run`: one call. */
export const artefactJobs = async (task: Task & { readonly tag: 'artefact' }): Promise<Jobs> => {
  const { about } = await start(task);
  const run = await load(task.folder);
  const inputs = read(run, await unsafeReadArrays(task.inputs));
  const once = async (): Promise<Float32Array> => (await run(inputs, { as: 'arrays' }))['output']!.data;
  return { ...about, jobs: { run: { once, check: once } } };
};

/**
 * Job `run`: every pose of the inputs, one a call, as they come in where a person is shown in motion. With two stages
 * the person is encoded once; without, every call does all.
 */
export const posesJobs = async (task: Task & { readonly tag: 'poses' }): Promise<Jobs> => {
  const { about } = await start(task);
  const run = await load(task.folder);
  const all = read(run, await unsafeReadArrays(task.inputs));
  const poses = all['p_b']!.shape[0]!;
  const person = { x_a: example(all['x_a']!, 0), p_a: example(all['p_a']!, 0) };
  const targets = Array.from({ length: poses }, (_, i) => ({ p_b: example(all['p_b']!, i) }));
  const staged = run.artefact.stages.length > 1;
  const once = async (): Promise<Float32Array> => {
    const features: Features | undefined = staged ? await run.stage(0)(person) : undefined;
    const images: Float32Array[] = [];
    for (const target of targets) {
      const { output } = features === undefined
        ? await run({ ...person, ...target }, { as: 'arrays' })
        : await run.stage(1)(features, target, { as: 'arrays' }); // prettier-ignore
      images.push(output!.data);
    }
    features?.dispose();
    return concatenated(images);
  };
  return { ...about, jobs: { run: { once, check: once } } };
};

const read = (run: Loaded, arrays: Arrays): Readonly<Record<string, ShapedArray>> =>
  Object.fromEntries(run.artefact.inputs.map(({ name }) => [name, arrays[name]!]));

const example = ({ data, shape }: ShapedArray, at: number): ShapedArray => {
  const size = data.length / shape[0]!;
  return { data: data.slice(at * size, (at + 1) * size), shape: [1, ...shape.slice(1)] };
};

const concatenated = (arrays: readonly Float32Array[]): Float32Array => {
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of arrays) {
    all.set(one, at);
    at += one.length;
  }
  return all;
};
