import assert from 'node:assert/strict';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import {
  beforeLastUnderscore,
  checkLayout,
  deepfashion,
  describeDataset,
  market1501,
  openDataset,
  pairsCsv,
  pairsOf,
  readPicture,
  synthesise,
  type Annotation,
  type PictureSet,
} from '../../src/data/index.js';
import { jpeg, keypointsAt, left, makeSet, opened, right, rules, stored } from './set.js';
import { temporaryFolder } from './temporary.js';

describe('data/dataset', () => {
  const folder = temporaryFolder();
  const pictures = (kind: 'rgb' | 'mask' = 'rgb', size = stored): PictureSet => ({
    folder: folder(),
    stored,
    size,
    kind,
  });
  const faultOf = async (name: string, bytes: Uint8Array | string): Promise<string> => {
    await writeFile(join(folder(), name), bytes);
    return left(await readPicture(pictures(), name)())[0]!.text;
  };

  it('opens Market-1501’s layout', async () => {
    const dataset = await opened(await makeSet(folder()));
    assert.equal(describeDataset(dataset), 'Market-1501 train: 12 pairs of 6 images, 16×8');
    assert.deepEqual([dataset.pairs.from[0], dataset.pairs.to[0], dataset.pairs.from[11]], [0, 1, 5]);
    assert.deepEqual(dataset.annotations[2]!.keypoints, keypointsAt(2));
    assert.deepEqual(dataset.warnings, []);
  });

  it('shows a set smaller than it is stored, key points included', async () => {
    const dataset = await opened(await makeSet(folder()), { size: { height: 8, width: 4 } });
    assert.equal(describeDataset(dataset), 'Market-1501 train: 12 pairs of 6 images, 16×8 shown at 8×4');
    assert.ok(
      dataset.annotations.every((row) => row.keypoints.every((k) => k === null || (k.y < 8 && k.x < 4))),
    );
  });

  it('opens what `synthesise` writes, masks included', async () => {
    const out = join(folder(), 'people');
    right(
      await synthesise({
        out,
        identities: 1,
        testIdentities: 1,
        imagesPerIdentity: 2,
        height: 64,
        width: 32,
      })(),
    );
    const layout = market1501(out, { height: 64, width: 32 });
    for (const split of ['train', 'test'] as const) {
      const dataset = right(await openDataset(layout, split)());
      assert.ok(dataset.pairs.length > 0 && dataset.masks !== undefined);
    }
  });

  it('counts the rows that it left out', async () => {
    const layout = await makeSet(folder());
    await writeFile(
      join(folder(), layout.pairs('train')),
      'from,to\n0001_c1s1_000000_00.jpg,0001_c1s1_000001_00.jpg\n..,a\nno.jpg,no.jpg\n',
    );
    const dataset = await opened(layout, { skipBad: true });
    assert.deepEqual([dataset.pairs.length, dataset.skipped], [1, { D04: 1, D08: 1 }]);
    assert.deepEqual(rules(dataset.warnings), ['D16']);
  });

  describe('D08: a pair of images that are not there', () => {
    it('says whether the picture or the annotation is missing', async () => {
      const layout = await makeSet(folder());
      await rm(join(folder(), layout.images('train'), '0001_c1s1_000001_00.jpg'));
      await writeFile(
        join(folder(), layout.pairs('train')),
        pairsCsv([
          { from: '0001_c1s1_000000_00.jpg', to: '0001_c1s1_000001_00.jpg' },
          { from: 'other.jpg', to: '0001_c1s1_000000_00.jpg' },
        ]),
      );
      const faults = left(await openDataset(layout, 'train')());
      assert.deepEqual(rules(faults), ['D08', 'D08']);
      assert.match(faults[0]!.got, /lacks a picture in market-dataset\/train\//);
      assert.match(faults[1]!.got, /lacks an annotation/);
    });
  });

  describe('D09: a layout’s files', () => {
    it('that are missing are all listed', async () => {
      await mkdir(join(folder(), 'fasion-dataset', 'train'), { recursive: true });
      const [fault] = left(await checkLayout(deepfashion(folder()))());
      assert.match(
        fault!.text,
        /^✗ D09 .*without fasion-annotation-train\.csv, fasion-pairs-train\.csv, fasion-dataset\/test\/, fasion-/,
      );
      assert.match(
        left(await openDataset(market1501(join(folder(), 'x')), 'test')())[0]!.got,
        /no such folder/,
      );
    });

    it('are there', async () => {
      right(await checkLayout(await makeSet(folder()), ['train'])());
    });

    it('lack the pairs alone: the remedy is to write them', async () => {
      const layout = await makeSet(folder());
      await rm(join(folder(), layout.pairs('train')));
      assert.match(left(await openDataset(layout, 'train')())[0]!.fix, /writePairs/);
    });
  });

  describe('D14: no pairs', () => {
    it('is a fault', async () => {
      const layout = await makeSet(folder(), 2, 1);
      assert.deepEqual(rules(left(await openDataset(layout, 'train')())), ['D14']);
    });
  });

  describe('D15: a size', () => {
    it('is whole and not too large', async () => {
      const layout = await makeSet(folder());
      for (const height of [0, 1.5, NaN, 5000]) {
        const faults = left(await openDataset(layout, 'train', { size: { height, width: 8 } })());
        assert.deepEqual(rules(faults), ['D15']);
      }
    });
  });

  describe('D01: a picture', () => {
    it('that is absent is named', async () => {
      assert.match(
        left(await readPicture(pictures(), 'a.jpg')())[0]!.text,
        /^✗ D01 .*a\.jpg: got no such file/,
      );
    });
  });

  describe('D04: a picture’s name', () => {
    it('stays under its folder', async () => {
      for (const name of ['../a.jpg', '/etc/passwd', 'a\u0000.jpg']) {
        assert.deepEqual(rules(left(await readPicture(pictures(), name)())), ['D04']);
      }
    });
  });

  describe('D10: a picture', () => {
    it('is decoded to RGB bytes', async () => {
      await writeFile(join(folder(), 'a.jpg'), await jpeg(200));
      const bytes = right(await readPicture(pictures(), 'a.jpg')());
      assert.equal(bytes.length, 16 * 8 * 3);
      assert.ok(Math.abs(bytes[0]! - 200) <= 2 && Math.abs(bytes[1]! - 55) <= 2);
    });

    it('in grey, with transparency or 16 bits is RGB, too', async () => {
      const grey = sharp(Buffer.alloc(128, 90), { raw: { width: 8, height: 16, channels: 1 } });
      await writeFile(join(folder(), 'grey.png'), await grey.clone().toColourspace('b-w').png().toBuffer());
      await writeFile(join(folder(), 'deep.png'), await grey.clone().toColourspace('rgb16').png().toBuffer());
      await writeFile(join(folder(), 'clear.png'), await grey.clone().ensureAlpha(0.5).png().toBuffer());
      for (const name of ['grey.png', 'deep.png', 'clear.png']) {
        const bytes = right(await readPicture(pictures(), name)());
        assert.equal(bytes.length, 16 * 8 * 3, name);
        assert.ok(
          bytes.every((byte) => Math.abs(byte - 90) <= 1),
          name,
        );
      }
    });

    it('cut short or of another format is refused', async () => {
      const noise = Buffer.from(Array.from({ length: 384 }, (_, i) => (i * 7919) % 256));
      const whole = await sharp(noise, { raw: { width: 8, height: 16, channels: 3 } })
        .jpeg()
        .toBuffer();
      assert.match(
        await faultOf('cut.jpg', whole.subarray(0, whole.length - 60)),
        /^✗ D10 .*cut\.jpg: got .+/,
      );
      assert.match(await faultOf('head.jpg', whole.subarray(0, 30)), /^✗ D10/);
      assert.match(await faultOf('empty.jpg', ''), /^✗ D10 .*another format/);
      const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="16"/>';
      assert.match(await faultOf('drawing.jpg', drawing), /^✗ D10 .*another format/);
      await mkdir(join(folder(), 'folder.jpg'));
      assert.deepEqual(rules(left(await readPicture(pictures(), 'folder.jpg')())), ['D10']);
    });

    it('of any bytes is a picture or a fault on one line', async () => {
      const whole = await jpeg(10);
      await fc.assert(
        fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
          const bytes = Buffer.from(whole);
          bytes[at] = byte;
          await writeFile(join(folder(), 'any.jpg'), bytes);
          const read = await readPicture(pictures(), 'any.jpg')();
          if (read._tag === 'Right') assert.equal(read.right.length, 16 * 8 * 3);
          else assert.ok(read.left.every((one) => /^D1[01]$/.test(one.rule) && !one.text.includes('\n')));
        }),
        { numRuns: 60 },
      );
    });
  });

  describe('D11: a picture of another size', () => {
    it('is named with both sizes', async () => {
      for (const [height, width] of [
        [8, 16],
        [8, 8],
        [300, 400],
      ] as const) {
        const text = await faultOf('a.jpg', await jpeg(1, { height, width }));
        assert.match(
          text,
          new RegExp(`^✗ D11 .*a\\.jpg: got ${height}×${width} pixels .*wanted 16×8; resize`),
        );
      }
    });

    it('is resized when that is asked for; masks stay 0 or 1', async () => {
      await writeFile(join(folder(), 'a.jpg'), await jpeg(200));
      const half = { height: 8, width: 4 };
      const bytes = right(await readPicture(pictures('rgb', half), 'a.jpg')());
      assert.equal(bytes.length, 8 * 4 * 3);
      assert.ok(Math.abs(bytes[3]! - 200) <= 2);
      const mask = Buffer.alloc(128);
      mask.fill(255, 0, 64);
      const png = await sharp(mask, { raw: { width: 8, height: 16, channels: 1 } })
        .png()
        .toBuffer();
      await writeFile(join(folder(), 'm.png'), png);
      const small = right(await readPicture(pictures('mask', half), 'm.png')());
      assert.deepEqual([...small], [...Array<number>(16).fill(1), ...Array<number>(16).fill(0)]);
    });
  });

  describe('D12: a link', () => {
    it('out of the folder is refused, within it is followed', async () => {
      const inside = join(folder(), 'set');
      await mkdir(inside);
      await writeFile(join(folder(), 'secret.jpg'), await jpeg(1));
      await mkdir(join(folder(), 'set-2'));
      await writeFile(join(folder(), 'set-2', 'x.jpg'), await jpeg(1));
      await writeFile(join(inside, 'a.jpg'), await jpeg(1));
      await symlink('../secret.jpg', join(inside, 'out.jpg'));
      await symlink('../set-2', join(inside, 'sub'));
      await symlink('a.jpg', join(inside, 'b.jpg'));
      const set = { ...pictures(), folder: inside };
      assert.deepEqual(rules(left(await readPicture(set, 'out.jpg')())), ['D12']);
      assert.deepEqual(rules(left(await readPicture(set, 'sub/x.jpg')())), ['D12']);
      right(await readPicture(set, 'b.jpg')());
    });
  });
});

