import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  annotationCsv,
  pairsCsv,
  readAnnotations,
  readPairs,
  writeAnnotations,
  writePairs,
  type Annotation,
  type Keypoints,
} from '../../src/data/index.js';
import { nameProblem } from '../../src/data/names.js';
import { left, right, rules } from './set.js';
import { temporaryFolder } from './temporary.js';

describe('data/csv', () => {
  const folder = temporaryFolder();
  const size = { height: 128, width: 64 };
  const header = 'name:keypoints_y:keypoints_x';
  const none: Keypoints = Array.from({ length: 18 }, () => null);
  const list = (first: number | string): string => `[${[first, ...Array<number>(17).fill(-1)].join(', ')}]`;
  const good = (name: string): string => `${name}: ${list(5)}: ${list(6)}`;

  const put = async (...lines: readonly string[]): Promise<string> => {
    const path = join(folder(), 'rows.csv');
    await writeFile(path, lines.map((line) => `${line}\n`).join(''));
    return path;
  };

  /** The faults of one annotation row between two good ones. */
  const faultsOf = async (row: string): Promise<readonly string[]> => {
    const path = await put(header, good('a.jpg'), row, good('z.jpg'));
    const faults = left(await readAnnotations(path, { size })());
    assert.equal(faults.length, 1, row);
    assert.ok(faults[0]!.where.endsWith('rows.csv:3') && faults[0]!.fix !== '', faults[0]!.text);
    return [faults[0]!.rule, faults[0]!.got];
  };

  describe('the text', () => {
    it('is Def-GAN’s format to the byte', () => {
      const keypoints = none.map((_, joint) => (joint === 0 ? { y: 5, x: 6 } : null));
      assert.equal(annotationCsv([{ name: 'a.jpg', keypoints }]), `${header}\n${good('a.jpg')}\n`);
      assert.equal(pairsCsv([{ from: 'a.jpg', to: 'b.jpg' }]), 'from,to\na.jpg,b.jpg\n');
    });

    it('is read as it was written', () => {
      const rows = fc.uniqueArray(
        fc.record({
          name: fc.stringMatching(/^[a-zA-Z0-9_.-]{1,20}$/).filter((name) => nameProblem(name) === undefined),
          keypoints: fc.array(fc.option(fc.record({ y: fc.nat(127), x: fc.nat(63) })), {
            minLength: 18,
            maxLength: 18,
          }),
        }),
        { selector: (row) => row.name },
      );
      return fc.assert(
        fc.asyncProperty(rows, async (written: readonly Annotation[]) => {
          const path = join(folder(), 'annotations.csv');
          right(await writeAnnotations(path, written)());
          const plain = written.map((row) => ({
            name: row.name,
            keypoints: row.keypoints.map((k) => k && { ...k }),
          }));
          assert.deepEqual(right(await readAnnotations(path, { size })()).rows, plain);
        }),
        { numRuns: 30 },
      );
    });

    it('takes CRLF, a byte order mark and a missing last line end', async () => {
      const path = join(folder(), 'rows.csv');
      await writeFile(path, `\ufefffrom,to\r\na.jpg,b.jpg\r\n\r\nb.jpg,a.jpg`);
      assert.deepEqual(right(await readPairs(path)()).rows, [
        { from: 'a.jpg', to: 'b.jpg' },
        { from: 'b.jpg', to: 'a.jpg' },
      ]);
    });

    it('reads rows that straddle the pieces of a long file', async () => {
      const rows = Array.from({ length: 30_000 }, (_, i) => ({ from: `ä${i}.jpg`, to: `${i}.jpg` }));
      const path = join(folder(), 'pairs.csv');
      right(await writePairs(path, rows)());
      assert.deepEqual(right(await readPairs(path)()).rows, rows);
    });
  });

  describe('D01: a file that cannot be read', () => {
    it('is named', async () => {
      const [fault] = left(await readAnnotations(join(folder(), 'absent.csv'))());
      assert.match(fault!.text, /^✗ D01 .*absent\.csv: got no such file/);
      await mkdir(join(folder(), 'd.csv'));
      assert.match(left(await readPairs(join(folder(), 'd.csv'))())[0]!.text, /^✗ D01 .*got a folder/);
    });
  });

  describe('D02: the header', () => {
    for (const wrong of ['name:keypoints_x:keypoints_y', `${header}:extra`, 'name', '\u0000']) {
      it(`is not ${JSON.stringify(wrong)}`, async () => {
        const [fault] = left(await readAnnotations(await put(wrong, good('a.jpg')), { skipBad: true })());
        assert.equal(fault?.rule, 'D02');
        assert.ok(fault.where.endsWith(':1'));
      });
    }

    it('is not missing', async () => {
      assert.deepEqual(rules(left(await readPairs(await put())())), ['D02']);
    });
  });

  describe('D03: a row’s fields', () => {
    it('are three', async () => {
      assert.deepEqual(await faultsOf('b.jpg'), ['D03', '1 field']);
      assert.deepEqual(await faultsOf(`${good('b.jpg')}:4`), ['D03', '4 fields']);
      assert.deepEqual(rules(left(await readPairs(await put('from,to', 'a.jpg,b.jpg,c.jpg'))())), ['D03']);
    });

    it('end within 65,536 characters: no line is gathered without bound', async () => {
      const path = await put(header, 'x'.repeat(2_000_000));
      const [fault] = left(await readAnnotations(path, { skipBad: true })());
      assert.match(fault!.text, /^✗ D03 .*rows\.csv:2: got a line of more than 65536/);
    });
  });

  const hostile = [
    '',
    '..',
    '../a.jpg',
    'a/../../b.jpg',
    './a.jpg',
    'a//b.jpg',
    'a/',
    '/etc/passwd',
    '..\\a.jpg',
    'a\\b.jpg',
    '\\\\host\\share\\a.jpg',
    'C:\\a.jpg',
    'c:/a.jpg',
    'a.jpg\u0000.png',
    'a\u0007.jpg',
    'a\u001b[2J.jpg',
    'a\ufffd.jpg',
    ' a.jpg',
    'a.jpg ',
    `${'x'.repeat(256)}.jpg`,
    'é'.repeat(128),
    'a/'.repeat(600) + 'a.jpg',
    '"a.jpg"',
    'a,b.jpg',
    'a\nb.jpg',
  ];

  describe('D04: an image name', () => {
    it('that leaves its folder or is malformed is refused', () => {
      for (const name of hostile) assert.ok(nameProblem(name), JSON.stringify(name));
    });

    it('of the data sets is taken', () => {
      for (const name of [
        '0002_c1s1_000451_03.jpg',
        'fasionWOMENTeesid0000_1front.jpg',
        'a/b.png',
        '..a.jpg',
        '%2e%2e',
      ]) {
        assert.equal(nameProblem(name), undefined, name);
      }
    });

    it('is told on one printable line', () => {
      const unprintable = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;
      for (const name of [...hostile, '/\u202egpj.exe\u2028']) {
        assert.ok(!unprintable.test(nameProblem(name)!.got), JSON.stringify(name));
      }
    });

    it('is checked in both files', async () => {
      assert.equal((await faultsOf(good('../b.jpg')))[0], 'D04');
      assert.equal((await faultsOf(good('b\\c.jpg')))[0], 'D04');
      assert.deepEqual(rules(left(await readPairs(await put('from,to', 'a.jpg,/etc/passwd'))())), ['D04']);
    });

    it('is checked before anything is written', async () => {
      const path = join(folder(), 'out.csv');
      assert.deepEqual(rules(left(await writeAnnotations(path, [{ name: 'a:b', keypoints: none }])())), [
        'D04',
      ]);
      assert.deepEqual(rules(left(await writePairs(path, [{ from: 'a', to: 'b\n' }])())), ['D04']);
      await assert.rejects(readFile(path));
    });
  });

  describe('D05: key points', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['no JSON', `b.jpg: [1, 2: ${list(6)}`],
      ['an object', `b.jpg: {"a" 1}: ${list(6)}`],
      ['words', `b.jpg: ${list('null')}: ${list(6)}`],
      ['nested lists', `b.jpg: ${list('[1]')}: ${list(6)}`],
      ['17 of them', `b.jpg: [${'1, '.repeat(16)}1]: ${list(6)}`],
      ['a fraction', `b.jpg: ${list(1.5)}: ${list(6)}`],
      ['−1 in one list alone', `b.jpg: ${list(-1)}: ${list(6)}`],
      ['−2', `b.jpg: ${list(-2)}: ${list(-2)}`],
      ['a number too large', `b.jpg: ${list('1e999')}: ${list(6)}`],
    ];
    for (const [what, row] of cases) {
      it(`are not ${what}`, async () => assert.equal((await faultsOf(row))[0], 'D05'));
    }

    it('are checked before they are written', async () => {
      const keypoints = none.slice(1);
      const written = writeAnnotations(join(folder(), 'out.csv'), [{ name: 'a.jpg', keypoints }]);
      assert.deepEqual(rules(left(await written())), ['D05']);
    });
  });

  describe('D06: a key point outside the frame', () => {
    it('is named with its joint', async () => {
      assert.deepEqual(await faultsOf(`b.jpg: ${list(128)}: ${list(6)}`), [
        'D06',
        'row 128, column 6 for joint 0 (nose)',
      ]);
      assert.equal((await faultsOf(`b.jpg: ${list(5)}: ${list(64)}`))[0], 'D06');
    });

    it('is only known with a size', async () => {
      const path = await put(header, `b.jpg: ${list(500)}: ${list(6)}`);
      assert.equal(right(await readAnnotations(path)()).rows.length, 1);
    });
  });

  describe('D07: an image annotated twice', () => {
    it('is named with its first line', async () => {
      const [rule, got] = await faultsOf(good('a.jpg'));
      assert.equal(rule, 'D07');
      assert.match(got!, /"a\.jpg" again \(first at .*rows\.csv:2\)/);
    });
  });

  describe('D08: a pair of images that are not there', () => {
    it('is named with its line', async () => {
      const path = await put('from,to', 'a.jpg,b.jpg', 'a.jpg,c.jpg');
      const [fault] = left(await readPairs(path, { images: new Set(['a.jpg', 'b.jpg']) })());
      assert.match(fault!.text, /^✗ D08 .*rows\.csv:3: got "c\.jpg", which lacks/);
    });
  });

  describe('D16: more faults than are listed', () => {
    it('are counted by rule', async () => {
      const path = await put('from,to', ...Array<string>(30).fill('a'), ...Array<string>(5).fill('..,b'));
      const faults = left(await readPairs(path)());
      assert.equal(faults.length, 21);
      assert.match(faults.at(-1)!.text, /^✗ D16 .*35 faults in all \(30 × D03, 5 × D04\)/);
    });

    it('are left out and summed up when asked', async () => {
      const path = await put('from,to', 'a', 'a.jpg,b.jpg', '..,b', 'c');
      const read = right(await readPairs(path, { skipBad: true })());
      assert.deepEqual(read.rows, [{ from: 'a.jpg', to: 'b.jpg' }]);
      assert.deepEqual(read.skipped, { D03: 2, D04: 1 });
      assert.match(read.warnings[0]!.text, /^! D16 .*left out 3 of 4 faulty \(2 × D03, 1 × D04\)/);
      assert.equal(read.warnings[0]!.severity, 'warning');
    });

    it('gives no warning where nothing is faulty', async () => {
      assert.deepEqual(right(await readPairs(await put('from,to', 'a,b'), { skipBad: true })()).warnings, []);
    });
  });

  describe('any bytes', () => {
    it('give rows or faults, and throw nothing', () =>
      fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, headed) => {
          const path = join(folder(), 'any.csv');
          await writeFile(path, Buffer.concat([Buffer.from(headed ? `${header}\n` : ''), bytes]));
          const read = await readAnnotations(path, { size })();
          assert.ok(read._tag === 'Right' || read.left.every((one) => /^D\d\d$/.test(one.rule)));
        }),
        { numRuns: 200 },
      ));
  });
});
