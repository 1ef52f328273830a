/** The peer in tfjs-layers: VDG, Stage I, by hand, as someone without this project would write it. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type * as TensorFlowLayers from '@tensorflow/tfjs-layers';
import type { Core } from '../../src/backend/core.js';
import type { Jobs } from '../harness/serve.js';
import { packageVersion } from '../harness/machine.js';
import { unsafeReadArrays, type Arrays, type PsiName } from '../network.js';
import { start } from './start.js';
import type { Task } from './task.js';
import { checkedSteps, optimiser } from './train.js';

type Layers = typeof TensorFlowLayers;
type Symbolic = TensorFlowLayers.SymbolicTensor;

/** Job `run`: a prediction. */
export const layersJobs = async (task: Task & { readonly tag: 'layers' }): Promise<Jobs> => {
  const { tf, model, given, about } = await made(task);
  const once = async (): Promise<Float32Array> => {
    const inputs = tensorsOf(tf, given, ['x_a', 'p_a', 'p_b']);
    const output = model.predictOnBatch(inputs) as Tensor;
    const data = await output.data<'float32'>();
    tf.dispose([...inputs, output]);
    return data;
  };
  return { ...about, jobs: { run: { once, check: once } } };
};

/** Job `run`: one step. */
export const trainLayersJobs = async (task: Task & { readonly tag: 'train-layers' }): Promise<Jobs> => {
  const { tf, model, given, about } = await made(task);
  const { rate, beta1, beta2, epsilon } = optimiser;
  const optimizer = tf.train.adam(rate, beta1, beta2, epsilon);
  model.compile({
    optimizer,
    loss: (wanted: Tensor, got: Tensor) => tf.losses.absoluteDifference(wanted, got),
  });
  let taken = 0;
  const once = async (): Promise<number> => {
    taken++;
    // Our epsilon, as TensorFlow's, stands beside the root of the uncorrected second moment.
    Object.assign(optimizer, { epsilon: epsilon / Math.sqrt(1 - beta2 ** taken) });
    const inputs = tensorsOf(tf, given, ['x_a', 'p_a', 'p_b']);
    const [wanted] = tensorsOf(tf, given, ['x_b']);
    const loss = await model.trainOnBatch(inputs, wanted!);
    tf.dispose([...inputs, wanted!]);
    return Number(Array.isArray(loss) ? loss[0] : loss);
  };
  const check = async (): Promise<Float32Array> => {
    const losses: number[] = [];
    while (losses.length < checkedSteps) losses.push(await once());
    return Float32Array.from(losses);
  };
  return { ...about, jobs: { run: { once, check } } };
};

const made = async (task: Task & { readonly tag: 'layers' | 'train-layers' }) => {
  const { active, about } = await start(task);
  const layers = await import('@tensorflow/tfjs-layers');
  const given = await unsafeReadArrays(task.inputs);
  const { network } = task;
  const model = vdg(active.tf, layers, network.psi, [network.height, network.width], await unsafeReadArrays(task.weights)); // prettier-ignore
  const version = packageVersion('@tensorflow/tfjs-layers') ?? 'unknown';
  return {
    tf: active.tf,
    model,
    given,
    about: { ...about, versions: { ...about.versions, '@tensorflow/tfjs-layers': version } },
  };
};

const tensorsOf = (tf: Core, given: Arrays, names: readonly string[]): Tensor[] =>
  names.map((name) => tf.tensor(given[name]!.data, [...given[name]!.shape]));

