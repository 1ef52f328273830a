import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { unsafeActivate } from '../../src/backend/index.js';
import { isFaultError } from '../../src/base/fault.js';
import { random } from '../../src/base/random.js';
import { unsafeCompile } from '../../src/compile/compile.js';
import { unsafeElaborate } from '../../src/index.js';
import { encodedOnce, load, type Arrays } from '../../src/run/index.js';
import { folder, lateFusion, weightsOf } from './artefacts.js';

/** A batch of persons, by number, each in a pose of their own. */
const batch = (persons: readonly number[]): Arrays => {
  const drawn = (name: string, channels: number, keys: readonly number[]) => {
    const data = keys.flatMap((key) => [...random(key, name).uniforms(16 * 8 * channels)]);
    return { data: Float32Array.from(data), shape: [keys.length, 16, 8, channels] };
  };
  const poses = persons.map((_, i) => 100 + i);
  return { x_a: drawn('x', 3, persons), p_a: drawn('p', 2, persons), p_b: drawn('q', 2, poses), other: drawn('o', 1, poses) }; // prettier-ignore
};

describe('encodedOnce', function () {
  this.timeout(120_000);
  let place = '';
  before(async () => {
    await unsafeActivate({ backend: 'cpu' });
    place = await folder();
    const weights = weightsOf(lateFusion);
    const elaborated = unsafeElaborate(lateFusion);
    for (const [name, stages] of [['one'], ['two', [['x_a', 'p_a'], ['p_b']]], ['three', [['x_a'], ['p_a'], ['p_b']]]] as const) // prettier-ignore
      await unsafeCompile(elaborated, { target: 'tfjs-graph', weights, out: join(place, name), ...(stages === undefined ? {} : { stages }) }); // prettier-ignore
  });
  after(() => rm(place, { recursive: true }));

  it('computes what the whole model does, and encodes nobody twice in a row', async () => {
    const whole = encodedOnce(await load(join(place, 'one')));
    const staged = encodedOnce(await load(join(place, 'two')));
    const persons = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(persons, async (some) => {
        const [made, wanted] = [await staged.predict(batch(some)), await whole.predict(batch(some))];
        assert.deepEqual(made['output']!.shape, wanted['output']!.shape);
        const differences = made['output']!.data.map((value, i) =>
          Math.abs(value - wanted['output']!.data[i]!),
        );
        assert.ok(Math.max(...differences) < 1e-5);
      }),
      { numRuns: 25 },
    );
    assert.equal(staged.encoded(), 3);
    whole.dispose();
    staged.dispose();
  });

  it('forgets who was asked for longest ago, and keeps no tensor after dispose', async () => {
    const before = tf.memory().numTensors;
    const staged = encodedOnce(await load(join(place, 'two')), 2);
    const counts: number[] = [];
    for (const person of [0, 1, 0, 2, 0, 1]) {
      await staged.predict(batch([person, person, person]));
      counts.push(staged.encoded());
    }
    assert.deepEqual(counts, [1, 2, 2, 3, 3, 4]);
    staged.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it('goes through stages in between', async () => {
    const whole = encodedOnce(await load(join(place, 'one')));
    const before = tf.memory().numTensors;
    const staged = encodedOnce(await load(join(place, 'three')));
    const [made, wanted] = [await staged.predict(batch([1, 1, 2])), await whole.predict(batch([1, 1, 2]))];
    made['output']!.data.forEach((value, i) =>
      assert.ok(Math.abs(value - wanted['output']!.data[i]!) < 1e-5),
    );
    assert.equal(staged.encoded(), 2);
    staged.dispose();
    assert.equal(tf.memory().numTensors, before);
    whole.dispose();
  });

  it('T01: leaves what is missing for the model to refuse', async () => {
    const staged = encodedOnce(await load(join(place, 'two')));
    const { x_a, p_a } = batch([1]);
    await assert.rejects(staged.predict({ x_a: x_a!, p_a: p_a! }), (caught) => isFaultError(caught) && caught.faults[0]?.rule === 'T01'); // prettier-ignore
    staged.dispose();
  });
});
