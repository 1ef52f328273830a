import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { linePlace, shownPath, sourcePlace } from '../../src/check/source-place.js';

describe('a place in a text', () => {
  it('has line and column from 1 and the lines around it, the stretch marked', () => {
    assert.deepEqual(sourcePlace('net.ts', 'one\ntwo\nthree four\nfive\nsix', { start: 14, end: 18 }), {
      file: 'net.ts',
      line: 3,
      column: 7,
      frame: '  1 | one\n  2 | two\n> 3 | three four\n    |       ^^^^\n  4 | five',
    });
  });

  it('marks of several lines the first', () => {
    const { frame } = sourcePlace('net.ts', 'call(\n  one,\n)', { start: 0, end: 14 });
    assert.equal(frame, '> 1 | call(\n    | ^^^^^\n  2 |   one,');
  });

  it('may be in an empty text', () => {
    const { line, column } = sourcePlace('net.ts', '', { start: 0, end: 0 });
    assert.deepEqual([line, column], [1, 1]);
  });

  it('counts every line end that TypeScript knows', () => {
    assert.equal(sourcePlace('a.ts', 'a\r\nb\rc\u2028d', { start: 7, end: 8 }).line, 4);
  });

  it('shows a part of a line that no terminal can hold', () => {
    const text = `${'x'.repeat(100_000)}!${'y'.repeat(100_000)}`;
    const { column, frame } = sourcePlace('a.js', text, { start: 100_000, end: 100_001 });
    assert.equal(column, 100_001);
    assert.ok(frame.length < 600, String(frame.length));
    const [line = '', marks = ''] = frame.split('\n');
    assert.equal(line[marks.indexOf('^')], '!');
  });

  it('marks the character at the column, wherever it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'é'), minLength: 1, maxLength: 300 }), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.nat(),
        (lines, pick) => {
          // prettier-ignore
          const text = lines.join('\n');
          const start = pick % text.length;
          fc.pre(text[start] !== '\n');
          const { line, column, frame } = sourcePlace('a.ts', text, { start, end: start + 1 });
          assert.equal(lines[line - 1]![column - 1], text[start]);
          const shown = frame.split('\n');
          const marked = shown.findIndex((one) => one.startsWith('>'));
          assert.equal(shown[marked]![shown[marked + 1]!.indexOf('^')] ?? ' ', text[start]);
        },
      ),
    );
  });

  it('of a line beyond the end is the last one', () => {
    assert.equal(linePlace('a.ts', 'one\ntwo', 9).line, 2);
  });

  it('names the file as seen from the working folder', () => {
    assert.equal(shownPath(join(process.cwd(), 'src', 'index.ts')), join('src', 'index.ts'));
    assert.equal(shownPath('a.ts'), 'a.ts');
  });
});
