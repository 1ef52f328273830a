import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  batches,
  bind,
  discs,
  exportShards,
  feed,
  gaussians,
  mask,
  pose,
  poseMask,
  thinned,
  view,
  withMirrored,
  type Dataset,
} from '../../../src/data/index.js';
import { left, makeSet, opened, right, rules } from '../set.js';
import { temporaryFolder } from '../temporary.js';
import { readExported } from './reading.js';

const binding = bind({
  x_a: view('source'),
  p_b: pose('target', discs(2)),
  heat_b: pose('target', gaussians(2)),
  x_b: view('target'),
  mask_b: mask('target', poseMask(2)),
});

describe('exporting shards', () => {
  const folder = temporaryFolder();
  const people = async (): Promise<Dataset> => opened(await makeSet(join(folder(), 'people')));

  it('writes what a training is fed: every pair once, in order, bit by bit', async () => {
    const dataset = await people();
    const out = join(folder(), 'shards');
    const { index, skipped } = right(
      await exportShards({ name: 'unet', binding, dataset, out, shardPairs: 5 })(),
    );
    const exported = await readExported(out);
    assert.deepEqual(exported.index, index);
    assert.deepEqual(skipped, []);
    assert.deepEqual(
      index.shards.map(({ file, pairs }) => [file, pairs]),
      [
        ['train-00000.safetensors', 5],
        ['train-00001.safetensors', 5],
        ['train-00002.safetensors', 2],
      ],
    );
    assert.deepEqual((await readdir(out)).sort(), ['index.json', ...index.shards.map(({ file }) => file)]);
    const all = batches(dataset, binding, { size: dataset.pairs.length, shuffle: false });
    for await (const { arrays, names } of all) {
      assert.deepEqual(exported.names, names);
      for (const [name, { data }] of Object.entries(arrays))
        assert.deepEqual(exported.arrays[name], [...data]);
    }
  });

  it('says of each tensor its shape, what it is and how it is held', async () => {
    const dataset = await people();
    const { index } = right(
      await exportShards({ name: 'unet', binding, dataset, out: join(folder(), 's') })(),
    );
    assert.equal(index.pairs, 12);
    assert.equal(index.source, 'Market-1501 train');
    assert.deepEqual(index.tensors['p_b'], {
      shape: [16, 8, 18],
      feed: 'pose of the target as discs of radius 2',
    });
    assert.deepEqual(
      index.shards.map(({ encodings }) => encodings),
      [{ x_a: 'brightness', p_b: 'brightness', heat_b: 'float32', x_b: 'brightness', mask_b: 'byte' }],
    );
  });

  it('gives the same bytes again', async () => {
    const dataset = await people();
    const written = async (name: string): Promise<readonly Buffer[]> => {
      const out = join(folder(), name);
      right(await exportShards({ name: 'unet', binding, dataset, out, shardPairs: 7 })());
      return Promise.all((await readdir(out)).sort().map((file) => readFile(join(out, file))));
    };
    assert.deepEqual(await written('one'), await written('two'));
  });

  it('holds mirrored and thinned pairs as the data set has them', async () => {
    const dataset = withMirrored(thinned(await people(), 3));
    const out = join(folder(), 'shards');
    const { index } = right(await exportShards({ name: 'unet', binding, dataset, out })());
    assert.equal(index.pairs, 6);
    const { names, arrays } = await readExported(out);
    assert.deepEqual(names.slice(0, 3), names.slice(3));
    assert.notDeepEqual(
      arrays['p_b']!.slice(0, 16 * 8 * 18),
      arrays['p_b']!.slice(3 * 16 * 8 * 18, 4 * 16 * 8 * 18),
    );
  });

  it('takes arrays from anywhere', async () => {
    const out = join(folder(), 'shards');
    const from = () => [0, 1, 2].map((i) => ({ x: [i, i + 0.5], y: [i] }));
    const arrays = bind({ from, shapes: { x: [1, 2, 1], y: [1, 1, 1] } });
    right(await exportShards({ name: 'own', binding: arrays, out, shardPairs: 2 })());
    const exported = await readExported(out);
    assert.deepEqual(exported.arrays, { x: [0, 0.5, 1, 1.5, 2, 2.5], y: [0, 1, 2] });
    assert.deepEqual(exported.index.shards.map(({ file }) => file), ['data-00000.safetensors', 'data-00001.safetensors']); // prettier-ignore
  });

  it('goes on without pairs that cannot be read, if told so', async () => {
    const dataset = await people();
    await writeFile(join(dataset.images, dataset.annotations[0]!.name), 'no picture');
    const out = join(folder(), 'shards');
    const strict = left(await exportShards({ name: 'unet', binding, dataset, out })());
    assert.deepEqual(rules(strict), ['D10']);
    assert.deepEqual((await readdir(folder())).sort(), ['people']);
    const { index, skipped } = right(await exportShards({ name: 'unet', binding, dataset, out, skipBad: true, shardPairs: 4 })()); // prettier-ignore
    assert.deepEqual(rules(skipped), ['D10']);
    assert.equal(index.pairs, 8);
    assert.equal((await readExported(out)).names.length, 8);
  });

  it('tells how far it is', async () => {
    const told: (readonly [number, number | undefined])[] = [];
    const onProgress = (pairs: number, total?: number) => void told.push([pairs, total]);
    const dataset = await people();
    right(await exportShards({ name: 'unet', binding, dataset, out: join(folder(), 's'), shardPairs: 5, onProgress })()); // prettier-ignore
    assert.deepEqual(told, [[5, 12], [10, 12], [12, 12]]); // prettier-ignore
  });
});

