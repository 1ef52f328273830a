import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import type { Fault } from '../../src/base/fault.js';
import {
  openRecord,
  readRecord,
  truncateRecord,
  type RecordLine,
  type RecordOptions,
} from '../../src/learn/record.js';

const right = <A>(result: E.Either<readonly Fault[], A>): A => {
  assert.ok(E.isRight(result), E.isLeft(result) ? result.left[0]!.text : '');
  return result.right;
};

const line = (step: number): RecordLine => ({
  step,
  loss: 1 / (step + 1),
  gates: { level0: { open: 0.53, changed: step / 7 } },
});

describe('learn/record', () => {
  let folder = '';
  let path = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maskskip-record-'));
    path = join(folder, 'run', 'metrics.jsonl');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const write = async (steps: readonly number[], options?: RecordOptions): Promise<void> => {
    const recorder = right(await openRecord(path, options)());
    for (const step of steps) right(await recorder.append(line(step))());
    right(await recorder.close()());
  };

  it('is read as it was written', async () => {
    await write([1, 2, 3]);
    assert.deepEqual(right(await readRecord(path)()), { lines: [1, 2, 3].map(line), torn: false });
    assert.equal((await readFile(path, 'utf8')).split('\n')[0], JSON.stringify(line(1)));
  });

  it('is empty where there is no file', async () => {
    assert.deepEqual(right(await readRecord(path)()), { lines: [], torn: false });
    assert.equal(right(await truncateRecord(path, 5)()), 0);
  });

  it('says NaN and infinities in words, so that they are not lost', async () => {
    const recorder = right(await openRecord(path)());
    right(await recorder.append({ step: 1, loss: NaN, gates: { a: { open: -Infinity } } })());
    right(await recorder.close()());
    assert.equal(
      await readFile(path, 'utf8'),
      '{"step":1,"loss":"NaN","gates":{"a":{"open":"-Infinity"}}}\n',
    );
  });

  it('of a resumed training equals that of an uninterrupted one, wherever the file was torn', async () => {
    const steps = [1, 2, 3, 4, 5, 6];
    await write(steps);
    const whole = await readFile(path);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: whole.length }),
        fc.integer({ min: 0, max: 6 }),
        async (cut, step) => {
          await writeFile(path, whole.subarray(0, cut));
          const { lines } = right(await readRecord(path)());
          // A checkpoint can only be of a step whose line was written.
          const from = Math.min(step, lines.length);
          await write(
            steps.filter((one) => one > from),
            { resumeFrom: from },
          );
          assert.deepEqual(await readFile(path), whole);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('appended to without a step keeps every whole line and drops a torn one', async () => {
    await write([1, 2]);
    await writeFile(path, `${await readFile(path, 'utf8')}{"step":3,"lo`);
    assert.equal(right(await readRecord(path)()).torn, true);
    await write([9]);
    assert.deepEqual(
      right(await readRecord(path)()).lines.map((one) => one.step),
      [1, 2, 9],
    );
  });

  it('J01: that cannot be read is named', async () => {
    await mkdir(path, { recursive: true });
    const read = await readRecord(path)();
    assert.ok(E.isLeft(read) && read.left[0]!.rule === 'J01');
    assert.ok(E.isLeft(await openRecord(path)()));
  });

  it('J02: a line that is none is named with its number, and nothing is changed', async () => {
    await write([1]);
    for (const bad of ['nonsense', '[]', 'null', '{"loss":1}', '{"step":-1}', '{"step":"2"}', '']) {
      const text = `${JSON.stringify(line(1))}\n${bad}\n${JSON.stringify(line(3))}\n`;
      await writeFile(path, text);
      const opened = await openRecord(path, { resumeFrom: 1 })();
      assert.ok(E.isLeft(opened), bad);
      assert.match(opened.left[0]!.text, /^✗ J02 .*metrics\.jsonl:2: got /);
      assert.equal(await readFile(path, 'utf8'), text);
    }
  });

  it('J03: refuses a step that it would not read', async () => {
    const recorder = right(await openRecord(path)());
    const appended = await recorder.append({ step: NaN })();
    assert.ok(E.isLeft(appended) && appended.left[0]!.rule === 'J03');
    right(await recorder.close()());
    assert.equal(await readFile(path, 'utf8'), '');
  });

  it('F01: a closed file is a fault, not a throw', async () => {
    const recorder = right(await openRecord(path)());
    right(await recorder.close()());
    const appended = await recorder.append(line(1))();
    assert.ok(E.isLeft(appended) && appended.left[0]!.rule === 'F01');
  });
});
