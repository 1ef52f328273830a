import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import sharp from 'sharp';
import type { Fault } from '../../../src/base/fault.js';
import { batches, bind, market1501, mask, openDataset, view } from '../../../src/data/index.js';
import { synthesise, type SynthOptions, type SynthReport } from '../../../src/data/synth/index.js';

const small = { identities: 2, testIdentities: 1, imagesPerIdentity: 8, height: 64, width: 32 } as const;

const digestOf = async (folder: string): Promise<Readonly<Record<string, string>>> => {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = files.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const digests = await Promise.all(
    paths.map(async (path) => {
      const digest = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      return [path.slice(folder.length + 1), digest] as const;
    }),
  );
  return Object.fromEntries(digests.sort(([a], [b]) => (a < b ? -1 : 1)));
};

describe('data/synth/synthesise', () => {
  let folder = '';
  let out = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maskskip-synth-'));
    out = join(folder, 'people');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const made = async (options: SynthOptions): Promise<SynthReport> => {
    const result = await synthesise(options)();
    if (E.isLeft(result)) assert.fail(result.left.map(({ text }) => text).join('\n'));
    return result.right;
  };
  const faultsOf = async (options: Partial<SynthOptions>): Promise<readonly Fault[]> => {
    const result = await synthesise({ out, ...small, ...options })();
    assert.ok(E.isLeft(result));
    return result.left;
  };
  const linesOf = async (name: string): Promise<readonly string[]> =>
    (await readFile(join(out, name), 'utf8')).split('\n');

  it('writes images, masks and lists in Market-1501’s layout', async () => {
    const steps: (readonly [number, number])[] = [];
    const report = await made({ out, ...small, onProgress: (done, total) => steps.push([done, total]) });
    assert.deepEqual(steps.at(-1), [24, 24]);
    assert.deepEqual(report.images, { train: 16, test: 8 });
    assert.deepEqual(await readdir(folder), ['people']);
    for (const [split, count] of [
      ['train', 16],
      ['test', 8],
    ] as const) {
      const images = await readdir(join(out, 'market-dataset', split));
      const masks = await readdir(join(out, 'market-dataset-masks', split));
      assert.equal(images.length, count);
      assert.deepEqual(
        masks,
        images.map((name) => name.replace('.jpg', '.png')),
      );
      const [header, ...rows] = await linesOf(`market-annotation-${split}.csv`);
      assert.equal(header, 'name:keypoints_y:keypoints_x');
      assert.equal(rows.pop(), '');
      assert.deepEqual(
        rows.map((row) => row.split(':')[0]),
        [...images].sort(),
      );
      for (const row of rows) {
        const [, ys, xs] = row.split(':').map((field) => (field.startsWith(' ') ? JSON.parse(field) : field));
        assert.ok(ys.length === 18 && xs.length === 18);
        ys.forEach((y: number, joint: number) => assert.equal(y === -1, xs[joint] === -1));
      }
      const [pairsHeader, ...pairs] = await linesOf(`market-pairs-${split}.csv`);
      assert.equal(pairsHeader, 'from,to');
      assert.equal(pairs.length - 1, report.pairs[split]);
      for (const pair of pairs.slice(0, -1))
        for (const name of pair.split(',')) assert.ok(images.includes(name));
    }
    const described = JSON.parse(await readFile(join(out, 'synthetic.json'), 'utf8'));
    assert.equal(described.seed, 0);
    assert.deepEqual(described.images, report.images);
    assert.equal(Object.keys(described.views).length, 24);
  });

  it('images are colour JPEGs and masks one-channel PNGs of 0 and 255, of the size asked for', async () => {
    await made({ out, ...small });
    for (const split of ['train', 'test']) {
      const name = (await readdir(join(out, 'market-dataset', split)))[0]!;
      const image = await sharp(join(out, 'market-dataset', split, name)).metadata();
      assert.deepEqual(
        [image.format, image.height, image.width, image.channels, image.chromaSubsampling],
        ['jpeg', 64, 32, 3, '4:4:4'],
      );
      const mask = join(out, 'market-dataset-masks', split, name.replace('.jpg', '.png'));
      const { height, width, channels } = await sharp(mask).metadata();
      assert.deepEqual([height, width, channels], [64, 32, 1]);
      const data = await sharp(mask).toColourspace('b-w').raw().toBuffer();
      assert.deepEqual(
        [...new Set(data)].sort((a, b) => a - b),
        [0, 255],
      );
    }
  });

  it('the reader of Market-1501 reads images, key points, pairs and masks', async () => {
    const report = await made({ out, ...small });
    const layout = market1501(out, { height: 64, width: 32 });
    for (const split of ['train', 'test'] as const) {
      const opened = await openDataset(layout, split)();
      if (E.isLeft(opened)) assert.fail(opened.left.map(({ text }) => text).join('\n'));
      const dataset = opened.right;
      assert.equal(dataset.annotations.length, report.images[split]);
      assert.equal(dataset.pairs.length, report.pairs[split]);
      assert.deepEqual([dataset.skipped, dataset.warnings], [{}, []]);
      const binding = bind({ x_a: view('source'), mask_a: mask('source', 'annotated') });
      let seen = 0;
      for await (const { arrays } of batches(dataset, binding, { size: 4, seed: 0, epochs: 1 })) {
        assert.deepEqual(arrays.x_a.shape, [4, 64, 32, 3]);
        const covered = arrays.mask_a.data.reduce((sum, value) => sum + value, 0) / (4 * 64 * 32);
        assert.ok(covered > 0.1 && covered < 0.5, `the masks cover ${covered}`);
        if (++seen === 3) break;
      }
      assert.equal(seen, 3);
    }
  });

  it('the same seed gives the same bytes, another seed other images', async () => {
    const second = join(folder, 'again');
    const third = join(folder, 'other');
    await made({ out, ...small, seed: 4 });
    await made({ out: second, ...small, seed: 4 });
    await made({ out: third, ...small, seed: 5 });
    assert.deepEqual(await digestOf(out), await digestOf(second));
    const [first, other] = [await digestOf(out), await digestOf(third)];
    assert.ok(Object.values(other).every((digest) => !Object.values(first).includes(digest)));
  });

  it('test pairs of all views are more than those of other views', async () => {
    const two = { ...small, imagesPerIdentity: 16 };
    const other = await made({ out, ...two });
    const all = await made({ out: join(folder, 'all'), ...two, testPairs: 'all' });
    assert.equal(other.pairs.train, all.pairs.train);
    assert.ok(other.pairs.test < all.pairs.test);
  });

  describe('Y01', () => {
    it('refuses sizes that cannot hold a person', async () => {
      for (const size of [{ height: 8 }, { height: 64.5 }, { width: 20 }, { width: 500 }, { height: NaN }]) {
        const [first] = await faultsOf(size);
        assert.match(first!.text, /^✗ Y01 synthesise: got images of /);
      }
      assert.deepEqual(await readdir(folder), []);
    });
  });

  describe('Y02', () => {
    it('refuses counts that four digits cannot name or that make no pair, all of them at once', async () => {
      const faults = await faultsOf({ identities: 0, testIdentities: -1, imagesPerIdentity: 1 });
      assert.ok(faults.length >= 3 && faults.every(({ rule }) => rule === 'Y02'));
      assert.match(
        faults[0]!.text,
        /^✗ Y02 synthesise identities: got 0, wanted a whole number from 1 to 9999; /,
      );
      assert.equal((await faultsOf({ identities: 9000, testIdentities: 1000 }))[0]!.rule, 'Y02');
    });
  });

  describe('Y03', () => {
    it('refuses a seed that is no whole number', async () => {
      for (const seed of [-1, 0.5, Infinity, NaN]) assert.equal((await faultsOf({ seed }))[0]!.rule, 'Y03');
    });
  });

  describe('Y04', () => {
    it('stops when it is told to and leaves nothing', async () => {
      const stop = new AbortController();
      const [first] = await faultsOf({ signal: stop.signal, onProgress: (done) => done > 2 && stop.abort() });
      assert.match(first!.text, /^✗ Y04 .*got a stop after \d+ of 24 images/);
      assert.deepEqual(await readdir(folder), []);
    });
  });

  it('F01: a place that cannot be written is a fault that names it', async () => {
    await writeFile(join(folder, 'file'), '');
    const [first] = await faultsOf({ out: join(folder, 'file', 'people') });
    assert.match(first!.text, /^✗ F01 .*people: got a file where a folder is needed/);
  });

  it('F02: a folder that exists stays as it is', async () => {
    await made({ out, ...small });
    const before = await digestOf(out);
    assert.equal((await faultsOf({ seed: 1 }))[0]!.rule, 'F02');
    assert.deepEqual(await digestOf(out), before);
  });
});
