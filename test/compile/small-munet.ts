/** A small mUNet with every mask, what it is fed, and its loss: what the backends must agree on. */
import * as tf from '@tensorflow/tfjs-core';
import { random } from '../../src/base/random.js';
import { initialParameters, tensorProgram, type ParameterArray, type Plan } from '../../src/compile/index.js';
import {
  conv,
  decoder,
  dense,
  encoder,
  flatten,
  fuse,
  init,
  input,
  instanceNorm,
  join,
  leakyRelu,
  model,
  psi,
  relu,
  reshape,
  residual,
  seq,
  tanh,
  upsample,
} from '../../src/dsl/index.js';
import * as ops from '../../src/ops/elementwise.js';
import * as leaves from '../../src/ops/leaves.js';
import { reduceMean } from '../../src/ops/reduction.js';
import { unsafePlan } from '../dsl/plans.js';

const start = init.normal(0.5);
const munet = model(
  seq(
    input('x_a', 8, 8, 3),
    fuse(join.concat, input('p_a', 8, 8, 2)),
    conv(4, { padding: { reflect: 1 } }),
    relu,
    encoder('image', [
      residual(conv('same'), relu),
      seq(conv(6, { stride: 2 }), instanceNorm(), leakyRelu()),
      seq(conv(6, { stride: 2, kernel: 4, padding: 1 }), relu),
    ]),
    flatten,
    dense(8),
    dense(24),
    reshape(2, 2, 6),
    decoder(
      'image',
      [seq(conv(5), relu, upsample(2)), seq(conv(5), relu, upsample(2, { method: 'bilinear' })), conv(3)],
      [psi.dense({ init: start }), psi.grid(2, 2, { init: start }), psi.one({ init: start })],
    ),
    tanh,
  ),
);

/** Its training plan, with the mean square error against an input `x_b` as `loss`. */
export const munetPlan: Plan = unsafePlan(munet, 'train', ({ output }) => ({
  loss: reduceMean(ops.square(ops.subtract(output!, leaves.input('x_b', ['n', 8, 8, 3])))),
}));

const inputsOf = (seed: number): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(munetPlan.inputs).map(([name, { shape }]) => {
      const extents = [2, ...shape.slice(1).map(Number)];
      const values = random(seed, 'input', name).normals(extents.reduce((a, b) => a * b, 1));
      return [name, tf.tensor(values, extents)];
    }),
  );

/** Every parameter drawn, none left at a constant. */
const parametersOf = (seed: number): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(initialParameters(munetPlan, seed)).map(
      ([path, { shape, data }]: [string, ParameterArray]) => {
        const noise = random(seed, 'shake', path).normals(data.length);
        return [path, tf.tensor(data.map((x, i) => x + 0.1 * noise[i]!), [...shape])]; // prettier-ignore
      },
    ),
  );

/** Outputs and gradients on the active backend, by name. */
export const computeMunet = async (seed: number): Promise<Record<string, readonly number[]>> => {
  const feeds = { inputs: inputsOf(seed), parameters: parametersOf(seed) };
  const { loss, outputs, gradients } = tensorProgram(munetPlan).differentiate(feeds, 'loss', Object.keys(feeds.parameters)); // prettier-ignore
  const named: Record<string, tf.Tensor> = {
    loss,
    output: outputs['output']!,
    ...Object.fromEntries(Object.entries(gradients).map(([path, one]) => [`∂loss/∂${path}`, one])),
  };
  return Object.fromEntries(
    await Promise.all(
      Object.entries(named).map(async ([name, one]) => [name, [...(await one.data())]] as const),
    ),
  );
};

/**
 * How far the entries that a kink or threshold looks at stay from 0, exact zeros aside (relu's own, times a mask):
 * closer than rounding, two backends may rightly fall on different sides.
 */
export const distanceFromKinks = (seed: number): number => {
  const kinks = ['relu', 'leakyRelu', 'greaterEqual'];
  const looked = munetPlan.nodes.filter(({ op }) => kinks.includes(op)).map(({ operands }) => operands[0]!);
  const program = tensorProgram({
    ...munetPlan,
    outputs: Object.fromEntries(looked.map((id) => [`${id}`, id])),
  });
  let nearest = Infinity;
  tf.tidy(() => {
    const { outputs } = program.run({ inputs: inputsOf(seed), parameters: parametersOf(seed) });
    for (const one of Object.values(outputs))
      for (const x of one.dataSync()) if (x !== 0) nearest = Math.min(nearest, Math.abs(x));
  });
  return nearest;
};
