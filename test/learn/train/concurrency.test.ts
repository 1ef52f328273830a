/** Trainings in one process share nothing (promise R45). */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { unsafeActivate } from '../../../src/backend/index.js';
import { momentum, train } from '../../../src/learn/index.js';
import { temporaryFolder } from '../../data/temporary.js';
import { right } from './either.js';
import { common, munet, noisy } from './toy.js';

describe('R45: two trainings at once', () => {
  const folder = temporaryFolder();
  before(() => unsafeActivate({ backend: 'cpu' }));

  it('are the same as one after the other', async () => {
    const order: string[] = [];
    const options = (name: string, out: string) => ({
      ...common,
      name,
      steps: 12,
      recordEvery: 3,
      checkpointEvery: 4,
      out: join(folder(), out),
      progress: { update: () => void order.push(name), log: () => {}, stop: () => {} },
    });
    const masked = (out: string) => train({ ...options('masked', out), model: munet, seed: 1 });
    const dropped = (out: string) =>
      train({ ...options('dropped', out), model: noisy, seed: 2, optimiser: momentum(0.01) });

    const apart = [right(await masked('a')()), right(await dropped('b')())];
    order.length = 0;
    const both = await Promise.all([masked('c')(), dropped('d')()]);
    const switches = order.filter((name, i) => i > 0 && name !== order[i - 1]).length;
    assert.ok(switches >= 4, `they did not interleave: ${order.join(' ')}`);
    for (const [i, one] of both.map(right).entries()) {
      assert.deepEqual(one.losses, apart[i]!.losses);
      assert.deepEqual(one.weights, apart[i]!.weights);
      assert.deepEqual(one.gates, apart[i]!.gates);
    }
    for (const [one, other] of [
      ['a', 'c'],
      ['b', 'd'],
    ] as const) {
      for (const file of ['metrics.jsonl', 'step-00000012.safetensors']) {
        const [first, second] = await Promise.all(
          [one, other].map((out) => readFile(join(folder(), out, file))),
        );
        assert.ok(first!.equals(second!), file);
      }
    }
  });
});
