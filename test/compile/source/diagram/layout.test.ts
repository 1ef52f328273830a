/** A picture can be read: no text meets another, no line runs through one, and a page is wide enough. */
import assert from 'node:assert/strict';
import { pictureOf } from '../../../../src/compile/source/diagram/index.js';
import {
  boxOf,
  boxOfLine,
  overlap,
  type Box,
  type Mark,
  type Picture,
} from '../../../../src/compile/source/diagram/picture.js';
import { pageWidth, textSize } from '../../../../src/compile/source/diagram/style.js';
import { concat, conv, input, join, fuse, model, output, psi, seq, skip, tap, through, upsample } from '../../../../src/dsl/index.js'; // prettier-ignore
import { full, sceneAt, subjects, unsafeScene } from './subjects.js';

const texts = ({ marks }: Picture) => marks.filter((mark) => mark.kind === 'text');
const meeting = (picture: Picture): readonly string[] => {
  const all = texts(picture);
  return all.flatMap((one, at) =>
    all
      .slice(at + 1)
      .flatMap((other) => (overlap(boxOf(one), boxOf(other)) ? [`${one.text} | ${other.text}`] : [])),
  );
};
/** Texts that a line runs through; ψ and joins stand on lines, on discs of their own. */
const struck = (picture: Picture): readonly string[] => {
  const lines = picture.marks.filter((mark): mark is Extract<Mark, { kind: 'line' }> => mark.kind === 'line');
  const pieces = lines.flatMap(({ points }) =>
    points.slice(1).map((point, at) => boxOfLine(points[at]!, point)),
  );
  return texts(picture)
    .filter(({ text }) => text !== 'ψ')
    .filter((mark) => pieces.some((piece) => overlap(piece, boxOf(mark))))
    .map(({ text }) => text);
};
/** Texts that begin on a block and leave it, or the other way round. */
const cut = (picture: Picture): readonly string[] => {
  const boxes = picture.marks
    .filter((mark) => mark.kind === 'box')
    .map(({ x, y, width, height }) => ({ left: x, top: y, right: x + width, bottom: y + height }));
  const holds = (outer: Box, inner: Box): boolean =>
    outer.left <= inner.left &&
    inner.right <= outer.right &&
    outer.top <= inner.top &&
    inner.bottom <= outer.bottom;
  return texts(picture)
    .filter((mark) => boxes.some((box) => overlap(box, boxOf(mark)) && !holds(box, boxOf(mark))))
    .map(({ text }) => text);
};
const outside = ({ width, height, marks }: Picture): readonly string[] =>
  marks
    .filter((mark) => mark.kind === 'text')
    .filter((mark) => {
      const { left, top, right, bottom } = boxOf(mark);
      return left < 0 || top < 0 || right > width || bottom > height;
    })
    .map(({ text }) => text);

describe('pictures of the listed models', function () {
  this.timeout(300_000);
  for (const subject of subjects) {
    it(`${subject.name}: texts are apart, on the sheet and on no line, and have 7 points at page width`, () => {
      const picture = pictureOf(sceneAt(subject));
      assert.deepEqual(meeting(picture), []);
      assert.deepEqual(struck(picture), []);
      assert.deepEqual(cut(picture), []);
      assert.deepEqual(outside(picture), []);
      assert.ok(picture.width <= pageWidth, `${picture.width} points wide`);
      assert.ok(Math.min(...texts(picture).map(({ size }) => size)) >= textSize);
    });
    if (full)
      it(`${subject.name}, layer by layer: texts are apart`, () => {
        const picture = pictureOf(sceneAt(subject, 'layers'));
        assert.deepEqual(meeting(picture), []);
        assert.deepEqual(outside(picture), []);
      });
  }
});

describe('pictures of other declarations', () => {
  const view = input('x', 16, 16, 3);
  const cases = {
    'one layer': model(through(view, conv(4))),
    'no layer': model(view),
    'two outputs of one feature': model({ a: through(view, conv(4)), b: view }),
    'an output on the way': model(through(view, conv(4), output('code'), conv(3))),
    'a level that is read twice': model(
      seq(view, conv(4), tap('a'), conv(8, { stride: 2 }), upsample(2), skip('a', psi.dense(), { level: 1 }), conv(4), skip('a', psi.one(), { level: 1 })), // prettier-ignore
    ),
    'levels of all sizes': model(
      seq(view, conv(4), tap('a'), conv(8, { stride: 2 }), tap('a'), conv(16, { stride: 2 }), skip('a', psi.resize(), { level: 'all' }), conv(4)), // prettier-ignore
    ),
    'every join': model(
      seq(view, conv(4), tap('a'), conv(4), ...[join.add, join.subtract, join.multiply, join.gated, join.replace].map((by) => fuse(by, conv(4)))), // prettier-ignore
    ),
    'many inputs': model(
      through(concat(...['a', 'b', 'c', 'd', 'e'].map((name) => input(name, 16, 16, 3))), conv(4)),
    ),
  };
  for (const [name, declared] of Object.entries(cases)) {
    for (const depth of ['levels', 'layers'] as const) {
      it(`${name}, ${depth}: texts are apart`, () => {
        const picture = pictureOf(unsafeScene(declared, name, depth));
        assert.deepEqual(meeting(picture), []);
        assert.deepEqual(outside(picture), []);
      });
    }
  }
});

describe('what the tests of pictures look for', () => {
  const text = { kind: 'text', text: 'a', x: 10, y: 10, size: 7, width: 4, anchor: 'middle' } as const;
  it('would be found', () => {
    const sheet = { width: 20, height: 20 };
    assert.equal(meeting({ ...sheet, marks: [text, { ...text, x: 12 }] }).length, 1);
    assert.equal(struck({ ...sheet, marks: [text, { kind: 'line', points: [[0, 8], [20, 8]] }] }).length, 1); // prettier-ignore
    assert.equal(cut({ ...sheet, marks: [text, { kind: 'box', x: 11, y: 0, width: 5, height: 20, fill: '#fff' }] }).length, 1); // prettier-ignore
    assert.equal(outside({ ...sheet, marks: [{ ...text, x: 0 }] }).length, 1);
  });
});
