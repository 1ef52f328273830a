/** Every term gives the same number and the same gradient on every backend of this machine. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import * as tf from '@tensorflow/tfjs-core';
import { random } from '../../../src/base/random.js';
import { activate, unsafeActivate } from '../../../src/backend/index.js';
import { term } from '../../../src/learn/index.js';
import { multiply } from '../../../src/ops/elementwise.js';
import { reduceMean } from '../../../src/ops/reduction.js';
import type { Value } from '../../../src/ops/value.js';
import { gradient, near, numbers, scalar, type Read } from './computed.js';

const shape = [2, 13, 12, 3];
const image = (name: string) =>
  numbers(shape, random(1, name).uniforms(2 * 13 * 12 * 3).map((one) => 2 * one - 1)); // prettier-ignore
const arrays = {
  a: image('a'),
  b: image('b'),
  m: numbers([2, 13, 12, 1], random(1, 'm').uniforms(2 * 13 * 12).map(Math.round)), // prettier-ignore
};

/* Of a and b and, where there is one, the mask m. */
const terms: Readonly<Record<string, (a: Value, b: Value, m: Value) => Value>> = {
  l1: term.l1,
  maskL1: term.maskL1,
  meanSquares: term.meanSquares,
  bceWithLogits: (a) => term.bceWithLogits(multiply(a, 9), 1),
  logLoss: (a) => term.logLoss(multiply(a, a), 0),
  leastSquares: (a) => term.leastSquares(a, 1),
  wassersteinCritic: (a, b) => term.wassersteinCritic(a, multiply(a, b)),
  wassersteinGenerator: (a) => term.wassersteinGenerator(a),
  klBetweenMeans: term.klBetweenMeans,
  featureL1: (a, b) => term.featureL1({ a }, { a: b }),
  gramL1: (a, b) => term.gramL1({ a }, { a: b }),
  nearestNeighbour: (a, b) => term.nearestNeighbour(a, b, 5),
  ssim: (a, b) => term.ssim(a, b),
  enhancedWeightingA: (a, b, m) => term.enhancedWeightingA(a, b, m),
  enhancedWeightingB: (a, b, m) => term.enhancedWeightingB(a, b, m),
  besides: (a, b) => {
    const [first, second] = term.apart(term.besides([multiply(a, b), a]), 2);
    return reduceMean(multiply(first!, second!));
  },
  vggInput: (a, b) => term.l1(term.vggInput(a), term.vggInputOfDefGan(b)),
};

describe('terms on backends', () => {
  const wanted = new Map<string, { readonly value: number; readonly gradient: Float32Array }>();
  const both = async (name: string) => {
    const of = ({ a, b, m }: Read): Value => terms[name]!(a!, b!, m!);
    const given = { value: await scalar(of, arrays), gradient: await gradient(of, arrays, 'a') };
    return given;
  };

  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
    tf.engine().startScope();
    for (const name of Object.keys(terms)) wanted.set(name, await both(name));
    tf.engine().endScope();
  });
  after(() => unsafeActivate({ backend: 'cpu' }));

  for (const backend of ['wasm', 'native'] as const) {
    describe(backend, () => {
      before(async function () {
        if (E.isLeft(await activate({ backend })())) this.skip();
        tf.engine().startScope();
      });
      after(() => tf.engine().endScope());
      for (const name of Object.keys(terms)) {
        it(name, async () => {
          assert.equal(tf.getBackend() === 'cpu', false);
          const [got, cpu] = [await both(name), wanted.get(name)!];
          near(got.value, cpu.value, 1e-5);
          cpu.gradient.forEach((one, i) => near(got.gradient[i]!, one, 1e-5, `gradient ${i}`));
          assert.ok(cpu.gradient.some((one) => Math.abs(one) > 1e-4), 'a gradient of zeros shows nothing'); // prettier-ignore
        });
      }
    });
  }

  it('leave no term out', () => {
    const helpers = ['gram', 'ssimMap', 'apart', 'vggInputOfDefGan'];
    assert.deepEqual([...Object.keys(terms), ...helpers].sort(), Object.keys(term).sort());
  });
});
