/** Resuming: a run that was stopped and goes on is the run that was not (promises R27, P6). */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unsafeActivate } from '../../../src/backend/index.js';
import { readSafetensors } from '../../../src/files/safetensors.js';
import {
  adam,
  loadCheckpoint,
  momentum,
  rmsprop,
  sgd,
  train,
  type Optimiser,
} from '../../../src/learn/index.js';
import { temporaryFolder } from '../../data/temporary.js';
import { left, right, textsOf } from './either.js';
import { common, munet, noisy, unet } from './toy.js';

describe('R27: ten steps are five, a save, a load and five', () => {
  const folder = temporaryFolder();
  before(() => unsafeActivate({ backend: 'cpu' }));

  const decaying = (count: number): number => 0.01 / count;
  const optimisers: readonly (readonly [string, Optimiser])[] = [
    ['sgd', sgd(0.01)],
    ['momentum', momentum(0.01)],
    ['rmsprop', rmsprop(0.01)],
    ['adam', adam(0.01)],
    ['adam with a decaying rate', adam(decaying)],
  ];
  const nets = { 'a masked U-Net': munet, 'running moments and dropout': noisy } as const;

  for (const [title, optimiser] of optimisers) {
    for (const [what, model] of Object.entries(nets)) {
      it(`${title} on ${what}`, async () => {
        const options = { ...common, model, optimiser, recordEvery: 2, checkpointEvery: 5 };
        const [whole, parts] = [join(folder(), 'whole'), join(folder(), 'parts')];
        const once = right(await train({ ...options, steps: 10, out: whole })());
        const first = right(await train({ ...options, steps: 5, out: parts })());
        const second = right(await train({ ...options, steps: 10, out: parts, resume: true })());

        assert.deepEqual([second.step, second.stepsRun], [10, 5]);
        assert.deepEqual([...first.losses, ...second.losses], once.losses);
        assert.deepEqual(second.weights, once.weights);
        assert.deepEqual(second.gates, once.gates);
        const file = 'step-00000010.safetensors';
        // One file holds weights, running moments and slots: equal bytes are equal everything.
        assert.ok((await readFile(join(parts, file))).equals(await readFile(join(whole, file))));
        assert.ok(Object.keys(right(await readSafetensors(join(parts, file))()).tensors).length > 0);
      });
    }
  }

  it('the record is the same but for the line that ended the first part', async () => {
    const options = { ...common, model: munet, recordEvery: 5 };
    const [whole, parts] = [join(folder(), 'whole'), join(folder(), 'parts')];
    right(await train({ ...options, steps: 10, out: whole })());
    right(await train({ ...options, steps: 5, out: parts })());
    right(await train({ ...options, steps: 10, out: parts, resume: true })());
    const record = await readFile(join(whole, 'metrics.jsonl'), 'utf8');
    assert.equal(record.split('\n').length, 3);
    assert.equal(await readFile(join(parts, 'metrics.jsonl'), 'utf8'), record);
  });

  it('lines beyond the checkpoint are written anew', async () => {
    const options = { ...common, model: unet, recordEvery: 1, checkpointEvery: 3 };
    const [whole, parts] = [join(folder(), 'whole'), join(folder(), 'parts')];
    right(await train({ ...options, steps: 6, out: whole })());
    // Stopped at step 5: the record has five lines, the checkpoint is of step 3.
    const stop = new AbortController();
    const progress = {
      update: (step: number) => void (step === 5 && stop.abort()),
      log: () => {},
      stop: () => {},
    };
    const stopped = await train({ ...options, steps: 6, out: parts, progress, signal: stop.signal })();
    textsOf(left(stopped), 'L06');
    assert.equal(right(await loadCheckpoint(parts)()).checkpoint.step, 3);
    const resumed = right(await train({ ...options, steps: 6, out: parts, resume: true })());
    assert.equal(resumed.stepsRun, 3);
    assert.equal(
      await readFile(join(parts, 'metrics.jsonl'), 'utf8'),
      await readFile(join(whole, 'metrics.jsonl'), 'utf8'),
    );
  });

  it('a finished run that is resumed does nothing', async () => {
    const options = { ...common, model: unet, steps: 2, out: join(folder(), 'run') };
    const first = right(await train(options)());
    const again = right(await train({ ...options, resume: true })());
    assert.deepEqual([again.step, again.stepsRun, again.losses], [2, 0, []]);
    assert.deepEqual(again.weights, first.weights);
  });

  it('resuming where there is nothing is a fresh start', async () => {
    const options = { ...common, model: unet, steps: 2 };
    const fresh = right(await train(options)());
    const resumed = right(await train({ ...options, out: join(folder(), 'new'), resume: true })());
    assert.deepEqual(resumed.losses, fresh.losses);
  });
});
