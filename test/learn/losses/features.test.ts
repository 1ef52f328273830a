/** Perceptual terms: features and their Gram matrices, against plain loops. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import { random } from '../../../src/base/random.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import { term } from '../../../src/learn/index.js';
import { input } from '../../../src/ops/leaves.js';
import { computed, gradientHolds, near, numbers, scalar, type Numbers, type Read } from './computed.js';

const [n, h, w, c] = [2, 3, 2, 4];
const feature = (seed: number): Numbers =>
  numbers([n, h, w, c], random(seed, 'feature').normals(n * h * w * c));
const all = { a1: feature(1), a2: feature(2), b1: feature(3), b2: feature(4) };

/** FᵀF / 4hw of one example, by loops. */
const gramOf = ({ data }: Numbers, example: number): readonly number[] =>
  Array.from({ length: c * c }, (_, entry) => {
    const [i, j] = [Math.floor(entry / c), entry % c];
    let sum = 0;
    for (let place = 0; place < h * w; place++) {
      const start = (example * h * w + place) * c;
      sum += data[start + i]! * data[start + j]!;
    }
    return sum / (4 * h * w);
  });
const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, one, i) => sum + Math.abs(one - b[i]!), 0) / a.length;
const grams = (of: Numbers): readonly number[] => [0, 1].flatMap((example) => gramOf(of, example));

describe('feature terms', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  const sides = ({ a1, a2, b1, b2 }: Read) =>
    [
      { one: a1!, two: a2! },
      { one: b1!, two: b2! },
    ] as const;

  it('featureL1 adds weighted mean differences', async () => {
    const of = (weights?: Readonly<Record<string, number>>) => (read: Read) =>
      term.featureL1(...sides(read), weights);
    const [one, two] = [difference(all.a1.data, all.b1.data), difference(all.a2.data, all.b2.data)];
    near(await scalar(of(), all), one + two, 1e-5);
    near(await scalar(of({ one: 0.5, two: 3 }), all), 0.5 * one + 3 * two, 1e-5);
    near(await scalar(of({ two: 1 }), all), two, 1e-5);
    near(await scalar(of({}), all), 0, 1e-9);
  });

  it('gram is FᵀF / 4hw of each example', async () => {
    const { shape, data } = await computed(({ a1 }) => term.gram(a1!), all);
    assert.deepEqual(shape, [n, c, c]);
    grams(all.a1).forEach((one, i) => near(data[i]!, one, 1e-5));
  });

  it('gramL1 adds weighted mean differences of Gram matrices', async () => {
    const loss = (read: Read) => term.gramL1(...sides(read), { one: 0.05, two: 2 });
    const wanted =
      0.05 * difference(grams(all.a1), grams(all.b1)) + 2 * difference(grams(all.a2), grams(all.b2));
    near(await scalar(loss, all), wanted, 1e-5);
  });

  it('a Gram matrix forgets where features are', async () => {
    // The two examples' places in another order.
    const turned = numbers(
      [n, h, w, c],
      all.a1.data.map((_, i) => {
        const [example, place, channel] = [Math.floor(i / (h * w * c)), Math.floor(i / c) % (h * w), i % c];
        return all.a1.data[(example * h * w + (h * w - 1 - place)) * c + channel]!;
      }),
    );
    const loss = ({ a1, b1 }: Read) => term.gramL1({ one: a1! }, { one: b1! });
    near(await scalar(loss, { a1: all.a1, b1: turned }), 0, 1e-6);
    assert.ok((await scalar(loss, { a1: all.a1, b1: all.b1 })) > 0.01);
  });

  it('have the gradient of finite differences', async () => {
    await gradientHolds((read) => term.featureL1(...sides(read)), all, 'a1', { step: 1e-3 });
    await gradientHolds((read) => term.gramL1(...sides(read), { two: 1 }), all, 'a2', { step: 1e-3 });
  });

  it('say which feature is not there', () => {
    const image = input('x', ['n', 2, 2, 1]);
    assert.match(
      term.featureL1({ one: image }, { one: image }, { two: 1 }).flaw!,
      /featureL1: no feature 'two'/,
    );
    assert.match(term.gramL1({ one: image }, {}).flaw!, /gramL1: no feature 'one'/);
    assert.match(term.gram(input('x', ['n', 4])).flaw!, /gram: n×4 is not a batch of images/);
    assert.match(term.featureL1({}, {}, { toString: 1 }).flaw!, /no feature 'toString'/);
  });
});
