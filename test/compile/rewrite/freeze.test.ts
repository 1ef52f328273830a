/** Frozen plans: parameters are constants on the arrays that were given (P11). */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { frozen, type Weights } from '../../../src/compile/rewrite/index.js';
import { conv, input, model, seq } from '../../../src/dsl/index.js';
import { unsafePlan } from '../../dsl/plans.js';
import { right } from './random-plans.js';

const plan = unsafePlan(model(seq(input('x', 4, 4, 2), conv(3, { kernel: 1 }))));
const kernel: Weights = { shape: [1, 1, 2, 3], data: new Float32Array(6).fill(2) };
const bias: Weights = { shape: [3], data: new Float32Array(3) };

describe('P11: weights are those of the model', () => {
  const texts = (weights: Readonly<Record<string, Weights>>): readonly string[] => {
    const result = frozen(plan, weights);
    return E.isLeft(result) ? result.left.map(({ text }) => text) : [];
  };
  it('takes them without a copy, and leaves no parameter', () => {
    const after = right(frozen(plan, { 'conv1/kernel': kernel, 'conv1/bias': bias }));
    assert.deepEqual(after.parameters, []);
    assert.ok(after.nodes.some(({ data }) => data === kernel.data));
    assert.ok(after.nodes.every(({ op }) => op !== 'parameter'));
  });
  it('refuses what is missing, of another shape, or too short', () => {
    assert.deepEqual(texts({ 'conv1/kernel': kernel }), ['✗ P11 conv1/bias: got no such weights, wanted 3; give weights of this model']);
    assert.deepEqual(texts({ 'conv1/kernel': { ...kernel, shape: [2, 3] }, 'conv1/bias': bias }), ['✗ P11 conv1/kernel: got 2×3, wanted 1×1×2×3; give weights of this model']);
    assert.equal(texts({ 'conv1/kernel': kernel, 'conv1/bias': { ...bias, data: new Float32Array(2) } }).length, 1);
  }); // prettier-ignore
});
