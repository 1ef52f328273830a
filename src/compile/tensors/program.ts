/**
 * A plan as a tfjs function over named parameters.
 *
 * A program holds no tensors of its own but its constants: parameters, inputs, noise and scalars are fed at each run.
 */
import * as tf from '@tensorflow/tfjs-core';
import { random } from '../../base/random.js';
import { mapValues } from '../../base/record.js';
import type { PrimitiveName } from '../../ops/alphabet.js';
import { isLeaf, type Leaf } from '../../ops/leaves.js';
import type { Plan, PlanNode } from '../plan/plan.js';
import { kernels } from './kernels.js';

/** What a run is fed. */
export interface Feeds {
  /** Input tensors, batch first, by name. */
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  /** Parameters by path, state included. */
  readonly parameters: Readonly<Record<string, tf.Tensor>>;
  /** Where noise is drawn from: (seed, step, path). Plans without noise do not need it. */
  readonly noise?: { readonly seed: number; readonly step: number };
  /** Numbers by path; the declared ones where absent. */
  readonly scalars?: Readonly<Record<string, number>>;
  /** How many examples noise is drawn for where the plan reads no input that says so; 1 by default. */
  readonly batch?: number;
}

/** What a run gives: outputs by name, and the next state of state parameters by path. */
export interface Results {
  readonly outputs: Readonly<Record<string, tf.Tensor>>;
  readonly nextState: Readonly<Record<string, tf.Tensor>>;
}

/** A run that also differentiates. */
export interface Differentiated extends Results {
  readonly loss: tf.Scalar;
  /** By path: the gradient of the loss in each trained parameter. */
  readonly gradients: Readonly<Record<string, tf.Tensor>>;
}

/** A plan that runs on the active tfjs backend. */
export interface TensorProgram {
  readonly plan: Plan;
  /** Computes all outputs; intermediates are freed as soon as nothing needs them. */
  readonly run: (feeds: Feeds) => Results;
  /** Computes all outputs and the gradient of output `loss` (a scalar) in the parameters of these paths. */
  readonly differentiate: (feeds: Feeds, loss: string, paths: readonly string[]) => Differentiated;
  /** The first node whose value is not finite, in the order of computation; for reports. */
  readonly firstNonFinite: (
    feeds: Feeds,
  ) => Promise<{ readonly node: PlanNode; readonly batch: number } | undefined>;
}

/** A plan as a tfjs function on the active backend. */
export const tensorProgram = (plan: Plan): TensorProgram => {
  const lastUse = lastUses(plan);
  const compute = (
    feeds: Feeds,
    visit: (node: PlanNode, value: tf.Tensor, values: (tf.Tensor | undefined)[]) => void,
  ): readonly tf.Tensor[] => {
    const values: (tf.Tensor | undefined)[] = new Array(plan.nodes.length);
    const batch = batchOf(plan, feeds);
    for (const node of plan.nodes) {
      const operands = node.operands.map((operand) => values[operand]!);
      const value = isLeaf(node) ? fed(node, feeds, batch) : apply(node, operands);
      values[node.id] = value;
      visit(node, value, values);
    }
    return values as readonly tf.Tensor[];
  };
  const collect = (values: readonly tf.Tensor[]): Results => ({
    outputs: mapValues(plan.outputs, (id) => values[id]!),
    nextState: mapValues(plan.nextState, (id) => values[id]!),
  });
  /* A result may be one of the feeds itself; the caller owns results, so it gets a clone. */
  const owned = (results: Results): Results => ({
    outputs: mapValues(results.outputs, (one) => tf.clone(one)),
    nextState: mapValues(results.nextState, (one) => tf.clone(one)),
  });

  const run = (feeds: Feeds): Results =>
    tf.tidy(() => {
      const kept = new Set([...Object.values(plan.outputs), ...Object.values(plan.nextState)]);
      const values = compute(feeds, (node, _value, all) => {
        for (const operand of new Set(node.operands)) {
          const source = plan.nodes[operand]!;
          if (lastUse[operand] === node.id && !kept.has(operand) && !isFed(source.op))
            all[operand]!.dispose();
        }
      });
      return owned(collect(values)) as unknown as tf.TensorContainer; // a record of records of tensors
    }) as unknown as Results;

  const differentiate = (feeds: Feeds, loss: string, paths: readonly string[]): Differentiated =>
    tf.tidy(() => {
      let results: Results = { outputs: {}, nextState: {} };
      const trained = paths.map((path) => feeds.parameters[path]!);
      const { value, grads } = tf.engine().gradients(
        () => {
          results = owned(collect(compute(feeds, () => undefined)));
          Object.values({ ...results.outputs, ...results.nextState }).forEach((one) => tf.keep(one));
          return tf.reshape(results.outputs[loss]!, []);
        },
        trained,
        undefined,
        true,
      );
      /* Kept through the tape's own scope; from here on this tidy's caller owns them. */
      const release = <A extends tf.Tensor>(one: A): A => {
        const free = tf.clone(one);
        one.dispose();
        return free as A;
      };
      return {
        loss: value as tf.Scalar,
        outputs: mapValues(results.outputs, release),
        nextState: mapValues(results.nextState, release),
        gradients: Object.fromEntries(paths.map((path, i) => [path, grads[i] ?? tf.zerosLike(trained[i]!)])),
      } as unknown as tf.TensorContainer; // records of tensors
    }) as unknown as Differentiated;

  const firstNonFinite = async (
    feeds: Feeds,
  ): Promise<{ readonly node: PlanNode; readonly batch: number } | undefined> => {
    const found: { node: PlanNode; finite: tf.Tensor }[] = [];
    tf.tidy(() => {
      compute(feeds, (node, value) => {
        if (value.dtype === 'float32') found.push({ node, finite: tf.keep(tf.all(tf.isFinite(value))) });
      });
    });
    try {
      for (const { node, finite } of found) {
        if ((await finite.data())[0] === 0) return { node, batch: batchOf(plan, feeds) };
      }
      return undefined;
    } finally {
      for (const { finite } of found) finite.dispose();
    }
  };

  return { plan, run, differentiate, firstNonFinite };
};

