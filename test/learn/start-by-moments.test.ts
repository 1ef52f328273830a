/** Gains and biases from the moments of a batch: mean 0 and variance 1, layer after layer. */
import assert from 'node:assert/strict';
import { unsafeActivate } from '../../src/backend/index.js';
import { random } from '../../src/base/random.js';
import { initialParameters } from '../../src/compile/index.js';
import { conv, dense, depthToSpace, dropout, elu, flatten, input, model, output, seq, weightNorm, type AnyModel } from '../../src/dsl/index.js'; // prettier-ignore
import { networksPredictor, startByMoments, type Objective } from '../../src/learn/index.js';
import { unsafePlan } from '../dsl/plans.js';
import { left, right, textsOf } from './train/either.js';

const small = model(
  seq(
    input('x', 8, 8, 3),
    weightNorm(conv(6, { stride: 2 })),
    output('first'),
    elu,
    weightNorm(conv(8)),
    output('second'),
    depthToSpace(2),
    elu,
    dropout(0.5),
    conv(2),
    flatten,
    weightNorm(dense(5)),
  ),
);
const weightsOf = (net: AnyModel) =>
  Object.fromEntries(
    Object.entries(initialParameters(unsafePlan(net), 3)).map(([path, one]) => [`net/${path}`, one]),
  );
const arrays = { x: { shape: [16, 8, 8, 3], data: random(1, 'x').normals(16 * 8 * 8 * 3).map((one) => 3 * one + 1) } }; // prettier-ignore

/** Mean and variance of each channel. */
const momentsBy = (data: Float32Array, channels: number): readonly (readonly [number, number])[] =>
  Array.from({ length: channels }, (_, c) => {
    const own = data.filter((_one, i) => i % channels === c);
    const mean = own.reduce((sum, one) => sum + one, 0) / own.length;
    return [mean, own.reduce((sum, one) => sum + (one - mean) ** 2, 0) / own.length];
  });

describe('start by moments', () => {
  before(() => unsafeActivate({ backend: 'cpu' }));
  const networks = { net: small };
  const weights = weightsOf(small);

  it('every weight-normalised layer gives mean 0 and variance 1 on that batch, noise included', async () => {
    const objective: Objective = ({ run }) => run('net', {}, { mode: 'train' });
    const started = right(await startByMoments({ networks, weights, objective, arrays, seed: 4 })());
    const predictor = right(networksPredictor(networks, started, objective));
    const outputs = await predictor.predict(arrays, { seed: 4 });
    predictor.dispose();
    for (const [name, channels] of [
      ['first', 6],
      ['second', 8],
      ['output', 5],
    ] as const)
      // prettier-ignore
      for (const [mean, variance] of momentsBy(outputs[name]!.data, channels)) {
        assert.ok(Math.abs(mean) < 1e-4, `${name}: mean ${mean}`);
        assert.ok(Math.abs(variance - 1) < 1e-3, `${name}: variance ${variance}`);
      }
    const changed = Object.keys(weights).filter((path) => started[path] !== weights[path]);
    assert.equal(changed.length, 6);
    assert.ok(changed.every((path) => /\/(gain|bias)$/.test(path)));
  });
  it('whatever the gains and biases were before', async () => {
    const objective: Objective = ({ run }) => run('net');
    const other = Object.fromEntries(
      Object.entries(weights).map(([path, { shape, data }]) => [
        path,
        /\/(gain|bias)$/.test(path) && path !== 'net/conv3/bias'
          ? { shape, data: Float32Array.from(data, (one, i) => 7 * one + i) }
          : { shape, data },
      ]),
    );
    const [a, b] = [
      right(await startByMoments({ networks, weights, objective, arrays })()),
      right(await startByMoments({ networks, weights: other, objective, arrays })()),
    ];
    for (const path of Object.keys(a)) assert.deepEqual(b[path]!.data, a[path]!.data, path);
  });
  it('a network without such a layer keeps its weights', async () => {
    const plain = model(seq(input('x', 8, 8, 3), conv(2)));
    const own = weightsOf(plain);
    const started = await startByMoments({ networks: { net: plain }, weights: own, objective: ({ run }) => run('net'), arrays })(); // prettier-ignore
    assert.equal(right(started), own);
  });
  it('L01 for arrays, and L02 for weights, that are not those of the networks', async () => {
    const objective: Objective = ({ run }) => run('net');
    textsOf(left(await startByMoments({ networks, weights, objective, arrays: {} })()), 'L01');
    textsOf(left(await startByMoments({ networks, weights: {}, objective, arrays })()), 'L02');
  });
});
