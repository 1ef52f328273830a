import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { durationText, progress, type Progress, type ProgressOptions } from '../../src/learn/progress.js';

/** A display on a stream that is kept as text, with a clock that stands until it is moved. */
const shown = (isTTY: boolean, options: Partial<ProgressOptions> = {}) => {
  let text = '';
  let now = 5000;
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  const stream = Object.assign(sink, { isTTY, columns: 120 });
  const display: Progress = progress({
    total: 100,
    stream,
    label: 'mUNet',
    clock: () => now,
    every: 10,
    ...options,
  });
  return {
    display,
    written: () => text,
    wait: (seconds: number) => {
      now += seconds * 1000;
    },
  };
};

describe('learn/progress', () => {
  describe('without a terminal', () => {
    it('writes the first line, the last, and between them one per interval at most', () => {
      const { display, written, wait } = shown(false);
      for (let step = 1; step <= 100; step++) {
        wait(0.5);
        display.update(step, { loss: 1 / step });
      }
      display.stop();
      const steps = written()
        .trimEnd()
        .split('\n')
        .map((line) => Number(/ (\d+)\/100/.exec(line)?.[1]));
      assert.deepEqual(steps, [1, 21, 41, 61, 81, 100]);
      assert.equal(written().split('\n')[1], 'mUNet 21/100, 2 steps/s, 40 s left, loss 0.04762');
      assert.ok(!written().includes('\u001b'));
    });

    it('writes the step at which it was stopped', () => {
      const { display, written, wait } = shown(false);
      for (const step of [1, 2, 3]) {
        wait(1);
        display.update(step);
      }
      display.stop();
      display.stop();
      display.update(4);
      display.log('late');
      assert.deepEqual(
        written()
          .trimEnd()
          .split('\n')
          .map((line) => line.slice(0, 13)),
        ['mUNet 1/100, ', 'mUNet 3/100, '],
      );
    });

    it('does not count the steps of an earlier run as speed', () => {
      const { display, written, wait } = shown(false, { start: 90 });
      wait(20);
      display.update(92);
      display.stop();
      assert.equal(written(), 'mUNet 92/100, 10 s/step, 1 min 20 s left\n');
    });

    it('logs lines at once, and shows NaN for what it is', () => {
      const { display, written } = shown(false);
      display.log('resumed');
      display.update(0, { loss: NaN, at: 'two\n lines' });
      assert.equal(written(), 'resumed\nmUNet 0/100, ? steps/s, ? left, loss NaN, at two lines\n');
    });
  });

  describe('on a terminal', () => {
    it('draws a bar, ten times a second at most', () => {
      const { display, written, wait } = shown(true);
      for (let step = 1; step <= 50; step++) {
        wait(0.01);
        display.update(step, { loss: 0.5 });
      }
      const drawn = written().split('mUNet [').length - 1;
      display.stop();
      assert.equal(drawn, 5);
      const last = stripVTControlCharacters(written()).split('mUNet').at(-1)!;
      assert.equal(last, ' [============------------] 50/100, 100 steps/s, 1 s left, loss 0.5\n');
    });

    it('keeps logged lines whole and above the bar', () => {
      const { display, written } = shown(true);
      display.update(1);
      const before = written().length;
      display.log('a line of its own');
      const after = written().slice(before);
      display.stop();
      assert.ok(after.includes('\u001b[2K'), 'the bar was not cleared before the line');
      assert.match(stripVTControlCharacters(after), /^a line of its own\nmUNet \[.*\] 1\/100/);
    });

    it('leaves interrupts to the program and the cursor as it was', () => {
      const listeners = process.listenerCount('SIGINT') + process.listenerCount('SIGTERM');
      const { display, written } = shown(true);
      display.update(1);
      assert.equal(process.listenerCount('SIGINT') + process.listenerCount('SIGTERM'), listeners);
      display.stop();
      assert.ok(!written().includes('\u001b[?'), 'a terminal mode was changed');
    });
  });

  it('is silent when told so', () => {
    for (const isTTY of [true, false]) {
      const { display, written } = shown(isTTY, { silent: true });
      display.update(1, { loss: 1 });
      display.log('line');
      display.stop();
      assert.equal(written(), '');
    }
  });

  it('says durations as a person does', () => {
    const said = [0, 0.6, 59, 60, 200, 3600, 18_120, 90_000, 187_200, NaN, Infinity].map(durationText);
    const wanted = [
      '0 s',
      '1 s',
      '59 s',
      '1 min',
      '3 min 20 s',
      '1 h',
      '5 h 2 min',
      '1 d 1 h',
      '2 d 4 h',
      '?',
      '?',
    ];
    assert.deepEqual(said, wanted);
  });
});
