import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { unlessInterrupted } from '../../src/cli/interrupt.js';
import { asFile } from '../../src/cli/model-argument.js';
import { decimalNumber, heightByWidth, wholeNumber } from '../../src/cli/numbers.js';
import { printable } from '../../src/cli/output.js';
import type { Fault } from '../../src/base/fault.js';
import { strip, stripName } from '../../src/cli/strip.js';
import { table } from '../../src/cli/table.js';
import { workDisplay } from '../../src/cli/work-display.js';

/** Texts with many of the characters that must not reach a terminal. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0x2000, max: 0x206f })), {
    maxLength: 500,
  })
  .map((codes) => String.fromCharCode(...codes));

describe('numbers', () => {
  it('come back as they were written', () => {
    fc.assert(fc.property(fc.nat(), (value) => wholeNumber(String(value)) === value));
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        Object.is(decimalNumber(String(value)) + 0, value + 0),
      ),
    );
    assert.deepEqual(heightByWidth('128x64'), { height: 128, width: 64 });
  });

  it('are refused where they are none', () => {
    for (const text of ['', ' 1', '1 ', '1.0', '-1', '0x10', 'Infinity', 'NaN', '1'.repeat(16)]) {
      assert.throws(() => wholeNumber(text), InvalidArgumentError);
    }
    for (const text of ['', 'e3', '1e', '.', 'NaN', 'Infinity', '0x10', '1,5']) {
      assert.throws(() => decimalNumber(text), InvalidArgumentError);
    }
    for (const text of ['', '64', 'x64', '64x', '64x32x3', '-1x2', '1.5x2']) {
      assert.throws(() => heightByWidth(text), InvalidArgumentError);
    }
  });
});

describe('printable', () => {
  it('is one line without control characters, and keeps what has none', () => {
    fc.assert(fc.property(anyText, (text) => !/[\p{Cc}\u2028\u2029\u202e]/u.test(printable(text))));
    assert.equal(printable('✗ U02 größe×3: ok'), '✗ U02 größe×3: ok');
  });
});

describe('MODEL', () => {
  it('is a file by its extension, with an export after #', () => {
    assert.deepEqual(asFile('a.ts'), { file: 'a.ts' });
    assert.deepEqual(asFile('../a b.mts#net'), { file: '../a b.mts', name: 'net' });
    assert.deepEqual(asFile('a#b.ts'), { file: 'a#b.ts' });
    assert.deepEqual(asFile('a.ts#'), { file: 'a.ts', name: '' });
    assert.equal(asFile('vdg-stage1+munet'), undefined);
    assert.equal(asFile('.ts'), undefined);
  });
});

describe('tables', () => {
  it('align their columns, wide letters and all', () => {
    const columns = [
      { title: 'name', align: 'left' },
      { title: 'n', align: 'right' },
    ] as const;
    assert.equal(table(columns, [['8×8', '1'], ['a', '22']]), 'name   n\n8×8    1\na     22'); // prettier-ignore
    assert.equal(table(columns, []), 'name  n');
  });
});

describe('a strip of pictures', () => {
  it('holds every picture at its place', () => {
    const [height, width] = [2, 3];
    const pictures = [1, 2, 3, 4].map((value) => new Uint8Array(height * width * 3).fill(value));
    const row = [1, 2, 3, 4].flatMap((value) => new Array<number>(width * 3).fill(value));
    assert.deepEqual([...strip(pictures, { height, width })], [...row, ...row]);
  });

  it('has a name that no file system or shell minds', () => {
    assert.equal(stripName(7, ['id_01/02_1.jpg', '../x y$(z).png']), '00007_id_01-02_1_to_-x-y-z-.png');
    fc.assert(
      fc.property(anyText, fc.string(), (a, b) => {
        const name = stripName(1, [a, b]);
        return /^[A-Za-z0-9_-]+\.png$/.test(name) && name.length < 256;
      }),
    );
  });
});

describe('the display of long work', () => {
  it('without a terminal tells the steps and their quarters once', () => {
    let text = '';
    const stream = new Writable({ write: (chunk, _, done) => ((text += String(chunk)), done()) });
    const display = workDisplay(stream);
    display.update('check');
    for (let done = 0; done <= 1000; done++) display.update('download', done, 1000);
    display.update('compile');
    display.update('compile');
    display.stop();
    assert.equal(
      text,
      'check\ndownload\ndownload 25 %\ndownload 50 %\ndownload 75 %\ndownload 100 %\ncompile\n',
    );
  });

  it('on a terminal draws a bar', () => {
    let text = '';
    const stream = new Writable({ write: (chunk, _, done) => ((text += String(chunk)), done()) });
    const display = workDisplay(Object.assign(stream, { isTTY: true, columns: 80 }));
    display.update('pictures', 0, 10);
    display.update('pictures', 10, 10);
    display.stop();
    assert.match(text, /pictures \[=+\] 100 %/);
  });
});

describe('U09: an interrupt', () => {
  it('ends the waiting, or keeps the work from starting', async () => {
    const controller = new AbortController();
    const waiting = unlessInterrupted(
      controller.signal,
      'doctor',
      () => new Promise<E.Either<readonly Fault[], never>>(() => undefined),
    );
    controller.abort();
    const stopped = await waiting;
    assert.equal(E.isLeft(stopped) ? stopped.left[0]?.rule : '', 'U09');
    let started = false;
    await unlessInterrupted(controller.signal, 'doctor', () => {
      started = true;
      return Promise.resolve(E.right(1));
    });
    assert.ok(!started);
  });

  it('that never comes changes nothing', async () => {
    const { signal } = new AbortController();
    assert.deepEqual(
      await unlessInterrupted(signal, 'doctor', () => Promise.resolve(E.right(1))),
      E.right(1),
    );
  });
});
