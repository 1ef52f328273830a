/** Tensors do not pile up: as many after a step as before it, none after a run (promises R30, P9). */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { unsafeActivate } from '../../../src/backend/index.js';
import { psi, surrogate, withPsi } from '../../../src/dsl/index.js';
import { adam, predictor, sgd, train } from '../../../src/learn/index.js';
import { temporaryFolder } from '../../data/temporary.js';
import { left, right, textsOf } from './either.js';
import { common, munet, noisy, unet } from './toy.js';

describe('R30: no tensor is left behind', () => {
  const folder = temporaryFolder();
  const full = process.env['MASKSKIP_FULL'] === '1';
  const steps = full ? 500 : 60;

  for (const backend of ['cpu', 'wasm'] as const) {
    describe(`on ${backend}`, () => {
      before(() => unsafeActivate({ backend }));

      it(`${steps} steps with masks, moments, noise, records and checkpoints`, async function () {
        this.timeout(180_000);
        const before = tf.memory().numTensors;
        for (const model of [noisy, withPsi(unet, psi.grid(2, 2, { surrogate: surrogate.soft(2) }))]) {
          const during: number[] = [];
          const progress = {
            update: () => void during.push(tf.memory().numTensors),
            log: () => {},
            stop: () => {},
          };
          const out = join(folder(), model === noisy ? 'noisy' : 'masked');
          right(await train({ ...common, model, steps, batchSize: 1, progress, out, checkpointEvery: 20 })());
          assert.equal(during.length, steps);
          assert.deepEqual([...new Set(during)], [during[0]]);
          assert.equal(tf.memory().numTensors, before);
        }
      });
    });
  }

  describe('after a fault', () => {
    before(() => unsafeActivate({ backend: 'cpu' }));
    const options = { ...common, model: munet, steps: 4 };

    it('numbers that are not finite', async () => {
      const before = tf.memory().numTensors;
      const optimiser = sgd((count) => (count === 2 ? Infinity : 0.1));
      textsOf(left(await train({ ...options, optimiser })()), 'L03');
      assert.equal(tf.memory().numTensors, before);
    });

    it('a checkpoint of another optimiser, a record that cannot be read', async () => {
      const out = join(folder(), 'run');
      right(await train({ ...options, out })());
      const before = tf.memory().numTensors;
      left(await train({ ...options, optimiser: sgd(1), out, resume: true })());
      await writeFile(join(out, 'metrics.jsonl'), 'not JSON\n');
      textsOf(left(await train({ ...options, out, resume: true, steps: 6 })()), 'J02');
      assert.equal(tf.memory().numTensors, before);
    });

    it('an optimiser that throws', async () => {
      const before = tf.memory().numTensors;
      const throwing = {
        ...adam(0.1),
        update: () => {
          throw new Error('a mistake in an optimiser');
        },
      };
      await assert.rejects(train({ ...options, optimiser: throwing })(), /a mistake in an optimiser/);
      assert.equal(tf.memory().numTensors, before);
    });
  });

  describe('by predictions', () => {
    before(() => unsafeActivate({ backend: 'cpu' }));

    it('each leaves only its arrays, dispose leaves nothing', async () => {
      const { weights } = right(await train({ ...common, model: noisy, steps: 1 })());
      const before = tf.memory().numTensors;
      const ready = right(predictor(noisy, weights));
      const holding = tf.memory().numTensors;
      for (let i = 0; i < 10; i++) {
        await ready.predict({ x: { data: new Float32Array(128).fill(i), shape: [2, 8, 8, 1] } });
        assert.equal(tf.memory().numTensors, holding);
      }
      await assert.rejects(ready.predict({}));
      ready.dispose();
      assert.equal(tf.memory().numTensors, before);
    });
  });
});
