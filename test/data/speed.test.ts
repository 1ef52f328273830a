/** Feeds must not starve a training: measured in CPU time, so that a busy machine does not count. */
import assert from 'node:assert/strict';
import { affines, partMasks, pose } from '../../src/data/index.js';
import { published, written } from './examples.js';

describe('data: speed', () => {
  it('Def-GAN’s masks and maps of 100 pairs at 128×64 take less than a second of one core', () => {
    const feeds = [pose('target', partMasks()), affines()].map(
      (feed) => [feed, written(feed, published)] as const,
    );
    const pairs = 100;
    const seconds = (): number => {
      const begin = process.cpuUsage();
      for (let i = 0; i < pairs; i++) for (const [feed, out] of feeds) feed.fill(published, out, 0);
      const { user, system } = process.cpuUsage(begin);
      return (user + system) / 1e6;
    };
    seconds();
    const taken = seconds();
    assert.ok(taken > 0 && taken < 1, `${(pairs / taken).toFixed(0)} pairs a second`);
  });
});
