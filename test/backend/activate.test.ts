/** Activation on this machine: what is asked for runs, on one engine, with gradients. */
import assert from 'node:assert/strict';
import * as core from '@tensorflow/tfjs-core';
import * as E from 'fp-ts/lib/Either.js';
import { activate } from '../../src/backend/activate.js';
import { findBuiltBinding } from '../../src/backend/native/load.js';
import { nativeEnvironment } from '../../src/backend/native/environment.js';
import { greatestDifference, valueAndGradients } from './compare.js';
import { operations } from './training-ops.js';

describe('activate', () => {
  after(async () => {
    await activate({ backend: 'cpu' })();
  });

  for (const backend of ['cpu', 'wasm'] as const) {
    it(`starts ${backend}`, async () => {
      const active = await activate({ backend })();
      assert.ok(E.isRight(active));
      assert.equal(active.right.name, backend);
      assert.equal(active.right.tf.engine(), core.engine());
      assert.equal(core.getBackend(), backend);
      const gradient = core.grad((x) => core.sum(core.square(x)))(core.tensor1d([3]));
      assert.deepEqual([...gradient.dataSync()], [6]);
    });
  }

  it('refuses a request that means nothing before it loads anything', async () => {
    const result = await activate({ threads: 0 })();
    assert.ok(E.isLeft(result) && result.left[0]!.rule === 'B04');
  });

  it('refuses a GPU on wasm', async () => {
    const result = await activate({ backend: 'wasm', gpu: true })();
    assert.ok(E.isLeft(result) && result.left[0]!.rule === 'B02');
  });
});

describe('the native backend', () => {
  before(function () {
    if (findBuiltBinding() !== undefined) return;
    console.log('      skipped: the native binding is not installed (maskskip native install)');
    this.skip();
  });

  after(async () => {
    await activate({ backend: 'cpu' })();
  });

  it('shares the engine and agrees with the cpu on values and gradients', async () => {
    const cpu = await activate({ backend: 'cpu' })();
    assert.ok(E.isRight(cpu));
    const wanted = operations.map((one) => valueAndGradients(core, one));
    const native = await activate({ backend: 'native' })();
    assert.ok(E.isRight(native));
    assert.equal(core.getBackend(), 'tensorflow');
    assert.match(native.right.detail, /^libtensorflow \d+\.\d+/);
    const wrong = operations
      .map((one, i) => [one.name, greatestDifference(valueAndGradients(core, one), wanted[i]!)] as const)
      .filter(([, difference]) => !(difference < 1e-4));
    assert.deepEqual(wrong, []);
  });
});

describe("the native library's environment", () => {
  it('keeps what a person set and adds what was asked for', () => {
    assert.deepEqual(nativeEnvironment({}, { TF_CPP_MIN_LOG_LEVEL: '0' }), {});
    const set = nativeEnvironment({ deterministic: true, threads: 1 }, {});
    assert.equal(set['TF_DETERMINISTIC_OPS'], '1');
    assert.equal(set['TF_NUM_INTRAOP_THREADS'], '1');
  });
});
