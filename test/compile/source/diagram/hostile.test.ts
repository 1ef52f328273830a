/** R11: hostile names in pictures stand as text and nothing else, in SVG, HTML, Mermaid and DOT. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { diagramFormats, type Scene } from '../../../../src/compile/source/diagram/index.js';
import { escaped, fitted, shown, widthOf } from '../../../../src/compile/source/diagram/text.js';
import { conv, decoder, encoder, input, model, output, psi, seq, upsample, withPsi, type KeepsShape, type Psi } from '../../../../src/dsl/index.js'; // prettier-ignore
import { isName } from '../../../../src/dsl/names.js';
import { hostileName, hostileNames } from '../hostile.js';
import { full, unsafeScene } from './subjects.js';

const inside = (name: string): string => (isName(name) && name !== 'output' ? name : 'plain');
/** A model that has the name wherever a name may stand. */
const namedBy = (name: string): Scene => {
  const own = inside(name);
  const mine = psi.define<Psi<KeepsShape> & { readonly name: string }>(
    { name },
    { forward: ({ feature }) => feature },
  );
  return unsafeScene(
    withPsi(
      model(
        seq(input(own, 8, 8, 3), encoder(own, [conv(2), conv(4, { stride: 2 })]), output(own), decoder(own, [upsample(2), conv(2)])), // prettier-ignore
      ),
      mine,
      { levels: [1] },
    ),
    name,
  );
};
const scenes = new Map<string, Scene>();
const sceneBy = (name: string): Scene => {
  const scene = scenes.get(name) ?? namedBy(name);
  scenes.set(name, scene);
  return scene;
};
const names = full ? hostileNames : hostileNames.filter((_, at) => at % 5 === 0 || at < 40);

/* Tags with their attributes, all that is between them, and nothing that is neither. */
const tag = /<(?:\/?[a-z][a-zA-Z0-9]*(?: [a-zA-Z-]+="[^"<]*")*\/?|!doctype html|\?xml version="1\.0" encoding="UTF-8"\?)>/g; // prettier-ignore
const left = (markup: string): string => markup.replace(/<style>[^<]*<\/style>/, '').replace(tag, '');
/** The names of elements and attributes. */
const words = (markup: string): ReadonlySet<string> =>
  new Set(
    (markup.match(tag) ?? []).flatMap(
      (one) => one.replace(/"[^"]*"/g, '').match(/[a-zA-Z][a-zA-Z0-9-]*/g) ?? [],
    ),
  );
const plain = words(Object.values({ ...diagramFormats, mermaid: () => '', dot: () => '' }).map((format) => format(namedBy('plain'))).join('')); // prettier-ignore
/** What markup holds that a picture of a plain name does not. */
const more = (markup: string): readonly string[] => [...words(markup)].filter((one) => !plain.has(one));

describe('R11: SVG', function () {
  this.timeout(300_000);
  it(`is well-formed, without scripts and links, and says the name (${names.length} names)`, async () => {
    for (const name of names) {
      const svg = diagramFormats.svg(sceneBy(name));
      assert.ok(!/[<>]/.test(left(svg)), name);
      assert.deepEqual(more(svg), []);
      assert.ok(svg.includes(`<title id="title">${escaped(name)}</title>`));
      // The parser is libxml2's.
      assert.equal((await sharp(Buffer.from(svg)).metadata()).format, 'svg');
    }
  });
  it('would be refused if it were not well-formed', async () => {
    const svg = diagramFormats.svg(sceneBy('plain'));
    await assert.rejects(sharp(Buffer.from(svg.replace('</desc>', '</dsc>'))).metadata());
  });
});

describe('R11: HTML', () => {
  it('of a plain name has the elements of a table, an SVG and a page without scripts', () => {
    assert.ok(plain.has('svg') && plain.has('td'));
    assert.deepEqual([...plain].filter((one) => /^(?:script|iframe|object|embed|link|img|a|form|base|href|src|on.*)$/i.test(one)), []); // prettier-ignore
  });
  it('has no element that was not meant, and a policy that forbids scripts', () => {
    for (const name of names) {
      const page = diagramFormats.html(sceneBy(name));
      assert.ok(!/[<>]/.test(left(page)), name);
      assert.deepEqual(more(page), []);
      assert.match(page, /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">/); // prettier-ignore
      assert.ok(page.includes(`<h1>${escaped(name)}</h1>`));
    }
  });
});

describe('R11: Mermaid', () => {
  const label = String.raw`"(?:[A-Za-z0-9 .,×()[\]/_+-]|#\d+;|<br/>)*"`;
  const line = new RegExp(
    `^(?:%% [A-Za-z0-9 .,×()/_+?-]*|flowchart LR|  n\\d+(?:\\[${label}\\]|\\(\\(${label}\\)\\)|\\(\\[${label}\\]\\))|  n\\d+ (?:-->|==>|-\\.->)\\|${label}\\| n\\d+|  classDef [a-z]+ fill:#[0-9a-f]{6},stroke:#[0-9a-f]{6},color:#000|  class n\\d+(?:,n\\d+)* [a-z]+|)$`,
  );
  it('every line is of the grammar', () => {
    for (const name of names)
      for (const one of diagramFormats.mermaid(sceneBy(name)).split('\n')) assert.match(one, line);
  });
});

describe('R11: DOT', () => {
  const text = String.raw`"(?:[^"\\\n]|\\[\\"n])*"`;
  const line = new RegExp(
    `^(?:digraph ${text} \\{|  rankdir=LR;|\\}||  (?:n\\d+|n\\d+ -> n\\d+|node|edge) \\[[a-z]+=(?:${text}|[a-z0-9]+)(?:, [a-z]+=(?:${text}|[a-z0-9]+))*\\];)$`,
  );
  it('every line is of the grammar', () => {
    for (const name of names)
      for (const one of diagramFormats.dot(sceneBy(name)).split('\n')) {
        assert.match(one, line);
        assert.doesNotMatch(one, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }
  });
});

describe('R11: text', () => {
  it('is one line of visible characters, and markup holds none of its signs', () => {
    fc.assert(
      fc.property(hostileName, (name) => {
        assert.doesNotMatch(shown(name), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        assert.doesNotMatch(escaped(name), /[<>"'`]|&(?!#\d+;)/);
      }),
    );
  });
  it('is cut to the width that it has', () => {
    fc.assert(
      fc.property(hostileName, fc.integer({ min: 20, max: 90 }), (name, most) => {
        assert.ok(widthOf(fitted(name, 7, most), 7) <= most || [...fitted(name, 7, most)].length <= 2);
      }),
    );
  });
});

describe('P10: pictures', () => {
  it('are the same every time', () => {
    for (const format of Object.values(diagramFormats))
      assert.equal(format(namedBy('a"b')), format(namedBy('a"b')));
  });
});
