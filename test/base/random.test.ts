import assert from 'node:assert/strict';
import { philoxWords, random } from '../../src/base/random.js';

describe('base/random', () => {
  it('gives the published Philox-4×32-10 words for key 0 and counter 0', () => {
    // Random123's known-answer file: philox4x32 10, counter 0, key 0.
    assert.deepEqual(
      philoxWords(0, 0, 0, 0).map((word) => word.toString(16)),
      ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8'],
    );
  });

  it('is a function of seed and path alone', () => {
    assert.deepEqual(random(3, 'a', 1).uniforms(9), random(3, 'a', 1).uniforms(9));
    assert.notDeepEqual(random(3, 'a', 1).uniforms(9), random(3, 'a', 2).uniforms(9));
    assert.notDeepEqual(random(3, 'a', 1).uniforms(9), random(4, 'a', 1).uniforms(9));
    assert.notDeepEqual(random(3, 'a1').uniforms(9), random(3, 'a', 1).uniforms(9));
  });

  it('has the moments of its distributions', () => {
    const mean = (values: Float32Array): number => values.reduce((sum, one) => sum + one, 0) / values.length;
    const uniform = random(1, 'u').uniforms(100_000);
    assert.ok(Math.abs(mean(uniform) - 0.5) < 0.005);
    assert.ok(uniform.every((one) => one >= 0 && one < 1));
    const normal = random(1, 'n').normals(100_000);
    assert.ok(Math.abs(mean(normal)) < 0.01);
    assert.ok(Math.abs(mean(normal.map((one) => one * one)) - 1) < 0.02);
  });

  it('permutes', () => {
    const order = random(5, 'p').permutation(1000);
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      Array.from({ length: 1000 }, (_, i) => i),
    );
    assert.ok([...order].filter((one, i) => one === i).length < 20);
  });
});