const vdg = (
  tf: Core,
  { layers, initializers, input, model: modelOf }: Layers,
  psi: PsiName,
  [height, width]: readonly [number, number],
  weights: Arrays,
) => {
  const named: { readonly path: string; readonly set: (tensors: Tensor[]) => void }[] = [];
  const note = <L extends { setWeights: (tensors: Tensor[]) => void }>(path: string, layer: L): L => {
    named.push({ path, set: (tensors) => layer.setWeights(tensors) });
    return layer;
  };
  const conv = (path: string, x: Symbolic, strides = 1, activation: 'relu' | 'linear' = 'relu'): Symbolic => {
    const [size, , , filters] = weights[`${path}/kernel`]!.shape as [number, number, number, number];
    return note(path, layers.conv2d({ name: path, filters, kernelSize: size, strides, padding: 'same', activation })).apply(x) as Symbolic; // prettier-ignore
  };
  const dense = (path: string, x: Symbolic): Symbolic =>
    note(path, layers.dense({ name: path, units: weights[`${path}/bias`]!.shape[0]! })).apply(x) as Symbolic;
  const block = (path: string, x: Symbolic): Symbolic =>
    layers.add().apply([x, conv(`${path}/conv2`, conv(`${path}/conv1`, x))]) as Symbolic;
  const concat = (parts: Symbolic[]): Symbolic => layers.concatenate().apply(parts) as Symbolic;
  const encoder = (name: string, x: Symbolic): readonly Symbolic[] => {
    const levels = [block(`${name}/level1/residual1`, x)];
    while (levels.length < 5) {
      const path = `${name}/level${levels.length + 1}`;
      levels.push(block(`${path}/residual1`, conv(`${path}/conv1`, levels.at(-1)!, 2)));
    }
    return levels;
  };
  const flat = (x: Symbolic): Symbolic => layers.flatten().apply(x) as Symbolic;

  /* σ's derivative stands in for the threshold's, as in `surrogate.sigmoid`. */
  const gateOf = tf.customGrad((product, save) => {
    const p = product as Tensor;
    (save as (tensors: Tensor[]) => void)([p]);
    return {
      value: tf.cast(tf.greaterEqual(p, 0), 'float32'),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) => {
        const s = tf.sigmoid(saved!);
        return tf.mul(dy, tf.mul(s, tf.sub(1, s)));
      },
    };
  });
  /* tfjs-layers knows layers of one's own as classes only. */
  class Mask extends layers.Layer {
    private mask: ReturnType<typeof this.addWeight> | undefined;
    override build(shape: number[]): void {
      const extents = psi === 'one' ? [...shape.slice(1, 3), 1] : shape.slice(1);
      this.mask = this.addWeight('mask', extents, 'float32', initializers.zeros());
      super.build(shape);
    }
    override computeOutputShape(shape: number[]): number[] {
      return shape;
    }
    override call(inputs: Tensor | Tensor[]): Tensor {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      return tf.tidy(() => tf.mul(x, gateOf(tf.mul(x, this.mask!.read()))));
    }
    override getClassName(): string {
      return 'Mask';
    }
  }
  const masked = (path: string, x: Symbolic): Symbolic =>
    psi === 'none' ? x : (note(path, new Mask({ name: path })).apply(x) as Symbolic);

  const x_a = input({ shape: [height, width, 3] });
  const p_a = input({ shape: [height, width, 18] });
  const p_b = input({ shape: [height, width, 18] });
  const image = encoder('image', conv('conv1', concat([x_a, p_a])));
  const pose = encoder('pose', conv('conv2', p_b));
  const latent = concat([dense('dense1', flat(image.at(-1)!)), dense('dense2', flat(pose.at(-1)!))]);
  const filters = weights['conv1/bias']!.shape[0]!;
  let x = layers.reshape({ targetShape: [height / 16, width / 16, filters] }).apply(dense('dense3', latent)) as Symbolic; // prettier-ignore
  for (let level = 1; level <= 5; level++) {
    const path = `decoder/image/level${level}`;
    x = block(`${path}/residual1`, concat([x, masked(`${path}/psi`, image[5 - level]!)]));
    if (level < 5) x = conv(`${path}/conv1`, layers.upSampling2d({ size: [2, 2] }).apply(x) as Symbolic);
  }
  const model = modelOf({ inputs: [x_a, p_a, p_b], outputs: conv('conv3', x, 1, 'linear') });
  for (const { path, set } of named) {
    const own = ['kernel', 'bias', 'mask'].flatMap((part) => weights[`${path}/${part}`] ?? []);
    const tensors = own.map(({ data, shape }) => tf.tensor(data, [...shape]));
    set(tensors);
    tf.dispose(tensors);
  }
  return model;
};
