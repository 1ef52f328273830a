/** One seed, one result: two processes agree bit by bit (promises R28, P7). */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeSet } from '../../data/set.js';
import { temporaryFolder } from '../../data/temporary.js';

interface Result {
  readonly skipped?: string;
  readonly losses: readonly number[];
  readonly weights: string;
}

describe('R28: twenty steps with shuffled pairs and dropout, in two processes', () => {
  const folder = temporaryFolder();

  const result = async (backend: string): Promise<Result> => {
    const script = fileURLToPath(new URL('./determinism-run.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      script,
      backend,
      folder(),
    ]);
    const line = stdout.split('\n').find((one) => one.startsWith('@result '))!;
    return JSON.parse(line.slice('@result '.length)) as Result;
  };

  for (const backend of ['cpu', 'wasm', 'native']) {
    it(`are equal bit by bit on ${backend}`, async function () {
      this.timeout(180_000);
      await makeSet(folder());
      const [first, second] = await Promise.all([result(backend), result(backend)]);
      if (first.skipped !== undefined) {
        console.log(`      skipped: ${first.skipped}`);
        return this.skip();
      }
      assert.equal(first.losses.length, 20);
      assert.ok(new Set(first.losses).size > 10, 'the losses hardly change');
      assert.deepEqual(second, first);
    });
  }
});