describe('D15: pairs in a shard', () => {
  const folder = temporaryFolder();
  it('is a whole number from 1', async () => {
    const dataset = await opened(await makeSet(join(folder(), 'people'), 1, 2));
    for (const shardPairs of [0, -1, 1.5, NaN, 65_537]) {
      const faults = left(await exportShards({ name: 'unet', binding, dataset, out: join(folder(), 's'), shardPairs })()); // prettier-ignore
      assert.deepEqual(rules(faults), ['D15']);
      assert.match(faults[0]!.text, /^✗ D15 shardPairs: got .*, wanted a whole number from 1 to 65536; /);
    }
  });
});

describe('D17: an export that is stopped', () => {
  const folder = temporaryFolder();
  it('leaves nothing', async () => {
    const dataset = await opened(await makeSet(join(folder(), 'people')));
    for (const after of [0, 4]) {
      const stop = new AbortController();
      if (after === 0) stop.abort();
      const onProgress = (pairs: number) => void (pairs >= after && stop.abort());
      const out = join(folder(), 'shards');
      const faults = left(await exportShards({ name: 'unet', binding, dataset, out, shardPairs: 4, signal: stop.signal, onProgress })()); // prettier-ignore
      assert.deepEqual(
        faults.map(({ text }) => text),
        [
          `✗ D17 ${out}: got a stop after ${after} pairs, wanted all 12; run it again; nothing of it was kept`,
        ],
      );
      assert.deepEqual(await readdir(folder()), ['people']);
    }
  });
});

describe('F02 and D13 of an export', () => {
  const folder = temporaryFolder();
  it('replaces nothing, and writes no number that is not finite', async () => {
    const dataset = await opened(await makeSet(join(folder(), 'people'), 1, 2));
    assert.deepEqual(rules(left(await exportShards({ name: 'a', binding, dataset, out: folder() })())), [
      'F02',
    ]);
    const odd = bind({ odd: feed('odd', [1, 1, 1], (_, out, offset) => void (out[offset] = NaN), []) });
    const out = join(folder(), 'shards');
    assert.deepEqual(rules(left(await exportShards({ name: 'a', binding: odd, dataset, out })())), ['D13']);
    assert.deepEqual(await readdir(folder()), ['people']);
  });
});
