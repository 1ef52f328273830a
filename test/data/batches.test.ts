import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { isFaultError, type Fault } from '../../src/base/fault.js';
import {
  batchCount,
  batches,
  bind,
  discs,
  feed,
  mask,
  partBoxes,
  pose,
  poseMask,
  view,
  type Batch,
  type BatchOptions,
  type Dataset,
} from '../../src/data/index.js';
import { keypointsAt, makeSet, opened, rules } from './set.js';
import { temporaryFolder } from './temporary.js';

const all = async <A>(iterable: AsyncIterable<A>): Promise<readonly A[]> => {
  const found: A[] = [];
  for await (const one of iterable) found.push(one);
  return found;
};

const thrown = async (iterable: AsyncIterable<unknown>): Promise<readonly Fault[]> => {
  try {
    await all(iterable);
  } catch (caught) {
    if (isFaultError(caught)) return caught.faults;
    throw caught;
  }
  throw new Error('nothing was thrown');
};

const order = (found: readonly Batch<{}>[]): readonly unknown[] =>
  found.map(({ index, epoch, names }) => ({ index, epoch, names }));

describe('data/batches', () => {
  const folder = temporaryFolder();
  const poses = bind({ p_a: pose('source', discs(1)) });
  let dataset: Dataset;
  beforeEach(async () => {
    dataset = await opened(await makeSet(folder()));
  });

  describe('of people', () => {
    it('hold the numbers of the pictures, poses and masks that the names say', async () => {
      const binding = bind({
        x_a: view('source'),
        p_b: pose('target', discs(2)),
        x_b: view('target'),
        m_b: mask('target', poseMask(1)),
      });
      const found = await all(batches(dataset, binding, { size: 5, seed: 3, shuffle: false }));
      assert.deepEqual(
        found.map(({ arrays }) => [arrays.x_a.shape, arrays.p_b.shape, arrays.m_b.shape]),
        [5, 5, 2].map((n) => [
          [n, 16, 8, 3],
          [n, 16, 8, 18],
          [n, 16, 8, 1],
        ]),
      );
      for (const { arrays, names } of found) {
        names.forEach(([from, to], i) => {
          const [a, b] = [from, to].map((name) => Number(name!.slice(10, 16)));
          assert.ok(Math.abs(arrays.x_a.data[i * 384]! - ((10 * a!) / 127.5 - 1)) < 0.03);
          assert.ok(Math.abs(arrays.x_b.data[i * 384]! - ((10 * b!) / 127.5 - 1)) < 0.03);
          const wanted = new Float32Array(16 * 8 * 18);
          discs(2).encode(keypointsAt(b!), dataset.size, wanted, 0);
          assert.deepEqual(arrays.p_b.data.slice(i * 2304, (i + 1) * 2304), wanted);
          const drawn = Float32Array.from(poseMask(1).draw(keypointsAt(b!), dataset.size));
          assert.deepEqual(arrays.m_b.data.slice(i * 128, (i + 1) * 128), drawn);
        });
      }
    });

    it('stack arrays of a size of their own', async () => {
      const binding = bind({
        x_a: view('source'),
        boxes: partBoxes('source'),
        name: feed('name', [1, 2, 1], ({ source }, out, offset) => {
          out.set([Number(source.name.slice(10, 16)), 7], offset);
        }, []), // prettier-ignore
      });
      for await (const { arrays, names } of batches(dataset, binding, {
        size: 5,
        seed: 3,
        dropLast: false,
      })) {
        const n = names.length;
        assert.deepEqual(
          [arrays.x_a.shape, arrays.boxes.shape, arrays.name.shape],
          [[n, 16, 8, 3], [n, 1, 7, 4], [n, 1, 2, 1]], // prettier-ignore
        );
        assert.deepEqual(
          [...arrays.name.data],
          names.flatMap(([from]) => [Number(from!.slice(10, 16)), 7]),
        );
      }
    });

    it('D15: a feed of no whole size', async () => {
      for (const [height, width] of [
        [0, 2],
        [1.5, 2],
        [2, 1e9],
      ] as const) {
        // prettier-ignore
        const binding = bind({ bad: feed('crooked', [height, width, 1], () => undefined, []) });
        const faults = await thrown(batches(dataset, binding, { size: 2 }));
        assert.deepEqual(rules(faults), ['D15']);
        assert.match(faults[0]!.text, /bad, the feed 'crooked': got .*×.*, wanted a whole height and width/);
      }
    });

    it('D13: a feed that writes beyond its size, or something that is no number', async () => {
      const beyond = feed('beyond', [1, 1, 2], (_, out) => out.set([1, 2, 3]), []);
      const hollow = feed('hollow', [1, 1, 2], (_, out) => out.fill(NaN), []);
      for (const bad of [beyond, hollow]) {
        assert.deepEqual(rules(await thrown(batches(dataset, bind({ bad }), { size: 2 }))), ['D13']);
      }
    });

    it('map bytes to −1 … 1', () => {
      const image = Uint8Array.from([0, 255, 127]);
      const person = { name: 'a', keypoints: [], image, mask: image };
      const out = new Float32Array(4);
      view('source').fill({ size: { height: 1, width: 1 }, source: person, target: person }, out, 1);
      assert.deepEqual([...out], [0, -1, 1, Math.fround(127 / 127.5 - 1)]);
    });

    it('come in an order that seed and epoch alone decide, each pair once an epoch', async () => {
      const options: BatchOptions = { size: 4, seed: 7, epochs: 2 };
      const one = await all(batches(dataset, poses, options));
      const again = await all(
        batches(dataset, poses, { ...options, prefetch: 0, concurrency: 1, cacheBytes: 0 }),
      );
      assert.deepEqual(order(one), order(again));
      const names = (epoch: number): readonly string[] =>
        one.filter((batch) => batch.epoch === epoch).flatMap((batch) => batch.names.map(String));
      assert.equal(new Set(names(0)).size, 12);
      assert.notDeepEqual(names(0), names(1));
      assert.deepEqual([...names(0)].sort(), [...names(1)].sort());
      assert.notDeepEqual(order(one), order(await all(batches(dataset, poses, { ...options, seed: 8 }))));
    });

    it('go on from any batch as if they had never stopped', () =>
      fc.assert(
        fc.asyncProperty(
          fc.record({
            size: fc.integer({ min: 1, max: 12 }),
            seed: fc.nat(),
            shuffle: fc.boolean(),
            dropLast: fc.boolean(),
            epochs: fc.integer({ min: 0, max: 3 }),
          }),
          fc.nat(20),
          async (options, skip) => {
            const whole = await all(batches(dataset, poses, options));
            assert.equal(whole.length, batchCount(dataset, options));
            assert.deepEqual(
              whole.map((batch) => batch.index),
              whole.map((_, i) => i),
            );
            const rest = await all(batches(dataset, poses, { ...options, skip }));
            assert.deepEqual(order(rest), order(whole.slice(skip)));
            assert.equal(rest.length, batchCount(dataset, { ...options, skip }));
          },
        ),
        { numRuns: 40 },
      ));

    it('drop a last batch that is not full when shuffled, keep it when not', async () => {
      const count = async (options: BatchOptions): Promise<readonly number[]> =>
        (await all(batches(dataset, poses, options))).map((batch) => batch.names.length);
      assert.deepEqual(await count({ size: 5 }), [5, 5]);
      assert.deepEqual(await count({ size: 5, shuffle: false }), [5, 5, 2]);
      assert.deepEqual(await count({ size: 5, dropLast: false }), [5, 5, 2]);
      assert.deepEqual(await count({ size: 5, shuffle: false, dropLast: true }), [5, 5]);
    });

    it('read no picture that no feed needs, and each of the others once', async () => {
      const seen: string[] = [];
      const counted = bind({ p_a: pose('source', discs(1)), x_b: view('target') });
      await rm(join(dataset.images, '0001_c1s1_000000_00.jpg'));
      const faults = await thrown(batches(dataset, counted, { size: 12, epochs: 1 }));
      assert.deepEqual(rules(faults), ['D01']);
      for await (const batch of batches(dataset, poses, { size: 12 })) seen.push(...batch.names.map(String));
      assert.equal(seen.length, 12);
    });

    it('run on for ever, a few ahead, and stop when no more are taken', async () => {
      let taken = 0;
      for await (const batch of batches(dataset, bind({ x: view('source') }), {
        size: 3,
        epochs: Infinity,
      })) {
        assert.equal(batch.index, taken);
        if (++taken === 50) break;
      }
      assert.equal(taken, 50);
    });

    it('can be iterated again', async () => {
      const some = batches(dataset, poses, { size: 4 });
      assert.deepEqual(order(await all(some)), order(await all(some)));
    });

    it('take the set’s own masks', async () => {
      const masks = join(folder(), 'market-dataset-masks', 'train');
      await mkdir(masks, { recursive: true });
      const half = Buffer.alloc(128);
      half.fill(255, 64);
      const png = await sharp(half, { raw: { width: 8, height: 16, channels: 1 } })
        .png()
        .toBuffer();
      for (const { name } of dataset.annotations)
        await writeFile(join(masks, name.replace('.jpg', '.png')), png);
      const binding = bind({ m: mask('target', 'annotated') });
      const [batch] = await all(batches({ ...dataset, masks }, binding, { size: 12 }));
      assert.deepEqual(
        [...batch!.arrays.m.data.slice(56, 72)],
        [...Array<number>(8).fill(0), ...Array<number>(8).fill(1)],
      );
    });
  });

  describe('D09: masks that the set has not', () => {
    it('are a fault before anything is read', async () => {
      const faults = await thrown(batches(dataset, bind({ m: mask('target', 'annotated') }), { size: 2 }));
      assert.match(faults[0]!.text, /^✗ D09 .*no folder of person masks.*poseMask/);
    });
  });

  describe('D10: a picture that cannot be read', () => {
    const binding = bind({ x_a: view('source') });
    const broken = '0001_c1s1_000001_00.jpg';
    beforeEach(() => writeFile(join(dataset.images, broken), 'no picture'));

    it('ends the batches and is told once', async () => {
      const faults = await thrown(batches(dataset, binding, { size: 12 }));
      assert.deepEqual(rules(faults), ['D10']);
      assert.ok(faults[0]!.where.endsWith(broken));
    });

    it('is replaced by another pair when full batches are promised, the same one after a resume', async () => {
      const options: BatchOptions = { size: 4, skipBad: true, seed: 2 };
      const found = await all(batches(dataset, binding, options));
      assert.deepEqual(
        found.map((batch) => batch.names.length),
        [4, 4, 4],
      );
      assert.ok(found.every((batch) => batch.names.every(([from]) => from !== broken)));
      assert.ok(found.some((batch) => batch.skipped.length > 0));
      assert.deepEqual(
        order(await all(batches(dataset, binding, { ...options, skip: 1 }))),
        order(found.slice(1)),
      );
    });

    it('is left out when they are not', async () => {
      const found = await all(batches(dataset, binding, { size: 5, skipBad: true, shuffle: false }));
      assert.equal(found.flatMap((batch) => batch.names).length, 10);
    });
  });

  describe('D13: a feed’s numbers', () => {
    const of = (fill: Parameters<typeof feed>[2]): Promise<readonly Fault[]> =>
      thrown(batches(dataset, bind({ odd: feed('odd', 1, fill, []) }), { size: 2, shuffle: false }));

    it('are finite', async () => {
      for (const value of [NaN, Infinity, 1e39]) {
        const faults = await of((_, out, offset) => {
          out[offset + 5] = value;
        });
        assert.match(
          faults[0]!.text,
          /^✗ D13 odd of 0001_c1s1_000000_00\.jpg → .*at entry 5 \(from the feed 'odd'\)/,
        );
      }
    });

    it('cannot reach into the next example', async () => {
      const faults = await of((_, out, offset) => out.set(new Float32Array(129), offset));
      assert.match(faults[0]!.text, /^✗ D13/);
      const short = { name: 'short', draw: () => new Uint8Array(3) };
      const found = await thrown(batches(dataset, bind({ m: mask('source', short) }), { size: 2 }));
      assert.match(found[0]!.text, /^✗ D13 .*3 mask pixels/);
    });

    it('are not checked through an error of the feed: that is a fault, too', async () => {
      const faults = await of(() => {
        throw new TypeError('oops');
      });
      assert.match(faults[0]!.text, /^✗ D13 .*got oops/);
    });
  });

  describe('D14: no batch', () => {
    it('is a fault where the set is smaller than a full batch', async () => {
      const faults = await thrown(batches(dataset, poses, { size: 13, epochs: Infinity }));
      assert.match(faults[0]!.text, /^✗ D14 .*12 examples for batches of 13.*dropLast/);
    });

    it('is a fault where no pair can be read', async () => {
      for (const { name } of dataset.annotations) await writeFile(join(dataset.images, name), '');
      const faults = await thrown(batches(dataset, bind({ x: view('source') }), { size: 2, skipBad: true }));
      assert.equal(faults[0]!.rule, 'D14');
    });
  });

  describe('D15: options', () => {
    it('are numbers in their range, and all that are not are told', async () => {
      const faults = await thrown(batches(dataset, poses, { size: 0, seed: -1, skip: 0.5, prefetch: NaN }));
      assert.deepEqual(
        faults.map((one) => `${one.rule} ${one.where}`),
        ['D15 size', 'D15 seed', 'D15 skip', 'D15 prefetch'],
      );
    });
  });
});
