/** Optimisers: two steps by hand, and tfjs' own on a quadratic. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import { unsafeActivate } from '../../src/backend/index.js';
import { adam, momentum, rmsprop, sgd, type Optimiser } from '../../src/learn/index.js';

/** A parameter of one number under given gradients, from 1: its value after each update. */
const path = (
  optimiser: Optimiser,
  gradientAt: (parameter: number, index: number) => number,
  steps: number,
) =>
  tf.tidy(() => {
    let parameter: tf.Tensor = tf.tensor1d([1]);
    let slots: Readonly<Record<string, tf.Tensor>> = Object.fromEntries(
      Object.entries(optimiser.slots).map(([name, start]) => [name, tf.fill([1], start)]),
    );
    const values: number[] = [];
    for (let count = 1; count <= steps; count++) {
      const gradient = tf.tensor1d([gradientAt(parameter.dataSync()[0]!, count - 1)]);
      ({ parameter, slots } = optimiser.update(parameter, gradient, slots, {
        count,
        rate: optimiser.rate(count),
      }));
      values.push(parameter.dataSync()[0]!);
    }
    return values;
  });

const near = (got: readonly number[], wanted: readonly number[], tolerance = 1e-6): void =>
  got.forEach((one, i) =>
    assert.ok(Math.abs(one - wanted[i]!) < tolerance, `step ${i + 1}: ${one} ≠ ${wanted[i]}`),
  );

describe('optimisers', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));
  const gradients = [2, -1];
  const twoSteps = (optimiser: Optimiser) => path(optimiser, (_, index) => gradients[index]!, 2);

  describe('two steps by hand, from 1 with gradients 2 and −1', () => {
    it('sgd', () => near(twoSteps(sgd(0.1)), [0.8, 0.9]));
    it('momentum: velocities 2 and 0.8', () => near(twoSteps(momentum(0.1)), [0.8, 0.72]));
    it('rmsprop: mean squares 0.4 and 0.46', () => {
      const first = 1 - (0.1 * 2) / Math.sqrt(0.4);
      near(twoSteps(rmsprop(0.1)), [first, first + 0.1 / Math.sqrt(0.46)]);
    });
    it('adam: the first step is the rate itself', () => {
      // First moments 0.2 and 0.08, second 0.004 and 0.004996, corrected by 1 − 0.9ᵗ and 1 − 0.999ᵗ.
      const second = 0.08 / 0.19 / Math.sqrt(0.004996 / 0.001999);
      near(twoSteps(adam(0.1)), [0.9, 0.9 - 0.1 * second], 1e-5);
    });
    it('a rate that changes', () => near(twoSteps(sgd((count) => 0.1 * count)), [0.8, 1]));
  });

  describe('against tfjs on (p − 3)², forty steps', () => {
    const slope = (parameter: number) => 2 * (parameter - 3);
    const theirs = (optimiser: tf.Optimizer): readonly number[] => {
      const variable = tf.variable(tf.tensor1d([1]));
      const values: number[] = [];
      for (let i = 0; i < 40; i++) {
        optimiser.minimize(() => tf.sum(tf.square(tf.sub(variable, 3))) as tf.Scalar, false, [variable]);
        values.push(variable.dataSync()[0]!);
      }
      variable.dispose();
      optimiser.dispose();
      return values;
    };
    it('sgd', () => near(path(sgd(0.1), slope, 40), theirs(tf.train.sgd(0.1)), 1e-5));
    it('momentum', () => near(path(momentum(0.05), slope, 40), theirs(tf.train.momentum(0.05, 0.9)), 1e-4));
    it('rmsprop', () =>
      near(path(rmsprop(0.1), slope, 40), theirs(tf.train.rmsprop(0.1, 0.9, 0, 1e-8)), 1e-3));
    // tfjs adds its ε elsewhere: equal but for that.
    it('adam', () => near(path(adam(0.1), slope, 40), theirs(tf.train.adam(0.1)), 1e-3));
  });

  it('each comes near the minimum of (p − 3)²', () => {
    for (const optimiser of [sgd(0.1), momentum(0.02), rmsprop(0.05), adam(0.1)]) {
      const last = path(optimiser, (parameter) => 2 * (parameter - 3), 300).at(-1)!;
      assert.ok(Math.abs(last - 3) < 0.1, `${optimiser.name} ended at ${last}`);
    }
  });
});
