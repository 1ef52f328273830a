/** What is special to PN-GAN. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../src/backend/index.js';
import { random } from '../../src/base/random.js';
import { initialParameters } from '../../src/compile/index.js';
import { model } from '../../src/dsl/index.js';
import { models, pnganDiscriminator, pnganGenerator } from '../../src/models/index.js';
import { gives } from './gives.js';
import { outputsOf, unsafePlan } from '../dsl/plans.js';

describe('PN-GAN’s generator', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));

  it('has shapes that the compiler knows, at the source’s size and the data sets’', () => {
    gives(model(pnganGenerator(256, 128, 64)), { output: { h: 256, w: 128, c: 3 } });
    gives(model(pnganGenerator(128, 64, 64)), { output: { h: 128, w: 64, c: 3 } });
    gives(model(pnganGenerator(256, 256, 64)), { output: { h: 256, w: 256, c: 3 } });
  });

  it('is not moved by a bias before a norm: those are inert', () => {
    const plan = unsafePlan(model(pnganGenerator(8, 12, 2)));
    const { inert } = models.find(({ name }) => name === 'pngan-generator')!;
    const initial = initialParameters(plan, 1);
    const moved = Object.fromEntries(
      Object.entries(initial).map(([path, one]) => [
        path,
        inert.some((given) => given.path.test(path)) ? { ...one, data: one.data.map(() => 0.7) } : one,
      ]),
    );
    const picture = (seed: number) => ({ shape: [1, 8, 12, 3], data: random(seed, 'x').normals(288) });
    const inputs = { x_a: picture(1), p_b: picture(2) };
    const [a, b] = [initial, moved].map((one) => outputsOf(plan, inputs, one)['output']!);
    assert.ok(a!.some((one) => Math.abs(one) > 1e-2));
    a!.forEach((one, i) => assert.ok(Math.abs(one - b![i]!) < 1e-4));
    assert.equal(Object.keys(initial).filter((path) => path.endsWith('/bias')).length, 23);
  });

  it('starts as PyTorch starts convolutions', () => {
    const plan = unsafePlan(model(pnganGenerator(8, 8, 8)));
    for (const { path, shape } of plan.parameters.filter((one) => one.path.endsWith('/kernel'))) {
      const limit = 1 / Math.sqrt(shape[0]! * shape[1]! * shape[2]!);
      const greatest = initialParameters(plan, 1)[path]!.data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      assert.ok(greatest <= limit && greatest > 0.98 * limit, `${path}: ${greatest} of ${limit}`);
    }
  });
});

describe('PN-GAN’s discriminator', () => {
  it('scores patches: 26×10 at the source’s size', () => {
    gives(model(pnganDiscriminator(256, 128, 64)), { output: { h: 26, w: 10, c: 1 } });
    gives(model(pnganDiscriminator(56, 56, 2)), { output: { h: 1, w: 1, c: 1 } });
  });
});