describe('data/pairs', () => {
  const row = (name: string, keypoints = keypointsAt(1)): Annotation => ({ name, keypoints });

  it('are all ordered pairs of a person’s valid images, in file order', () => {
    const lacking = keypointsAt(1).map((point, joint) => (joint === 11 ? null : point));
    const rows = [
      row('0002_a.jpg'),
      row('0001_a.jpg'),
      row('0002_b.jpg', lacking),
      row('-1_a.jpg'),
      row('-1_b.jpg'),
      row('0000_a.jpg'),
      row('0000_b.jpg'),
      row('0002_c.jpg'),
      row('0001_b.jpg'),
    ];
    assert.deepEqual(
      pairsOf(rows).map((pair) => `${pair.from} ${pair.to}`),
      ['0002_a.jpg 0002_c.jpg', '0002_c.jpg 0002_a.jpg', '0001_a.jpg 0001_b.jpg', '0001_b.jpg 0001_a.jpg'],
    );
  });

  it('are n · (n − 1) for n images', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 6 }), (sizes) => {
        const rows = sizes.flatMap((n, person) =>
          Array.from({ length: n }, (_, i) => row(`p${person}_${i}.jpg`)),
        );
        assert.equal(
          pairsOf(rows).length,
          sizes.reduce((all, n) => all + n * (n - 1), 0),
        );
      }),
    ));

  it('of DeepFashion keep categories with underscores apart', () => {
    assert.equal(beforeLastUnderscore('fashionMENShirts_Polosid01_1front.jpg'), 'fashionMENShirts_Polosid01');
    const rows = ['WOMENTees_Tanksid01_1front.jpg', 'WOMENTees_Tanksid02_1front.jpg'].map((name) =>
      row(name),
    );
    assert.equal(pairsOf(rows, beforeLastUnderscore).length, 0);
    assert.equal(pairsOf(rows).length, 2);
  });
});
