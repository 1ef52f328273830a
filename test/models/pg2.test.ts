/** What is special to PG2 and, by inference, to VDG's second stage. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../src/backend/index.js';
import { random } from '../../src/base/random.js';
import { initialParameters } from '../../src/compile/index.js';
import { model, psi, toSpec } from '../../src/dsl/index.js';
import { models, pg2Discriminator, pg2DiscriminatorDeep, pg2G1, pg2G1Deep, pg2G2, pg2G2Deep, vdgDiscriminator, vdgStage2 } from '../../src/models/index.js'; // prettier-ignore
import { gives } from './gives.js';
import { outputsOf, unsafePlan, type Numbers } from '../dsl/plans.js';

const drawn = (shape: readonly number[], seed: number): Numbers => ({
  shape,
  data: random(seed, 'picture').normals(shape.reduce((a, b) => a * b)),
});

describe('PG2 at both data sets’ sizes', () => {
  it('has shapes that the compiler knows', () => {
    gives(model(pg2G1(128, 64, 128, psi.dense())), { output: { h: 128, w: 64, c: 3 } });
    gives(model(pg2G1Deep(256, 256, 128, psi.grid(2, 2))), { output: { h: 256, w: 256, c: 3 } });
    const market = { h: 128, w: 64, c: 3 } as const;
    gives(model(pg2G2(128, 64, 128, psi.one())), { output: market, difference: market });
    const fashion = { h: 256, w: 256, c: 3 } as const;
    gives(model(pg2G2Deep(256, 256, 128, psi.none)), { output: fashion, difference: fashion });
    gives(model(pg2Discriminator(128, 64, 64)), { output: { h: 1, w: 1, c: 1 } });
    gives(model(pg2DiscriminatorDeep(256, 256, 64)), { output: { h: 1, w: 1, c: 1 } });
    // @ts-expect-error: the compiler knows the width
    assert.throws(() => gives(model(pg2G1(128, 64, 16, psi.none)), { output: { h: 128, w: 62, c: 3 } }));
  });
});

describe('PG2’s G1', () => {
  it('reads no source pose', () => {
    assert.deepEqual(Object.keys(unsafePlan(model(pg2G1(32, 16, 4, psi.none))).inputs), ['x_a', 'p_b']);
  });
});

describe('PG2’s G2', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));

  it('gives the difference, and the coarse picture with the difference added', () => {
    for (const declared of [model(pg2G2(8, 4, 8, psi.none)), model(pg2G2Deep(16, 8, 8, psi.none))]) {
      const plan = unsafePlan(declared);
      const shape = [2, ...plan.inputs['coarse']!.shape.slice(1).map(Number)];
      const coarse = drawn(shape, 1);
      const { output, difference } = outputsOf(plan, { coarse, x_a: drawn(shape, 2) }, initialParameters(plan, 3)); // prettier-ignore
      assert.ok(difference!.some((one) => Math.abs(one) > 1e-3));
      output!.forEach((one, i) => assert.ok(Math.abs(one - (coarse.data[i]! + difference![i]!)) < 1e-5));
    }
  });

  it('skips two levels of three, or four of four', () => {
    const masks = (name: string, dataset: 'market-1501' | 'deepfashion') =>
      unsafePlan(models.find((one) => one.name === name)!.at[dataset]())
        .parameters.filter(({ role }) => role === 'mask')
        .map(({ shape }) => shape.join('×'));
    assert.deepEqual(masks('pg2-g2+munet-o', 'market-1501'), ['32×16×1', '64×32×1']);
    assert.deepEqual(masks('pg2-g2+munet-o', 'deepfashion'), ['32×32×1', '64×64×1', '128×128×1', '256×256×1']); // prettier-ignore
  });
});

describe('PG2’s discriminator', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));

  it('uses the batch’s own moments at inference too, and keeps none', () => {
    const plan = unsafePlan(model(pg2Discriminator(32, 32, 2)));
    assert.deepEqual(plan.parameters.filter(({ role }) => role === 'state'), []); // prettier-ignore
    const parameters = initialParameters(plan, 1);
    const pair = drawn([2, 32, 32, 3], 1);
    const other = drawn([1, 32, 32, 3], 2);
    const size = 32 * 32 * 3;
    const mixed = { shape: pair.shape, data: Float32Array.from([...Array.from(pair.data).slice(0, size), ...Array.from(other.data)]) }; // prettier-ignore
    const [first] = outputsOf(plan, { x_b: pair }, parameters)['output']!;
    const [beside] = outputsOf(plan, { x_b: mixed }, parameters)['output']!;
    assert.ok(Math.abs(first! - beside!) > 1e-4, 'the other picture of the batch has an effect');
  });

  it('starts uniformly with deviation 0.02, biases at 0', () => {
    const plan = unsafePlan(model(pg2Discriminator(32, 32, 8)));
    for (const { path } of plan.parameters.filter((one) => one.path.endsWith('/kernel'))) {
      const { data } = initialParameters(plan, 1)[path]!;
      const deviation = Math.sqrt(data.reduce((sum, one) => sum + one * one, 0) / data.length);
      assert.ok(Math.abs(deviation - 0.02) < 0.002, `${path}: ${deviation}`);
      assert.ok(data.every((one) => Math.abs(one) <= 0.02 * Math.sqrt(3)));
    }
  });
});

describe('VDG’s second stage and adversary', () => {
  it('are PG2’s, by inference', () => {
    assert.deepEqual(toSpec(model(vdgStage2(16, 8, 4, psi.none))), toSpec(model(pg2G2(16, 8, 4, psi.none))));
    assert.deepEqual(toSpec(model(vdgDiscriminator(32, 32, 4))), toSpec(model(pg2Discriminator(32, 32, 4))));
    for (const name of ['vdg-stage2', 'vdg-discriminator'])
      assert.match(models.find((one) => one.name === name)!.description, /inferred/);
  });
});
