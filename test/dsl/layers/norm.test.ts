/** Every norm against its closed form: the four that the compared systems use, and layer norm. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../../src/backend/index.js';
import { initialParameters } from '../../../src/compile/index.js';
import { batchNorm, conv, input, instanceNorm, layerNorm, model, seq } from '../../../src/dsl/index.js';
import { square } from '../../../src/ops/elementwise.js';
import { reduceSum } from '../../../src/ops/reduction.js';
import { gradientsOf, outputsOf, unsafePlan, type Numbers } from '../plans.js';
import { computed, drawn, gradientsAgree, near, parametersOf, says } from './runs.js';

const shape = [2, 3, 4, 5] as const;
const x = drawn(shape);
const [n, h, w, c] = shape;
const at = (image: number, row: number, column: number, channel: number): number =>
  ((image * h + row) * w + column) * c + channel;
const count = (size: number): readonly number[] => Array.from({ length: size }, (_, i) => i);

/** Entries normalised within groups: same key, same moments. */
const byHand = (
  keyOf: (image: number, row: number, column: number, channel: number) => string,
  deviationOf: (variance: number) => number,
  [scale, offset]: readonly [readonly number[], readonly number[]] = [[1], [0]],
): Float32Array => {
  const places = count(n).flatMap((a) => count(h).flatMap((b) => count(w).flatMap((d) => count(c).map((e) => [a, b, d, e] as const)))); // prettier-ignore
  const groups = new Map<string, number[]>();
  places.forEach((place) => {
    const key = keyOf(...place);
    groups.set(key, [...(groups.get(key) ?? []), x.data[at(...place)]!]);
  });
  const mean = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0) / all.length;
  return Float32Array.from(places, (place) => {
    const group = groups.get(keyOf(...place))!;
    const middle = mean(group);
    const variance = mean(group.map((one) => (one - middle) ** 2));
    const [, , , channel] = place;
    const normal = (x.data[at(...place)]! - middle) / deviationOf(variance);
    return normal * scale[channel % scale.length]! + offset[channel % offset.length]!;
  });
};
const scale = [0.5, -1, 2, 3, 0.1];
const offset = [1, 0, -1, 2, 5];
const affine = (name: string, size: number): Readonly<Record<string, Numbers>> => ({
  [`${name}1/scale`]: { shape: [size], data: scale.slice(0, size) },
  [`${name}1/offset`]: { shape: [size], data: offset.slice(0, size) },
});

describe('norms', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('instanceNorm: each sample and channel, ε under the root (PyTorch)', () => {
    const wanted = byHand((image, _, __, channel) => `${image} ${channel}`, (variance) => Math.sqrt(variance + 1e-5), [scale, offset]); // prettier-ignore
    near(computed(x, [instanceNorm()], affine('instanceNorm', 5)), wanted, 1e-4);
    assert.deepEqual(parametersOf([3, 4, 5], instanceNorm()), ['instanceNorm1/scale 5', 'instanceNorm1/offset 5']); // prettier-ignore
  });
  it('instanceNorm without affine (PN-GAN)', () => {
    const wanted = byHand((image, _, __, channel) => `${image} ${channel}`, (variance) => Math.sqrt(variance + 0.1)); // prettier-ignore
    near(computed(x, [instanceNorm({ affine: false, epsilon: 0.1 })], {}), wanted, 1e-4);
    assert.deepEqual(parametersOf([3, 4, 5], instanceNorm({ affine: false })), []);
  });
  it('instanceNorm over channels too, ε = 1e-3 added to the deviation, two scalars (keras-contrib, Def-GAN)', () => {
    const layer = instanceNorm({ over: 'space-and-channels', epsilon: 1e-3, epsilonTo: 'deviation' });
    const wanted = byHand(
      (image) => `${image}`,
      (variance) => Math.sqrt(variance) + 1e-3,
      [[0.5], [1]],
    );
    near(computed(x, [layer], affine('instanceNorm', 1)), wanted, 1e-4);
    assert.deepEqual(parametersOf([3, 4, 5], layer), ['instanceNorm1/scale 1', 'instanceNorm1/offset 1']);
  });
  it('instanceNorm with ε added to the deviation has a gradient where all entries are alike', () => {
    const layer = instanceNorm({ over: 'space-and-channels', epsilon: 1e-3, epsilonTo: 'deviation' });
    const blocked = model(seq(input('x', 3, 4, 5), conv(2, { kernel: 1 }), layer));
    const plan = unsafePlan(blocked, 'train', ({ output }) => ({ loss: reduceSum(square(output!)) }));
    const weights = initialParameters(plan, 1);
    const { gradients } = gradientsOf(
      plan,
      'loss',
      { x: { ...x, data: new Float32Array(x.data.length) } },
      weights,
    );
    for (const path of ['conv1/kernel', 'conv1/bias', 'instanceNorm1/scale'])
      assert.ok(gradients[path]!.every(Number.isFinite), path);
  });
  it('batchNorm: the batch in training, running moments at inference', () => {
    const declared = model(seq(input('x', h, w, c), batchNorm()));
    const moments = {
      'batchNorm1/runningMean': { shape: [5], data: [0, 0.1, 0.2, 0.3, 0.4] },
      'batchNorm1/runningVariance': { shape: [5], data: [1, 2, 0.5, 4, 0.1] },
    };
    const parameters = { ...affine('batchNorm', 5), ...moments };
    const trained = outputsOf(unsafePlan(declared, 'train'), { x }, parameters)['output']!;
    const wanted = byHand((_, __, ___, channel) => `${channel}`, (variance) => Math.sqrt(variance + 1e-3), [scale, offset]); // prettier-ignore
    near(trained, wanted, 1e-4);
    const running = Array.from(x.data, (one, i) => {
      const k = i % c;
      const [mean, variance] = Object.values(moments).map(({ data }) => data[k]!) as [number, number];
      return ((one - mean) / Math.sqrt(variance + 1e-3)) * scale[k]! + offset[k]!;
    });
    near(computed(x, [batchNorm()], parameters), running, 1e-4);
  });
  it('layerNorm: each pixel’s channels, ε under the root', () => {
    const wanted = byHand((image, row, column) => `${image} ${row} ${column}`, (variance) => Math.sqrt(variance + 1e-5), [scale, offset]); // prettier-ignore
    near(computed(x, [layerNorm()], affine('layerNorm', 5)), wanted, 1e-4);
    near(
      computed(x, [layerNorm({ affine: false, epsilon: 0.1 })], {}),
      byHand((image, row, column) => `${image} ${row} ${column}`, (variance) => Math.sqrt(variance + 0.1)),
      1e-4,
    ); // prettier-ignore
    assert.deepEqual(parametersOf([3, 4, 5], layerNorm()), ['layerNorm1/scale 5', 'layerNorm1/offset 5']);
    assert.deepEqual(parametersOf([3, 4, 5], layerNorm({ affine: false })), []);
    assert.equal(says(['2*h', 4, 5], layerNorm()), '2*h×4×5');
  });
  for (const [name, layer] of [
    ['instanceNorm', instanceNorm()],
    ['instanceNorm over channels', instanceNorm({ over: 'space-and-channels', epsilon: 1e-3, epsilonTo: 'deviation' })], // prettier-ignore
    ['batchNorm', batchNorm()],
    ['layerNorm', layerNorm()],
  ] as const) {
    it(`${name}: gradients`, () => gradientsAgree([2, 3, 4], [layer], { step: 3e-3 }));
  }
});