/** Whether the caller owns the tensor. */
const isFed = (op: PrimitiveName): boolean => op === 'input' || op === 'parameter';

const apply = (node: PlanNode, operands: readonly tf.Tensor[]): tf.Tensor => {
  // The kernel table is typed per primitive; a node's attributes were checked against its primitive by `verify`.
  const kernel = kernels[node.op as Exclude<PrimitiveName, Leaf>] as (
    operands: readonly tf.Tensor[],
    attributes: unknown,
  ) => tf.Tensor;
  return kernel(operands, node.attributes);
};

const fed = (node: PlanNode, feeds: Feeds, batch: number): tf.Tensor => {
  const name = String(node.attributes['name'] ?? node.attributes['path']);
  switch (node.op as Leaf) {
    case 'input':
      return known(feeds.inputs[name], `input '${name}'`);
    case 'parameter':
      return known(feeds.parameters[name], `parameter ${name}`);
    case 'constant':
      return tf.tensor(node.data!, node.shape as number[], node.dtype as 'float32' | 'int32');
    case 'scalar':
      return tf.scalar(feeds.scalars?.[name] ?? Number(node.attributes['standard']));
    case 'noise': {
      if (feeds.noise === undefined) throw new Error(`no noise was fed for ${name}: give a seed and a step`);
      const shape = node.shape.map((extent) =>
        typeof extent === 'number' ? extent : batch * (extent === 'n' ? 1 : Number.parseInt(extent, 10)),
      );
      const stream = random(feeds.noise.seed, 'noise', name, feeds.noise.step);
      const count = shape.reduce((product, extent) => product * extent, 1);
      return tf.tensor(
        node.attributes['distribution'] === 'uniform' ? stream.uniforms(count) : stream.normals(count),
        shape,
      );
    }
  }
};

const known = (tensor: tf.Tensor | undefined, what: string): tf.Tensor => {
  if (tensor === undefined) throw new Error(`${what} was not fed`);
  return tensor;
};

const batchOf = (plan: Plan, feeds: Feeds): number => {
  const [name] = Object.keys(plan.inputs);
  return name === undefined ? (feeds.batch ?? 1) : (feeds.inputs[name]?.shape[0] ?? 1);
};

const lastUses = (plan: Plan): readonly number[] => {
  const last = plan.nodes.map(({ id }) => id);
  for (const node of plan.nodes) for (const operand of node.operands) last[operand] = node.id;
  return last;
};
