import assert from 'node:assert/strict';
import { ahead, limited } from '../../src/data/concurrency.js';
import { pictureCache } from '../../src/data/picture-cache.js';

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('data/concurrency: limited', () => {
  it('runs no more than the limit at once, all of them, failures included', async () => {
    const run = limited(3);
    let [now, most] = [0, 0];
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        run(async () => {
          most = Math.max(most, ++now);
          await turn();
          now--;
          if (i % 5 === 0) throw new Error('no');
          return i;
        }),
      ),
    );
    assert.equal(most, 3);
    assert.equal(results.filter((one) => one.status === 'fulfilled').length, 16);
    assert.equal(await run(() => Promise.resolve(1)), 1);
  });
});

describe('data/concurrency: ahead', () => {
  it('keeps the order and starts only so many before they are taken', async () => {
    const started: number[] = [];
    const load = async (key: number): Promise<number> => {
      started.push(key);
      for (let i = 0; i < 5 - key; i++) await turn();
      return key;
    };
    const results = ahead([0, 1, 2, 3, 4], 2, load);
    assert.equal((await results.next()).value, 0);
    assert.deepEqual(started, [0, 1, 2]);
    const rest: number[] = [];
    for await (const one of results) rest.push(one);
    assert.deepEqual(rest, [1, 2, 3, 4]);
  });

  it('awaits what is under way when it is stopped or fails', async () => {
    let running = 0;
    const load = async (key: number): Promise<number> => {
      running++;
      await turn();
      running--;
      if (key === 2) throw new Error('two');
      return key;
    };
    for await (const one of ahead([0, 1, 3, 4], 2, load)) if (one === 0) break;
    assert.equal(running, 0);
    const failing = (async () => {
      for await (const one of ahead([0, 1, 2, 3, 4], 2, load)) void one;
    })();
    await assert.rejects(failing, /two/);
    assert.equal(running, 0);
  });
});

describe('data/picture-cache', () => {
  it('loads once, drops the least recently used, keeps to its bytes', async () => {
    const loaded: string[] = [];
    const cache = pictureCache<string>(25, 10);
    const get = (key: string): Promise<string> =>
      cache.get(key, () => {
        loaded.push(key);
        return Promise.resolve(key);
      });
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) assert.equal(await get(key), key);
    assert.deepEqual(loaded, ['a', 'b', 'c', 'b']);
    assert.equal(cache.count(), 2);
  });

  it('keeps nothing without room', async () => {
    const cache = pictureCache<number>(5, 10);
    assert.equal(await cache.get('a', () => Promise.resolve(1)), 1);
    assert.equal(await cache.get('a', () => Promise.resolve(2)), 2);
    assert.equal(cache.count(), 0);
  });
});
