/** Late fusion put to use: whoever is asked for in many poses is encoded once. */
import type { Draw } from './draw.js';
import type { Features, Loaded, ShapedArray } from './types.js';

/** Arrays by name, the batch first. */
export type Arrays = Readonly<Record<string, ShapedArray>>;

/** A compiled model that remembers what its first stage made of whom. */
export interface EncodedOnce {
  /** Outputs by name, of a batch of examples; arrays that the model does not read are ignored. Rejects as the model does. */
  readonly predict: (arrays: Arrays, draw?: Draw) => Promise<Arrays>;
  /** How often the first stage was computed. */
  readonly encoded: () => number;
  /** Frees the model and what was remembered. */
  readonly dispose: () => void;
}

/**
 * A loaded model whose first stage is computed once for examples that it reads the same of.
 *
 * The features of the last few persons are kept; within a batch, neighbours who are one person are computed at once,
 * the person's features repeated for all of their poses. Without stages every example is computed whole. Where the
 * first stage draws noise, one draw serves all poses of a batch, and nothing is kept from one batch to the next.
 */
export const encodedOnce = (run: Loaded, persons = 4): EncodedOnce => {
  const { inputs, stages } = run.artefact;
  const outer = inputs.filter(({ noise }) => noise === undefined).map(({ name }) => name);
  const first = outer.filter((name) => stages[0]!.inputs.some((port) => port.name === name));
  const rest = stages.map(({ inputs: ports }) =>
    outer.filter((name) => ports.some((port) => port.name === name)),
  );
  const chance = stages[0]!.inputs.some(({ noise }) => noise !== undefined);
  const known: { readonly whom: Arrays; readonly features: Features }[] = [];
  let encoded = 0;

  const forget = (keep: number): void => known.splice(0, Math.max(0, known.length - keep)).forEach(({ features }) => features.dispose()); // prettier-ignore
  const featuresOf = async (whom: Arrays, draw: Draw): Promise<Features> => {
    const at = known.findIndex((one) => first.every((name) => equal(one.whom[name]!.data, whom[name]!.data)));
    const found = at < 0 ? undefined : known.splice(at, 1)[0];
    const features = found?.features ?? (await run.stage(0)(whom, draw));
    if (found === undefined) encoded++;
    known.push(found ?? { whom, features });
    forget(persons);
    return features;
  };

  /* All stages after the first, for examples that share its features. */
  const posed = async (features: Features, arrays: Arrays, draw: Draw): Promise<Arrays> => {
    let before = features;
    try {
      for (let index = 1; index < stages.length - 1; index++) {
        const after = await run.stage(index)(before, of(arrays, rest[index]!), { ...draw, as: 'features' });
        if (before !== features) before.dispose();
        before = after;
      }
      return await run.stage(stages.length - 1)(before, of(arrays, rest.at(-1)!), { ...draw, as: 'arrays' });
    } finally {
      if (before !== features) before.dispose();
    }
  };

  const predict: EncodedOnce['predict'] = async (arrays, draw = {}) => {
    const read = of(arrays, outer);
    const counts = new Set(Object.values(read).map(({ shape }) => shape[0]));
    const [count] = counts;
    // What does not fit is for the model to refuse, in its words.
    if (stages.length < 2 || counts.size !== 1 || first.length === 0 || !outer.every((name) => name in read))
      return run(read, { ...draw, as: 'arrays' });
    if (chance) forget(0);
    const parts: Arrays[] = [];
    for (let from = 0, to = 0; from < Number(count); from = to) {
      const whom = examples(of(read, first), from, from + 1);
      for (to = from + 1; to < Number(count); to++)
        if (!first.every((name) => equal(examples(read, to, to + 1)[name]!.data, whom[name]!.data))) break;
      parts.push(await posed(await featuresOf(whom, draw), examples(read, from, to), draw));
    }
    return joined(parts);
  };
  const dispose = (): void => {
    forget(0);
    run.dispose();
  };
  return { predict, encoded: () => encoded, dispose };
};

const of = (arrays: Arrays, names: readonly string[]): Arrays =>
  Object.fromEntries(names.flatMap((name) => (Object.hasOwn(arrays, name) ? [[name, arrays[name]!]] : [])));

const examples = (arrays: Arrays, from: number, to: number): Arrays =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, { data, shape }]) => {
      const size = data.length / shape[0]!;
      return [name, { data: data.slice(from * size, to * size), shape: [to - from, ...shape.slice(1)] }];
    }),
  );

const joined = (parts: readonly Arrays[]): Arrays =>
  Object.fromEntries(
    Object.entries(parts[0]!).map(([name, { shape }]) => {
      const all = parts.map((part) => part[name]!);
      const data = new Float32Array(all.reduce((sum, one) => sum + one.data.length, 0));
      all.reduce((at, one) => (data.set(one.data, at), at + one.data.length), 0);
      return [name, { data, shape: [all.reduce((sum, one) => sum + one.shape[0]!, 0), ...shape.slice(1)] }];
    }),
  );

const equal = (a: Float32Array, b: Float32Array): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);
