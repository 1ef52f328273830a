/** Terms over what networks give: features of a frozen one, several batches in one run of a discriminator. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import { random } from '../../../src/base/random.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import {
  initialParameters,
  planOfNetworks,
  tensorProgram,
  toTensors,
  type NetworkRuns,
} from '../../../src/compile/index.js';
import {
  conv,
  dense,
  flatten,
  input,
  instanceNorm,
  leakyRelu,
  model,
  seq,
  tanh,
  unsafeElaborate,
  type AnyModel,
} from '../../../src/dsl/index.js';
import { term } from '../../../src/learn/index.js';
import { pg2Discriminator, vgg19Features } from '../../../src/models/index.js';
import type { Value } from '../../../src/ops/value.js';
import { right } from '../train/either.js';

const size = 16;
const networks = {
  generator: model(seq(input('x_a', size, size, 3), conv(3), tanh)),
  features: model(vgg19Features(size, size, 2)),
  discriminator: model(pg2Discriminator(size, size, 2)),
  /* Sees each picture by itself. */
  single: model(seq(input('x_b', size, size, 3), conv(4, { stride: 2 }), instanceNorm(), leakyRelu(0.2), flatten, dense(1))), // prettier-ignore
};
type Objective = (runs: NetworkRuns) => Readonly<Record<string, Value>>;

const program = (objective: Objective) => {
  const elaborated = Object.fromEntries(
    Object.entries<AnyModel>(networks).map(([name, one]) => [name, unsafeElaborate(one)]),
  );
  const plan = right(planOfNetworks(elaborated, 'train', objective));
  const image = (name: string): tf.Tensor =>
    tf.tensor(
      random(1, name)
        .uniforms(2 * size * size * 3)
        .map((one) => 2 * one - 1),
      [2, size, size, 3],
    );
  const inputs = Object.fromEntries(Object.keys(plan.inputs).map((name) => [name, image(name)]));
  const feeds = { inputs, parameters: toTensors(initialParameters(plan, 1)) };
  return { plan, feeds, compute: tensorProgram(plan) };
};
const outputsOf = async (objective: Objective): Promise<Readonly<Record<string, readonly number[]>>> => {
  const { feeds, compute } = program(objective);
  const read = Object.entries(compute.run(feeds).outputs).map(
    async ([name, one]) => [name, [...(await one.data())]] as const,
  );
  return Object.fromEntries(await Promise.all(read));
};

describe('terms over networks', () => {
  before(() => unsafeActivate({ backend: 'wasm' }));
  after(() => unsafeActivate({ backend: 'cpu' }));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  describe('features of a frozen network', () => {
    const weights = { block1_conv2: 1, block2_conv2: 1, block3_conv2: 1, block4_conv2: 1, block5_conv2: 1 };
    const sides = ({ run, read }: NetworkRuns) => {
      const generated = run('generator')['output']!;
      const real = read('x_b', [size, size, 3]);
      const seen = (image: Value): Readonly<Record<string, Value>> => ({
        image,
        ...run('features', { image: term.vggInput(image) }),
      });
      return { generated, real, seen };
    };
    const objectives: Readonly<Record<string, Objective>> = {
      featureL1: (runs) => {
        const { generated, real, seen } = sides(runs);
        return { loss: term.featureL1(seen(generated), seen(real), { image: 1, ...weights }) };
      },
      gramL1: (runs) => {
        const { generated, real, seen } = sides(runs);
        return { loss: term.gramL1(seen(generated), seen(real), weights) };
      },
      nearestNeighbour: (runs) => {
        const { generated, real, seen } = sides(runs);
        return {
          loss: term.nearestNeighbour(seen(generated)['block1_conv2']!, seen(real)['block1_conv2']!, 3),
        };
      },
    };
    for (const [name, objective] of Object.entries(objectives)) {
      it(`${name}: the gradient reaches the generator through them`, async () => {
        const { plan, feeds, compute } = program(objective);
        const paths = plan.parameters.map(({ path }) => path).filter((path) => path.startsWith('generator/'));
        assert.equal(paths.length, 2);
        const { loss, gradients } = compute.differentiate(feeds, 'loss', paths);
        assert.ok((await loss.data())[0]! > 0);
        for (const path of paths) {
          const values = await gradients[path]!.data();
          assert.ok(values.every(Number.isFinite) && values.some((one) => one !== 0), path);
        }
      });
    }

    it('are those of the image twice where it is its own target', async () => {
      const { loss } = await outputsOf(({ run, read }) => {
        const image = term.vggInput(read('x_b', [size, size, 3]));
        return { loss: term.featureL1(run('features', { image }), run('features', { image }), weights) };
      });
      assert.deepEqual(loss, [0]);
    });
  });

  describe('batches besides each other', () => {
    const images = ({ read }: NetworkRuns): readonly Value[] =>
      ['x_a', 'x_b', 'other'].map((name) => read(name, [size, size, 3]));
    const together =
      (judge: string): Objective =>
      (runs) => {
        const judged = runs.run(judge, { x_b: term.besides(images(runs)) })['output']!;
        const [a, b, c] = term.apart(judged, 3);
        return { a: a!, b: b!, c: c! };
      };
    const alone =
      (judge: string): Objective =>
      (runs) => {
        const [a, b, c] = images(runs).map((image) => runs.run(judge, { x_b: image })['output']!);
        return { a: a!, b: b!, c: c! };
      };
    const difference = (
      one: Readonly<Record<string, readonly number[]>>,
      other: Readonly<Record<string, readonly number[]>>,
    ): number =>
      Math.max(
        ...Object.keys(one).flatMap((name) => one[name]!.map((x, i) => Math.abs(x - other[name]![i]!))),
      );

    it('are judged as each alone where nothing rests on the batch', async () => {
      const [one, each] = [await outputsOf(together('single')), await outputsOf(alone('single'))];
      assert.deepEqual(one['a']!.length, 2);
      assert.ok(difference(one, each) < 1e-5);
      assert.ok(Math.abs(one['a']![0]! - one['b']![0]!) > 1e-6, 'pictures are judged alike');
    });

    it("share the moments of PG2's discriminator", async () => {
      const [one, each] = [await outputsOf(together('discriminator')), await outputsOf(alone('discriminator'))]; // prettier-ignore
      assert.ok(difference(one, each) > 1e-3);
    });
  });
});
