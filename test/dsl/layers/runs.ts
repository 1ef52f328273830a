/** Layers alone: what they say of a shape, what they compute, and how their gradients compare with differences. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { random } from '../../../src/base/random.js';
import type { Plan } from '../../../src/compile/index.js';
import { elaborate, input, layerOf, model, seq, type Layer, type Mode } from '../../../src/dsl/index.js';
import { fine } from '../../../src/dsl/rule.js';
import * as ops from '../../../src/ops/elementwise.js';
import { constant } from '../../../src/ops/initialiser.js';
import * as leaves from '../../../src/ops/leaves.js';
import { reduceSum } from '../../../src/ops/reduction.js';
import { gradientsOf, outputsOf, unsafePlan, type Numbers } from '../plans.js';

/** Height, width and channels of an input. */
export type Shape = readonly [height: number | string, width: number | string, channels: number | string];

/* Declarations are given as values whose types are not looked at: these tests ask the run time alone. */
const declared = ([h, w, c]: Shape, layers: readonly unknown[]) =>
  model(seq(input('x', h as number, w as number, c as number), ...layers) as never);

/** The shape after layers, as `8×8×3`, or the faults' texts. */
export const says = (shape: Shape, ...layers: readonly unknown[]): string | readonly string[] => {
  const elaborated = elaborate(declared(shape, layers));
  if (E.isLeft(elaborated)) return elaborated.left.map(({ text }) => text.replace(/block\[\d+\] › /, ''));
  const { h, w, c } = elaborated.right.outputs['output']!;
  return `${h}×${w}×${c}`;
};

/** The plan of layers after an input. */
export const planOf = (shape: Shape, layers: readonly unknown[], mode: Mode = 'infer'): Plan =>
  unsafePlan(declared(shape, layers), mode);

/** A batch of images that is drawn from a seed. */
export const drawn = (shape: readonly number[], seed = 1): Numbers => ({
  shape,
  data: random(seed, 'images').normals(shape.reduce((product, extent) => product * extent, 1)),
});

/** What layers make of a batch; their parameters are drawn from a seed, or given. */
export const computed = (
  x: Numbers,
  layers: readonly unknown[],
  parameters?: Readonly<Record<string, Numbers>>,
): Float32Array => {
  const plan = planOf(x.shape.slice(1) as unknown as Shape, layers);
  return outputsOf(plan, { x }, parameters ?? startOf(plan))['output']!;
};

/* Drawn all, so that no gain is 1 and no bias 0 by chance. */
const startOf = (plan: Plan): Readonly<Record<string, Numbers>> =>
  Object.fromEntries(plan.parameters.map(({ path, shape }, index) => [path, drawn(shape, 10 + index)]));

/** The paths and shapes of the parameters: `conv1/kernel 3×3×3×8`. */
export const parametersOf = (shape: Shape, ...layers: readonly unknown[]): readonly string[] =>
  planOf(shape, layers).parameters.map(({ path, shape: of }) => `${path} ${of.join('×')}`);

/** Entries agree to a tolerance. */
export const near = (got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-5): void => {
  assert.equal(got.length, wanted.length);
  Array.from(wanted).forEach((one, i) =>
    assert.ok(
      Math.abs(got[i]! - one) <= tolerance * Math.max(1, Math.abs(one)),
      `entry ${i}: ${got[i]}, not ${one}`,
    ),
  );
};

/**
 * Compares the gradient of Σ weights · output in every parameter and in the input with central differences. The input
 * counts as a parameter too: a drawn one is added to it. At most about `samples` entries of each are looked at.
 */
export const gradientsAgree = (
  shape: readonly [number, number, number],
  layers: readonly unknown[],
  { step = 1e-2, samples = 40 }: { readonly step?: number; readonly samples?: number } = {},
): void => {
  const plan = unsafePlan(declared(shape, [nudged, ...layers]), 'train', ({ output }) => ({
    loss: reduceSum(ops.multiply(output!, leaves.input('weights', output!.shape))),
  }));
  const [, h, w, c] = plan.nodes[plan.outputs['output']!]!.shape;
  const inputs = { x: drawn([2, ...shape]), weights: drawn([2, Number(h), Number(w), Number(c)], 2) };
  const start = startOf(plan);
  const nudge = 'nudged1/by';
  const parameters: Readonly<Record<string, Numbers>> = { ...start, [nudge]: drawn([...shape], 5) };
  const { gradients } = gradientsOf(plan, 'loss', inputs, parameters);
  const lossAt = (path: string, index: number, by: number): number => {
    const data = Float32Array.from(parameters[path]!.data);
    data[index]! += by;
    const moved = { ...parameters, [path]: { shape: parameters[path]!.shape, data } };
    return outputsOf(plan, inputs, moved)['loss']![0]!;
  };
  for (const [path, gradient] of Object.entries(gradients)) {
    const every = Math.max(1, Math.floor(gradient.length / samples));
    for (let i = 0; i < gradient.length; i += every) {
      const wanted = (lossAt(path, i, step) - lossAt(path, i, -step)) / (2 * step);
      const off = Math.abs(gradient[i]! - wanted) / Math.max(1, Math.abs(wanted));
      assert.ok(off < 2e-2, `${path}, entry ${i}: ${gradient[i]}, not ${wanted} (${tf.getBackend()})`);
    }
  }
};

/** x plus a parameter of x's shape: through it a test reaches the gradient in x. */
const nudged: Layer = layerOf<Layer>({
  definition: {
    name: 'nudged',
    shape: fine,
    lower: (flow, lowering) => {
      const shape = flow.value.shape.slice(1) as readonly number[];
      const by = lowering.parameter({ name: 'by', shape, initialiser: constant(0) });
      return { ...flow, value: ops.add(flow.value, by) };
    },
  },
});
