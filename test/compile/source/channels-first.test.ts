/** A plan with channels first computes what the plan computes, and a plain network needs no transpose for it. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { unsafeActivate } from '../../../src/backend/index.js';
import { random } from '../../../src/base/random.js';
import type { ParameterArray, Plan } from '../../../src/compile/index.js';
import { channelsFirst, permuted, type AxisOrder, type ChannelsFirstPlan } from '../../../src/compile/source/channels-first.js'; // prettier-ignore
import { kernels } from '../../../src/compile/tensors/kernels.js';
import { tensorProgram } from '../../../src/compile/tensors/program.js';
import { batchNorm, concat, conv, convTranspose, dense, flatten, input, model, relu, reshape, through, type AnyModel } from '../../../src/dsl/index.js'; // prettier-ignore
import { models } from '../../../src/models/index.js';
import { unsafePlan } from '../../dsl/plans.js';
import { relativeDistance } from '../../models/torch/harness.js';
import { thirty, variantOf, type Variant } from './thirty.js';

const full = process.env['MASKSKIP_FULL'] === '1';
type Arrays = Readonly<Record<string, ParameterArray>>;

const inverse = (order: AxisOrder): number[] => order.map((_, axis) => order.indexOf(axis));
const nhwc = [0, 2, 3, 1];
const nchw = [0, 3, 1, 2];
/* What a kernel filters×c×kh×kw, or of a transpose c×filters×kh×kw, is in tfjs. */
const hwio = [2, 3, 1, 0];

/* The meaning of a plan with channels first, in kernels that have them last. */
const computed = (
  plan: ChannelsFirstPlan,
  inputs: Arrays,
  parameters: Arrays,
): Readonly<Record<string, Float32Array>> => {
  // prettier-ignore
  const batch = Object.values(inputs)[0]?.shape[0] ?? 1;
  const read: Record<string, Float32Array> = {};
  tf.tidy(() => {
    const values: tf.Tensor[] = [];
    const held = (array: ParameterArray, id: number): tf.Tensor =>
      tf.transpose(tf.tensor(array.data, [...array.shape]), [...plan.orders[id]!]);
    for (const node of plan.nodes) {
      const { op, attributes, operands, id } = node;
      const path = String(attributes['path'] ?? attributes['name']);
      const run = (given: readonly tf.Tensor[]): tf.Tensor => {
        const kernel = kernels[op as keyof typeof kernels] as (operands: readonly tf.Tensor[], attributes: unknown) => tf.Tensor; // prettier-ignore
        return kernel(given, attributes);
      };
      const compute = (): tf.Tensor => {
        const given = operands.map((operand) => values[operand]!);
        switch (op) {
          case 'input':
            return held(inputs[path]!, id);
          case 'parameter':
            return held(parameters[path]!, id);
          case 'scalar':
            return tf.scalar(Number(attributes['standard']));
          case 'constant':
            return tf.tensor(node.data!, node.shape as number[], node.dtype as 'float32' | 'int32');
          case 'noise': {
            const { shape, distribution } = plan.noises.find((noise) => noise.id === id)!;
            const extents = shape.map((one) => (typeof one === 'number' ? one : batch * (one === 'n' ? 1 : Number.parseInt(one, 10)))); // prettier-ignore
            const stream = random(1, 'noise', path, 0);
            const count = extents.reduce((product, one) => product * one, 1);
            const data = distribution === 'uniform' ? stream.uniforms(count) : stream.normals(count);
            return held({ shape: extents, data: Float32Array.from(data) }, id);
          }
          case 'conv2d':
          case 'conv2dTranspose':
          case 'maxPool':
          case 'averagePool':
          case 'resizeNearest':
          case 'resizeBilinear': {
            const orders = [nhwc, hwio];
            return tf.transpose(run(given.map((one, at) => tf.transpose(one, orders[at]))), nchw);
          }
          case 'matMul':
            return attributes['transposed'] === true ? tf.matMul(given[0]!, given[1]!, false, true) : run(given); // prettier-ignore
          default:
            return run(given);
        }
      };
      const value = compute();
      const extents = node.shape.map((one) => (typeof one === 'number' ? one : batch * (one === 'n' ? 1 : Number.parseInt(one, 10)))); // prettier-ignore
      assert.deepEqual(value.shape, extents, `node ${id}, ${op} at ${node.scope}`);
      assert.equal(plan.orders[id]!.length, extents.length);
      values.push(value);
    }
    for (const [name, id] of [...Object.entries(plan.outputs), ...Object.entries(plan.nextState)])
      read[name] = Float32Array.from(tf.transpose(values[id]!, inverse(plan.orders[id]!)).dataSync());
  });
  return read;
};

const wanted = (plan: Plan, inputs: Arrays, parameters: Arrays): Readonly<Record<string, Float32Array>> => {
  const read: Record<string, Float32Array> = {};
  tf.tidy(() => {
    const tensors = (arrays: Arrays): Record<string, tf.Tensor> =>
      Object.fromEntries(Object.entries(arrays).map(([name, { shape, data }]) => [name, tf.tensor(data, [...shape])])); // prettier-ignore
    const { outputs, nextState } = tensorProgram(plan).run({
      inputs: tensors(inputs),
      parameters: tensors(parameters),
      noise: { seed: 1, step: 0 },
    });
    for (const [name, one] of Object.entries({ ...outputs, ...nextState })) read[name] = Float32Array.from(one.dataSync()); // prettier-ignore
  });
  return read;
};

