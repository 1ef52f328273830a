/** Evaluation: a network against the copy and the mean, on the same pairs. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../src/backend/index.js';
import { bind, view, type Dataset } from '../../src/data/index.js';
import { conv, input, model, through } from '../../src/dsl/index.js';
import { evaluate, meanImage, predictor, type Predictor } from '../../src/learn/index.js';
import { makeSet, opened, stored } from '../data/set.js';
import { temporaryFolder } from '../data/temporary.js';
import { left, right } from './train/either.js';

describe('evaluation', () => {
  const folder = temporaryFolder();
  before(() => unsafeActivate({ backend: 'cpu' }));
  const { height, width } = stored;
  const net = model(through(input('x_a', height, width, 3), conv(3, { kernel: 1 })));
  const binding = bind({ x_a: view('source') });

  /** A network that gives back what it is shown, times a factor. */
  const copier = (factor: number): Predictor =>
    right(
      predictor(net, {
        'conv1/kernel': {
          shape: [1, 1, 3, 3],
          data: Float32Array.of(factor, 0, 0, 0, factor, 0, 0, 0, factor),
        },
        'conv1/bias': { shape: [3], data: new Float32Array(3) },
      }),
    );
  const people = async (): Promise<Dataset> => opened(await makeSet(folder()));

  it('a network that copies scores as the copy does, with no tensor left behind', async () => {
    const dataset = await people();
    const mean = right(await meanImage(dataset)());
    assert.equal(mean.length, height * width * 3);
    const before = tf.memory().numTensors;
    const network = copier(1);
    const seen: number[] = [];
    const progress = { update: (count: number) => void seen.push(count), log: () => {}, stop: () => {} };
    const report = right(
      await evaluate({ predictor: network, binding, dataset, mean, batchSize: 4, progress })(),
    );
    network.dispose();
    assert.equal(tf.memory().numTensors, before);
    assert.equal(report.pairs, dataset.pairs.length);
    assert.equal(seen.at(-1), report.pairs);
    assert.deepEqual(report.network, report.copy);
    const { ssim } = report.differences.copy;
    assert.deepEqual([ssim.mean, ssim.low, ssim.high], [0, 0, 0]);
    assert.ok(report.differences.mean.l1.low <= report.differences.mean.l1.mean);
  });

  it('the L1 of pictures of one colour is the difference of their colours', async () => {
    const dataset = await people();
    const mean = new Float32Array(height * width * 3);
    const network = copier(0);
    const report = right(await evaluate({ predictor: network, binding, dataset, mean })());
    network.dispose();
    // Both are grey: a zero network and a mean image of 0.
    assert.deepEqual(
      report.network.perPair.map(({ l1 }) => l1),
      report.mean.perPair.map(({ l1 }) => l1),
    );
    const shades = report.copy.perPair.map(({ l1 }) => l1);
    assert.ok(
      shades.every((one) => one > 0.02 && one < 0.2),
      shades.join(' '),
    );
  });

  it('some pairs, spread over the set', async () => {
    const dataset = await people();
    const mean = new Float32Array(height * width * 3);
    const network = copier(1);
    const options = { predictor: network, binding, dataset, mean };
    const all = right(await evaluate(options)());
    const some = right(await evaluate({ ...options, pairs: 3, batchSize: 2 })());
    network.dispose();
    const each = all.pairs / 3;
    assert.deepEqual(
      some.network.perPair,
      [0, 1, 2].map((i) => all.network.perPair[Math.floor(i * each)]),
    );
  });

  describe('L08: what cannot be evaluated', () => {
    it('an output that the model does not have', async () => {
      const network = copier(1);
      const mean = new Float32Array(height * width * 3);
      const dataset = await people();
      const result = await evaluate({ predictor: network, binding, dataset, mean, output: 'image' })();
      network.dispose();
      assert.deepEqual(
        left(result).map(({ text }) => text),
        ['✗ L08 output: got image, wanted output; name an output of the model'],
      );
    });
  });

  it('no pairs, a mean of another size, an input that is not bound: faults, not exceptions', async () => {
    const network = copier(1);
    const dataset = await people();
    const mean = new Float32Array(height * width * 3);
    const options = { predictor: network, binding, dataset, mean };
    const rules = async (result: ReturnType<typeof evaluate>) =>
      E.match(
        (faults: readonly { readonly rule: string }[]) => faults.map(({ rule }) => rule),
        () => ['none'],
      )(await result());
    assert.deepEqual(await rules(evaluate({ ...options, pairs: 0 })), ['D14']);
    const none = await rules(evaluate({ ...options, mean: new Float32Array(3) }));
    assert.ok(none.length === 1 && none[0]!.startsWith('M'), none.join(' '));
    assert.deepEqual(await rules(evaluate({ ...options, binding: bind({ other: view('source') }) })), [
      'L01',
    ]);
    network.dispose();
  });
});
