/** Tiling: shapes, what it computes, rule S35. */
import assert from 'node:assert/strict';
import * as E from 'fp-ts/lib/Either.js';
import { unsafeActivate } from '../../../src/backend/index.js';
import { elaborate, input, model, out, through, tile } from '../../../src/dsl/index.js';
import { outputsOf, unsafePlan } from '../plans.js';

const code = input('code', 1, 1, 3);
const textsOf = (feature: unknown): readonly string[] => {
  const elaborated = elaborate(model(feature as never));
  return E.isLeft(elaborated) ? elaborated.left.map(({ text }) => text) : [];
};

describe('tile', () => {
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
  });

  it('puts the vector at every place', () => {
    const plan = unsafePlan(model(through(code, tile(2, 3), out(2, 3, 3))));
    const data = [1, 2, 3, 4, 5, 6];
    const { output } = outputsOf(plan, { code: { shape: [2, 1, 1, 3], data } });
    const wanted = [0, 1].flatMap((n) =>
      Array.from({ length: 6 }, () => data.slice(3 * n, 3 * n + 3)).flat(),
    );
    assert.deepEqual([...output!], wanted);
    assert.deepEqual(plan.parameters, []);
  });
});

describe('S35: what is tiled is a vector', () => {
  it('refuses a map', () =>
    assert.deepEqual(textsOf(through(input('x', 1, 8, 3), tile(8, 8) as never)), [
      '✗ S35 tile: expects a vector 1×1×n, got 1×8×3; flatten first',
    ]));
  it('refuses sizes that are none', () =>
    assert.deepEqual(textsOf(through(code, tile(8, 0) as never)), [
      '✗ S02 tile: width 0 is not a positive whole number; give 1 or more',
    ]));
});