const agrees = (variant: Variant, mode: 'train' | 'infer'): void => {
  const plan = variant.plan(mode);
  const [inputs, parameters] = [variant.inputs(2), variant.parameters(plan)];
  const before = wanted(plan, inputs, parameters);
  const after = computed(channelsFirst(plan), inputs, parameters);
  assert.deepEqual(Object.keys(after).sort(), Object.keys(before).sort());
  for (const [name, values] of Object.entries(before)) {
    const distance = relativeDistance(after[name]!, values);
    assert.ok(distance <= 1e-5, `${variant.name}, ${mode}, ${name}: ${distance}`);
  }
};

describe('a plan with channels first', () => {
  before(() => unsafeActivate(full ? {} : { backend: 'cpu' }));

  const some = full ? thirty : thirty.filter((_, at) => [9, 21].includes(at));
  for (const variant of some) {
    it(`computes what the plan computes: ${variant.name}`, () => {
      agrees(variant, 'infer');
      agrees(variant, 'train');
    });
  }
  if (full) {
    for (const dataset of ['market-1501', 'deepfashion'] as const) {
      for (const { name, at, smallest } of models) {
        it(`computes what the plan computes: ${name}, ${dataset}`, () => {
          const [height, width] = smallest[dataset];
          const variant = variantOf(name, at[dataset]({ height, width, filters: 4 }));
          agrees(variant, 'infer');
          agrees(variant, 'train');
        });
      }
    }
  }

  const chain = (): AnyModel => {
    const x = input('x', 8, 6, 3);
    const a = through(x, conv(4), relu, conv(6, { stride: 2 }), relu);
    return model(
      through(concat(a, through(x, conv(5, { stride: 2 }))), convTranspose(4), batchNorm(), conv(3)),
    );
  };

  it('moves nothing in a network of convolutions, norms and joins', () => {
    for (const mode of ['train', 'infer'] as const) {
      const plan = channelsFirst(unsafePlan(chain(), mode));
      assert.deepEqual(plan.nodes.filter(({ op }) => op === 'transpose'), []); // prettier-ignore
    }
  });

  it('holds images, kernels, masks, and weights of products in the order that torch has', () => {
    const plan = channelsFirst(unsafePlan(through2()));
    const order = (path: string): AxisOrder =>
      plan.orders[plan.parameters.find((one) => one.path === path)!.id]!;
    assert.deepEqual(plan.orders[plan.inputs['x']!.id], [0, 3, 1, 2]);
    assert.deepEqual(order('conv1/kernel'), [3, 2, 0, 1]);
    assert.deepEqual(order('conv1/bias'), [0]);
    assert.deepEqual(order('convTranspose1/kernel'), [3, 2, 0, 1]);
    assert.deepEqual(order('dense1/kernel'), [1, 0]);
    const masked = channelsFirst(thirty[1]!.plan('infer'));
    const masks = masked.parameters.filter(({ role }) => role === 'mask');
    assert.ok(masks.length > 0);
    for (const { id, shape } of masks) {
      assert.deepEqual(masked.orders[id], [2, 0, 1]);
      assert.deepEqual(masked.nodes[id]!.shape, [shape[2], shape[0], shape[1]]);
    }
  });

  it('turns a reshape to an image once, in its own step, and joins images as images', () => {
    const image = through(input('x', 4, 4, 2), conv(3));
    const map = through(input('z', 1, 1, 8), dense(32), reshape(4, 4, 2));
    for (const both of [concat(map, image), concat(image, map)]) {
      const plan = channelsFirst(unsafePlan(model(through(both, conv(2), relu, conv(2)))));
      const turned = plan.nodes.filter(({ op }) => op === 'transpose');
      assert.deepEqual(turned.map(({ id, scope }) => [plan.nodes[id - 1]!.op, scope]), [['reshape', 'reshape1']]); // prettier-ignore
      const concats = plan.nodes.filter(({ op }) => op === 'concat');
      assert.deepEqual(concats.map(({ id, attributes }) => [plan.orders[id], attributes['axis']]), [[[0, 3, 1, 2], 1]]); // prettier-ignore
    }
  });

  const through2 = (): AnyModel =>
    model(through(input('x', 4, 4, 3), conv(4), convTranspose(2), flatten, dense(5)));

  it('keeps the lists of the plan: names, shapes, roles, starts', () => {
    const plan = thirty[19]!.plan('train');
    const held = channelsFirst(plan);
    const listed = ({ parameters, noises, scalars, inputs, outputs, nextState }: Plan) => ({
      parameters: parameters.map(({ id: _, ...rest }) => rest),
      noises: noises.map(({ id: _, ...rest }) => rest),
      scalars: scalars.map(({ id: _, ...rest }) => rest),
      inputs: Object.entries(inputs).map(([name, { shape }]) => [name, shape]),
      names: [Object.keys(outputs), Object.keys(nextState)],
    });
    assert.deepEqual(listed(held), listed(plan));
  });

  it('moves entries to another order and back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        (shape, seed) => {
          const order = shape.map((_, axis) => axis).sort((a, b) => random(seed, 'order', a).at(0) - random(seed, 'order', b).at(0)); // prettier-ignore
          const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i);
          const moved = permuted(data, shape, order);
          const back = permuted(moved, order.map((axis) => shape[axis]!), inverse(order)); // prettier-ignore
          assert.deepEqual(back, data);
          tf.tidy(() => assert.deepEqual(moved, tf.transpose(tf.tensor(data, shape), order).dataSync()));
        },
      ),
    );
  });
});
