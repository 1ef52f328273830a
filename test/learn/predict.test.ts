/** Running a trained model: from a report's weights or from a checkpoint, one example or many. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { unsafeActivate } from '../../src/backend/index.js';
import { concat, conv, input, model, sample, through } from '../../src/dsl/index.js';
import { loadWeights, predictor, train, type Draw } from '../../src/learn/index.js';
import { temporaryFolder } from '../data/temporary.js';
import { left, right } from './train/either.js';
import { common, example, munet, noisy } from './train/toy.js';

describe('predictions', () => {
  const folder = temporaryFolder();
  before(() => unsafeActivate({ backend: 'cpu' }));
  const at = (index: number) => ({ data: example(0, index).x, shape: [1, 8, 8, 1] });

  it('the weights of a checkpoint predict as those of the report', async () => {
    const out = join(folder(), 'run');
    const report = right(await train({ ...common, model: munet, steps: 3, out })());
    const loaded = right(await loadWeights(out)());
    assert.deepEqual([loaded.model, loaded.step], ['toy', 3]);
    const [one, other] = [right(predictor(munet, report.weights)), right(predictor(munet, loaded.weights))];
    assert.deepEqual(await one.predict({ x: at(0) }), await other.predict({ x: at(0) }));
    one.dispose();
    other.dispose();
  });

  it('examples of a batch do not touch each other; there is no noise; moments are the running ones', async () => {
    const { weights } = right(await train({ ...common, model: noisy, steps: 3 })());
    const ready = right(predictor(noisy, weights));
    const data = new Float32Array(128);
    data.set(at(0).data, 0);
    data.set(at(1).data, 64);
    const { output: both } = await ready.predict({ x: { data, shape: [2, 8, 8, 1] } });
    assert.deepEqual(both!.shape, [2, 8, 8, 1]);
    for (const index of [0, 1]) {
      const { output } = await ready.predict({ x: at(index), more: at(2) });
      assert.deepEqual(output!.data, both!.data.slice(64 * index, 64 * index + 64));
    }
    ready.dispose();
  });

  it('a model that samples at inference draws from the seed and the step', async () => {
    const ready = right(predictor(model(through(input('x', 8, 8, 1), sample({ when: 'always' }))), {}));
    const drawn = async (draw?: Draw) => (await ready.predict({ x: at(0) }, draw))['output']!.data;
    assert.deepEqual(await drawn(), await drawn({ seed: 0, step: 0 }));
    assert.deepEqual(await drawn({ seed: 7, step: 3 }), await drawn({ seed: 7, step: 3 }));
    assert.notDeepEqual(await drawn({ seed: 7 }), await drawn({ seed: 8 }));
    assert.notDeepEqual(await drawn({ step: 1 }), await drawn({ step: 2 }));
    ready.dispose();
  });

  it('a model that does not elaborate, and a folder without a checkpoint, are faults', async () => {
    const width: number = 4;
    const odd = model(through(concat(input('x', 8, 8, 1), input('z', 8, width, 1)), conv(1)));
    assert.equal(left(predictor(odd, {}))[0]!.rule, 'S08');
    assert.equal(left(await loadWeights(folder())())[0]!.rule, 'C03');
  });
});
